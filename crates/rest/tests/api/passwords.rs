//! The hashes of passwords: their cost, and the queue of those who compute them.

use plinth_domain::{AddressBlock, Email, Password};
use plinth_in_process::{Argon2Cost, Argon2Hasher};
use plinth_ports::{Login, PasswordHasher};
use serde_json::json;

use crate::support::{Options, PASSWORD, TestApp};

async fn stored(app: &TestApp, email: &str) -> Login {
    let email = Email::parse(email).unwrap();
    app.system.begin().await.unwrap().find_login(&email).await.unwrap().unwrap()
}

/// Whether a login was hashed at the cost of this test's server.
fn is_current(login: &Login) -> bool {
    login.password.as_ref().unwrap().0.starts_with("$argon2id$v=19$m=8,t=1,p=1$")
}

async fn a_login_replaces_a_hash_of_another_cost_and_nothing_else(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let cost = Argon2Cost { passes: 2, ..Argon2Cost::CHEAPEST };
    let (password, client) =
        (Password::parse(PASSWORD.to_owned()).unwrap(), AddressBlock::of(None));
    let old = Argon2Hasher::new(cost).unwrap().hash(password, client).await.unwrap();
    let outdated = stored(app, &ada.email).await.with_hash(old, app.application.now());
    let mut unit = app.system.begin().await.unwrap();
    unit.update_login(&outdated).await.unwrap();
    unit.commit().await.unwrap();

    let wrong = app.anonymous().try_login(&ada.email, "not the password").await;
    wrong.refused(401, "auth.invalid_credentials");
    assert_eq!(stored(app, &ada.email).await, outdated);
    let client = app.anonymous();
    let (one, two) = tokio::join!(
        client.try_login(&ada.email, PASSWORD),
        client.try_login(&ada.email, PASSWORD)
    );
    for reply in [one, two] {
        client.signed_in(&reply.expect(200)).get("/me").await.expect(200);
    }
    let renewed = stored(app, &ada.email).await;
    assert!(is_current(&renewed), "{:?}", renewed.password.unwrap().0);
    assert_eq!(renewed.password_version, outdated.password_version);
    // The session from before goes on.
    ada.refresh().await.expect(200);
    app.anonymous().try_login(&ada.email, PASSWORD).await.expect(200);
    assert_eq!(stored(app, &ada.email).await, renewed, "it is renewed once");
}

#[tokio::test]
async fn a_full_queue_of_hashes_answers_503_and_is_no_failed_login() {
    let app =
        TestApp::postgres(Options { login_failures_burst: Some(2), ..Options::default() }).await;
    let ada = app.owner("Ada").await;
    let offer = json!({"email": "carol@example.com", "role": "viewer"});
    let token = ada.post("/invitations", offer).await.expect(201).json()["token"].clone();
    app.hasher.set_busy(true);
    let account = json!({
        "email": "bob@example.com", "password": PASSWORD, "name": "Bob",
        "organization": {"name": "Bob"},
    });
    let change = json!({"current_password": PASSWORD, "new_password": "a new password"});
    let accept = json!({"token": token, "password": PASSWORD, "name": "Carol"});
    for _ in 0..3 {
        for reply in [
            app.anonymous().try_login(&ada.email, PASSWORD).await,
            app.anonymous().try_login("nobody@example.com", PASSWORD).await,
            app.anonymous().post("/auth/register", account.clone()).await,
            app.anonymous().post("/invitations/accept", accept.clone()).await,
            ada.post("/auth/password", change.clone()).await,
        ] {
            assert_eq!(reply.refused(503, "auth.busy").header("retry-after"), "2");
        }
    }
    app.hasher.set_busy(false);
    app.anonymous().try_login(&ada.email, PASSWORD).await.expect(200);
    app.anonymous().post("/auth/register", account).await.expect(201);
    app.anonymous().post("/invitations/accept", accept).await.expect(200);
    ada.post("/auth/password", change).await.expect(200);
    app.stop().await;
}

async fn a_password_is_accepted_in_every_form_and_old_hashes_are_renewed(app: &TestApp) {
    let (composed, decomposed) = ("gr\u{fc}ne W\u{e4}lder", "gru\u{308}ne Wa\u{308}lder");
    let ada = app.owner("Ada").await;
    let change = json!({"current_password": PASSWORD, "new_password": decomposed});
    ada.post("/auth/password", change).await.expect(200);
    for typed in [composed, decomposed] {
        app.anonymous().try_login(&ada.email, typed).await.expect(200);
    }

    // The hash of what was typed, as earlier versions stored it.
    let as_typed = Password::parse(decomposed.to_owned()).unwrap().as_typed().unwrap();
    let hasher = Argon2Hasher::new(Argon2Cost::CHEAPEST).unwrap();
    let old = hasher.hash(as_typed, AddressBlock::of(None)).await.unwrap();
    let outdated = stored(app, &ada.email).await.with_hash(old, app.application.now());
    let mut unit = app.system.begin().await.unwrap();
    unit.update_login(&outdated).await.unwrap();
    unit.commit().await.unwrap();
    let other = app.anonymous().try_login(&ada.email, composed).await;
    other.refused(401, "auth.invalid_credentials");
    app.anonymous().try_login(&ada.email, decomposed).await.expect(200);
    assert_ne!(stored(app, &ada.email).await.password, outdated.password);
    app.anonymous().try_login(&ada.email, composed).await.expect(200);
}

async fn no_common_or_short_password_is_set_and_old_ones_still_log_in(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let invited = json!({"email": "carol@example.com", "role": "viewer"});
    let invited = ada.post("/invitations", invited).await.expect(201).json();
    let long = "x".repeat(1025);
    let refusals = [
        ("Password1234", "password.common"),
        ("12345678", "password.common"),
        ("eleven byte", "password.too_short"),
        (long.as_str(), "text.too_long"),
    ];
    for (password, code) in refusals {
        let account = json!({
            "email": "bob@example.com", "password": password, "name": "Bob",
            "organization": {"name": "Bob"},
        });
        let change = json!({"current_password": PASSWORD, "new_password": password});
        let reset = json!({"token": "plm_x", "password": password});
        let accept =
            json!({"token": ada.token_of(&invited), "password": password, "name": "Carol"});
        for reply in [
            app.anonymous().post("/auth/register", account).await,
            ada.post("/auth/password", change).await,
            app.anonymous().post("/auth/password/reset", reset).await,
            app.anonymous().post("/invitations/accept", accept).await,
        ] {
            assert_eq!(reply.refused(422, "body.invalid").json()["errors"][0]["code"], code);
        }
    }
    // A password from before the rules.
    let hasher = Argon2Hasher::new(Argon2Cost::CHEAPEST).unwrap();
    let old = Password::attempt("12345678".to_owned()).unwrap();
    let old = hasher.hash(old, AddressBlock::of(None)).await.unwrap();
    let outdated = stored(app, &ada.email).await.with_password(old, app.application.now());
    let mut unit = app.system.begin().await.unwrap();
    unit.update_login(&outdated).await.unwrap();
    unit.commit().await.unwrap();
    app.anonymous().try_login(&ada.email, "12345678").await.expect(200);
}

on_postgres! {
    no_common_or_short_password_is_set_and_old_ones_still_log_in,
    a_password_is_accepted_in_every_form_and_old_hashes_are_renewed,
    a_login_replaces_a_hash_of_another_cost_and_nothing_else,
}
