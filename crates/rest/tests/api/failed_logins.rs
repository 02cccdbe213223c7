//! Failed logins to one account are limited, and lock the owner out at no other address.

use plinth_rest::ForwardedHeader;
use reqwest::Method;
use serde_json::json;

use crate::support::{Client, Options, PASSWORD, Reply, TestApp};

/// Few failed logins to one account: from one address block, and from all together.
fn few(from_one: u32, from_all: u32) -> Options {
    Options {
        login_failures_burst: Some(from_one),
        login_account_burst: Some(from_all),
        proxies: (1, ForwardedHeader::XForwardedFor),
        ..Options::default()
    }
}

/// A login from this address.
async fn log_in(app: &TestApp, from: &str, email: &str, password: &str) -> Reply {
    let client = app.anonymous();
    let body = json!({"email": email, "password": password});
    let request = client.request(Method::POST, "/auth/login").json(&body);
    client.send(request.header("X-Forwarded-For", from)).await
}

/// How many of eight failed logins are tried before they are refused for their number.
async fn tried(app: &TestApp, from: &str, email: &str) -> usize {
    let mut outcomes = Vec::new();
    for _ in 0..8 {
        let reply = log_in(app, from, email, "not the password").await;
        outcomes.push((reply.status.as_u16(), reply.code()));
    }
    let tried = outcomes.iter().take_while(|(status, _)| *status == 401).count();
    let (wrong, slowed) = outcomes.split_at(tried);
    assert!(wrong.iter().all(|o| o.1 == "auth.invalid_credentials"), "{outcomes:?}");
    assert!(slowed.iter().all(|o| *o == (429, "rate_limited".to_owned())), "{outcomes:?}");
    tried
}

/// An owner who has logged in from this address.
async fn owner_at(app: &TestApp, name: &str, from: &str) -> Client {
    let owner = app.owner(name).await;
    log_in(app, from, &owner.email, PASSWORD).await.expect(200);
    owner
}

const HOME: &str = "192.0.2.1";

#[tokio::test]
async fn failures_at_one_address_lock_an_account_out_at_no_other() {
    let app = TestApp::postgres(few(3, 1_000)).await;
    let ada = app.owner("Ada").await;
    for email in ["ada@example.com", "ADA@example.com", "nobody@example.com"] {
        let expected = if email.starts_with("ADA") { 0 } else { 3 };
        assert_eq!(tried(&app, "198.51.100.1", email).await, expected, "{email}");
    }
    assert_eq!(tried(&app, "2001:db8::1", "ada@example.com").await, 3);
    assert_eq!(tried(&app, "2001:db8::2", "ada@example.com").await, 0, "the same network");
    log_in(&app, HOME, &ada.email, PASSWORD).await.expect(200);
    // Refused without being compared.
    let verified = app.hasher.verified();
    log_in(&app, "198.51.100.1", &ada.email, PASSWORD).await.refused(429, "rate_limited");
    assert_eq!(app.hasher.verified(), verified);
    app.stop().await;
}

#[tokio::test]
async fn logins_that_succeed_use_up_no_allowance() {
    let app = TestApp::postgres(few(3, 4)).await;
    let ada = app.owner("Ada").await;
    for _ in 0..10 {
        log_in(&app, HOME, &ada.email, PASSWORD).await.expect(200);
    }
    assert_eq!(tried(&app, HOME, &ada.email).await, 3);
    app.stop().await;
}

#[tokio::test]
async fn failures_from_many_addresses_leave_the_known_addresses_of_an_account_alone() {
    let app = TestApp::postgres(few(3, 6)).await;
    let ada = owner_at(&app, "Ada", HOME).await;
    app.owner("Bob").await;
    for (email, known) in [(&*ada.email, true), ("nobody@example.com", false)] {
        let tries = ["198.51.100.1", "198.51.100.2", "198.51.100.3", "198.51.100.4"];
        let mut counts = Vec::new();
        for from in tries {
            counts.push(tried(&app, from, email).await);
        }
        assert_eq!(counts, [3, 3, 0, 0], "{email}");
        // A guess from a new address is refused, also a right one.
        log_in(&app, "198.51.100.9", email, PASSWORD).await.refused(429, "rate_limited");
        let here = log_in(&app, HOME, email, PASSWORD).await;
        assert_eq!(here.status.as_u16(), if known { 200 } else { 429 }, "{email}: {here:?}");
    }
    // From there, too, only a few failures are allowed.
    assert_eq!(tried(&app, HOME, &ada.email).await, 3);
    // Other accounts, and sessions that are open, are not affected.
    log_in(&app, "198.51.100.9", "bob@example.com", PASSWORD).await.expect(200);
    ada.get("/me").await.expect(200);
    ada.refresh().await.expect(200);
    app.stop().await;
}

#[tokio::test]
async fn an_open_session_is_no_way_around_the_limit_of_guesses() {
    let app = TestApp::postgres(few(3, 1_000)).await;
    let ada = app.owner("Ada").await;
    let change =
        |current: &str| json!({"current_password": current, "new_password": "a new password"});
    for _ in 0..3 {
        let wrong = ada.post("/auth/password", change("not the password")).await;
        wrong.refused(401, "auth.invalid_credentials");
    }
    ada.post("/auth/password", change(PASSWORD)).await.refused(429, "rate_limited");
    ada.get("/me").await.expect(200);
    app.stop().await;
}

#[tokio::test]
async fn concurrent_guesses_are_counted_before_they_are_compared() {
    let app = TestApp::postgres(few(3, 1_000)).await;
    let ada = app.owner("Ada").await;
    let guesses = (0..20).map(|_| log_in(&app, HOME, &ada.email, "not the password"));
    let replies = futures::future::join_all(guesses).await;
    let tried = replies.iter().filter(|reply| reply.status == 401).count();
    assert_eq!(tried, 3, "{replies:?}");
    app.stop().await;
}
