//! Tickets: what stands in for a credential where a client cannot send a header.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, Options, TestApp};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj << >> endobj\n%%EOF\n";

/// The path with a ticket, below `/api/v1`.
async fn ticket(client: &Client, path: &str) -> String {
    let reply = client.post("/tickets", json!({"path": format!("/api/v1{path}")})).await;
    let reply = reply.expect(201);
    assert_eq!(reply.header("cache-control"), "no-store");
    reply.json()["url"].as_str().unwrap().strip_prefix("/api/v1").unwrap().to_owned()
}

async fn content(client: &Client) -> String {
    let document = client.upload("plan.pdf", PDF).await;
    format!("/documents/{}/content", document["id"].as_str().unwrap())
}

async fn a_ticket_reads_its_path_and_no_other(app: &TestApp) {
    let (ada, anonymous) = (app.owner("Ada").await, app.anonymous());
    let (path, other) = (content(&ada).await, content(&ada).await);
    anonymous.get(&path).await.refused(401, "auth.required");
    let url = ticket(&ada, &path).await;
    for _ in 0..2 {
        let reply = anonymous.get(&url).await.expect(200);
        assert_eq!(reply.text.as_bytes(), PDF);
        assert_eq!(reply.header("cross-origin-resource-policy"), "cross-origin");
    }
    let text = url.split("ticket=").nth(1).unwrap();
    for wrong in [
        format!("{other}?ticket={text}"),
        format!("{path}?redirect=true&ticket={text}"),
        format!("{path}?ticket={}", &text[..text.len() - 1]),
        format!("{path}?ticket=plt_"),
        format!("{path}?ticket={}", "x".repeat(5000)),
        format!("/projects?ticket={text}"),
    ] {
        anonymous.get(&wrong).await.refused(401, "auth.invalid_token");
    }
    let head = anonymous.send(anonymous.request(Method::HEAD, &url)).await;
    head.expect(200);
    // It changes nothing.
    let put = anonymous.request(Method::PUT, &url).body(PDF);
    anonymous.send(put).await.refused(401, "auth.required");
    // The query of the path is a part of it.
    let query = ticket(&ada, &format!("{path}?redirect=false")).await;
    anonymous.get(&query).await.expect(200);
    let reply = ada.get(&path).await.expect(200);
    assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin");
}

async fn a_ticket_has_the_rights_of_its_credential_and_ends_with_it(app: &TestApp) {
    let (ada, bob, anonymous) = (app.owner("Ada").await, app.owner("Bob").await, app.anonymous());
    let path = content(&ada).await;
    let url = ticket(&bob, &path).await;
    anonymous.get(&url).await.refused(404, "not_found");
    let url = ticket(&ada, &path).await;
    anonymous.get(&url).await.expect(200);
    ada.post("/auth/logout", json!({})).await.expect(204);
    anonymous.get(&url).await.refused(401, "auth.invalid_token");

    let carol = app.owner("Carol").await;
    let key = carol.post("/api-keys", json!({"name": "k", "role": "viewer"})).await.expect(201);
    let key = key.json();
    let path = content(&carol).await;
    let client = carol.with_token(key["secret"].as_str().unwrap());
    let url = ticket(&client, &path).await;
    anonymous.get(&url).await.expect(200);
    app.clock.advance(Duration::from_secs(61));
    anonymous.get(&url).await.refused(401, "auth.invalid_token");
}

#[tokio::test]
async fn a_refused_ticket_is_counted_against_its_address() {
    let app = TestApp::postgres(Options { burst: 3, ..Options::default() }).await;
    let client = app.anonymous();
    for _ in 0..3 {
        client.get("//ready?ticket=plt_x").await;
    }
    let reply = client.get("//ready?ticket=plt_x").await.refused(429, "rate_limited");
    assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin");
    app.stop().await;
}

async fn a_ticket_for_the_stream_has_one_use(app: &TestApp) {
    let (ada, anonymous) = (app.owner("Ada").await, app.anonymous());
    let url = ticket(&ada, "/events/stream?topics=projects").await;
    let stream = anonymous.request(Method::GET, &url).send().await.unwrap();
    assert_eq!(stream.status(), 200);
    anonymous.get(&url).await.refused(401, "auth.invalid_token");
}

async fn a_ticket_is_for_files_and_the_stream_alone(app: &TestApp) {
    let ada = app.owner("Ada").await;
    app.anonymous().post("/tickets", json!({"path": "/api/v1/events/stream"})).await.expect(401);
    for path in [
        "",
        "/api/v1/projects",
        "/api/v1/documents/1/content",
        "https://example.com/api/v1/events/stream",
        "/api/v1/events/stream?ticket=plt_",
        "/api/v1/events/stream#x",
        "/api/v1/events/stream?a b",
        &format!("/api/v1/events/stream?{}", "x".repeat(2000)),
    ] {
        let reply = ada.post("/tickets", json!({"path": path})).await.refused(422, "body.invalid");
        let errors: Value = reply.json()["errors"].clone();
        assert_eq!(errors[0]["pointer"], "/path", "{path}");
    }
}

on_postgres! {
    a_ticket_reads_its_path_and_no_other,
    a_ticket_has_the_rights_of_its_credential_and_ends_with_it,
    a_ticket_for_the_stream_has_one_use,
    a_ticket_is_for_files_and_the_stream_alone,
}
