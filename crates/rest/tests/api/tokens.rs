//! The lifetime of tokens, and their revocation.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Client, TestApp};

async fn dead(session: &Client) {
    let reply = session.get("/me").await.refused(401, "auth.invalid_token");
    assert_eq!(reply.header("www-authenticate"), "Bearer");
    session.refresh().await.refused(401, "auth.invalid_token");
}

async fn refreshing_exchanges_both_tokens(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let next = ada.signed_in(&ada.refresh().await.expect(200));
    assert_ne!(next.token, ada.token);
    assert_ne!(next.refresh_token, ada.refresh_token);
    assert_eq!((&next.organization, &next.user), (&ada.organization, &ada.user));
    next.get("/me").await.expect(200);
    next.signed_in(&next.refresh().await.expect(200)).get("/me").await.expect(200);
}

pub async fn a_refresh_token_shown_twice_ends_its_family_and_no_other(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let elsewhere = ada.login().await;
    let second = ada.signed_in(&ada.refresh().await.expect(200));
    let third = second.signed_in(&second.refresh().await.expect(200));
    third.get("/me").await.expect(200);
    ada.refresh().await.refused(401, "auth.invalid_token");
    for session in [&ada, &second, &third] {
        dead(session).await;
    }
    elsewhere.get("/me").await.expect(200);
    let lines = elsewhere.list("/audit-logs?action=session.replayed").await;
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0]["outcome"], "failed");
    assert_eq!(lines[0]["subject_id"], ada.user);
}

async fn of_two_refreshes_at_once_one_succeeds_and_the_family_has_ended(app: &TestApp) {
    for name in ["Ada", "Bob", "Carol", "Dora"] {
        let session = app.owner(name).await;
        let (one, two) = tokio::join!(session.refresh(), session.refresh());
        let (won, lost) = if one.status == 200 { (one, two) } else { (two, one) };
        lost.refused(401, "auth.invalid_token");
        dead(&session.signed_in(&won.expect(200))).await;
        dead(&session).await;
    }
}

async fn logging_out_ends_the_login_with_all_its_descendants(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let elsewhere = ada.login().await;
    let second = ada.signed_in(&ada.refresh().await.expect(200));
    // The access token from before the refresh is still valid.
    let reply = ada.send(ada.request(reqwest::Method::POST, "/auth/logout")).await.expect(204);
    assert_eq!(reply.text, "");
    dead(&ada).await;
    dead(&second).await;
    elsewhere.get("/me").await.expect(200);
    let lines = elsewhere.list("/audit-logs?action=session.closed").await;
    assert_eq!(lines.len(), 1);
}

async fn tokens_end_in_their_time(app: &TestApp) {
    let ada = app.owner("Ada").await;
    app.clock.advance(Duration::from_secs(15 * 60 - 1));
    ada.get("/me").await.expect(200);
    app.clock.advance(Duration::from_secs(1));
    let reply = ada.get("/me").await.refused(401, "auth.invalid_token");
    assert_eq!(reply.header("www-authenticate"), "Bearer");
    let next = ada.signed_in(&ada.refresh().await.expect(200));
    app.clock.advance(Duration::from_hours(30 * 24));
    next.refresh().await.refused(401, "auth.invalid_token");
    // An expired token is not treated as a replay.
    let again = ada.login().await;
    assert_eq!(again.list("/audit-logs?action=session.replayed").await, Vec::<Value>::new());
}

async fn a_token_of_the_wrong_kind_is_refused(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let token = ada.token.clone().unwrap();
    let (refresh, key) = (ada.refresh_token.clone().unwrap(), format!("plk_{}", &token[4..]));
    let mut changed = token.clone();
    let last = if changed.pop() == Some('A') { 'B' } else { 'A' };
    changed.push(last);
    let garbled = [
        changed.as_str(),
        &token[..token.len() - 1],
        &token[4..],
        &refresh,
        &key,
        "pla_",
        "x",
        "' OR 1=1 --",
    ];
    for text in garbled {
        let reply = ada.with_token(text).get("/projects").await;
        let reply = reply.refused(401, "auth.invalid_token");
        assert_eq!(reply.header("www-authenticate"), "Bearer");
        let body = json!({"refresh_token": if text == refresh { token.as_str() } else { text }});
        let reply = app.anonymous().post("/auth/refresh", body).await;
        reply.refused(401, "auth.invalid_token");
    }
    for header in ["Basic YTpi", "Bearer", "Bearer ", &token, &format!("Bearer {token} {token}")] {
        let request = app.anonymous().request(reqwest::Method::GET, "/me");
        let reply = ada.send(request.header("Authorization", header)).await;
        reply.refused(401, "auth.invalid_token");
    }
    let reply = app.anonymous().get("/me").await.refused(401, "auth.required");
    assert_eq!(reply.header("www-authenticate"), "Bearer");
    ada.get("/me").await.expect(200);
    ada.refresh().await.expect(200);
}

async fn what_only_a_person_can_do_no_api_key_can(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let key = ada.api_key(json!({"role": "admin"})).await;
    key.get("/me").await.expect(200);
    let password =
        json!({"current_password": crate::support::PASSWORD, "new_password": "a new password"});
    for (path, body) in [
        ("/auth/logout", json!({})),
        ("/auth/switch", json!({"organization_id": ada.organization})),
        ("/auth/password", password),
    ] {
        key.post(path, body).await.refused(403, "auth.users_only");
    }
    key.get("/me").await.expect(200);
    ada.refresh().await.expect(200);
}

on_postgres! {
    refreshing_exchanges_both_tokens,
    a_refresh_token_shown_twice_ends_its_family_and_no_other,
    of_two_refreshes_at_once_one_succeeds_and_the_family_has_ended,
    logging_out_ends_the_login_with_all_its_descendants,
    tokens_end_in_their_time,
    a_token_of_the_wrong_kind_is_refused,
    what_only_a_person_can_do_no_api_key_can,
}
