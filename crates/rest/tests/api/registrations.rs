//! Registrations that are completed by a mail.

use std::time::Duration;

use plinth_application::identity::Registration;
use plinth_domain::{Email, Name, Password, Slug};
use plinth_ports::{MailKind, Origin};
use serde_json::{Value, json};

use crate::support::{Options, PASSWORD, Reply, TestApp, mails::token_in};

const CHOSEN: &str = "a password of the link";

fn confirmed() -> Options {
    Options { mails: true, confirms_registrations: true, ..Options::default() }
}

fn account(email: &str, slug: Option<&str>) -> Value {
    let mut organization = json!({"name": "Harbour Works"});
    if let Some(slug) = slug {
        organization["slug"] = json!(slug);
    }
    json!({"email": email, "password": PASSWORD, "name": "Ada", "organization": organization})
}

async fn register(app: &TestApp, email: &str) -> Reply {
    app.anonymous().post("/auth/register", account(email, None)).await.expect(202)
}

async fn complete(app: &TestApp, token: &str) -> Reply {
    let body = json!({"token": token, "password": CHOSEN});
    app.anonymous().post("/auth/register/complete", body).await
}

/// The link of a registration that is not completed, also where the server registers at once.
pub async fn link(app: &TestApp, email: &str) -> String {
    let registration = Registration {
        email: Email::parse(email).unwrap(),
        password: Password::parse(PASSWORD.to_owned()).unwrap(),
        name: Name::parse("Ada").unwrap(),
        organization: Name::parse("Harbour Works").unwrap(),
        slug: None,
    };
    app.application.request_registration(&Origin::default(), registration).await.unwrap();
    token_in(&app.mail_to(email, MailKind::CompleteRegistration).await, "register")
}

/// An account that is complete.
async fn known(app: &TestApp, email: &str) {
    let token = link(app, email).await;
    complete(app, &token).await.expect(201);
}

async fn a_known_and_an_unknown_address_get_one_answer_and_different_mails(app: &TestApp) {
    known(app, "ada@example.com").await;
    let (old, new) = ("ada@example.com", "bob@example.com");
    let comparable = |reply: Reply| {
        let varies = ["x-request-id", "date", "ratelimit"];
        let mut headers = reply.headers.clone();
        for name in varies {
            headers.remove(name);
        }
        (reply.status, reply.text, headers)
    };
    let of_known = comparable(register(app, old).await);
    let told = app.mail_to(old, MailKind::AlreadyRegistered).await;
    assert!(told.link.unwrap().ends_with("/account/forgot#"));
    assert_eq!(of_known, comparable(register(app, new).await));
    let token = token_in(&app.mail_to(new, MailKind::CompleteRegistration).await, "register");

    let bob = app.anonymous().signed_in(&complete(app, &token).await.expect(201));
    let me = bob.get("/me").await.expect(200).json();
    assert_eq!((&me["role"], &me["user"]["email_verified"]), (&json!("owner"), &json!(true)));
    assert_eq!(bob.list("/audit-logs?action=user.registration_completed").await.len(), 1);
    app.anonymous().try_login(new, CHOSEN).await.expect(200);
    complete(app, &token).await.refused(401, "auth.invalid_link");
}

async fn before_its_link_was_used_an_account_has_no_password(app: &TestApp) {
    register(app, "ada@example.com").await;
    let mail = app.mail_to("ada@example.com", MailKind::CompleteRegistration).await;
    let first = token_in(&mail, "register");
    let wrong = app.anonymous().try_login("ada@example.com", PASSWORD).await;
    wrong.refused(401, "auth.invalid_credentials");
    // Asked for again, it is sent again; of both links one completes the registration.
    register(app, "ada@example.com").await;
    let mail = app.mail_to("ada@example.com", MailKind::CompleteRegistration).await;
    complete(app, &token_in(&mail, "register")).await.expect(201);
    complete(app, &first).await.refused(401, "auth.invalid_link");
}

async fn a_taken_slug_is_replaced_and_not_told(app: &TestApp) {
    for email in ["ada@example.com", "bob@example.com"] {
        let body = account(email, Some("harbour"));
        app.anonymous().post("/auth/register", body).await.expect(202);
        let mail = app.mail_to(email, MailKind::CompleteRegistration).await;
        let reply = complete(app, &token_in(&mail, "register")).await.expect(201).json();
        let slug = reply["organization"]["slug"].as_str().unwrap().to_owned();
        let slug = Slug::parse(&slug).unwrap();
        assert_eq!(slug.as_str() == "harbour", email == "ada@example.com", "{slug:?}");
    }
}

#[tokio::test]
async fn a_link_that_completes_a_registration_is_too_old_after_a_day() {
    let app = TestApp::memory(confirmed()).await;
    let token = link(&app, "ada@example.com").await;
    app.clock.advance(Duration::from_hours(24));
    complete(&app, &token).await.refused(401, "auth.invalid_link");
    app.stop().await;
}

on_postgres! {
    confirmed();
    a_known_and_an_unknown_address_get_one_answer_and_different_mails,
    before_its_link_was_used_an_account_has_no_password,
    a_taken_slug_is_replaced_and_not_told,
}
