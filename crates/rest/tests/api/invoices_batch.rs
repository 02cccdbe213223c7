//! Several drafts in one request, end to end.

use serde_json::{Value, json};

use crate::{
    invoices::{draft, line, minor, trading},
    support::{Client, TestApp},
};

fn batch(items: &[Value]) -> Value {
    json!({ "items": items })
}

async fn stored(owner: &Client) -> usize {
    owner.list("/invoices").await.len()
}

async fn a_hundred_drafts_are_created_once_with_a_key(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let items = (1..=100).map(|n| {
        let mut body = draft(&customer);
        body["lines"] = json!(vec![line(&n.to_string(), "1", 1900); 20]);
        body
    });
    let body = batch(&items.collect::<Vec<_>>());
    let created = ada.post_once("/invoices/batch", "all", body.clone()).await.expect(201).json();
    let again = ada.post_once("/invoices/batch", "all", body).await.expect(201);
    assert_eq!((again.header("idempotent-replayed"), again.json()), ("true", created.clone()));
    let items = created["items"].as_array().unwrap();
    assert_eq!((items.len(), stored(&ada).await), (100, 100));
    for (n, item) in (1..).zip(items) {
        assert_eq!((minor(&item["net"]), minor(&item["due"])), (n * 2_000, n * 2_380));
    }
    let last = ada.get(&format!("/invoices/{}", items[99]["id"].as_str().unwrap())).await;
    let last = last.expect(200).json();
    assert_eq!((&last["status"], &last["version"]), (&json!("draft"), &items[99]["version"]));
    assert_eq!(last["lines"].as_array().unwrap().len(), 20);
    let log = ada.list("/audit-logs?action=invoice.created").await;
    assert_eq!(log.len(), 100);
    assert!(log.iter().any(|entry| entry["subject_id"] == last["id"]), "{last}");
}

async fn faults_of_a_batch_name_their_items_and_nothing_is_written(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let good = || draft(&customer);
    let with = |field: &str, value: Value| {
        let mut body = good();
        body[field] = value;
        body
    };
    let mut malformed = good();
    malformed["lines"][0]["quantity"] = json!("1e3");
    let body = batch(&[good(), malformed, with("currency", json!("ABC"))]);
    let refused = ada.post("/invoices/batch", body).await.refused(422, "body.invalid").json();
    let at = |n: usize| (&refused["errors"][n]["pointer"], &refused["errors"][n]["code"]);
    assert_eq!(at(0), (&json!("/items/1/lines/0/quantity"), &json!("decimal.malformed")));
    assert_eq!(at(1), (&json!("/items/2/currency"), &json!("currency.unknown")));

    // What only the calculation and the store know.
    let huge = with("lines", json!([line("999999999999", "999999999999", 1900)]));
    let body = batch(&[huge, good(), with("supplier_number", json!("1"))]);
    let refused = ada.post("/invoices/batch", body).await.refused(422, "body.invalid").json();
    let at = |n: usize| (&refused["errors"][n]["pointer"], &refused["errors"][n]["code"]);
    assert_eq!(at(0), (&json!("/items/0/lines/0"), &json!("amount.overflow")));
    let code = json!("invoice.supplier_number_unexpected");
    assert_eq!(at(1), (&json!("/items/2/supplier_number"), &code));
    let body = batch(&[good(), with("party_id", json!(uuid::Uuid::nil()))]);
    let refused = ada.post("/invoices/batch", body).await.refused(422, "body.invalid").json();
    assert_eq!(refused["errors"][0]["pointer"], "/items/1/party_id");
    let incoming = || {
        let mut body = with("direction", json!("payable"));
        (body["supplier_number"], body["issued_on"]) = (json!("7"), json!("2026-03-01"));
        body
    };
    let refused = ada.post("/invoices/batch", batch(&[good(), incoming(), incoming()])).await;
    let refused = refused.refused(409, "invoice.supplier_number_taken").json();
    assert!(refused["detail"].as_str().unwrap().starts_with("/items/2: "), "{refused}");
    assert_eq!(stored(&ada).await, 0);
    assert!(ada.list("/audit-logs?action=invoice.created").await.is_empty());
}

async fn a_batch_has_up_to_a_hundred_invoices_and_two_thousand_lines(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let mut long = draft(&customer);
    long["lines"] = json!(vec![line("1", "1", 1900); 500]);
    let five = vec![long.clone(), long.clone(), long.clone(), long, draft(&customer)];
    let many = vec![draft(&customer); 101];
    for (items, code) in
        [(Vec::new(), "list.empty"), (many, "list.too_long"), (five, "list.too_long")]
    {
        let refused = ada.post("/invoices/batch", batch(&items)).await;
        let refused = refused.refused(422, "body.invalid").json();
        let fault = &refused["errors"][0];
        assert_eq!((&fault["pointer"], &fault["code"]), (&json!("/items"), &json!(code)));
    }
    assert_eq!(stored(&ada).await, 0);
}

on_postgres! {
    a_hundred_drafts_are_created_once_with_a_key,
    faults_of_a_batch_name_their_items_and_nothing_is_written,
    a_batch_has_up_to_a_hundred_invoices_and_two_thousand_lines,
}
