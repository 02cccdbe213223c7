//! Rate limits of credentials, addresses and login attempts.

use std::sync::atomic::Ordering;

use futures::future::join_all;
use serde_json::json;

use crate::support::{Options, PASSWORD, Reply, TestApp};

#[track_caller]
fn assert_slowed(reply: Reply) {
    let reply = reply.refused(429, "rate_limited");
    let wait: u64 = reply.header("retry-after").parse().unwrap();
    assert!((1..=61).contains(&wait), "{reply:?}");
}

async fn a_credential_has_an_allowance_that_no_other_uses_up(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let burst = 12;
    for left in (0..burst).rev() {
        let reply = ada.get("/projects").await.expect(200);
        assert_eq!(reply.header("ratelimit-policy"), format!("\"credential\";q={burst}"));
        assert!(
            reply.header("ratelimit").starts_with(&format!("\"credential\";r={left};t=")),
            "{reply:?}"
        );
    }
    let slowed = ada.get("/projects").await;
    assert!(slowed.header("ratelimit").starts_with("\"credential\";r=0;t="), "{slowed:?}");
    assert_slowed(slowed);
    // A rate-limited write is not executed.
    assert_slowed(ada.post("/projects", json!({"code": "P-1", "name": "X"})).await);
    assert_slowed(ada.get("/nothing").await);
    assert!(bob.list("/projects").await.is_empty());
    app.anonymous().get("//health").await.expect(200);
    // Another session of the same user counts as the same credential.
    let again = app.anonymous().try_login(&ada.email, PASSWORD).await.expect(200);
    assert_slowed(ada.signed_in(&again).get("/projects").await);
}

async fn an_address_has_an_allowance_for_all_who_show_no_credential(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let unknown = ada.with_token("pla_x");
    let mut replies = Vec::new();
    for n in 0..12 {
        let client = if n % 2 == 0 { app.anonymous() } else { unknown.clone() };
        replies.push(client.get("/projects").await);
    }
    assert_slowed(replies.pop().unwrap());
    let policy = "\"address\";q=12";
    assert!(replies.iter().all(|reply| reply.header("ratelimit-policy") == policy));
    assert!(replies.iter().all(|reply| reply.status == 401), "{replies:?}");
    ada.get("/projects").await.expect(200);
}

/// A token that looks like an access token, and is none.
fn unknown(n: usize) -> String {
    format!("pla_{n:0>43}")
}

async fn unknown_tokens_reach_the_database_no_more_often_than_their_address_may(app: &TestApp) {
    let client = app.anonymous();
    let clients = (0..200).map(|n| client.with_token(&unknown(n)));
    let replies = join_all(clients.map(async |client| client.get("/projects").await)).await;
    let refused = replies.iter().filter(|reply| reply.status == 401).count();
    assert!(refused <= 12, "{refused}");
    assert_slowed(replies.into_iter().find(|reply| reply.status == 429).unwrap());
    assert!(app.look_ups.load(Ordering::SeqCst) <= 12);
}

async fn an_unknown_token_is_looked_up_once_in_a_while(app: &TestApp) {
    let client = app.anonymous().with_token(&unknown(1));
    for _ in 0..10 {
        client.get("/projects").await.refused(401, "auth.invalid_token");
    }
    assert_eq!(app.look_ups.load(Ordering::SeqCst), 1);
}

async fn tokens_that_are_admitted_use_up_nothing_of_their_address(app: &TestApp) {
    let owners = [app.owner("Ada").await, app.owner("Bob").await];
    for n in 0..22 {
        let key = owners[n % 2].api_key(json!({"role": "viewer"})).await;
        key.get("/projects").await.expect(200);
    }
}

async fn requests_at_once_share_the_look_up_of_their_token(app: &TestApp) {
    let key = app.owner("Ada").await.api_key(json!({"role": "viewer"})).await;
    let before = app.look_ups.load(Ordering::SeqCst);
    let replies = join_all((0..50).map(async |_| key.get("/projects").await)).await;
    assert!(replies.iter().all(|reply| reply.status == 200));
    assert_eq!(app.look_ups.load(Ordering::SeqCst) - before, 1);
}

fn few_requests() -> Options {
    Options { burst: 12, ..Options::default() }
}

/// The results of login attempts, up to the first rate-limited one.
async fn attempts(app: &TestApp, email: &str) -> Vec<(u16, String)> {
    let mut outcomes = Vec::new();
    for _ in 0..8 {
        let reply = app.anonymous().try_login(email, "not the password").await;
        outcomes.push((reply.status.as_u16(), reply.code()));
    }
    outcomes
}

#[tokio::test]
async fn attempts_to_log_in_are_slowed_alike_for_known_and_unknown_accounts() {
    for name in ["ada@example.com", "nobody@example.com"] {
        let app = TestApp::postgres(Options { login_burst: 5, ..Options::default() }).await;
        app.owner("Ada").await;
        let outcomes = attempts(&app, name).await;
        // The registration was the first of the five for this address.
        let (tried, slowed) = outcomes.split_at(4);
        assert!(
            tried.iter().all(|o| *o == (401, "auth.invalid_credentials".to_owned())),
            "{outcomes:?}"
        );
        assert!(slowed.iter().all(|o| *o == (429, "rate_limited".to_owned())), "{outcomes:?}");
        // Then even the correct password is refused without being compared.
        let verified = app.hasher.verified();
        assert_slowed(app.anonymous().try_login("ada@example.com", PASSWORD).await);
        assert_eq!(app.hasher.verified(), verified);
        app.stop().await;
    }
}

on_postgres! {
    few_requests();
    a_credential_has_an_allowance_that_no_other_uses_up,
    an_address_has_an_allowance_for_all_who_show_no_credential,
    unknown_tokens_reach_the_database_no_more_often_than_their_address_may,
    an_unknown_token_is_looked_up_once_in_a_while,
    tokens_that_are_admitted_use_up_nothing_of_their_address,
}

mod unlimited {
    use super::*;
    on_postgres! { requests_at_once_share_the_look_up_of_their_token, }
}
