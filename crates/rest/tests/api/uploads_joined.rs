//! Resumable uploads whose length is told later, and those that join others (tus: creation-defer-length
//! and concatenation).

use plinth_ports::PART_BYTES;
use reqwest::Method;
use sqlx::Connection;
use uuid::Uuid;

use crate::support::{
    Client, TestApp,
    tus::{
        concat, create, deferred, file, has_content, head, join, named, part, send_last, stored,
    },
};

async fn the_length_is_told_by_any_request_and_never_changes(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bytes = file(5000);
    let upload = deferred(&ada).await;
    ada.send_tus(&upload, 0, &bytes[..2000]).await.expect(204);
    assert_eq!(head(&ada, &upload).await.headers()["upload-defer-length"], "1");
    send_last(&ada, &upload, 2000, &[], 1999).await.refused(409, "upload.length");
    let told = send_last(&ada, &upload, 2000, &bytes[2000..3000], 5000).await.expect(204);
    assert_eq!(told.header("upload-length"), "5000");
    assert_eq!(told.header("upload-defer-length"), "");
    send_last(&ada, &upload, 3000, &[], 6000).await.refused(409, "upload.length");
    let done = send_last(&ada, &upload, 3000, &bytes[3000..], 5000).await.expect(204);
    has_content(&ada, done.header("plinth-document"), &bytes).await;
    assert_eq!(stored(app).await, 1);
}

/// What is stored when the length is told: some bytes in tails, a whole part, and both.
async fn a_length_that_is_reached_already_completes_the_upload(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for length in [9, 3000, PART_BYTES, PART_BYTES + 7] {
        let bytes = &file(length)[..];
        let upload = deferred(&ada).await;
        ada.send_tus(&upload, 0, bytes).await.expect(204);
        let open = head(&ada, &upload).await;
        assert_eq!(open.headers()["upload-offset"], length.to_string().as_str());
        let done = send_last(&ada, &upload, length, &[], length).await.expect(204);
        assert_eq!(done.header("upload-length"), length.to_string());
        has_content(&ada, done.header("plinth-document"), bytes).await;
    }
    assert_eq!(stored(app).await, 4);
}

/// A request before it, which was cut, saves what it received after the offset was compared.
async fn a_length_is_told_about_the_offset_that_the_request_names(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bytes = file(3000);
    for length in [1000, 3000] {
        let upload = deferred(&ada).await;
        ada.send_tus(&upload, 0, &bytes[..1000]).await.expect(204);
        let id = Uuid::try_parse(upload.rsplit('/').next().unwrap()).unwrap();
        let mut owner = app.database_owner().await;
        let mut rival = owner.begin().await.unwrap();
        sqlx::query("UPDATE uploads SET received = 2000, version = version + 1 WHERE id = $1")
            .bind(id)
            .execute(&mut *rival)
            .await
            .unwrap();
        let told = send_last(&ada, &upload, 1000, &bytes[1000..length], length);
        let (told, ()) = tokio::join!(told, async {
            app.until_one_waits().await;
            rival.commit().await.unwrap();
        });
        told.refused(409, "upload.offset");
        assert_eq!(head(&ada, &upload).await.headers()["upload-offset"], "2000");
    }
}

async fn partial_uploads_become_one_document_in_their_order(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bytes = file(2 * PART_BYTES + 4321);
    // Not in the order of their creation; one is longer than a part of the storage, one is empty.
    let last = part(&ada, &bytes[PART_BYTES + 10..]).await;
    let empty = part(&ada, &[]).await;
    let first = part(&ada, &bytes[..PART_BYTES + 10]).await;
    let parts = [first, empty, format!("https://api.example.com/base{last}")];
    let done = join(&ada, &parts).await.expect(201);
    assert_eq!(done.header("upload-offset"), bytes.len().to_string());
    // Up to 256 URLs: proxies refuse such a head.
    assert_eq!(done.header("upload-concat"), "");
    let document = done.header("plinth-document").to_owned();
    has_content(&ada, &document, &bytes).await;
    // The answer may have been lost: the same again finds the same.
    let again = join(&ada, &parts).await.expect(201);
    assert_eq!(again.header("location"), done.header("location"));
    assert_eq!(again.header("plinth-document"), document);
    assert_eq!(ada.list("/documents").await.len(), 1);
    // Only the document's own blob is left, and no partial upload.
    assert_eq!(stored(app).await, 1);
    assert_eq!(head(&ada, &parts[0]).await.status(), 404);
    let seen = head(&ada, done.header("location")).await;
    assert!(
        seen.headers()["upload-concat"].to_str().unwrap().starts_with("final;/api/v1/uploads/")
    );
}

async fn an_upload_that_joins_others_takes_no_bytes(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let parts = [part(&ada, &file(100)).await];
    let done = join(&ada, &parts).await.expect(201);
    let path = done.header("location");
    ada.send_tus(path, 100, b"more").await.refused(403, "upload.joined");
}

async fn only_complete_partial_uploads_of_the_same_user_are_joined(app: &TestApp) {
    let (ada, eve) = (app.owner("Ada").await, app.owner("Eve").await);
    let whole = ada.begin_tus("plan.pdf", 10).await;
    let foreign = part(&eve, &file(10)).await;
    for other in [whole, foreign, format!("/api/v1/uploads/{}", Uuid::from_u128(7))] {
        join(&ada, &[other]).await.refused(409, "upload.partial");
    }
    let open = [("Upload-Length", "10".to_owned()), concat("partial")];
    let open = create(&ada, &open).await.expect(201).header("location").to_owned();
    join(&ada, std::slice::from_ref(&open)).await.refused(409, "upload.incomplete");
    ada.send_tus(&open, 0, &file(10)).await.expect(204);
    join(&ada, &[open]).await.expect(201);
}

async fn a_partial_upload_alone_leads_to_no_document(app: &TestApp) {
    let ada = app.owner("Ada").await;
    // Bytes of any kind, told at the end, too.
    let headers = [("Upload-Defer-Length", "1".to_owned()), concat("partial")];
    let path = create(&ada, &headers).await.expect(201).header("location").to_owned();
    ada.send_tus(&path, 0, b"MZ an executable").await.expect(204);
    let done = send_last(&ada, &path, 16, &[], 16).await.expect(204);
    assert_eq!(done.header("plinth-document"), "");
    for _ in 0..2 {
        let seen = head(&ada, &path).await;
        assert_eq!(seen.headers()["upload-offset"], "16");
    }
    ada.send_tus(&path, 16, &[]).await.expect(204);
    assert!(ada.list("/documents").await.is_empty());
    // The type of the whole is checked when it is joined.
    join(&ada, std::slice::from_ref(&path)).await.refused(422, "body.invalid");
    ada.send(ada.tus(Method::DELETE, &path)).await.expect(204);
    assert_eq!(stored(app).await, 0);
}

async fn headers_that_contradict_each_other_are_refused(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let some = part(&ada, &file(10)).await;
    let length = || ("Upload-Length", "10".to_owned());
    let defer = |value: &str| ("Upload-Defer-Length", value.to_owned());
    let joining = || concat(&format!("final;{some}"));
    for headers in [
        vec![],
        vec![defer("0")],
        vec![defer("1"), length()],
        vec![concat("partial")],
        vec![concat("final;"), named("plan.pdf")],
        vec![concat("both"), length()],
        vec![joining(), length(), named("plan.pdf")],
        vec![joining(), defer("1"), named("plan.pdf")],
    ] {
        create(&ada, &headers).await.refused(400, "upload.header");
    }
}

async fn a_join_that_was_cut_goes_on_from_its_checkpoint(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bytes = file(2 * PART_BYTES + 1000);
    let parts = [part(&ada, &bytes[..PART_BYTES]).await, part(&ada, &bytes[PART_BYTES..]).await];
    let cut = 300_000;
    app.blobs.cut_reads_after(PART_BYTES + cut);
    let refused = join(&ada, &parts).await;
    assert_eq!(refused.status, 503, "{refused:?}");
    let earlier = app.blobs.reads();
    let done = join(&ada, &parts).await.expect(201);
    // Of the parts, only what follows the cut in the second one.
    let rest = cut as u64..(PART_BYTES + 1000) as u64;
    assert_eq!(app.blobs.read_since(earlier), [Some(rest)]);
    has_content(&ada, done.header("plinth-document"), &bytes).await;
    assert_eq!(stored(app).await, 1);
}

async fn a_join_whose_last_answer_was_lost_is_completed_by_the_next(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bytes = file(2 * PART_BYTES + 1000);
    let parts = [part(&ada, &bytes[..PART_BYTES]).await, part(&ada, &bytes[PART_BYTES..]).await];
    app.blobs.lose_answers(20);
    let refused = join(&ada, &parts).await;
    assert_eq!(refused.status, 503, "{refused:?}");
    app.blobs.lose_answers(0);
    let done = join(&ada, &parts).await.expect(201);
    has_content(&ada, done.header("plinth-document"), &bytes).await;
    assert_eq!(stored(app).await, 1);
}

/// A join whose parts are all copied, and whose answer was lost.
async fn cut(app: &TestApp, client: &Client, parts: &[String]) {
    app.blobs.lose_answers(20);
    join(client, parts).await.refused(503, "unavailable");
    app.blobs.lose_answers(0);
}

async fn a_partial_upload_belongs_to_one_join(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bytes = file(300);
    let (a, b) = (part(&ada, &bytes[..100]).await, part(&ada, &bytes[100..]).await);
    cut(app, &ada, &[a.clone(), b.clone()]).await;
    for others in [vec![a.clone()], vec![b.clone(), a.clone()]] {
        join(&ada, &others).await.refused(409, "upload.partial");
    }
    // The same request is the same join.
    let done = join(&ada, &[a, b]).await.expect(201);
    has_content(&ada, done.header("plinth-document"), &bytes).await;
    assert_eq!(ada.list("/documents").await.len(), 1);
}

async fn a_join_that_is_given_up_leaves_its_parts_to_another(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bytes = file(300);
    let (a, b) = (part(&ada, &bytes[..100]).await, part(&ada, &bytes[100..]).await);
    cut(app, &ada, std::slice::from_ref(&a)).await;
    let mut owner = app.database_owner().await;
    let open = "SELECT id FROM uploads WHERE joins <> '{}'";
    let id: Uuid = sqlx::query_scalar(open).fetch_one(&mut owner).await.unwrap();
    ada.send(ada.tus(Method::DELETE, &format!("/api/v1/uploads/{id}"))).await.expect(204);
    let done = join(&ada, &[a, b]).await.expect(201);
    has_content(&ada, done.header("plinth-document"), &bytes).await;
}

async fn a_part_that_is_gone_at_the_last_step_becomes_no_document(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bytes = file(300);
    let parts = [part(&ada, &bytes[..100]).await, part(&ada, &bytes[100..]).await];
    let mut owner = app.database_owner().await;
    let mut lock = owner.begin().await.unwrap();
    sqlx::query("LOCK TABLE documents IN EXCLUSIVE MODE").execute(&mut *lock).await.unwrap();
    let (joined, ()) = tokio::join!(join(&ada, &parts), async {
        app.until_one_waits().await;
        ada.send(ada.tus(Method::DELETE, &parts[0])).await.expect(204);
        lock.rollback().await.unwrap();
    });
    joined.refused(409, "upload.partial");
    assert!(ada.list("/documents").await.is_empty());
    // The other one is free again.
    app.settle().await;
    let parts = [part(&ada, &bytes[..100]).await, parts[1].clone()];
    join(&ada, &parts).await.expect(201);
    assert_eq!(stored(app).await, 1);
}

on_postgres! {
    the_length_is_told_by_any_request_and_never_changes,
    a_length_that_is_reached_already_completes_the_upload,
    a_length_is_told_about_the_offset_that_the_request_names,
    partial_uploads_become_one_document_in_their_order,
    an_upload_that_joins_others_takes_no_bytes,
    only_complete_partial_uploads_of_the_same_user_are_joined,
    a_partial_upload_alone_leads_to_no_document,
    headers_that_contradict_each_other_are_refused,
    a_join_that_was_cut_goes_on_from_its_checkpoint,
    a_join_whose_last_answer_was_lost_is_completed_by_the_next,
    a_partial_upload_belongs_to_one_join,
    a_join_that_is_given_up_leaves_its_parts_to_another,
    a_part_that_is_gone_at_the_last_step_becomes_no_document,
}
