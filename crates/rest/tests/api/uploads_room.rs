//! Uploads of an organization that has little room left.

use plinth_application::Limits;
use plinth_ports::PART_BYTES;
use reqwest::{Method, header};

use crate::support::{
    Client, Options, Reply, TestApp,
    tus::{concat, create, deferred, file, has_content, head, join, part, send_last},
};

/// Sends bytes with the checksum of others: they do not count.
async fn send_broken(client: &Client, path: &str, bytes: &[u8]) -> Reply {
    let request = client
        .tus(Method::PATCH, path)
        .header(header::CONTENT_TYPE, "application/offset+octet-stream")
        .header("Upload-Offset", 0)
        .header("Upload-Checksum", "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=")
        .body(bytes.to_vec());
    client.send(request).await
}

fn limited(stored_bytes: u64) -> Options {
    let limits = Limits {
        records: 100,
        members: 100,
        open_invitations: 100,
        live_api_keys: 100,
        open_uploads: 5,
        stored_bytes,
    };
    Options { limits, ..Options::default() }
}

async fn there_must_be_room_for_a_length_when_it_is_told(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bytes = file(6000);
    let upload = deferred(&ada).await;
    send_last(&ada, &upload, 0, &[], 10_001).await.refused(403, "limit.reached");
    send_last(&ada, &upload, 0, &bytes, 6000).await.expect(204);
    let second = deferred(&ada).await;
    ada.send_tus(&second, 0, &bytes[..3000]).await.expect(204);
    send_last(&ada, &second, 3000, &[], 4001).await.refused(403, "limit.reached");
    // Its bytes are counted once, not as received and as told.
    send_last(&ada, &second, 3000, &bytes[3000..4000], 4000).await.expect(204);
}

async fn joined_bytes_are_counted_once(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bytes = file(9000);
    let parts = [part(&ada, &bytes[..4000]).await, part(&ada, &bytes[4000..]).await];
    let done = join(&ada, &parts).await.expect(201);
    has_content(&ada, done.header("plinth-document"), &bytes).await;
    app.settle().await;
    part(&ada, &bytes[..1000]).await;
    let more = [("Upload-Length", "1".to_owned()), concat("partial")];
    create(&ada, &more).await.refused(403, "limit.reached");
}

async fn an_upload_without_a_length_takes_no_more_than_there_is_room_for(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bytes = file(6000);
    let [first, second] = [deferred(&ada).await, deferred(&ada).await];
    ada.send_tus(&first, 0, &bytes).await.expect(204);
    ada.send_tus(&second, 0, &bytes[..4001]).await.refused(403, "limit.reached");
    // What was refused is not kept.
    assert_eq!(head(&ada, &second).await.headers()["upload-offset"], "0");
    ada.send_tus(&second, 0, &bytes[..4000]).await.expect(204);
    ada.send_tus(&second, 4000, &bytes[..1]).await.refused(403, "limit.reached");
    // A length that is reached needs no more room.
    let done = send_last(&ada, &second, 4000, &[], 4000).await.expect(204);
    has_content(&ada, done.header("plinth-document"), &bytes[..4000]).await;
}

async fn parts_that_do_not_count_as_received_have_room_all_the_same(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bytes = file(PART_BYTES + 1);
    let [first, second] = [deferred(&ada).await, deferred(&ada).await];
    for _ in 0..2 {
        send_broken(&ada, &first, &bytes).await.refused(460, "upload.checksum_mismatch");
    }
    assert_eq!(head(&ada, &first).await.headers()["upload-offset"], "0");
    // Nor does a short length give the room back.
    send_last(&ada, &first, 0, &bytes[..5], 10).await.expect(204);
    send_broken(&ada, &second, &bytes[..PART_BYTES]).await.refused(403, "limit.reached");
    let form = ada.try_upload("plan.pdf", &bytes[..PART_BYTES]).await;
    form.refused(403, "limit.reached");
    ada.send(ada.tus(Method::DELETE, &first)).await.expect(204);
    send_broken(&ada, &second, &bytes[..PART_BYTES]).await.refused(460, "upload.checksum_mismatch");
}

mod small {
    use super::*;

    on_postgres! {
        limited(10_000);
        there_must_be_room_for_a_length_when_it_is_told,
        an_upload_without_a_length_takes_no_more_than_there_is_room_for,
        joined_bytes_are_counted_once,
    }
}

mod large {
    use super::*;

    on_postgres! {
        limited(2 * PART_BYTES as u64 - 1);
        parts_that_do_not_count_as_received_have_room_all_the_same,
    }
}
