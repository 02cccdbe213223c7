//! Uploads under faults: slow, silent, repeated, side by side, and while something is away.

use std::time::Duration;

use plinth_application::UploadSlotLimits;
use reqwest::{Method, header};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};

use crate::support::{Client, Options, Reply, Socket, TestApp, tus};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj << >> endobj\n%%EOF\n";

/// The head of an upload whose body of 1000 bytes is still to come.
fn head(client: &Client, method: &str, path: &str, headers: &str) -> String {
    format!(
        "{method} /api/v1{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\
         Content-Length: 1000\r\n{headers}\r\n",
        client.token.as_deref().unwrap(),
    )
}

const FORM: &str = "Content-Type: multipart/form-data; boundary=plinth\r\n";

async fn form(app: &TestApp, client: &Client, begun: &str) -> Socket {
    let mut socket = Socket::to(&app.url).await;
    socket.send(head(client, "POST", "/documents", FORM)).await;
    socket.send(begun).await;
    socket
}

/// A form that ends within a text field, and one that ends within its file.
const IN_A_FIELD: &str = "--plinth\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\npl";
const IN_THE_FILE: &str = "--plinth\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7\n";
const AFTER_THE_FILE: &str = "--plinth\r\nContent-Disposition: form-data; name=\"file\"; \
    filename=\"a.pdf\"\r\n\r\n%PDF-1.7\n%%EOF\n\r\n--plinth\r\n";

fn impatient() -> Options {
    Options { body_stall: Duration::from_millis(300), ..Options::default() }
}

async fn a_form_that_falls_silent_anywhere_is_given_up(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for begun in ["", IN_A_FIELD, IN_THE_FILE, AFTER_THE_FILE] {
        let mut socket = form(app, &ada, begun).await;
        socket.reply().await.refused(408, "body.timeout");
    }
    let document = ada.upload("plan.pdf", PDF).await;
    let path = format!("/documents/{}/content", document["id"].as_str().unwrap());
    let mut socket = Socket::to(&app.url).await;
    socket.send(head(&ada, "PUT", &path, "")).await;
    socket.reply().await.refused(408, "body.timeout");
    // Its slot is free again, and nothing is left.
    app.settle().await;
    assert_eq!(ada.list("/documents").await.len(), 1);
}

async fn who_may_not_upload_is_refused_before_a_byte_is_read(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let key = ada.post("/api-keys", json!({"name": "k", "role": "viewer"})).await.expect(201);
    let viewer = ada.with_token(key.json()["secret"].as_str().unwrap());
    let mut socket = form(app, &viewer, "").await;
    socket.reply().await.refused(403, "permission.denied");
}

fn few_slots() -> Options {
    let upload_slots = UploadSlotLimits { total: 4, per_organization: 2, per_user: 2 };
    Options { upload_slots, body_stall: Duration::from_secs(30), ..Options::default() }
}

/// Two silent forms of `holder`, and the answer that `other` then gets to an upload. A form that
/// arrives while the upload has a slot is refused itself; then both are sent again.
async fn hold(app: &TestApp, holder: &Client, other: &Client) -> ([Socket; 2], Reply) {
    for _ in 0..20 {
        let held = [form(app, holder, IN_THE_FILE).await, form(app, holder, IN_A_FIELD).await];
        for _ in 0..20 {
            let reply = other.try_upload("plan.pdf", PDF).await;
            if reply.status != 201 {
                return (held, reply);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    panic!("the forms hold no slots");
}

/// Uploads a file as soon as the server has noticed that the clients before have gone.
async fn upload_again(client: &Client) {
    for _ in 0..100 {
        if client.try_upload("plan.pdf", PDF).await.status == 201 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the slots stay taken");
}

async fn one_organization_does_not_take_all_slots(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let (held, refused) = hold(app, &ada, &ada).await;
    let refused = refused.refused(429, "upload.share_taken");
    assert!(!refused.header("retry-after").is_empty());
    let upload = ada.begin_tus("plan.pdf", 100).await;
    ada.send_tus(&upload, 0, &[0; 10]).await.refused(429, "upload.share_taken");
    // No partial upload is looked for without a slot.
    tus::join(&ada, &["/api/v1/uploads/01890000-0000-7000-8000-000000000000".to_owned()])
        .await
        .refused(429, "upload.share_taken");
    bob.upload("plan.pdf", PDF).await;
    let eve = app.owner("Eve").await;
    let (more, refused) = hold(app, &bob, &eve).await;
    refused.refused(503, "upload.too_many");
    drop((held, more));
    upload_again(&ada).await;
}

async fn a_head_of_a_file_is_answered_from_its_record(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let document = ada.upload("plan.pdf", PDF).await;
    let path = format!("/documents/{}/content", document["id"].as_str().unwrap());
    let reads = app.blobs.reads();
    for range in [None, Some("bytes=0-3"), Some("bytes=9000-")] {
        let mut request = ada.request(Method::HEAD, &path);
        if let Some(range) = range {
            request = request.header(header::RANGE, range);
        }
        let head = request.send().await.unwrap();
        assert_eq!(head.status(), 200);
        let header = |name| head.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-length"), PDF.len().to_string());
        assert_eq!(header("content-type"), "application/pdf");
        assert_eq!(header("accept-ranges"), "bytes");
        assert!(header("content-disposition").starts_with("attachment"));
        assert_eq!(header("etag"), format!("\"{}\"", document["current"]["id"].as_str().unwrap()));
    }
    assert_eq!(app.blobs.reads(), reads);
    // An endless body ends, too.
    let head = ada.request(Method::HEAD, "/events/stream").send();
    let head = tokio::time::timeout(Duration::from_secs(5), head).await.unwrap().unwrap();
    assert_eq!(head.status(), 200);
    assert!(head.bytes().await.unwrap().is_empty());
}

async fn of_two_new_versions_for_one_etag_the_second_is_stale(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let document = ada.upload("plan.pdf", PDF).await;
    let path = format!("/documents/{}/content", document["id"].as_str().unwrap());
    let etag = "If-Match: \"1\"\r\nContent-Type: application/pdf\r\n";
    let mut sockets = [Socket::to(&app.url).await, Socket::to(&app.url).await];
    for socket in &mut sockets {
        socket.send(head(&ada, "PUT", &path, etag)).await;
        socket.send(PDF).await;
    }
    // Both have begun.
    let begun = "SELECT count(*) FROM uploads WHERE NOT is_new AND state = 'open'";
    app.until(begun, 2).await;
    let mut statuses = Vec::new();
    for socket in &mut sockets {
        socket.send(vec![b' '; 1000 - PDF.len()]).await;
    }
    for mut socket in sockets {
        let reply = socket.reply().await;
        statuses.push(reply.status.as_u16());
        if reply.status != 200 {
            reply.refused(412, "if_match.stale");
        }
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    let versions = format!("{}/versions", path.trim_end_matches("/content"));
    assert_eq!(ada.list(&versions).await.len(), 2);
    app.settle().await;
    app.until("SELECT count(*) FROM uploads", 0).await;
}

/// Refuses every new document until it is rolled back: the last step of an upload waits for a lock
/// and fails.
async fn obstruct(owner: &mut PgConnection) -> sqlx::Transaction<'_, sqlx::Postgres> {
    let mut lock = owner.begin().await.unwrap();
    sqlx::query("LOCK TABLE documents IN EXCLUSIVE MODE").execute(&mut *lock).await.unwrap();
    lock
}

async fn a_hiccup_at_the_last_step_of_a_resumable_upload_loses_nothing(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let upload = ada.begin_tus("plan.pdf", PDF.len()).await;
    let mut owner = app.database_owner().await;
    let lock = obstruct(&mut owner).await;
    ada.send_tus(&upload, 0, PDF).await.refused(503, "unavailable");
    // HEAD never says that the upload is complete before there is a document.
    ada.send(ada.tus(Method::GET, &upload)).await.refused(503, "unavailable");
    lock.rollback().await.unwrap();
    for _ in 0..2 {
        let head = ada.tus(Method::HEAD, &upload).send().await.unwrap();
        assert_eq!(head.headers()["upload-offset"], PDF.len().to_string().as_str());
    }
    // Nothing has to be sent again, and sending it again does no harm.
    let done = ada.send_tus(&upload, PDF.len(), &[]).await.expect(204);
    let document = ada.get(done.header("plinth-document")).await.expect(200).json();
    assert_ne!(document["current"]["sha256"], Value::Null);
    assert_eq!(ada.list("/documents").await.len(), 1);
}

async fn a_storage_that_is_away_for_a_moment_costs_no_bytes(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for received in [PDF.len(), 9_000_000] {
        let upload = ada.begin_tus("plan.pdf", received + 1).await;
        let bytes = [PDF, &vec![b' '; received - PDF.len()]].concat();
        app.blobs.refuse_tails(2);
        let paused = ada.send_tus(&upload, 0, &bytes).await.expect(204);
        assert_eq!(paused.header("upload-offset"), received.to_string());
        ada.send_tus(&upload, received, b" ").await.expect(204);
    }
    assert_eq!(ada.list("/documents").await.len(), 2);
}

async fn a_hiccup_at_the_last_step_of_a_direct_upload_loses_nothing(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let (id, parts) = app.put_directly(&ada, "plan.pdf", PDF).await;
    let complete = format!("/documents/uploads/{id}/complete");
    app.blobs.lose_answers(20);
    ada.post(&complete, parts.clone()).await.expect(503);
    app.blobs.lose_answers(0);
    let mut owner = app.database_owner().await;
    let lock = obstruct(&mut owner).await;
    ada.post(&complete, parts.clone()).await.expect(503);
    lock.rollback().await.unwrap();
    let document = ada.post(&complete, parts.clone()).await.expect(201).json();
    // The answer may have been lost: the same again.
    assert_eq!(ada.post(&complete, parts).await.expect(201).json(), document);
    assert_eq!(ada.list("/documents").await.len(), 1);
}

async fn bytes_that_are_not_those_declared_become_no_document(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let declared = json!({"name": "plan.pdf", "size_bytes": 5});
    let direct = ada.post("/documents/uploads", declared).await.expect(201).json();
    let receipt = app.put_part(&direct["parts"][0], PDF).await;
    let complete = format!("/documents/uploads/{}/complete", direct["id"].as_str().unwrap());
    let parts = json!({"parts": [{"number": 1, "etag": receipt}]});
    let refused = ada.post(&complete, parts).await.refused(422, "body.invalid").json();
    assert_eq!(refused["errors"][0]["code"], "upload.wrong_parts");
    app.settle().await;
    app.until("SELECT count(*) FROM uploads", 0).await;
}

mod silent {
    use super::*;

    on_postgres! {
        impatient();
        a_form_that_falls_silent_anywhere_is_given_up,
        who_may_not_upload_is_refused_before_a_byte_is_read,
    }
}

mod slots {
    use super::*;

    on_postgres! {
        few_slots();
        one_organization_does_not_take_all_slots,
    }
}

on_postgres! {
    a_head_of_a_file_is_answered_from_its_record,
    of_two_new_versions_for_one_etag_the_second_is_stale,
    a_hiccup_at_the_last_step_of_a_resumable_upload_loses_nothing,
    a_storage_that_is_away_for_a_moment_costs_no_bytes,
    a_hiccup_at_the_last_step_of_a_direct_upload_loses_nothing,
    bytes_that_are_not_those_declared_become_no_document,
}
