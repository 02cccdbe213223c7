//! Links by which readers without an account download documents.

use std::time::Duration;

use plinth_in_process::SystemClock;
use plinth_ports::Clock;
use reqwest::{Method, header::RANGE};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Client, Options, PASSWORD, Reply, TestApp, records::RecordSample};

const BYTES: &[u8] = b"the plan of the harbour";

/// A time after the clock's.
fn after(app: &TestApp, time: Duration) -> String {
    let end = app.clock.now() + time;
    end.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}

/// A new link, and a change to it.
pub async fn sample(owner: &Client) -> RecordSample {
    let document = owner.upload("plan.txt", BYTES).await;
    let now = SystemClock.now();
    let end = |days| (now + chrono::TimeDelta::days(days)).to_rfc3339();
    RecordSample {
        path: "/document-links",
        new: json!({
            "document_id": document["id"], "label": "Architects", "expires_at": end(30),
            "max_downloads": 7,
        }),
        change: json!({"label": "Others", "expires_at": end(60)}),
    }
}

/// A link to a new document.
async fn link(app: &TestApp, owner: &Client, more: Value) -> Value {
    let document = owner.upload("plan.txt", BYTES).await;
    let end = after(app, Duration::from_hours(1));
    let mut new = json!({"document_id": document["id"], "expires_at": end});
    new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    owner.post("/document-links", new).await.expect(201).json()
}

/// The token of a link, from its URL.
pub fn token(link: &Value) -> String {
    let url = link["url"].as_str().unwrap();
    url.strip_prefix("/account/shared#").unwrap().to_owned()
}

async fn open(reader: &Client, link: &Value) -> Reply {
    reader.post("/shared-documents/open", json!({"token": token(link)})).await
}

async fn download(reader: &Client, link: &Value, password: Option<&str>) -> Reply {
    let mut body = json!({"token": token(link)});
    if let Some(password) = password {
        body["password"] = json!(password);
    }
    reader.post("/shared-documents/download", body).await
}

async fn a_reader_without_an_account_downloads_the_document_by_its_link(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let made = link(app, &ada, json!({"label": "Architects"})).await;
    let reader = app.anonymous();
    let shown = open(&reader, &made).await.expect(200);
    assert_eq!(shown.header("cache-control"), "no-store");
    let shown = shown.json();
    assert_eq!(shown["name"], "plan.txt");
    assert_eq!(shown["size_bytes"], BYTES.len());
    assert_eq!((&shown["needs_password"], &shown["downloads_left"]), (&json!(false), &Value::Null));
    let granted = download(&reader, &made, None).await.expect(200).json();
    let url = granted["url"].as_str().unwrap();
    assert_eq!(reader.get(url).await.expect(200).text.as_bytes(), BYTES);
    let part = reader.request(Method::GET, url).header(RANGE, "bytes=4-7");
    assert_eq!(reader.send(part).await.expect(206).text, "plan");
    // However the bytes are read, it is one download.
    let path = format!("/document-links/{}", made["id"].as_str().unwrap());
    assert_eq!(ada.get(&path).await.expect(200).json()["downloads"], 1);
    app.clock.advance(Duration::from_mins(5));
    reader.get(url).await.refused(401, "document_link.invalid");
}

async fn a_download_is_audited_with_the_address_of_its_reader(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let made = link(app, &ada, json!({"password": PASSWORD})).await;
    download(&app.anonymous(), &made, Some(PASSWORD)).await.expect(200);
    app.settle().await;
    let told = ada.list("/audit-logs?action=document_link.downloaded").await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["subject_id"], made["id"]);
    let all = ada.get("/audit-logs").await.expect(200).text;
    assert!(!all.contains(&token(&made)) && !all.contains("argon2"), "{all}");
}

async fn a_link_ends_with_its_time_its_downloads_and_its_removal(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let reader = app.anonymous();
    let twice = link(app, &ada, json!({"max_downloads": 2})).await;
    for left in [1, 0] {
        download(&reader, &twice, None).await.expect(200);
        if left > 0 {
            assert_eq!(open(&reader, &twice).await.expect(200).json()["downloads_left"], left);
        }
    }
    open(&reader, &twice).await.refused(409, "document_link.ended");
    download(&reader, &twice, None).await.refused(409, "document_link.ended");
    let path = format!("/document-links/{}", twice["id"].as_str().unwrap());
    ada.patch(&path, 3, json!({"max_downloads": 3})).await.expect(200);
    let granted = download(&reader, &twice, None).await.expect(200).json();

    ada.delete(&path, 5).await.expect(204);
    open(&reader, &twice).await.refused(401, "document_link.invalid");
    let url = granted["url"].as_str().unwrap();
    reader.get(url).await.refused(401, "document_link.invalid");

    let short = link(app, &ada, json!({})).await;
    app.clock.advance(Duration::from_secs(3601));
    open(&reader, &short).await.refused(409, "document_link.ended");
}

async fn downloads_at_once_are_counted_one_by_one(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let made = link(app, &ada, json!({"max_downloads": 3})).await;
    let readers = (0..8).map(|_| {
        let (reader, made) = (app.anonymous(), made.clone());
        async move { download(&reader, &made, None).await.status.as_u16() }
    });
    let mut statuses = futures::future::join_all(readers).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 409, 409, 409, 409, 409]);
}

async fn a_link_with_a_password_asks_for_it_and_bounds_the_guesses(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let made = link(app, &ada, json!({"password": PASSWORD})).await;
    assert_eq!(made["has_password"], true);
    let reader = app.anonymous();
    assert_eq!(open(&reader, &made).await.expect(200).json()["needs_password"], true);
    download(&reader, &made, None).await.refused(401, "document_link.password_needed");
    for _ in 0..3 {
        let wrong = download(&reader, &made, Some("another long password")).await;
        wrong.refused(401, "document_link.password_wrong");
    }
    let limited = download(&reader, &made, Some(PASSWORD)).await.expect(429);
    assert!(!limited.header("retry-after").is_empty());
    // Another link is not concerned.
    let other = link(app, &ada, json!({"password": PASSWORD})).await;
    download(&reader, &other, Some(PASSWORD)).await.expect(200);
    let refused = json!({"document_id": made["document_id"], "password": "short",
        "expires_at": after(app, Duration::from_mins(1))});
    let refused = ada.post("/document-links", refused).await.refused(422, "body.invalid");
    assert_eq!(refused.faults(), ["/password password.too_short"]);
}

async fn a_forged_token_opens_nothing_and_a_foreign_link_shows_nothing(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let made = link(app, &ada, json!({})).await;
    let reader = app.anonymous();
    let good = token(&made);
    let (head, tail) = good.split_at(good.len() / 2);
    let other = if tail.starts_with('A') { 'B' } else { 'A' };
    let changed = format!("{head}{other}{}", &tail[1..]);
    for forged in ["", "pls_", "plk_AAAA", &changed, &good[4..], &format!("{good}A")] {
        for path in ["/shared-documents/open", "/shared-documents/download"] {
            let body = json!({"token": forged});
            reader.post(path, body).await.refused(401, "document_link.invalid");
        }
        let content = format!("/shared-documents/content?grant={forged}");
        let content = reader.get(&content).await;
        assert!([400, 401].contains(&content.status.as_u16()), "{content:?}");
    }
    let path = format!("/document-links/{}", made["id"].as_str().unwrap());
    bob.get(&path).await.refused(404, "not_found");
    for document in [made["document_id"].clone(), json!(Uuid::from_u128(42))] {
        let new =
            json!({"document_id": document, "expires_at": after(app, Duration::from_mins(1))});
        let refused = bob.post("/document-links", new).await.refused(422, "body.invalid");
        assert_eq!(refused.faults(), ["/document_id reference.unknown"]);
    }
}

async fn who_may_not_read_documents_neither_makes_nor_sees_a_link(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let made = link(app, &ada, json!({})).await;
    let permissions = json!(["document_link:read", "document_link:create"]);
    let key = json!({"name": "links", "permissions": permissions});
    let key = ada.post("/api-keys", key).await.expect(201).json();
    let key = ada.with_token(key["secret"].as_str().unwrap());
    let new = json!({"document_id": made["document_id"],
        "expires_at": after(app, Duration::from_mins(1))});
    key.post("/document-links", new).await.refused(403, "document_link.exceeds_caller");
    for path in ["/document-links", &format!("/document-links/{}", made["id"].as_str().unwrap())] {
        let shown = key.get(path).await.expect(200).text;
        assert!(!shown.contains("pls_"), "{shown}");
    }
}

async fn a_link_lasts_a_year_at_most(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let made = link(app, &ada, json!({})).await;
    let path = format!("/document-links/{}", made["id"].as_str().unwrap());
    let now = app.clock.now();
    for (end, is_valid) in [
        (now - chrono::TimeDelta::seconds(1), false),
        (now + chrono::TimeDelta::days(365), true),
        (now + chrono::TimeDelta::days(367), false),
    ] {
        let new = json!({"document_id": made["document_id"], "expires_at": end.to_rfc3339()});
        let reply = ada.post("/document-links", new).await;
        let version = ada.get(&path).await.json()["version"].as_i64().unwrap();
        let change = json!({"expires_at": end.to_rfc3339()});
        let change = ada.patch(&path, version, change).await;
        if is_valid {
            reply.expect(201);
            change.expect(200);
        } else {
            for reply in [reply, change] {
                let refused = reply.refused(422, "body.invalid");
                assert_eq!(refused.faults(), ["/expires_at document_link.expiry"]);
            }
        }
    }
    for max in [json!(0), json!(1_000_001)] {
        let new = json!({"document_id": made["document_id"], "max_downloads": max,
            "expires_at": after(app, Duration::from_mins(1))});
        let refused = ada.post("/document-links", new).await.refused(422, "body.invalid");
        assert_eq!(refused.faults(), ["/max_downloads document_link.downloads"]);
    }
}

async fn a_link_goes_with_its_document(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let made = link(app, &ada, json!({})).await;
    let document = format!("/documents/{}", made["document_id"].as_str().unwrap());
    let version = ada.get(&document).await.json()["version"].as_i64().unwrap();
    ada.delete(&document, version).await.expect(204);
    open(&app.anonymous(), &made).await.refused(401, "document_link.invalid");
}

on_postgres! {
    a_reader_without_an_account_downloads_the_document_by_its_link,
    a_download_is_audited_with_the_address_of_its_reader,
    a_link_ends_with_its_time_its_downloads_and_its_removal,
    downloads_at_once_are_counted_one_by_one,
    a_forged_token_opens_nothing_and_a_foreign_link_shows_nothing,
    who_may_not_read_documents_neither_makes_nor_sees_a_link,
    a_link_lasts_a_year_at_most,
    a_link_goes_with_its_document,
}

mod guesses {
    use super::*;

    fn few_failures() -> Options {
        Options { login_failures_burst: Some(3), ..Options::default() }
    }

    on_postgres! {
        few_failures();
        a_link_with_a_password_asks_for_it_and_bounds_the_guesses,
    }
}
