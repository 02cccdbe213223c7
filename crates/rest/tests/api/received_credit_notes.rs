//! Credit notes from documents.

use serde_json::{Value, json};

use crate::{
    invoices::{minor, path},
    received_invoices::{UBL, receive},
    support::{Client, TestApp},
};

const CREDIT_NOTE: &str =
    include_str!("../../../e-documents/tests/e_documents/fixtures/credit-note-ubl.xml");
const REFERENCE: &str = "<cbc:ID>L-4711/26</cbc:ID></cac:InvoiceDocumentReference>";

/// The invoice of the fixture, dated today.
fn invoice(app: &TestApp) -> String {
    UBL.replace("2026-11-20", &app.now()[..10]).replace("2026-12-20", &app.now()[..10])
}

/// A credit note on the invoice, at 7 %: the net amount, the VAT and the sum.
fn note(app: &TestApp, number: &str, [net, tax, gross]: [&str; 3]) -> String {
    let amount = |name: &str, value: &str| format!("<cbc:{name} currencyID=\"EUR\">{value}<");
    CREDIT_NOTE
        .replace("G-1", number)
        .replace("2026-11-25", &app.now()[..10])
        .replace("株式会社コンクリート", "Beton Nord GmbH &amp; Co. KG")
        .replace("JPY", "EUR")
        .replace(&amount("TaxAmount", "0"), &amount("TaxAmount", tax))
        .replace(&amount("TaxInclusiveAmount", "1500"), &amount("TaxInclusiveAmount", gross))
        .replace(&amount("PayableAmount", "1500"), &amount("PayableAmount", gross))
        .replace(">1500<", &format!(">{net}<"))
        .replace("<cbc:TaxExemptionReason>Steuerfrei</cbc:TaxExemptionReason>", "")
        .replace("<cbc:ID>E</cbc:ID><cbc:Percent>0<", "<cbc:ID>S</cbc:ID><cbc:Percent>7<")
}

async fn issue(client: &Client, draft: &Value) -> Value {
    client.post(&format!("{}/issue", path(draft)), json!({})).await.expect(200).json()
}

async fn a_received_credit_note_is_one_on_the_invoice_that_it_names(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let project = ada.project("KAI-7").await;
    let draft = receive(&ada, &invoice(app), json!({})).await.expect(201).json();
    let of_project = json!({"project_id": project["id"]});
    ada.patch(&path(&draft), 1, of_project).await.expect(200);
    let original = issue(&ada, &draft).await;
    let xml = note(app, "G-1", ["10.00", "0.71", "10.71"]);
    let created = receive(&ada, &xml, json!({})).await.expect(201).json();
    for (field, value) in [
        ("direction", json!("payable")),
        ("kind", json!("credit_note")),
        ("status", json!("draft")),
        ("corrects_id", original["id"].clone()),
        ("party_id", original["party_id"].clone()),
        ("project_id", project["id"].clone()),
        ("supplier_number", json!("G-1")),
        ("totals_stated", json!(true)),
    ] {
        assert_eq!(created[field], value, "{field}");
    }
    // The tax is a cent more than its rate gives, and stays so.
    assert_eq!(minor(&created["totals"]["due"]), 1_071);
    let issued = issue(&ada, &created).await;
    assert_eq!((&issued["status"], minor(&issued["totals"]["tax"])), (&json!("paid"), 71));
    let credited = ada.get(&path(&original)).await.expect(200).json();
    assert_eq!(minor(&credited["open"]), 100_000 - 1_071);
    let found = ada.list("/invoices?supplier_number=G-1").await;
    assert_eq!((found.len(), &found[0]["id"]), (1, &issued["id"]));

    // 38.50 and 2.69 are left at 7 %.
    for amounts in [["38.51", "2.69", "41.20"], ["38.00", "2.70", "40.70"]] {
        let refused = receive(&ada, &note(app, "G-2", amounts), json!({})).await;
        refused.refused(409, "invoice.credit_exceeded");
    }
    let rest = note(app, "G-2", ["38.50", "2.69", "41.19"]);
    let drafts = [&rest, &rest.replace("G-2", "G-3")];
    let mut notes = Vec::new();
    for xml in drafts {
        notes.push(receive(&ada, xml, json!({})).await.expect(201).json());
    }
    issue(&ada, &notes[0]).await;
    let late = ada.post(&format!("{}/issue", path(&notes[1])), json!({})).await;
    late.refused(409, "invoice.credit_exceeded");
}

async fn a_received_credit_note_needs_exactly_one_booked_invoice_of_its_supplier(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let xml = note(app, "G-1", ["10.00", "0.70", "10.70"]);
    let refused = async |xml: &str, body: Value| {
        let refused = receive(&ada, xml, body).await.refused(409, "e_invoice.original_missing");
        refused.json()["detail"].as_str().unwrap().to_owned()
    };
    assert!(refused(&xml, json!({})).await.contains("no supplier"));
    let draft = receive(&ada, &invoice(app), json!({})).await.expect(201).json();
    assert!(refused(&xml, json!({})).await.contains("no booked invoice"));
    issue(&ada, &draft).await;
    let (start, end) = ("<cac:BillingReference>", "</cac:BillingReference>");
    let reference = &xml[xml.find(start).unwrap()..xml.find(end).unwrap() + end.len()];
    assert!(refused(&xml.replace(reference, ""), json!({})).await.contains("names no invoice"));
    let dated = "<cbc:ID>L-4711/26</cbc:ID><cbc:IssueDate>2020-01-01</cbc:IssueDate>\
                 </cac:InvoiceDocumentReference>";
    assert!(refused(&xml.replace(REFERENCE, dated), json!({})).await.contains("date differs"));
    let dollars = xml.replace("EUR", "USD");
    assert!(refused(&dollars, json!({})).await.contains("in USD"));
    let other = ada.create("/parties", json!({"name": "Other", "role": "supplier"})).await;
    refused(&xml, json!({"party_id": other["id"]})).await;
    // Two invoices that the note names.
    let second = invoice(app).replace("L-4711/26", "L-4712/26");
    let second = receive(&ada, &second, json!({})).await.expect(201).json();
    issue(&ada, &second).await;
    let twice = format!("{reference}{}", reference.replace("L-4711/26", "L-4712/26"));
    assert!(refused(&xml.replace(reference, &twice), json!({})).await.contains("2 invoices"));
    assert_eq!(ada.list("/parties").await.len(), 2);
    receive(&ada, &xml, json!({})).await.expect(201);
}

on_postgres! {
    a_received_credit_note_is_one_on_the_invoice_that_it_names,
    a_received_credit_note_needs_exactly_one_booked_invoice_of_its_supplier,
}
