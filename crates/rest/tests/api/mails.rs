//! What accounts do by way of mails. The links are read from the drafts of what a worker would send.

use std::time::Duration;

use plinth_ports::MailKind;
use serde_json::{Value, json};

use crate::support::{Options, PASSWORD, Reply, TestApp, mails::token_in};

const NEW_PASSWORD: &str = "another long password";

fn mails() -> Options {
    Options { mails: true, ..Options::default() }
}

async fn forget(app: &TestApp, email: &str) -> Reply {
    app.anonymous().post("/auth/password/forgot", json!({"email": email})).await
}

async fn reset(app: &TestApp, token: &str, password: &str) -> Reply {
    let body = json!({"token": token, "password": password});
    app.anonymous().post("/auth/password/reset", body).await
}

async fn a_forgotten_password_is_replaced_once_and_ends_every_session(app: &TestApp) {
    let ada = app.owner("Ada").await;
    forget(app, &ada.email).await.expect(202);
    let draft = app.mail_to(&ada.email, MailKind::ResetPassword).await;
    assert_eq!(draft.recipient.as_deref(), Some("Ada"));
    let token = token_in(&draft, "reset");

    reset(app, &token, "short").await.refused(422, "body.invalid");
    ada.get("/me").await.expect(200);
    reset(app, &token, NEW_PASSWORD).await.expect(204);
    ada.get("/me").await.refused(401, "auth.invalid_token");
    app.anonymous().try_login(&ada.email, PASSWORD).await.refused(401, "auth.invalid_credentials");
    let ada_again = app.anonymous();
    let ada_again =
        ada_again.signed_in(&ada_again.try_login(&ada.email, NEW_PASSWORD).await.expect(200));
    reset(app, &token, "a third long password").await.refused(401, "auth.invalid_link");
    let told = ada_again.list("/audit-logs?action=user.password_reset").await;
    assert_eq!(told.len(), 1);
}

async fn a_link_to_a_new_password_ends_with_its_hour_and_with_the_password(app: &TestApp) {
    let ada = app.owner("Ada").await;
    forget(app, &ada.email).await.expect(202);
    let first = app.mail_to(&ada.email, MailKind::ResetPassword).await;
    let change = json!({"current_password": PASSWORD, "new_password": NEW_PASSWORD});
    ada.post("/auth/password", change).await.expect(200);
    app.mail_to(&ada.email, MailKind::PasswordChanged).await;
    let first = token_in(&first, "reset");
    reset(app, &first, "a third long password").await.refused(401, "auth.invalid_link");

    forget(app, &ada.email).await.expect(202);
    let second = app.mail_to(&ada.email, MailKind::ResetPassword).await;
    app.clock.advance(Duration::from_mins(61));
    let second = token_in(&second, "reset");
    reset(app, &second, "a third long password").await.refused(401, "auth.invalid_link");
}

async fn an_address_without_an_account_gets_the_same_answer_and_no_mail(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let (known, unknown) = (forget(app, &ada.email).await, forget(app, "eve@example.com").await);
    let (known, unknown) = (known.expect(202), unknown.expect(202));
    assert_eq!(known.text, unknown.text);
    app.mail_to(&ada.email, MailKind::ResetPassword).await;
    assert_eq!(app.mails(9).await, []);
}

async fn an_address_is_proven_by_the_link_of_its_mail(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let at_registration = app.mail_to(&ada.email, MailKind::VerifyEmail).await;
    let token = token_in(&at_registration, "verify");
    let confirm = async |token: &str| {
        app.anonymous().post("/auth/email/verify", json!({"token": token})).await
    };
    confirm(&token[..token.len() - 1]).await.refused(401, "auth.invalid_link");
    reset(app, &token, NEW_PASSWORD).await.refused(401, "auth.invalid_link");
    ada.post("/auth/email/verification", json!({})).await.expect(202);
    app.mail_to(&ada.email, MailKind::VerifyEmail).await;
    for _ in 0..2 {
        confirm(&token).await.expect(204);
    }
    assert_eq!(ada.list("/audit-logs?action=user.email_verified").await.len(), 1);
    // A proven address needs no second mail.
    ada.post("/auth/email/verification", json!({})).await.expect(202);
}

async fn an_invitation_is_mailed_and_its_token_is_in_no_answer(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let body = json!({"email": "carol@example.com", "role": "member"});
    let invited = ada.post("/invitations", body).await.expect(201).json();
    assert_eq!(invited["token"], Value::Null);
    let draft = app.mail_to("carol@example.com", MailKind::Invitation).await;
    assert_eq!(draft.recipient, None);
    let said = |name: &str| draft.values.iter().find(|(n, _)| *n == name).unwrap().1.clone();
    assert_eq!(
        (said("inviter"), said("role"), said("days")),
        ("Ada".into(), "member".into(), "7".into())
    );
    let token = token_in(&draft, "invitation");
    for page in ["/jobs", "/invitations", "/audit-logs"] {
        assert!(!ada.get(page).await.expect(200).text.contains(&token[4..]), "{page}");
    }
    let accept = json!({"token": token, "password": PASSWORD, "name": "Carol"});
    let reply = app.anonymous().post("/invitations/accept", accept).await.expect(200);
    let carol = app.anonymous().signed_in(&reply);
    assert_eq!(carol.get("/me").await.expect(200).json()["role"], "member");
}

async fn a_claimed_account_goes_with_its_api_keys_to_who_reads_its_mail(app: &TestApp) {
    let mallory = app.owner("Ada").await;
    let key = json!({"name": "back door", "role": "owner"});
    let key = mallory.post("/api-keys", key).await.expect(201).json();
    forget(app, &mallory.email).await.expect(202);
    let draft = app.mail_to(&mallory.email, MailKind::ResetPassword).await;
    reset(app, &token_in(&draft, "reset"), NEW_PASSWORD).await.expect(204);
    let key = app.anonymous().with_token(key["secret"].as_str().unwrap());
    key.get("/me").await.refused(401, "auth.invalid_token");
}

#[tokio::test]
async fn an_installation_that_sends_no_mail_says_so() {
    let app = TestApp::memory(Options::default()).await;
    let ada = app.owner("Ada").await;
    forget(&app, &ada.email).await.refused(403, "mail.none");
    ada.post("/auth/email/verification", json!({})).await.refused(403, "mail.none");
    app.stop().await;
}

on_postgres! {
    mails();
    a_forgotten_password_is_replaced_once_and_ends_every_session,
    a_link_to_a_new_password_ends_with_its_hour_and_with_the_password,
    an_address_without_an_account_gets_the_same_answer_and_no_mail,
    an_address_is_proven_by_the_link_of_its_mail,
    an_invitation_is_mailed_and_its_token_is_in_no_answer,
    a_claimed_account_goes_with_its_api_keys_to_who_reads_its_mail,
}

#[tokio::test]
async fn the_memory_adapters_enqueue_the_same_mails() {
    for test in 0..2 {
        let app = TestApp::memory(mails()).await;
        match test {
            0 => a_forgotten_password_is_replaced_once_and_ends_every_session(&app).await,
            _ => an_invitation_is_mailed_and_its_token_is_in_no_answer(&app).await,
        }
        app.stop().await;
    }
}
