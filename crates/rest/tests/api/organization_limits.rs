//! What one organization may have at most.

use plinth_application::Limits;
use serde_json::json;

use crate::support::{Client, Options, Reply, TestApp};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj << >> endobj\n%%EOF\n";

fn small() -> Options {
    let limits = Limits {
        records: 3,
        members: 3,
        open_invitations: 2,
        live_api_keys: 2,
        open_uploads: 2,
        stored_bytes: 200,
    };
    Options { limits, ..Options::default() }
}

/// Sends requests until one is refused, and returns the number of those before.
async fn until_refused(request: impl AsyncFn(usize) -> Reply) -> usize {
    for number in 0..10 {
        let reply = request(number).await;
        if reply.status.is_client_error() {
            let problem = reply.refused(403, "limit.reached").json();
            assert!(problem["detail"].as_str().unwrap().contains("at most"), "{problem}");
            return number;
        }
        assert!([200, 201].contains(&reply.status.as_u16()), "{}", reply.text);
    }
    panic!("there is no limit");
}

async fn project(client: &Client, number: usize) -> Reply {
    let body = json!({"code": format!("P-{number}"), "name": "Harbour"});
    client.post("/projects", body).await
}

pub async fn no_organization_has_more_than_its_limits(app: &TestApp) {
    let ada = app.owner("Ada").await;
    assert_eq!(until_refused(async |n| project(&ada, n).await).await, 3);
    let key = async |n: usize| {
        ada.post("/api-keys", json!({"name": n.to_string(), "role": "viewer"})).await
    };
    assert_eq!(until_refused(key).await, 2);
    let invite = async |n: usize| {
        let email = format!("guest-{n}@example.com");
        ada.post("/invitations", json!({"email": email, "role": "member"})).await
    };
    assert_eq!(until_refused(invite).await, 2);
    let form = async |_| ada.try_upload("plan.pdf", PDF).await;
    assert_eq!(until_refused(form).await, 3);
    let document = ada.list("/documents").await[0].clone();
    let path = format!("/documents/{}", document["id"].as_str().unwrap());
    let content = async || {
        let request = ada.request(reqwest::Method::PUT, &format!("{path}/content"));
        ada.send(request.header("Content-Type", "application/pdf").body(PDF)).await
    };
    content().await.refused(403, "limit.reached");
    // What is removed makes room again, and no other organization is concerned.
    ada.delete(&path, "*").await;
    ada.upload("plan.pdf", PDF).await;
    let bob = app.owner("Bob").await;
    project(&bob, 0).await.expect(201);
}

pub async fn declared_bytes_count_from_the_beginning_of_an_upload(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let direct = json!({"name": "plan.pdf", "size_bytes": 201});
    ada.post("/documents/uploads", direct).await.refused(403, "limit.reached");
    let first = ada.begin_tus("plan.pdf", 150).await;
    let tus = |length: usize| {
        let request = ada.tus(reqwest::Method::POST, "/uploads").header("Upload-Length", length);
        ada.send(request.header("Upload-Metadata", "filename cGxhbi5wZGY="))
    };
    tus(51).await.refused(403, "limit.reached");
    tus(50).await.expect(201);
    // The length of a form is known at its end.
    ada.try_upload("plan.pdf", PDF).await.refused(403, "limit.reached");
    ada.send(ada.tus(reqwest::Method::DELETE, &first)).await.expect(204);
    ada.upload("plan.pdf", PDF).await;
}

async fn ten_requests_at_once_do_not_exceed_a_limit(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let all = (0..10).map(|number| project(&ada, number));
    let replies = futures::future::join_all(all).await;
    let created = replies.iter().filter(|reply| reply.status == 201).count();
    assert_eq!((created, ada.list("/projects").await.len()), (3, 3));
}

on_postgres! {
    small();
    no_organization_has_more_than_its_limits,
    declared_bytes_count_from_the_beginning_of_an_upload,
    ten_requests_at_once_do_not_exceed_a_limit,
}

mod on_memory {
    use super::*;

    #[tokio::test]
    async fn no_organization_has_more_than_its_limits() {
        let app = TestApp::memory(small()).await;
        super::no_organization_has_more_than_its_limits(&app).await;
        app.stop().await;
    }

    #[tokio::test]
    async fn declared_bytes_count_from_the_beginning_of_an_upload() {
        let app = TestApp::memory(small()).await;
        super::declared_bytes_count_from_the_beginning_of_an_upload(&app).await;
        app.stop().await;
    }
}
