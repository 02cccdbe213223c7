//! The supporting documents of invoices.

use plinth_domain::ContentType;
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    invoices::{draft, issued, party, path, seller, trading},
    support::{Client, TestApp},
};

const PDF: &[u8] = b"%PDF-1.7\n%measured on site\n";
const MIB: usize = 1024 * 1024;

fn place(document: &Value) -> String {
    format!("/documents/{}", document["id"].as_str().unwrap())
}

fn with(party: &Value, documents: &[&Value]) -> Value {
    let mut new = draft(party);
    new["attachments"] = documents.iter().map(|document| document["id"].clone()).collect();
    new
}

async fn replace(client: &Client, document: &Value, bytes: &[u8]) {
    let request = client.request(Method::PUT, &format!("{}/content", place(document)));
    let request = request.header(header::IF_MATCH, "*").body(bytes.to_vec());
    let of_any_type = request.header(header::CONTENT_TYPE, "application/octet-stream");
    client.send(of_any_type).await.expect(200);
}

async fn supporting_documents_are_frozen_at_the_issue_and_sent_with_the_e_invoice(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let plan = ada.upload("Aufmass.pdf", PDF).await;
    let hours = ada.upload("hours.csv", b"day;hours\n").await;
    let invoice = ada.create("/invoices", with(&customer, &[&plan, &hours])).await;
    let listed = invoice["attachments"].as_array().unwrap();
    let types: Vec<_> = listed.iter().map(|one| one["content_type"].as_str().unwrap()).collect();
    assert_eq!(types, ["application/pdf", "text/csv"]);
    assert_eq!(listed[1]["version_id"], hours["current"]["id"]);
    ada.delete(&place(&plan), "*").await.refused(409, "record.in_use");

    // The newest version at the issue counts, and none after it.
    replace(&ada, &hours, b"day;hours\n1;8\n").await;
    let issue = format!("{}/issue", path(&invoice));
    let issued = ada.post(&issue, json!({})).await.expect(200).json();
    replace(&ada, &hours, b"day;hours\n1;9\n").await;
    assert_ne!(issued["attachments"][1]["version_id"], hours["current"]["id"]);
    assert_eq!(issued["attachments"][1]["size_bytes"], 14);
    let read = ada.get(&path(&invoice)).await.expect(200).json();
    assert_eq!(read["attachments"], issued["attachments"]);
    for syntax in ["cii", "ubl"] {
        let xml = ada.get(&format!("{}/xml?syntax={syntax}", path(&invoice))).await.expect(200);
        // The bytes of the second version in base64.
        assert!(xml.text.contains(">ZGF5O2hvdXJzCjE7OAo=<"), "{}", xml.text);
        let read = plinth_e_documents::read_invoice(xml.text.as_bytes(), ContentType::Other);
        let read = read.unwrap();
        assert_eq!(
            (read.warnings, read.attachments),
            (vec![], names(&["Aufmass.pdf", "hours.csv"]))
        );
    }
    ada.delete(&place(&hours), "*").await.refused(409, "record.in_use");
    let log = ada.list("/audit-logs?action=invoice.issued").await;
    assert_eq!(log[0]["after"]["attachments"][1]["sha256"], issued["attachments"][1]["sha256"]);
    let change = json!({"attachments": []});
    ada.patch(&path(&invoice), 2, change).await.refused(409, "state.transition");
}

fn names(all: &[&str]) -> Vec<String> {
    all.iter().map(|name| (*name).to_owned()).collect()
}

async fn a_draft_lists_other_documents_after_a_change_and_none_in_a_copy(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let plan = ada.upload("plan.pdf", PDF).await;
    let hours = ada.upload("hours.csv", b"day;hours\n").await;
    let invoice = ada.create("/invoices", with(&customer, &[&plan])).await;
    let path = path(&invoice);
    let noted = ada.patch(&path, 1, json!({"note": "Thanks"})).await.expect(200).json();
    assert_eq!(noted["attachments"], invoice["attachments"]);
    let change = json!({"attachments": [hours["id"]]});
    let changed = ada.patch(&path, 2, change).await.expect(200).json();
    assert_eq!(changed["attachments"][0]["name"], "hours.csv");
    ada.delete(&place(&plan), "*").await.expect(204);
    let copy = ada.create(&format!("{path}/duplicate"), json!({})).await;
    assert_eq!(copy["attachments"], json!([]));
    ada.delete(&path, "*").await.expect(204);
    ada.delete(&place(&hours), "*").await.expect(204);
}

async fn what_is_no_supporting_document_is_refused_at_its_place(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let plan = ada.upload("plan.pdf", PDF).await;
    let note = ada.upload("note.txt", b"Hello").await;
    let twin = ada.upload("PLAN.pdf", PDF).await;
    let half = [
        ada.upload("a.csv", &vec![b'x'; 6 * MIB]).await,
        ada.upload("b.csv", &vec![b'x'; 6 * MIB]).await,
    ];
    let bob = app.owner("Bob").await;
    let foreign = bob.upload("plan.pdf", PDF).await;
    let nothing = json!({"id": customer["id"]});
    let refused = async |path: &str, body: Value| {
        let refused = ada.post(path, body).await.refused(422, "body.invalid").json();
        let fault = refused["errors"][0].clone();
        let text = |field: &str| fault[field].as_str().unwrap().to_owned();
        (text("pointer"), text("code"))
    };
    let at = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
    for (documents, pointer, code) in [
        (vec![&plan, &note], "/attachments/1", "invoice.attachment_type"),
        (vec![&nothing], "/attachments/0", "reference.unknown"),
        (vec![&plan, &foreign], "/attachments/1", "reference.unknown"),
        (vec![&plan, &plan], "/attachments/1", "invoice.attachment_twice"),
        (vec![&plan, &twin], "/attachments/1", "invoice.attachment_twice"),
        (vec![&half[0], &half[1]], "/attachments", "invoice.attachments_large"),
        (vec![&plan; 11], "/attachments", "list.too_long"),
    ] {
        let body = with(&customer, &documents);
        assert_eq!(refused("/invoices", body.clone()).await, at(pointer, code));
        let in_batch = refused("/invoices/batch", json!({"items": [body]})).await;
        assert_eq!(in_batch, at(&format!("/items/0{pointer}"), code));
    }
    let mut incoming = with(&customer, &[&plan]);
    incoming["direction"] = json!("payable");
    let code = at("/attachments", "invoice.attachments_unexpected");
    assert_eq!(refused("/invoices", incoming).await, code);
    let many = vec![with(&customer, &[&plan, &half[0]]); 51];
    let code = at("/items", "list.too_long");
    assert_eq!(refused("/invoices/batch", json!({"items": many})).await, code);

    // A document that became another one since is found at the issue.
    let invoice = ada.create("/invoices", with(&customer, &[&plan, &half[0]])).await;
    replace(&ada, &half[0], &vec![b'x'; 11 * MIB]).await;
    let issue = format!("{}/issue", path(&invoice));
    ada.post(&issue, json!({})).await.refused(409, "invoice.attachments_large");
    assert_eq!(ada.get(&path(&invoice)).await.expect(200).json()["number"], Value::Null);
    let key = ada.api_key(json!({"name": "k", "permissions": ["invoice:create"]})).await;
    key.post("/invoices", with(&customer, &[&plan])).await.expect(403);
}

/// What is sent is in memory until the client has it.
async fn one_large_e_invoice_of_an_organization_is_sent_at_once(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let large = ada.upload("large.csv", &vec![b'x'; 10 * MIB]).await;
    let invoice = issued(&ada, with(&customer, &[&large])).await;
    let small = issued(&ada, draft(&customer)).await;
    let xml = format!("{}/xml", path(&invoice));
    let slow = ada.request(Method::GET, &xml).send().await.unwrap();
    assert_eq!(slow.status(), StatusCode::OK);
    ada.get(&xml).await.refused(503, "organization.busy");
    ada.get(&format!("{}/xml", path(&small))).await.expect(200);
    let bob = app.owner("Bob").await;
    bob.patch("/organization", "*", seller()).await.expect(200);
    let his = party(&bob).await;
    let plan = bob.upload("plan.pdf", PDF).await;
    let others = issued(&bob, with(&his, &[&plan])).await;
    bob.get(&format!("{}/xml", path(&others))).await.expect(200);
    assert!(slow.bytes().await.unwrap().len() > 13 * MIB);
    ada.get(&xml).await.expect(200);
}

on_postgres! {
    supporting_documents_are_frozen_at_the_issue_and_sent_with_the_e_invoice,
    a_draft_lists_other_documents_after_a_change_and_none_in_a_copy,
    what_is_no_supporting_document_is_refused_at_its_place,
    one_large_e_invoice_of_an_organization_is_sent_at_once,
}
