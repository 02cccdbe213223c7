//! Accounts and their identities at providers. What a provider confirms is scripted.

use std::time::Duration;

use plinth_ports::{Clock, MailKind};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Client, Options, PASSWORD, TestApp,
    authenticator::{Authenticator, second_step},
    mails::token_in,
    oidc::{begin, begin_link, identity, linked, login, login_with, redirect_uri},
};

/// An owner whose address is proven.
async fn proven(app: &TestApp, name: &str) -> Client {
    let owner = app.owner(name).await;
    let mail = app.mail_to(&owner.email, MailKind::VerifyEmail).await;
    let proof = json!({"token": token_in(&mail, "verify")});
    app.anonymous().post("/auth/email/verify", proof).await.expect(204);
    owner
}

/// A new account for an identity at the provider.
async fn registered(app: &TestApp, subject: &str, email: &str) -> Client {
    let pending = login(&app.anonymous(), subject, email).await.expect(202).json();
    let body = json!({"token": pending["token"], "organization": {"name": subject}});
    let reply = app.anonymous().post("/auth/oidc/register", body).await.expect(201);
    app.anonymous().signed_in(&reply)
}

async fn a_new_user_gets_an_account_by_a_provider_and_logs_in_again(app: &TestApp) {
    let visitor = app.anonymous();
    let providers = visitor.get("/auth/oidc/providers").await.expect(200).json();
    assert_eq!(providers["data"][0], json!({"id": "sample", "name": "SAMPLE"}));

    let pending = login(&visitor, "7", "ada@example.com").await.expect(202);
    assert_eq!(pending.header("cache-control"), "no-store");
    let pending = pending.json();
    assert_eq!((&pending["email"], &pending["name"]), (&json!("ada@example.com"), &json!("Ada")));
    visitor.try_login("ada@example.com", PASSWORD).await.refused(401, "auth.invalid_credentials");
    let neither = json!({"token": pending["token"]});
    visitor.post("/auth/oidc/register", neither).await.refused(422, "body.invalid");
    let body = json!({"token": pending["token"], "organization": {"name": "Hochbau Nord"}});
    let registered = visitor.post("/auth/oidc/register", body.clone()).await.expect(201);
    let ada = visitor.signed_in(&registered);
    let me = ada.get("/me").await.expect(200).json();
    assert_eq!((&me["user"]["email_verified"], &me["role"]), (&json!(true), &json!("owner")));
    // The token is worth nothing once the identity has its account.
    visitor.post("/auth/oidc/register", body).await.refused(409, "auth.email_taken");

    let again = visitor.signed_in(&login(&visitor, "7", "other@example.com").await.expect(200));
    assert_eq!(again.user, ada.user, "the subject decides, not the address");
    let identities = ada.get("/me/identities").await.expect(200).json();
    assert_eq!(identities["data"].as_array().unwrap().len(), 1);
    assert_eq!(identities["data"][0]["provider"], "sample");
    assert_eq!(ada.list("/audit-logs?action=session.opened").await.len(), 1);
    // The same subject at another provider is another user.
    let begun = begin(&visitor, "other").await;
    let answer = begun.answer(&identity("7", "eve@example.com"));
    begun.complete(&visitor, answer).await.expect(202);
}

async fn each_provider_sends_browsers_back_to_an_address_of_its_own(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for provider in ["sample", "other"] {
        for begun in [begin(&ada, provider).await, begin_link(&ada, provider).await] {
            assert_eq!(begun.parameter("redirect_uri"), redirect_uri(provider));
        }
    }
}

async fn the_page_of_a_provider_has_the_files_of_the_page_where_logins_begin(app: &TestApp) {
    let get = async |path: &str| app.anonymous().request(Method::GET, path).send().await.unwrap();
    for (page, up) in [("//account/oidc", ""), ("//account/oidc/sample", "../")] {
        let reply = get(page).await;
        assert_eq!(reply.status(), 200, "{page}");
        let policy = reply.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("script-src 'self'"), "{policy}");
        let url = reply.url().clone();
        let html = reply.text().await.unwrap();
        for (tag, file) in [("href", "page.css"), ("src", "oidc.js")] {
            assert!(html.contains(&format!("{tag}=\"{up}{file}\"")), "{html}");
            let target = url.join(&format!("{up}{file}")).unwrap();
            assert_eq!(get(&format!("/{}", target.path())).await.status(), 200, "{target}");
        }
    }
    assert_eq!(get("//account/oidc/sample/more").await.status(), 404);
}

async fn a_token_of_a_registration_ends_after_ten_minutes(app: &TestApp) {
    let pending = login(&app.anonymous(), "7", "ada@example.com").await.expect(202).json();
    app.clock.advance(Duration::from_mins(10));
    for token in [pending["token"].as_str().unwrap(), "plg_", "plg_AAAA"] {
        let body = json!({"token": token, "organization": {"name": "Late"}});
        app.anonymous()
            .post("/auth/oidc/register", body)
            .await
            .refused(401, "oidc.invalid_registration");
    }
}

async fn a_verified_address_finds_the_account_that_has_proven_it(app: &TestApp) {
    let ada = proven(app, "Ada").await;
    let begun = begin(&ada, "sample").await;
    let signed_in =
        begun.complete(&ada, begun.answer(&identity("7", &ada.email))).await.expect(200);
    assert_eq!(ada.signed_in(&signed_in).user, ada.user);
    // Both ways lead to it from now on, and what was open stays.
    ada.try_login(&ada.email, PASSWORD).await.expect(200);
    ada.get("/me").await.expect(200);
    assert_eq!(ada.list("/audit-logs?action=user.identity_linked").await.len(), 1);
}

async fn an_address_that_a_provider_does_not_verify_finds_no_account(app: &TestApp) {
    let proven = proven(app, "Ada").await;
    let claimed = app.owner("Bob").await;
    for email in [&*proven.email, &*claimed.email, "new@example.com", "x@service.invalid"] {
        for email_verified in [json!(false), Value::Null] {
            let verified = email.ends_with(".invalid") || email_verified == true;
            let code = json!({"sub": "7", "email": email, "email_verified": verified});
            login_with(&proven, &code.to_string()).await.refused(403, "oidc.email_unverified");
        }
    }
    login_with(&proven, &json!({"sub": "7"}).to_string())
        .await
        .refused(403, "oidc.email_unverified");
    for owner in [proven, claimed] {
        assert_eq!(owner.get("/me/identities").await.expect(200).json()["data"], json!([]));
    }
}

async fn a_claimed_account_goes_to_who_proves_its_address_at_a_provider(app: &TestApp) {
    let eve = app.owner("Ada").await;
    let key = eve.api_key(json!({"permissions": ["project:read"]})).await;
    Authenticator::turned_on(app, &eve).await;
    let eves = begin_link(&eve, "other").await;
    let code = json!({"sub": "eve"}).to_string();
    eve.post("/me/identities/other/complete", eves.answer(&code)).await.expect(200);
    let begun = begin(&eve, "other").await;
    begun.complete(&eve, begun.answer(&code)).await.refused(401, "auth.second_factor_needed");

    let reply = login(&app.anonymous(), "ada", &eve.email).await.expect(200);
    let ada = app.anonymous().signed_in(&reply);
    assert_eq!(ada.user, eve.user);
    assert_eq!(ada.get("/me").await.expect(200).json()["user"]["email_verified"], true);
    assert_eq!(ada.get("/me/second-factor").await.expect(200).json()["is_on"], false);
    eve.get("/me").await.refused(401, "auth.invalid_token");
    eve.refresh().await.refused(401, "auth.invalid_token");
    key.get("/projects").await.refused(401, "auth.invalid_token");
    eve.try_login(&eve.email, PASSWORD).await.refused(401, "auth.invalid_credentials");
    let begun = begin(&eve, "other").await;
    begun.complete(&eve, begun.answer(&code)).await.refused(403, "oidc.email_unverified");
    assert_eq!(ada.list("/audit-logs?action=user.reclaimed").await.len(), 1);
}

async fn a_new_password_for_a_claimed_account_ends_the_identities_of_its_claimant(app: &TestApp) {
    let eve = app.owner("Ada").await;
    linked(&eve).await;
    let body = json!({"email": eve.email});
    app.anonymous().post("/auth/password/forgot", body).await.expect(202);
    let mail = app.mail_to(&eve.email, MailKind::ResetPassword).await;
    let reset = json!({"token": token_in(&mail, "reset"), "password": "another long password"});
    app.anonymous().post("/auth/password/reset", reset).await.expect(204);
    let code = json!({"sub": eve.user}).to_string();
    login_with(&eve, &code).await.refused(403, "oidc.email_unverified");
}

async fn the_second_factor_of_an_account_is_asked_for_after_the_provider(app: &TestApp) {
    let ada = proven(app, "Ada").await;
    let device = Authenticator::turned_on(app, &ada).await;
    let refused = login(&ada, "7", &ada.email).await.refused(401, "auth.second_factor_needed");
    let challenge = refused.json()["challenge"].as_str().unwrap().to_owned();
    assert_eq!(ada.get("/me/identities").await.expect(200).json()["data"][0]["provider"], "sample");
    let wrong = json!({"code": device.code(app, 9)});
    second_step(&ada, &challenge, wrong).await.refused(401, "auth.invalid_second_factor");
    let code = json!({"code": device.next_code(app)});
    let reply = second_step(&ada, &challenge, code).await.expect(200);
    assert_eq!(ada.signed_in(&reply).user, ada.user);
}

async fn a_suspended_member_does_not_log_in_by_a_provider(app: &TestApp) {
    let ada = proven(app, "Ada").await;
    let bob = ada.invite("bob@example.com", "member").await;
    linked(&bob).await;
    ada.post(&format!("/members/{}/suspend", bob.user), json!({})).await.expect(200);
    login(&bob, &bob.user, &bob.email).await.refused(403, "auth.no_organization");
    ada.post(&format!("/members/{}/reactivate", bob.user), json!({})).await.expect(200);
    login(&bob, &bob.user, &bob.email).await.expect(200);
}

async fn a_login_chooses_the_organization_by_its_slug(app: &TestApp) {
    let ada = proven(app, "Ada").await;
    let home = ada.get("/organization").await.expect(200).json();
    let begun = begin(&ada, "sample").await;
    let mut answer = begun.answer(&identity("7", &ada.email));
    answer["organization"] = json!("no-such-organization");
    begun.complete(&ada, answer).await.refused(403, "auth.no_organization");
    let begun = begin(&ada, "sample").await;
    let mut answer = begun.answer(&identity("7", &ada.email));
    answer["organization"] = home["slug"].clone();
    begun.complete(&ada, answer).await.expect(200);
}

async fn a_login_is_completed_once_by_the_client_that_began_it(app: &TestApp) {
    let ada = proven(app, "Ada").await;
    let code = identity("7", &ada.email);
    let invalid = (401, "oidc.invalid_state");
    let refused = async |provider: &str, answer: Value| {
        let path = format!("/auth/oidc/{provider}/complete");
        ada.anonymous().post(&path, answer).await.refused(invalid.0, invalid.1);
    };
    // A browser that has not begun it: with the binding of another login, or with none.
    let (begun, other) = (begin(&ada, "sample").await, begin(&ada, "sample").await);
    for binding in [&*other.binding, "", "plb_"] {
        let mut answer = begun.answer(&code);
        answer["binding"] = json!(binding);
        refused("sample", answer).await;
    }
    // The answer of one provider, given to the other.
    refused("other", begun.answer(&code)).await;
    let mut changed = begun.answer(&code);
    changed["state"] = json!(other.parameter("state"));
    refused("sample", changed).await;
    for state in ["", "AAAA", "ä"] {
        let mut answer = begun.answer(&code);
        answer["state"] = json!(state);
        refused("sample", answer).await;
    }

    // Another process completes it, and neither of them a second time.
    let beside = app.beside(Options { mails: true, ..Options::default() });
    begun.complete(&beside.anonymous(), begun.answer(&code)).await.expect(200);
    for client in [beside.anonymous(), ada.clone()] {
        begun.complete(&client, begun.answer(&code)).await.refused(invalid.0, invalid.1);
    }
    beside.stop().await;
    // A code that the provider refuses uses it up, too.
    other.complete(&ada, other.answer("refused")).await.refused(401, "oidc.not_confirmed");
    refused("sample", other.answer(&code)).await;

    let late = begin(&ada, "sample").await;
    app.clock.advance(Duration::from_mins(10));
    refused("sample", late.answer(&code)).await;
    let unknown = ada.anonymous().post("/auth/oidc/unknown/start", json!({})).await;
    unknown.refused(404, "not_found");
}

async fn a_login_goes_on_at_a_path_of_the_own_origin_only(app: &TestApp) {
    let start = async |return_to: &str| {
        let body = json!({"return_to": return_to});
        app.anonymous().post("/auth/oidc/sample/start", body).await
    };
    for other in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "evil",
        "",
    ] {
        let refused = start(other).await.refused(422, "body.invalid");
        assert_eq!(refused.faults(), ["/return_to path.not_local"], "{other:?}");
    }
    let begun = start("/projects?status=active").await.expect(200);
    assert_eq!(begun.json()["return_to"], "/projects?status=active");
    assert_eq!(begun.header("cache-control"), "no-store");
}

async fn identities_are_linked_to_one_account_by_its_session(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let code = json!({"sub": "7"}).to_string();
    let complete = async |client: &Client, answer: Value| {
        client.post("/me/identities/sample/complete", answer).await
    };
    // It is linked by the caller who began it, and no login comes of it.
    let begun = begin_link(&ada, "sample").await;
    complete(&bob, begun.answer(&code)).await.refused(401, "oidc.invalid_state");
    begun.complete(&ada, begun.answer(&code)).await.refused(401, "oidc.invalid_state");
    let as_login = begin(&ada, "sample").await;
    complete(&ada, as_login.answer(&code)).await.refused(401, "oidc.invalid_state");
    let linked = complete(&ada, begun.answer(&code)).await.expect(200).json();
    app.mail_to(&ada.email, MailKind::IdentityLinked).await;
    assert_eq!((&linked["provider"], &linked["email"]), (&json!("sample"), &Value::Null));

    let begun = begin_link(&bob, "sample").await;
    complete(&bob, begun.answer(&code)).await.refused(409, "identity.taken");
    let begun = begin_link(&ada, "sample").await;
    assert_eq!(complete(&ada, begun.answer(&code)).await.expect(200).json()["id"], linked["id"]);
    let reply = login_with(&app.anonymous(), &code).await.expect(200);
    assert_eq!(app.anonymous().signed_in(&reply).user, ada.user);

    let path = format!("/me/identities/{}", linked["id"].as_str().unwrap());
    bob.delete(&path, "*").await.refused(404, "not_found");
    ada.delete(&path, "*").await.expect(204);
    ada.delete(&path, "*").await.refused(404, "not_found");
    login_with(&ada, &code).await.refused(403, "oidc.email_unverified");
    for action in ["user.identity_linked", "user.identity_unlinked"] {
        assert_eq!(ada.list(&format!("/audit-logs?action={action}")).await.len(), 1, "{action}");
    }
    let key = ada.api_key(json!({"permissions": ["project:read"]})).await;
    key.get("/me/identities").await.refused(403, "auth.users_only");
}

async fn an_account_has_so_many_identities(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for n in 0..=20 {
        let begun = begin_link(&ada, "sample").await;
        let answer = begun.answer(&json!({"sub": n.to_string()}).to_string());
        let reply = ada.post("/me/identities/sample/complete", answer).await;
        if n < 20 {
            reply.expect(200);
        } else {
            reply.refused(409, "identity.too_many");
        }
    }
}

async fn a_login_long_ago_at_the_provider_is_no_fresh_proof(app: &TestApp) {
    let ada = registered(app, "7", "ada@example.com").await;
    let path = "/me/identities/sample/start";
    ada.post(path, json!({})).await.expect(200);
    let long_ago = app.clock.now().timestamp() - 700;
    let code = json!({"sub": "7", "auth_time": long_ago}).to_string();
    let stale = ada.signed_in(&login_with(&ada, &code).await.expect(200));
    stale.post(path, json!({})).await.refused(403, "auth.step_up_required");
    let identity = ada.get("/me/identities").await.expect(200).json()["data"][0]["id"].clone();
    let identity = format!("/me/identities/{}", identity.as_str().unwrap());
    stale.delete(&identity, "*").await.refused(403, "auth.step_up_required");
    let delete = stale.request(Method::DELETE, "/me").json(&json!({}));
    stale.send(delete).await.refused(403, "auth.step_up_required");
    let now = json!({"sub": "7", "auth_time": long_ago + 690}).to_string();
    let fresh = ada.signed_in(&login_with(&ada, &now).await.expect(200));
    fresh.post(path, json!({})).await.expect(200);
}

async fn the_last_way_to_log_in_stays(app: &TestApp) {
    let ada = registered(app, "7", "ada@example.com").await;
    let first = ada.get("/me/identities").await.expect(200).json()["data"][0]["id"].clone();
    let path = format!("/me/identities/{}", first.as_str().unwrap());
    ada.delete(&path, "*").await.refused(409, "identity.last");

    // An account of a provider gets a password by a mail, as one that has forgotten it.
    let body = json!({"email": ada.email});
    app.anonymous().post("/auth/password/forgot", body).await.expect(202);
    let mail = app.mail_to(&ada.email, MailKind::ResetPassword).await;
    let reset = json!({"token": token_in(&mail, "reset"), "password": PASSWORD});
    app.anonymous().post("/auth/password/reset", reset).await.expect(204);
    let ada = ada.login().await;
    // The address was proven before, so the identity stays until its user removes it.
    login(&ada, "7", &ada.email).await.expect(200);
    ada.delete(&path, "*").await.expect(204);
}

async fn an_account_without_a_password_is_deleted_with_its_identities(app: &TestApp) {
    let ada = registered(app, "7", "ada@example.com").await;
    ada.invite_as("second@example.com", "owner").await;
    let with_password = app.owner("Bob").await;
    with_password.invite_as("third@example.com", "owner").await;
    let delete = async |client: &Client| {
        client.send(client.request(Method::DELETE, "/me").json(&json!({}))).await
    };
    let missing = delete(&with_password).await.refused(422, "body.invalid");
    assert_eq!(missing.faults(), ["/password field.required"]);
    delete(&ada).await.expect(204);
    ada.get("/me").await.refused(401, "auth.invalid_token");
    login(&app.anonymous(), "7", "ada@example.com").await.expect(202);
}

async fn an_invitation_is_accepted_by_a_new_account_of_a_provider(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let invite = async |email: &str| {
        let body = json!({"email": email, "role": "viewer"});
        let invitation = ada.post("/invitations", body).await.expect(201).json();
        ada.token_of(&invitation)
    };
    let register = async |email: &str, invitation: &str| {
        let pending = login(&app.anonymous(), email, email).await.expect(202).json();
        let body = json!({"token": pending["token"], "invitation": invitation, "name": "Bob"});
        app.anonymous().post("/auth/oidc/register", body).await
    };
    let token = invite("bob@example.com").await;
    register("eve@example.com", &token).await.refused(403, "invitation.other_address");
    register("bob@example.com", "pli_none").await.refused(401, "auth.invalid_token");
    let bob = app.anonymous().signed_in(&register("bob@example.com", &token).await.expect(201));
    assert_eq!((&bob.organization, &*bob.email), (&ada.organization, "bob@example.com"));
    let me = bob.get("/me").await.expect(200).json();
    assert_eq!((&me["role"], &me["user"]["name"]), (&json!("viewer"), &json!("Bob")));
    register("carl@example.com", &token).await.refused(409, "state.transition");
}

async fn logins_by_providers_are_limited_as_others_are(app: &TestApp) {
    let visitor = app.anonymous();
    for _ in 0..3 {
        visitor.post("/auth/oidc/sample/start", json!({})).await.expect(200);
    }
    let answer = json!({"code": "1", "state": "1", "binding": "1"});
    for (path, body) in [
        ("/auth/oidc/sample/start", json!({})),
        ("/auth/oidc/sample/complete", answer),
        ("/auth/oidc/register", json!({"token": "1", "organization": {"name": "Late"}})),
    ] {
        let limited = visitor.post(path, body).await.refused(429, "rate_limited");
        assert!(!limited.header("retry-after").is_empty());
    }
}

on_postgres! { Options { mails: true, ..Options::default() };
    a_new_user_gets_an_account_by_a_provider_and_logs_in_again,
    each_provider_sends_browsers_back_to_an_address_of_its_own,
    the_page_of_a_provider_has_the_files_of_the_page_where_logins_begin,
    a_token_of_a_registration_ends_after_ten_minutes,
    a_verified_address_finds_the_account_that_has_proven_it,
    an_address_that_a_provider_does_not_verify_finds_no_account,
    a_claimed_account_goes_to_who_proves_its_address_at_a_provider,
    a_new_password_for_a_claimed_account_ends_the_identities_of_its_claimant,
    the_second_factor_of_an_account_is_asked_for_after_the_provider,
    a_suspended_member_does_not_log_in_by_a_provider,
    a_login_chooses_the_organization_by_its_slug,
    a_login_is_completed_once_by_the_client_that_began_it,
    a_login_goes_on_at_a_path_of_the_own_origin_only,
    identities_are_linked_to_one_account_by_its_session,
    an_account_has_so_many_identities,
    a_login_long_ago_at_the_provider_is_no_fresh_proof,
    the_last_way_to_log_in_stays,
    an_account_without_a_password_is_deleted_with_its_identities,
    an_invitation_is_accepted_by_a_new_account_of_a_provider,
}

mod limited {
    use super::*;

    on_postgres! { Options { login_burst: 3, ..Options::default() };
        logins_by_providers_are_limited_as_others_are,
    }
}
