//! The second factor of an account: set up, asked for at logins, and turned off.

use std::time::Duration;

use plinth_ports::MailKind;
use serde_json::json;

use crate::support::{
    Options, PASSWORD, TestApp,
    authenticator::{Authenticator, challenge, second_step},
    mails::token_in,
};

pub async fn a_second_factor_is_turned_on_by_a_code_and_off_by_another(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let off = json!({"is_on": false, "confirmed_at": null, "recovery_codes": 0});
    assert_eq!(ada.get("/me/second-factor").await.expect(200).json(), off);
    let code = json!({"code": "123456"});
    let confirm = "/me/second-factor/confirm";
    ada.post(confirm, code.clone()).await.refused(409, "second_factor.not_begun");

    let begun = ada.post("/me/second-factor", json!({})).await.expect(200);
    assert_eq!(begun.header("cache-control"), "no-store");
    let begun = begun.json();
    let (secret, uri) = (begun["secret"].as_str().unwrap(), begun["otpauth_uri"].as_str().unwrap());
    assert_eq!(secret.len(), 32);
    assert!(uri.starts_with(&format!("otpauth://totp/Plinth:ada%40example.com?secret={secret}&")));
    assert!(begun["qr_code"].as_str().unwrap().starts_with("<svg "));
    assert_eq!(ada.get("/me/second-factor").await.expect(200).json(), off);
    app.anonymous().try_login(&ada.email, PASSWORD).await.expect(200);

    let device = Authenticator::begun(&begun);
    ada.post(confirm, json!({"code": device.code(app, 9)}))
        .await
        .refused(401, "auth.invalid_second_factor");
    let confirmed = ada.post(confirm, json!({"code": device.code(app, 0)})).await.expect(200);
    assert_eq!(confirmed.json()["recovery_codes"].as_array().unwrap().len(), 10);
    let state = ada.get("/me/second-factor").await.expect(200).json();
    assert_eq!((&state["is_on"], &state["recovery_codes"]), (&json!(true), &json!(10)));
    ada.post("/me/second-factor", json!({})).await.refused(409, "second_factor.active");
    ada.post(confirm, code).await.refused(409, "second_factor.active");

    let off_again = json!({"code": device.next_code(app)});
    let end = ada.request(reqwest::Method::DELETE, "/me/second-factor").json(&off_again);
    ada.send(end).await.expect(204);
    assert_eq!(ada.get("/me/second-factor").await.expect(200).json(), off);
    app.anonymous().try_login(&ada.email, PASSWORD).await.expect(200);
    for action in ["user.second_factor_on", "user.second_factor_off"] {
        assert_eq!(ada.list(&format!("/audit-logs?action={action}")).await.len(), 1, "{action}");
    }
}

pub async fn a_login_with_a_second_factor_needs_a_code_after_the_password(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let device = Authenticator::turned_on(app, &ada).await;
    app.anonymous().try_login(&ada.email, "wrong").await.refused(401, "auth.invalid_credentials");
    let challenge = challenge(&ada, &ada.email).await;
    ada.with_token(&challenge).get("/me").await.refused(401, "auth.invalid_token");

    let wrong = json!({"code": device.code(app, 9)});
    second_step(&ada, &challenge, wrong).await.refused(401, "auth.invalid_second_factor");
    let none = second_step(&ada, &challenge, json!({})).await.refused(422, "body.invalid");
    assert_eq!(none.json()["errors"][0]["code"], "field.required");
    let code = json!({"code": device.next_code(app)});
    let reply = second_step(&ada, &challenge, code.clone()).await.expect(200);
    let again = ada.signed_in(&reply);
    assert_eq!(again.get("/me").await.expect(200).json()["user"]["id"], json!(ada.user));
    again.refresh().await.expect(200);

    // A code works once, also within its thirty seconds, and at no other place.
    second_step(&ada, &challenge, code.clone()).await.refused(401, "auth.invalid_second_factor");
    again.post("/auth/step-up", code).await.refused(401, "auth.invalid_second_factor");
    app.settle().await;
    assert!(ada.list("/audit-logs?action=session.refused").await.len() >= 3);
}

async fn a_recovery_code_works_once_and_new_ones_replace_all(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let device = Authenticator::turned_on(app, &ada).await;
    let challenge = challenge(&ada, &ada.email).await;
    let [first, second, ..] = &device.recovery_codes[..] else { panic!("ten codes") };
    let typed = json!({"recovery_code": first.to_lowercase().replace('-', " ")});
    second_step(&ada, &challenge, typed.clone()).await.expect(200);
    second_step(&ada, &challenge, typed).await.refused(401, "auth.invalid_second_factor");
    assert_eq!(ada.get("/me/second-factor").await.expect(200).json()["recovery_codes"], 9);

    let renewed = ada.post("/me/second-factor/recovery-codes", json!({})).await.expect(200).json();
    let old = json!({"recovery_code": second});
    second_step(&ada, &challenge, old).await.refused(401, "auth.invalid_second_factor");
    let new = json!({"recovery_code": renewed["recovery_codes"][9]});
    second_step(&ada, &challenge, new).await.expect(200);
    let bob = app.owner("Bob").await;
    bob.post("/me/second-factor/recovery-codes", json!({}))
        .await
        .refused(409, "second_factor.none");
}

async fn a_challenge_ends_after_five_minutes_and_with_the_password(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let device = Authenticator::turned_on(app, &ada).await;
    let refused = async |challenge: &str| {
        let code = json!({"code": device.next_code(app)});
        second_step(&ada, challenge, code).await.refused(401, "auth.invalid_challenge");
    };
    let late = challenge(&ada, &ada.email).await;
    app.clock.advance(Duration::from_mins(5));
    refused(&late).await;
    let of_old_password = challenge(&ada, &ada.email).await;
    let change = json!({"current_password": PASSWORD, "new_password": "another long password"});
    ada.post("/auth/password", change).await.expect(200);
    refused(&of_old_password).await;
    refused("plc_").await;
    refused(&of_old_password.replace("plc_", "plm_")).await;
}

async fn a_new_password_leaves_the_second_factor(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let verified = app.mail_to(&ada.email, MailKind::VerifyEmail).await;
    let proof = json!({"token": token_in(&verified, "verify")});
    app.anonymous().post("/auth/email/verify", proof).await.expect(204);
    let device = Authenticator::turned_on(app, &ada).await;
    let body = json!({"email": ada.email});
    app.anonymous().post("/auth/password/forgot", body).await.expect(202);
    let mail = app.mail_to(&ada.email, MailKind::ResetPassword).await;
    let reset = json!({"token": token_in(&mail, "reset"), "password": PASSWORD});
    app.anonymous().post("/auth/password/reset", reset).await.expect(204);
    let challenge = challenge(&ada, &ada.email).await;
    let code = json!({"code": device.next_code(app)});
    second_step(&ada, &challenge, code).await.expect(200);
}

async fn a_claimed_account_goes_without_its_second_factor_to_who_reads_its_mail(app: &TestApp) {
    let claimed = app.owner("Ada").await;
    Authenticator::turned_on(app, &claimed).await;
    let body = json!({"email": claimed.email});
    app.anonymous().post("/auth/password/forgot", body).await.expect(202);
    let mail = app.mail_to(&claimed.email, MailKind::ResetPassword).await;
    let reset = json!({"token": token_in(&mail, "reset"), "password": "another long password"});
    app.anonymous().post("/auth/password/reset", reset).await.expect(204);
    app.anonymous().try_login(&claimed.email, "another long password").await.expect(200);
}

async fn an_invitation_is_accepted_with_the_second_factor(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let device = Authenticator::turned_on(app, &bob).await;
    let invitation = json!({"email": bob.email, "role": "viewer"});
    let invitation = ada.post("/invitations", invitation).await.expect(201).json();
    let mut accept = json!({"token": ada.token_of(&invitation), "password": PASSWORD});
    let ask = async |body: &serde_json::Value| {
        app.anonymous().post("/invitations/accept", body.clone()).await
    };
    ask(&accept).await.refused(401, "auth.second_factor_needed");
    accept["code"] = json!(device.code(app, 9));
    ask(&accept).await.refused(401, "auth.invalid_second_factor");
    assert_eq!(ada.list("/members").await.len(), 1);
    accept["code"] = json!(device.next_code(app));
    ask(&accept).await.expect(200);
    assert_eq!(ada.list("/members").await.len(), 2);
}

async fn neither_the_secret_nor_a_recovery_code_is_stored_or_audited(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let begun = ada.post("/me/second-factor", json!({})).await.expect(200).json();
    let device = Authenticator::begun(&begun);
    let code = json!({"code": device.code(app, 0)});
    let confirmed = ada.post("/me/second-factor/confirm", code).await.expect(200).json();
    let mut owner = app.database_owner().await;
    let stored = "SELECT string_agg(second_factor::text, '') FROM users";
    let stored: String = sqlx::query_scalar(stored).fetch_one(&mut owner).await.unwrap();
    let logged = serde_json::to_string(&ada.list("/audit-logs").await).unwrap();
    let recovery = confirmed["recovery_codes"].as_array().unwrap();
    for secret in recovery.iter().chain([&begun["secret"]]) {
        let secret = secret.as_str().unwrap();
        for text in [&stored, &logged] {
            assert!(!text.contains(secret) && !text.contains(&secret.replace('-', "")));
        }
    }
}

fn few_attempts() -> Options {
    Options { login_failures_burst: Some(4), ..Options::default() }
}

/// The password is known, so other addresses and other ways get no further attempts.
#[tokio::test]
async fn wrong_codes_of_an_account_are_bounded_however_they_are_sent() {
    let app = TestApp::postgres(few_attempts()).await;
    let ada = app.owner("Ada").await;
    let device = Authenticator::turned_on(&app, &ada).await;
    let challenge = challenge(&ada, &ada.email).await;
    let wrong = json!({"code": device.code(&app, 9)});
    for _ in 0..2 {
        let reply = second_step(&ada, &challenge, wrong.clone()).await;
        reply.refused(401, "auth.invalid_second_factor");
        let reply = ada.post("/auth/step-up", wrong.clone()).await;
        reply.refused(401, "auth.invalid_second_factor");
    }
    let right = json!({"code": device.next_code(&app)});
    second_step(&ada, &challenge, right.clone()).await.refused(429, "rate_limited");
    ada.post("/auth/step-up", right.clone()).await.refused(429, "rate_limited");
    let end = ada.request(reqwest::Method::DELETE, "/me/second-factor").json(&right);
    ada.send(end).await.refused(429, "rate_limited");
    // Another account has its own attempts.
    let bob = app.owner("Bob").await;
    Authenticator::turned_on(&app, &bob).await;
    app.stop().await;
}

on_postgres! {
    Options { mails: true, ..Options::default() };
    a_second_factor_is_turned_on_by_a_code_and_off_by_another,
    a_login_with_a_second_factor_needs_a_code_after_the_password,
    a_recovery_code_works_once_and_new_ones_replace_all,
    a_challenge_ends_after_five_minutes_and_with_the_password,
    a_new_password_leaves_the_second_factor,
    a_claimed_account_goes_without_its_second_factor_to_who_reads_its_mail,
    an_invitation_is_accepted_with_the_second_factor,
    neither_the_secret_nor_a_recovery_code_is_stored_or_audited,
}
