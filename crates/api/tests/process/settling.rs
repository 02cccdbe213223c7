//! Two servers record payments against one invoice at once: what is settled never exceeds what is due.

use futures::future::join_all;
use plinth_testkit::TestDatabase;
use serde_json::{Value, json};

use crate::{caller::Caller, numbers::seller, server::Api};

const PAYMENTS: usize = 100;
/// 90 of them are due.
const PART: i64 = 1_000;

async fn invoice(owner: &Caller) -> (Value, Value) {
    let settings = owner.request(reqwest::Method::PATCH, "/organization").header("If-Match", "*");
    assert_eq!(settings.json(&seller()).send().await.unwrap().status(), 200);
    let address = json!({"postal_code": "20457", "city": "Hamburg", "country": "DE"});
    let body = json!({"name": "Hafenamt", "role": "customer", "address": address});
    let (_, party) = owner.try_post("/parties", body).await;
    let line = json!({
        "text": "Concrete", "quantity": "1", "unit": "MTQ", "unit_price": "900.00",
        "vat": {"category": "Z"},
    });
    let body = json!({
        "party_id": party["id"], "currency": "EUR", "service_from": "2026-01-01", "lines": [line],
    });
    let (_, draft) = owner.try_post("/invoices", body).await;
    let path = format!("/invoices/{}/issue", draft["id"].as_str().unwrap());
    let (status, invoice) = owner.try_post(&path, json!({})).await;
    assert_eq!(status, 200, "{invoice}");
    (party, invoice)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_payments_over_two_servers_never_settle_more_than_is_due() {
    let database = TestDatabase::create().await;
    let mut servers = [(); 2].map(|()| Api::start(database.url(), &[]));
    for server in &servers {
        server.becomes(200).await;
    }
    let owner = Caller::register(&servers[0]).await;
    let callers = [owner.clone(), owner.at(&servers[1])];
    let (party, invoice) = invoice(&owner).await;
    let amount = json!({"amount_minor": PART, "currency": "EUR"});
    let body = json!({
        "party_id": party["id"], "direction": "received", "amount": amount,
        "method": "bank_transfer", "received_on": "2026-01-15",
        "allocations": [{"invoice_id": invoice["id"], "amount": amount}],
    });
    let pay = |n: usize| {
        let (caller, body) = (&callers[n % 2], body.clone());
        async move {
            loop {
                let (status, reply) = caller.try_post("/payments", body.clone()).await;
                // The organization has as many requests at work as it may.
                if status != 429 && status != 503 {
                    return (status, reply["code"].clone());
                }
            }
        }
    };
    let replies = join_all((0..PAYMENTS).map(pay)).await;
    let paid = replies.iter().filter(|reply| reply.0 == 201).count();
    assert_eq!(paid, 90, "{replies:?}");
    let refused = replies.iter().filter(|reply| **reply == (409, json!("invoice.open_exceeded")));
    assert_eq!(refused.count(), 10, "{replies:?}");

    let path = format!("/invoices/{}", invoice["id"].as_str().unwrap());
    let (_, after) = owner.get(&path).await;
    assert_eq!((&after["status"], &after["open"]["amount_minor"]), (&json!("paid"), &json!(0)));
    let (_, settled) = owner.get(&format!("{path}/allocations")).await;
    let amounts = settled["data"].as_array().unwrap().iter();
    let sum: i64 = amounts.map(|one| one["amount"]["amount_minor"].as_i64().unwrap()).sum();
    assert_eq!(sum, 90_000);
    for server in &mut servers {
        server.terminate();
        assert_eq!(server.exit_code(), Some(0), "{}", server.log());
    }
    database.drop().await;
}
