//! The pictures of users, end to end.

use reqwest::Method;

use crate::support::{Client, Reply, TestApp, files::PNG};

/// A picture, with its type.
pub fn sample() -> (String, Vec<u8>) {
    ("image/png".to_owned(), PNG.to_vec())
}

async fn put(by: &Client, kind: &str, bytes: &[u8]) -> Reply {
    let request = by.request(Method::PUT, "/me/avatar").header("Content-Type", kind);
    by.send(request.body(bytes.to_vec())).await
}

/// The user, with a picture.
pub async fn given(user: &Client) -> &Client {
    put(user, "image/png", PNG).await.expect(204);
    user
}

fn at(user: &Client) -> String {
    format!("/users/{}/avatar", user.user)
}

pub async fn a_picture_is_seen_by_the_members_of_the_users_organizations(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let carol = ada.invite("carol@example.com", "viewer").await;
    carol.get(&at(&ada)).await.refused(404, "not_found");
    given(&ada).await;
    let shown = carol.get(&at(&ada)).await.expect(200);
    assert_eq!(shown.header("content-type"), "image/png");
    assert_eq!(shown.header("content-security-policy"), "default-src 'none'; sandbox");
    assert_eq!(shown.header("x-content-type-options"), "nosniff");
    let tag = shown.header("etag").to_owned();
    let again = carol.request(Method::GET, &at(&ada)).header("If-None-Match", &tag);
    carol.send(again).await.expect(304);
    let others = carol.request(Method::GET, &at(&ada)).header("If-Match", "\"other\"");
    carol.send(others).await.refused(412, "if_match.stale");
    bob.get(&at(&ada)).await.refused(404, "not_found");
    app.anonymous().get(&at(&ada)).await.refused(401, "auth.required");
    // Another picture has another tag.
    given(&ada).await;
    let again = carol.request(Method::GET, &at(&ada)).header("If-None-Match", &tag);
    assert_ne!(carol.send(again).await.expect(200).header("etag"), tag);
    for _ in 0..2 {
        ada.delete("/me/avatar", "*").await.expect(204);
    }
    carol.get(&at(&ada)).await.refused(404, "not_found");
    assert_eq!(ada.list("/audit-logs?action=user.avatar_changed").await.len(), 2);
    assert_eq!(ada.list("/audit-logs?action=user.avatar_removed").await.len(), 1);
}

async fn what_is_no_readable_picture_is_refused_and_changes_nothing(app: &TestApp) {
    let ada = app.owner("Ada").await;
    given(&ada).await;
    let tag = ada.get(&at(&ada)).await.expect(200).header("etag").to_owned();
    let broken = [PNG, b"broken"].concat();
    for bytes in [&b"no picture"[..], b"", b"%PDF-1.7\n", &broken] {
        let refused = put(&ada, "image/png", bytes).await.refused(422, "body.invalid").json();
        assert_eq!(refused["errors"][0]["code"], "avatar.unreadable");
    }
    put(&ada, "image/svg+xml", b"<svg/>").await.refused(415, "body.media_type");
    let large = [PNG, &vec![0; 1024 * 1024]].concat();
    put(&ada, "image/png", &large).await.refused(413, "body.too_large");
    assert_eq!(ada.get(&at(&ada)).await.expect(200).header("etag"), tag);
    let key = ada.api_key(serde_json::json!({"role": "viewer"})).await;
    put(&key, "image/png", PNG).await.refused(403, "auth.users_only");
    key.get(&at(&ada)).await.expect(200);
}

async fn a_deleted_account_leaves_no_picture(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let carol = ada.invite("carol@example.com", "member").await;
    given(&carol).await;
    ada.get(&at(&carol)).await.expect(200);
    let request = carol.request(Method::DELETE, "/me");
    let body = serde_json::json!({"password": crate::support::PASSWORD});
    carol.send(request.json(&body)).await.expect(204);
    ada.get(&at(&carol)).await.refused(404, "not_found");
    let user = carol.user.parse().map(plinth_domain::Id::from_uuid).unwrap();
    let mut unit = app.system.begin().await.unwrap();
    assert_eq!(unit.avatar(user).await.unwrap(), None);
}

on_postgres! {
    a_picture_is_seen_by_the_members_of_the_users_organizations,
    what_is_no_readable_picture_is_refused_and_changes_nothing,
    a_deleted_account_leaves_no_picture,
}
