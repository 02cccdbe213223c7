//! Another address for an account, which both ends confirm.

use std::time::Duration;

use plinth_ports::MailKind;
use serde_json::json;

use crate::support::{Client, Options, PASSWORD, Reply, TestApp, mails::token_in};

const NEW: &str = "ada@example.org";

fn mails() -> Options {
    Options { mails: true, ..Options::default() }
}

async fn ask(client: &Client, email: &str) -> Reply {
    let body = json!({"email": email, "current_password": PASSWORD});
    client.post("/me/email", body).await
}

async fn confirm(app: &TestApp, token: &str) -> Reply {
    app.anonymous().post("/auth/email/change", json!({"token": token})).await
}

async fn address(client: &Client) -> String {
    client.get("/me").await.expect(200).json()["user"]["email"].as_str().unwrap().to_owned()
}

/// The token of the link to one end.
async fn link(app: &TestApp, to: &str, kind: MailKind) -> String {
    token_in(&app.mail_to(to, kind).await, "email")
}

/// An owner whose address is proven.
async fn proven(app: &TestApp) -> Client {
    let ada = app.owner("Ada").await;
    let mail = app.mail_to(&ada.email, MailKind::VerifyEmail).await;
    let body = json!({"token": token_in(&mail, "verify")});
    app.anonymous().post("/auth/email/verify", body).await.expect(204);
    ada
}

async fn an_address_that_was_only_claimed_changes_when_the_new_one_confirms(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let elsewhere = ada.login().await;
    ask(&ada, NEW).await.expect(202);
    let notice = app.mail_to(&ada.email, MailKind::EmailChangeRequested).await;
    assert!(notice.values.contains(&("new_address", NEW.to_owned())));
    let token = link(app, NEW, MailKind::ChangeEmail).await;
    assert_eq!(address(&ada).await, ada.email, "nothing has changed yet");

    let done = confirm(app, &token).await.expect(200).json();
    assert_eq!(done, json!({"state": "changed"}));
    let me = ada.get("/me").await.expect(200).json();
    assert_eq!((&me["user"]["email"], &me["user"]["email_verified"]), (&json!(NEW), &json!(true)));
    elsewhere.get("/me").await.refused(401, "auth.invalid_token");
    elsewhere.refresh().await.refused(401, "auth.invalid_token");
    ada.refresh().await.expect(200);
    app.mail_to(&ada.email, MailKind::EmailChanged).await;
    app.anonymous().try_login(&ada.email, PASSWORD).await.refused(401, "auth.invalid_credentials");
    app.anonymous().try_login(NEW, PASSWORD).await.expect(200);
    confirm(app, &token).await.refused(401, "auth.invalid_link");
    for action in ["user.email_change_requested", "user.email_changed"] {
        let told = ada.login_as(NEW).await.list(&format!("/audit-logs?action={action}")).await;
        assert_eq!(told.len(), 1, "{action}");
        assert!(!told[0].to_string().contains(NEW), "the audit log keeps no address of it");
    }
    let member = ada.login_as(NEW).await.list("/members").await;
    assert_eq!(member[0]["email"], NEW);
}

async fn a_proven_address_changes_when_both_ends_have_confirmed(app: &TestApp) {
    let ada = proven(app).await;
    ask(&ada, NEW).await.expect(202);
    let new = link(app, NEW, MailKind::ChangeEmail).await;
    let awaits = confirm(app, &new).await.expect(200).json();
    assert_eq!(awaits, json!({"state": "awaits_current_address"}));
    assert_eq!(address(&ada).await, ada.email);
    let old = link(app, &ada.email, MailKind::ConfirmEmailChange).await;
    assert_ne!(old, new);
    confirm(app, &old).await.expect(200);
    assert_eq!(address(&ada).await, NEW);
    for used in [&new, &old] {
        confirm(app, used).await.refused(401, "auth.invalid_link");
    }
}

async fn a_taken_address_gets_the_same_answer_and_no_link(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    app.mails(9).await;
    let (free, taken) = (ask(&ada, NEW).await.expect(202), ask(&ada, &bob.email).await.expect(202));
    assert_eq!(free.text, taken.text);
    let token = link(app, NEW, MailKind::ChangeEmail).await;
    app.settle().await;
    let more = app.mails(9).await;
    assert!(more.iter().all(|(to, _)| *to != bob.email), "{more:?}");
    // Taken while the link was on its way.
    let body = json!({
        "email": NEW, "password": PASSWORD, "name": "Eve", "organization": {"name": "Eve"},
    });
    app.anonymous().post("/auth/register", body).await.expect(201);
    confirm(app, &token).await.refused(401, "auth.invalid_link");
    assert_eq!(address(&ada).await, ada.email);
}

async fn a_change_of_address_ends_with_its_day_and_with_the_password(app: &TestApp) {
    let ada = proven(app).await;
    ask(&ada, NEW).await.expect(202);
    let token = link(app, NEW, MailKind::ChangeEmail).await;
    confirm(app, &token).await.expect(200);
    let old = link(app, &ada.email, MailKind::ConfirmEmailChange).await;
    let change = json!({"current_password": PASSWORD, "new_password": "another long password"});
    let ada = ada.signed_in(&ada.post("/auth/password", change).await.expect(200));
    for ended in [&token, &old] {
        confirm(app, ended).await.refused(401, "auth.invalid_link");
    }
    let again = json!({"email": NEW, "current_password": "another long password"});
    ada.post("/me/email", again).await.expect(202);
    let token = link(app, NEW, MailKind::ChangeEmail).await;
    confirm(app, &token[..token.len() - 1]).await.refused(401, "auth.invalid_link");
    assert_eq!(address(&ada).await, "ada@example.com");
}

async fn another_address_needs_the_password_and_a_person(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let key = ada.api_key(json!({"role": "owner"})).await;
    ask(&key, NEW).await.refused(403, "auth.users_only");
    let wrong = json!({"email": NEW, "current_password": "not the password"});
    ada.post("/me/email", wrong).await.refused(401, "auth.invalid_credentials");
    ask(&ada, "no address").await.refused(422, "body.invalid");
    app.settle().await;
    let sent = app.mails(9).await;
    assert!(sent.iter().all(|(to, _)| to != NEW), "{sent:?}");
}

async fn the_links_of_mails_are_not_exchanged(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let verify = token_in(&app.mail_to(&ada.email, MailKind::VerifyEmail).await, "verify");
    ask(&ada, NEW).await.expect(202);
    let change = link(app, NEW, MailKind::ChangeEmail).await;
    confirm(app, &verify).await.refused(401, "auth.invalid_link");
    let body = json!({"token": change});
    let reply = app.anonymous().post("/auth/email/verify", body).await;
    reply.refused(401, "auth.invalid_link");
}

#[tokio::test]
async fn a_link_to_a_new_address_is_too_old_after_a_day() {
    let app = TestApp::memory(mails()).await;
    let ada = app.owner("Ada").await;
    ask(&ada, NEW).await.expect(202);
    let token = link(&app, NEW, MailKind::ChangeEmail).await;
    app.clock.advance(Duration::from_hours(24));
    confirm(&app, &token).await.refused(401, "auth.invalid_link");
    app.stop().await;
}

#[tokio::test]
async fn without_mail_an_address_cannot_be_changed() {
    let app = TestApp::memory(Options::default()).await;
    let ada = app.owner("Ada").await;
    ask(&ada, NEW).await.refused(403, "mail.none");
    app.stop().await;
}

on_postgres! {
    mails();
    an_address_that_was_only_claimed_changes_when_the_new_one_confirms,
    a_proven_address_changes_when_both_ends_have_confirmed,
    a_taken_address_gets_the_same_answer_and_no_link,
    a_change_of_address_ends_with_its_day_and_with_the_password,
    another_address_needs_the_password_and_a_person,
    the_links_of_mails_are_not_exchanged,
}
