//! Invoices from documents, and their approval by a second person.

use serde_json::{Value, json};

use crate::{
    invoices::{draft, minor, path, trading},
    support::{Client, TestApp},
};

pub const UBL: &str =
    include_str!("../../../e-documents/tests/e_documents/fixtures/invoice-ubl.xml");
/// An e-invoice with this number.
pub fn numbered(number: &str) -> String {
    UBL.replace("L-4711/26", number)
}

/// The draft of an incoming invoice that the caller enters.
pub async fn incoming(client: &Client) -> Value {
    let number = crate::support::records::fresh();
    let address = json!({"city": "Kiel", "country": "DE"});
    let body = json!({"name": "Beton Nord", "role": "supplier", "address": address});
    let supplier = client.create("/parties", body).await;
    let mut new = draft(&supplier);
    new["direction"] = json!("payable");
    new["supplier_number"] = json!(format!("L-{number}"));
    client.create("/invoices", new).await
}

pub async fn receive(client: &Client, xml: &str, body: Value) -> crate::support::Reply {
    let document = client.upload("invoice.xml", xml.as_bytes()).await;
    client.post(&format!("/documents/{}/invoice", document["id"].as_str().unwrap()), body).await
}

async fn an_e_invoice_becomes_a_draft_with_the_amounts_that_it_states(app: &TestApp) {
    let ada = app.owner("Ada").await;
    // Its VAT is a cent more than its rates give.
    let xml = UBL
        .replace(">221.90<", ">221.91<")
        .replace(">218.50<", ">218.51<")
        .replace(">1420.40<", ">1420.41<")
        .replace(">1000.00<", ">1000.01<");
    let document = ada.upload("invoice.xml", xml.as_bytes()).await;
    let receive = format!("/documents/{}/invoice", document["id"].as_str().unwrap());
    let created = ada.post(&receive, json!({})).await.expect(201);
    let invoice = created.json();
    assert_eq!(created.header("location"), format!("/api/v1{}", path(&invoice)));
    for (field, value) in [
        ("direction", json!("payable")),
        ("status", json!("draft")),
        ("supplier_number", json!("L-4711/26")),
        ("issued_on", json!("2026-11-20")),
        ("due_on", json!("2026-12-20")),
        ("service_from", json!("2026-11-01")),
        ("service_until", json!("2026-11-15")),
        ("purchase_order", json!("B-2026-7")),
        ("discounts", json!([{"days": 10, "rate_basis_points": 200}])),
        ("document_id", document["id"].clone()),
        ("totals_stated", json!(true)),
        ("created_by", json!(ada.user)),
        ("approved_by", Value::Null),
    ] {
        assert_eq!(invoice[field], value, "{field}");
    }
    let totals = ["lines", "allowances", "charges", "net", "tax", "gross", "prepaid", "due"]
        .map(|total| minor(&invoice["totals"][total]));
    assert_eq!(totals, [123_850, 5_000, 1_000, 119_850, 22_191, 142_041, 42_040, 100_001]);
    let lines = invoice["lines"].as_array().unwrap();
    assert_eq!(lines[0]["text"], "Beton C25/30\nfrei Baustelle");
    assert_eq!(
        (&lines[1]["quantity"], &lines[1]["unit_price"]),
        (&json!("1000"), &json!("0.0385"))
    );
    assert_eq!([minor(&lines[0]["net"]), minor(&lines[1]["net"])], [120_000, 3_850]);

    // A note changes no amount; a line does, and they are calculated from then on.
    let path = path(&invoice);
    let noted = ada.patch(&path, 1, json!({"note": "Checked"})).await.expect(200).json();
    assert_eq!((&noted["totals"], &noted["totals_stated"]), (&invoice["totals"], &json!(true)));
    let lines = json!([draft(&json!({"id": null}))["lines"][0]]);
    let change = json!({"lines": lines, "adjustments": []});
    let anew = ada.patch(&path, 2, change).await.expect(200).json();
    assert_eq!(anew["totals_stated"], false);
    // What was paid before stays deducted.
    assert_eq!(minor(&anew["totals"]["gross"]), 146_370);
    assert_eq!(anew["totals"]["prepaid"], invoice["totals"]["prepaid"]);
    assert_eq!(minor(&anew["totals"]["due"]), 104_330);
    let document = format!("/documents/{}", document["id"].as_str().unwrap());
    ada.delete(&document, "*").await.refused(409, "record.in_use");
}

async fn the_supplier_is_found_by_vat_id_account_or_name_and_created_otherwise(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let supplier = async |body: Value| ada.create("/parties", body).await["id"].clone();
    let first = receive(&ada, &numbered("1"), json!({})).await.expect(201).json();
    let party = first["party_id"].as_str().unwrap();
    let created = ada.get(&format!("/parties/{party}")).await.expect(200).json();
    assert_eq!((&created["role"], &created["vat_id"]), (&json!("supplier"), &json!("DE136695976")));
    assert_eq!(created["bank_account"]["iban"], "DE02120300000000202051");
    assert_eq!(created["address"]["city"], "Kiel");
    // Without its VAT id it is the account, and without it the name.
    let unnamed = |xml: &str| xml.replace("DE136695976", "DE1");
    let second = receive(&ada, &unnamed(&numbered("2")), json!({})).await.expect(201).json();
    assert_eq!(second["party_id"], first["party_id"]);
    let other = |xml: &str| unnamed(xml).replace("DE02 1203 0000 0000 2020 51", "4711");
    let third = receive(&ada, &other(&numbered("3")), json!({})).await.expect(201).json();
    assert_eq!(third["party_id"], first["party_id"]);
    let renamed = other(&numbered("4")).replace("Beton Nord GmbH &amp; Co. KG", "Beton Ost");
    let fourth = receive(&ada, &renamed, json!({})).await.expect(201).json();
    assert_ne!(fourth["party_id"], first["party_id"]);
    // The body may name another one.
    let own = supplier(json!({"name": "Own", "role": "supplier"})).await;
    let fifth = receive(&ada, &numbered("5"), json!({"party_id": own})).await.expect(201).json();
    assert_eq!(fifth["party_id"], own);
    let stranger = app.owner("Bob").await;
    let refused = receive(&stranger, &numbered("6"), json!({"party_id": own})).await;
    assert_eq!(
        refused.refused(422, "body.invalid").json()["errors"][0]["code"],
        "reference.unknown"
    );
    let log = ada.list("/audit-logs?action=party.created").await;
    assert_eq!(log.len(), 3);
}

async fn who_is_not_the_buyer_and_what_breaks_a_rule_is_shown_with_the_draft(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let seller = json!({"legal_name": "Bau und Söhne", "vat_id": "DE136695976"});
    ada.patch("/organization", "*", json!({"settings": {"seller": seller}})).await.expect(200);
    let to = |name: &str, vat_id: &str| {
        let number = crate::support::records::fresh();
        let id = format!(
            "<cac:PartyTaxScheme><cbc:CompanyID>{vat_id}</cbc:CompanyID><cac:TaxScheme>\
             <cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>"
        );
        let legal = "<cac:PartyLegalEntity><cbc:RegistrationName>";
        let own = format!("{legal}Bau &amp; Söhne GmbH");
        numbered(&number.to_string()).replace(&own, &format!("{id}{legal}{name}"))
    };
    let codes = async |xml: &str| {
        let invoice = receive(&ada, xml, json!({})).await.expect(201).json();
        let read = ada.get(&path(&invoice)).await.expect(200).json();
        assert_eq!(read["findings"], invoice["findings"]);
        let warnings = invoice["findings"]["warnings"].as_array().unwrap().clone();
        let codes = warnings.iter().map(|one| one["code"].as_str().unwrap().to_owned());
        (codes.collect::<Vec<_>>(), invoice["findings"].clone())
    };
    // Spaces and punctuation are no difference.
    let (found, findings) = codes(&to("BAU UND SÖHNE.", "DE 136695976")).await;
    assert!(found.iter().all(|code| !code.starts_with("buyer.")), "{found:?}");
    assert_eq!(findings["buyer_vat_id"], "DE136695976");
    assert_eq!(findings["files"], json!(["lieferschein.csv"]));
    let (found, findings) = codes(&to("Tiefbau AG", "DE111111125")).await;
    assert_eq!(found[..2], ["buyer.vat_id", "buyer.name"]);
    assert_eq!(findings["buyer_name"], "Tiefbau AG");
    let corrected = to("Bau und Söhne", "DE136695976").replace(">380<", ">384<");
    let (found, findings) = codes(&corrected).await;
    assert_eq!(found[0], "invoice.corrected");
    assert!(findings["warnings"][0]["text"].as_str().unwrap().ends_with("L-4600/26"));
    let reference = "<cbc:BuyerReference>04011000-12345-03</cbc:BuyerReference>";
    let wrong = to("Bau und Söhne", "DE136695976").replace(reference, "");
    let (found, _) = codes(&wrong).await;
    assert!(found.iter().any(|code| code == "BR-DE-15"), "{found:?}");
}

async fn what_cannot_be_booked_is_refused_with_its_reason(app: &TestApp) {
    let ada = app.owner("Ada").await;
    receive(&ada, UBL, json!({})).await.expect(201);
    receive(&ada, UBL, json!({})).await.refused(409, "invoice.supplier_number_taken");
    let parties = ada.list("/parties").await.len();
    let laughs = "<!DOCTYPE a [<!ENTITY b \"c\">]><Invoice>&b;</Invoice>";
    for (xml, code) in [
        (numbered("7").replace(">1150.00<", ">1151.00<").as_str(), "e_invoice.totals"),
        (&numbered("7").replace("<cbc:Percent>7<", "<cbc:Percent>19<"), "e_invoice.totals"),
        (&UBL.replace("<cbc:ID>L-4711/26</cbc:ID>", ""), "e_invoice.unbookable"),
        (
            &UBL.replace("schemeID=\"EM\">rechnung", "schemeID=\"EM\">x"),
            "invoice.supplier_number_taken",
        ),
        (&numbered("7").replace(">1420.40<", ">1420.50<"), "e_invoice.totals"),
        (
            &numbered("8").replace("<cbc:ID>S</cbc:ID>", "<cbc:ID>L</cbc:ID>"),
            "e_invoice.unbookable",
        ),
        (laughs, "document.unsupported"),
        (&"<a>".repeat(200), "document.too_complex"),
        ("<note>Hello</note>", "document.unsupported"),
        ("no XML at all", "document.malformed"),
    ] {
        receive(&ada, xml, json!({})).await.refused(409, code);
    }
    assert_eq!(ada.list("/parties").await.len(), parties);
    receive(&ada, &numbered("9"), json!({"colour": "red"})).await.refused(422, "body.invalid");
}

async fn a_payable_is_booked_once_a_second_person_has_approved_it(app: &TestApp) {
    let (ada, supplier) = trading(app).await;
    let bob = ada.invite_as("bob@example.com", "accountant").await;
    let settings = json!({"settings": {"payable_approval": "second_person"}});
    ada.patch("/organization", "*", settings).await.expect(200);
    let mut new = draft(&supplier);
    new["direction"] = json!("payable");
    new["supplier_number"] = json!("L-1");
    new["issued_on"] = json!(&app.now()[..10]);
    let invoice = bob.create("/invoices", new).await;
    let (path, none) = (path(&invoice), json!({}));
    let (issue, approve) = (format!("{path}/issue"), format!("{path}/approve"));
    bob.post(&issue, none.clone()).await.refused(409, "invoice.approval_missing");
    bob.post(&approve, none.clone()).await.refused(409, "invoice.approval_own");
    // A key is its creator's.
    let key = ada.api_key(json!({"name": "k", "permissions": ["invoice:update"]})).await;
    let edited = key.patch(&path, 1, json!({"note": "By key"})).await.expect(200).json();
    assert_eq!((&edited["edited_by"], &edited["created_by"]), (&json!(ada.user), &json!(bob.user)));
    ada.post(&approve, none.clone()).await.refused(409, "invoice.approval_own");
    let eve = ada.invite_as("eve@example.com", "accountant").await;
    let approved = eve.post(&approve, none.clone()).await.expect(200).json();
    assert_eq!((&approved["approved_by"], &approved["version"]), (&json!(eve.user), &json!(3)));
    assert!(approved["approved_at"].is_string());

    // A change takes it back.
    let changed = bob.patch(&path, 3, json!({"note": "More"})).await.expect(200).json();
    assert_eq!(changed["approved_by"], Value::Null);
    bob.post(&issue, none.clone()).await.refused(409, "invoice.approval_missing");
    eve.post(&approve, none.clone()).await.expect(200);
    let issued = bob.post(&issue, none.clone()).await.expect(200).json();
    assert_eq!((&issued["status"], &issued["approved_by"]), (&json!("issued"), &json!(eve.user)));
    eve.post(&approve, none.clone()).await.refused(409, "state.transition");
    let log = ada.list("/audit-logs?action=invoice.approved").await;
    assert_eq!((log.len(), &log[0]["after"]["approved_by"]), (2, &json!(eve.user)));

    // Nothing else needs it.
    let outgoing = bob.create("/invoices", draft(&supplier)).await;
    let approve = format!("/invoices/{}/approve", outgoing["id"].as_str().unwrap());
    eve.post(&approve, none).await.refused(409, "invoice.approval_unexpected");
}

on_postgres! {
    an_e_invoice_becomes_a_draft_with_the_amounts_that_it_states,
    the_supplier_is_found_by_vat_id_account_or_name_and_created_otherwise,
    who_is_not_the_buyer_and_what_breaks_a_rule_is_shown_with_the_draft,
    what_cannot_be_booked_is_refused_with_its_reason,
    a_payable_is_booked_once_a_second_person_has_approved_it,
}
