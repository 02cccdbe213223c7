//! The e-invoices of issued invoices.

use plinth_domain::ContentType;
use plinth_ports::e_documents::{InvoiceSyntax, ReceivedInvoice};
use serde_json::json;

use crate::{
    invoices::{draft, issued, minor, path, trading},
    support::{Client, TestApp},
};

async fn read(client: &Client, path: &str, query: &str) -> ReceivedInvoice {
    let reply = client.get(&format!("{path}/xml{query}")).await.expect(200);
    assert_eq!(reply.header("content-type"), "application/xml");
    plinth_e_documents::read_invoice(reply.text.as_bytes(), ContentType::Other).unwrap()
}

async fn an_issued_invoice_is_an_e_invoice_in_each_syntax_and_profile(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let project = ada.project("KAI-7").await;
    let mut new = draft(&customer);
    new["project_id"] = project["id"].clone();
    new["buyer_reference"] = json!("04011000-1234512345-06");
    let invoice = issued(&ada, new).await;
    let number = invoice["number"].as_str().unwrap();
    let xml = format!("{}/xml", path(&invoice));
    let reply = ada.get(&xml).await.expect(200);
    let file = format!("attachment; filename=\"{number}.xml\"");
    assert_eq!(reply.header("content-disposition"), file);
    assert_eq!(reply.header("etag"), "\"2\"");
    for (query, syntax) in [
        ("", InvoiceSyntax::Cii),
        ("?syntax=cii&profile=en16931", InvoiceSyntax::Cii),
        ("?syntax=ubl", InvoiceSyntax::Ubl),
    ] {
        let read = read(&ada, &path(&invoice), query).await;
        assert_eq!((read.syntax, read.warnings), (syntax, Vec::new()), "{query}");
        assert_eq!(read.number.as_deref(), Some(number));
        assert_eq!(read.totals.due_minor, Some(minor(&invoice["totals"]["due"])));
        assert_eq!(read.project_reference.as_deref(), Some("KAI-7"));
    }
    for query in ["?syntax=pdf", "?profile=peppol", "?syntax=ubl&syntax=cii", "?colour=red"] {
        ada.get(&format!("{xml}{query}")).await.refused(400, "query.invalid");
    }
    let stranger = app.owner("Bob").await;
    stranger.get(&xml).await.refused(404, "not_found");
}

async fn what_xrechnung_demands_is_named_until_it_is_there(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let invoice = issued(&ada, draft(&customer)).await;
    let xml = format!("{}/xml?profile=xrechnung", path(&invoice));
    let refused = ada.get(&xml).await.refused(409, "e_invoice.incomplete").json();
    for rule in ["BR-DE-15", "PEPPOL-EN16931-R010"] {
        assert!(refused["detail"].as_str().unwrap().contains(rule), "{refused}");
    }
    let complete = json!({
        "leitweg_id": "04011000-1234512345-06",
        "address": {"postal_code": "20457"},
        "e_invoice_address": {"scheme": "0204", "id": "04011000-1234512345-06"},
    });
    let party = format!("/parties/{}", customer["id"].as_str().unwrap());
    ada.patch(&party, 1, complete).await.expect(200);
    let seller = json!({"e_invoice_address": {"scheme": "9930", "id": "DE136695976"}});
    ada.patch("/organization", "*", json!({"settings": {"seller": seller}})).await.expect(200);
    let invoice = issued(&ada, draft(&customer)).await;
    for syntax in ["cii", "ubl"] {
        let query = format!("?profile=xrechnung&syntax={syntax}");
        let xml = ada.get(&format!("{}/xml{query}", path(&invoice))).await.expect(200).text;
        assert!(xml.contains("xrechnung_3.0") && xml.contains("\"9930\""), "{xml}");
        assert_eq!(read(&ada, &path(&invoice), &query).await.warnings, []);
    }
}

async fn only_an_issued_invoice_of_the_organization_has_an_e_invoice(app: &TestApp) {
    let (ada, party) = trading(app).await;
    let open = ada.create("/invoices", draft(&party)).await;
    let mut incoming = draft(&party);
    incoming["direction"] = json!("payable");
    incoming["supplier_number"] = json!("L-1");
    let incoming = issued(&ada, incoming).await;
    let withdrawn = issued(&ada, draft(&party)).await;
    ada.post(&format!("{}/void", path(&withdrawn)), json!({})).await.expect(200);
    for invoice in [open, incoming, withdrawn] {
        ada.get(&format!("{}/xml", path(&invoice))).await.refused(409, "e_invoice.none");
    }
    let mut dinar = draft(&party);
    dinar["currency"] = json!("KWD");
    dinar["lines"][0]["unit_price"] = json!("98.399");
    let dinar = issued(&ada, dinar).await;
    ada.get(&format!("{}/xml", path(&dinar))).await.refused(409, "e_invoice.amount");
}

async fn a_credit_note_names_its_invoice_and_the_supply(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let invoice = issued(&ada, draft(&customer)).await;
    let note = ada.create(&format!("{}/credit-note", path(&invoice)), json!({})).await;
    let note = ada.post(&format!("{}/issue", path(&note)), json!({})).await.expect(200).json();
    for query in ["?syntax=cii", "?syntax=ubl"] {
        let read = read(&ada, &path(&note), query).await;
        assert!(read.is_credit_note);
        assert_eq!(read.preceding[0].number, invoice["number"].as_str().unwrap());
        assert_eq!(read.delivered_on.unwrap().to_string(), "2026-01-01");
    }
}

async fn a_customer_gets_the_units_that_it_wants_as_they_were_at_the_issue(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let party = format!("/parties/{}", customer["id"].as_str().unwrap());
    let wanted = |unit: &str| json!({"unit_codes": [{"unit": "MTQ", "replaced_by": unit}]});
    ada.patch(&party, 1, wanted("DMQ")).await.expect(200);
    let twice = [wanted("DMQ")["unit_codes"][0].clone(), wanted("H87")["unit_codes"][0].clone()];
    let refused = ada.patch(&party, 2, json!({"unit_codes": twice})).await;
    let refused = refused.refused(422, "body.invalid").json();
    assert_eq!(refused["errors"][0]["pointer"], "/unit_codes/1");
    let invoice = issued(&ada, draft(&customer)).await;
    assert_eq!(invoice["lines"][0]["unit"], "MTQ");
    ada.patch(&party, 2, wanted("H87")).await.expect(200);
    let later = issued(&ada, draft(&customer)).await;
    ada.patch(&party, 3, json!({"unit_codes": []})).await.expect(200);
    for (invoice, unit) in [(&invoice, "DMQ"), (&later, "H87")] {
        assert_eq!(read(&ada, &path(invoice), "?syntax=ubl").await.lines[0].unit, unit);
    }
}

async fn an_e_invoice_that_the_client_has_is_not_written_again(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let invoice = issued(&ada, draft(&customer)).await;
    let xml = format!("{}/xml", path(&invoice));
    let conditional = |name: &str, tag: &str| {
        ada.request(reqwest::Method::GET, &xml).header(name, tag.to_owned())
    };
    ada.send(conditional("if-none-match", "\"2\"")).await.expect(304);
    ada.send(conditional("if-none-match", "\"1\"")).await.expect(200);
    ada.send(conditional("if-match", "\"1\"")).await.expect(412);
}

on_postgres! {
    an_issued_invoice_is_an_e_invoice_in_each_syntax_and_profile,
    what_xrechnung_demands_is_named_until_it_is_there,
    only_an_issued_invoice_of_the_organization_has_an_e_invoice,
    a_credit_note_names_its_invoice_and_the_supply,
    a_customer_gets_the_units_that_it_wants_as_they_were_at_the_issue,
    an_e_invoice_that_the_client_has_is_not_written_again,
}
