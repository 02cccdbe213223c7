//! The lifetime of tokens, and their revocation.

use std::time::Duration;

use chrono::TimeDelta;
use plinth_application::{Caller, Error, identity::ChangePassword};
use plinth_domain::Password;
use plinth_ports::Origin;
use serde_json::{Value, json};

use crate::support::{Client, Options, TestApp};

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

#[tokio::test]
async fn a_refresh_token_shown_again_at_once_gets_the_same_pair() {
    let options = Options { refresh_again: TimeDelta::seconds(10), ..Options::default() };
    let app = TestApp::postgres(options).await;
    for name in ["Ada", "Bob"] {
        let session = app.owner(name).await;
        let (one, two) = tokio::join!(session.refresh(), session.refresh());
        let three = session.refresh().await.expect(200);
        let (one, two) = (one.expect(200), two.expect(200));
        assert_eq!((one.json(), two.json()), (three.json(), three.json()));
        let next = session.signed_in(&one);
        next.get("/me").await.expect(200);
        // A token that was replaced already is a replay, however soon it is shown.
        let after = next.signed_in(&next.refresh().await.expect(200));
        session.refresh().await.refused(401, "auth.invalid_token");
        for session in [&session, &next, &after] {
            dead(session).await;
        }
    }
    let late = app.owner("Late").await;
    late.refresh().await.expect(200);
    app.clock.advance(Duration::from_secs(11));
    late.refresh().await.refused(401, "auth.invalid_token");
    app.stop().await;
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

async fn logging_out_also_ends_what_the_login_has_switched_to(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    ada.invite("bob@example.com", "viewer").await;
    let elsewhere = bob.login().await;
    let there = bob.post("/auth/switch", json!({"organization_id": ada.organization})).await;
    let there = bob.signed_in(&there.expect(200));
    let there = there.signed_in(&there.refresh().await.expect(200));
    there.get("/me").await.expect(200);
    bob.send(bob.request(reqwest::Method::POST, "/auth/logout")).await.expect(204);
    for session in [&bob, &there] {
        dead(session).await;
    }
    elsewhere.get("/me").await.expect(200);
}

async fn a_revoked_session_opens_no_other(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let session = ada.login().await;
    let token = session.token.as_deref().unwrap();
    let authenticated = app.application.authenticate(token, None).await.unwrap();
    session.send(session.request(reqwest::Method::POST, "/auth/logout")).await.expect(204);
    // A request that was authenticated just before the logout.
    let caller = Caller {
        access: authenticated.access,
        credential: authenticated.credential,
        origin: Origin::default(),
    };
    let to = authenticated.access.organization();
    let switched = app.application.switch(&caller, to).await;
    assert!(matches!(switched, Err(Error::Unauthenticated { .. })), "{switched:?}");
    let password = || Password::parse(crate::support::PASSWORD.to_owned()).unwrap();
    let change = ChangePassword { current: password(), new: password() };
    let changed = app.application.change_password(&caller, change).await;
    assert!(matches!(changed, Err(Error::Unauthenticated { .. })), "{changed:?}");
}

async fn an_old_refresh_token_is_a_replay_also_when_its_row_has_gone(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let second = ada.signed_in(&ada.refresh().await.expect(200));
    let third = second.signed_in(&second.refresh().await.expect(200));
    app.clock.advance(Duration::from_mins(16));
    assert_eq!(app.application.sweep().await.unwrap(), 2, "both rows of rotated sessions");
    let fourth = third.signed_in(&third.refresh().await.expect(200));
    fourth.get("/me").await.expect(200);
    ada.refresh().await.refused(401, "auth.invalid_token");
    for session in [&third, &fourth] {
        dead(session).await;
    }
    let again = ada.login().await;
    assert_eq!(again.list("/audit-logs?action=session.replayed").await.len(), 1);
    // The chain has ended: nothing is left to be detected.
    ada.refresh().await.refused(401, "auth.invalid_token");
    assert_eq!(again.list("/audit-logs?action=session.replayed").await.len(), 1);
    again.get("/me").await.expect(200);
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
    logging_out_also_ends_what_the_login_has_switched_to,
    a_revoked_session_opens_no_other,
    an_old_refresh_token_is_a_replay_also_when_its_row_has_gone,
    tokens_end_in_their_time,
    a_token_of_the_wrong_kind_is_refused,
    what_only_a_person_can_do_no_api_key_can,
}
