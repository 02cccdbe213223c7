//! Two servers issue invoices at once. One is killed, and the database crashes and recovers: the numbers
//! have neither a gap nor a double.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use plinth_testkit::OwnServer;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    caller::{Caller, text},
    server::Api,
};

const INVOICES: usize = 200;

pub fn seller() -> Value {
    json!({"settings": {"seller": {
        "legal_name": "Hochbau Nord GmbH", "vat_id": "DE136695976",
        "address": {"street": "Kai 7", "postal_code": "20457", "city": "Hamburg", "country": "DE"},
        "contact": {"name": "Ada", "email": "ada@example.com", "phone": "+49 40 1"},
        "bank_account": {"iban": "DE89370400440532013000"},
    }}})
}

/// The identities of new drafts.
async fn drafts(owner: &Caller) -> Vec<String> {
    let settings = owner.request(Method::PATCH, "/organization").header("If-Match", "*");
    assert_eq!(settings.json(&seller()).send().await.unwrap().status(), 200);
    let address = json!({"postal_code": "20457", "city": "Hamburg", "country": "DE"});
    let body = json!({"name": "Hafenamt", "role": "customer", "address": address});
    let (status, party) = owner.try_post("/parties", body).await;
    assert_eq!(status, 201, "{party}");
    let line = json!({
        "text": "Concrete", "quantity": "12.5", "unit": "MTQ", "unit_price": "98.40",
        "vat": {"category": "S", "rate_basis_points": 1900},
    });
    let body = json!({
        "party_id": party["id"], "currency": "EUR", "service_from": "2026-01-01", "lines": [line],
    });
    let mut drafts = Vec::new();
    while drafts.len() < INVOICES {
        let items = vec![body.clone(); 100];
        let (status, made) = owner.try_post("/invoices/batch", json!({"items": items})).await;
        assert_eq!(status, 201, "{made}");
        drafts.extend(made["items"].as_array().unwrap().iter().map(|draft| text(&draft["id"])));
    }
    drafts
}

/// Issues an invoice, as often as it takes, with one idempotency key. The servers take turns.
async fn issue(servers: [Caller; 2], id: String, issued: Arc<AtomicUsize>) {
    for attempt in 0..600 {
        let path = format!("/invoices/{id}/issue");
        let request = servers[attempt % 2].request(Method::POST, &path).json(&json!({}));
        let request = request.header("Idempotency-Key", &id).timeout(Duration::from_secs(20));
        match request.send().await {
            Ok(reply) if reply.status() == 200 => {
                issued.fetch_add(1, Ordering::SeqCst);
                return;
            }
            Ok(reply) => {
                let status = reply.status().as_u16();
                // The key is in use by an attempt whose answer was lost.
                assert!([409, 503].contains(&status), "{status} {:?}", reply.text().await);
            }
            Err(_) => {}
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{id} was never issued");
}

async fn until(issued: &AtomicUsize, count: usize) {
    while issued.load(Ordering::SeqCst) < count {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_have_no_gap_and_no_double_although_a_server_is_killed_and_the_database_crashes() {
    let database = OwnServer::start().await;
    let variables = [("PLINTH_DATABASE__ACQUIRE_TIMEOUT_MS", "2000")];
    let mut servers = [(); 2].map(|()| Api::start(&database.url(), &variables));
    for server in &servers {
        server.becomes(200).await;
    }
    let owner = Caller::register(&servers[0]).await;
    let there = owner.at(&servers[1]);
    let drafts = drafts(&owner).await;

    let issued = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = drafts
        .into_iter()
        .enumerate()
        .map(|(n, id)| {
            let callers =
                if n % 2 == 0 { [&owner, &there] } else { [&there, &owner] }.map(Caller::clone);
            tokio::spawn(issue(callers, id, Arc::clone(&issued)))
        })
        .collect();
    until(&issued, INVOICES / 4).await;
    servers[0].kill();
    until(&issued, INVOICES / 2).await;
    database.crash_and_recover();
    for task in tasks {
        task.await.unwrap();
    }

    let mut numbers = Vec::new();
    let mut path = "/invoices?limit=200&status=issued".to_owned();
    loop {
        let (status, page) = there.get(&path).await;
        assert_eq!(status, 200, "{page}");
        for invoice in page["data"].as_array().unwrap() {
            let number = text(&invoice["number"]);
            numbers.push(number.rsplit('-').next().unwrap().parse::<usize>().unwrap());
        }
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/invoices?limit=200&status=issued&cursor={cursor}");
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=INVOICES).collect::<Vec<_>>());
    servers[1].terminate();
    assert_eq!(servers[1].exit_code(), Some(0), "{}", servers[1].log());
}
