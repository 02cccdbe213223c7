//! Registration, login, logout, and the lifetimes of tokens.

use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp};

/// A problem without the values that differ between requests.
fn without_id(mut problem: Value) -> Value {
    assert!(problem["request_id"].take().is_string());
    problem
}

pub async fn registering_makes_an_account_its_organization_and_its_first_tokens(app: &TestApp) {
    let body = json!({
        "email": "ada@example.com", "password": PASSWORD, "name": " Ada ",
        "organization": {"name": "Hochbau Nörd", "slug": "hochbau-nord"},
    });
    let reply = app.anonymous().post("/auth/register", body).await.expect(201);
    assert_eq!(reply.header("cache-control"), "no-store");
    let signed_in = reply.json();
    assert_eq!(signed_in["token_type"], "Bearer");
    assert!(signed_in["access_token"].as_str().unwrap().starts_with("pla_"));
    assert!(signed_in["refresh_token"].as_str().unwrap().starts_with("plr_"));
    let ada = app.anonymous().signed_in(&reply);
    let me = ada.get("/me").await.expect(200).json();
    let user = json!({
        "id": ada.user, "email": "ada@example.com", "email_verified": false, "name": "Ada",
        "locale": null, "time_zone": null,
    });
    assert_eq!(me["user"], user);
    assert_eq!(me["role"], "owner");
    assert_eq!(me["api_key_id"], Value::Null);
    let place = json!({
        "organization_id": ada.organization, "name": "Hochbau Nörd", "slug": "hochbau-nord", "role": "owner",
        "role_id": null,
    });
    assert_eq!(signed_in["organization"], place);
    assert_eq!(me["memberships"], json!([place]));
    let names = plinth_domain::Permission::ALL.iter().map(|p| p.name()).collect::<Vec<_>>();
    assert_eq!(me["permissions"], json!(names));
}

async fn every_fault_of_a_registration_is_told_at_once(app: &TestApp) {
    let body = json!({
        "email": "ada", "password": "short", "name": " ",
        "organization": {"name": "", "slug": "Not A Slug"},
    });
    let problem = app.anonymous().post("/auth/register", body).await;
    let problem = problem.refused(422, "body.invalid").json();
    let pointers = problem["errors"].as_array().unwrap().iter().map(|e| e["pointer"].clone());
    let expected = ["/email", "/password", "/name", "/organization/name", "/organization/slug"];
    assert_eq!(pointers.collect::<Vec<_>>(), expected);
}

async fn an_address_has_one_account_however_it_is_spelled(app: &TestApp) {
    app.owner("Ada").await;
    let mut body = json!({
        "email": "ADA@Example.com", "password": PASSWORD, "name": "Ada", "organization": {"name": "B"},
    });
    let register = async |body: &Value| app.anonymous().post("/auth/register", body.clone()).await;
    register(&body).await.refused(409, "auth.email_taken");
    app.anonymous().try_login("aDa@eXample.COM", PASSWORD).await.expect(200);
    body["email"] = json!("eve@example.com");
    body["organization"]["slug"] = json!("taken");
    register(&body).await.expect(201);
    body["email"] = json!("mallory@example.com");
    register(&body).await.refused(409, "organization.slug_taken");
    // The refused registration stored nothing: the address is free.
    body["organization"]["slug"] = json!("free");
    register(&body).await.expect(201);
}

async fn a_slug_is_made_of_the_name_and_two_alike_differ(app: &TestApp) {
    let mut slugs = Vec::new();
    for email in ["one@example.com", "two@example.com"] {
        let body = json!({
            "email": email, "password": PASSWORD, "name": "A", "organization": {"name": "Söhne & Co. KG"},
        });
        let reply = app.anonymous().post("/auth/register", body).await.expect(201).json();
        slugs.push(reply["organization"]["slug"].as_str().unwrap().to_owned());
    }
    assert_ne!(slugs[0], slugs[1]);
    assert!(slugs.iter().all(|slug| slug.starts_with("s-hne-co-kg-")), "{slugs:?}");
}

async fn a_wrong_password_and_an_unknown_address_get_one_answer_for_the_same_work(app: &TestApp) {
    app.owner("Ada").await;
    let mut answers = Vec::new();
    for email in ["ada@example.com", "nobody@example.com"] {
        let before = app.hasher.verified();
        let reply = app.anonymous().try_login(email, "not the password").await;
        let reply = reply.refused(401, "auth.invalid_credentials");
        assert_eq!(app.hasher.verified() - before, 1, "{email}");
        let mut names = reply.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
        names.sort();
        answers.push((without_id(reply.json()), names));
    }
    assert_eq!(answers[0], answers[1]);
    app.anonymous().try_login("ada@example.com", PASSWORD).await.expect(200);
}

async fn a_failed_login_stands_in_the_audit_log_of_every_organization_of_the_account(
    app: &TestApp,
) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    ada.invite("bob@example.com", "viewer").await;
    app.anonymous().try_login("bob@example.com", "not the password").await.expect(401);
    app.settle().await;
    for organization in [&ada, &bob] {
        let lines = organization.list("/audit-logs?action=session.refused").await;
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0]["outcome"], "failed");
        assert_eq!(lines[0]["subject_id"], bob.user);
        assert_eq!(lines[0]["actor_kind"], "system");
        assert_eq!(lines[0]["address"], "127.0.0.1");
    }
}

pub async fn a_login_enters_the_organization_that_it_names(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    ada.invite("bob@example.com", "viewer").await;
    let slug = async |c: &crate::support::Client| {
        c.get("/organization").await.expect(200).json()["slug"].as_str().unwrap().to_owned()
    };
    let (hers, his) = (slug(&ada).await, slug(&bob).await);
    let enter = async |slug: Option<&str>| {
        let body = json!({"email": "bob@example.com", "password": PASSWORD, "organization": slug});
        app.anonymous().post("/auth/login", body).await
    };
    for (wanted, organization, role) in [
        (None, &bob.organization, "owner"),
        (Some(his.as_str()), &bob.organization, "owner"),
        (Some(hers.as_str()), &ada.organization, "viewer"),
    ] {
        let entered = app.anonymous().signed_in(&enter(wanted).await.expect(200));
        let me = entered.get("/me").await.expect(200).json();
        assert_eq!(me["organization_id"], organization.as_str());
        assert_eq!(me["role"], role);
        assert_eq!(me["memberships"].as_array().unwrap().len(), 2);
    }
    app.owner("Carol").await;
    for foreign in ["no-such-organization", "carol"] {
        enter(Some(foreign)).await.refused(403, "auth.no_organization");
    }
}

async fn switching_opens_another_organization_of_the_caller_and_no_foreign_one(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    ada.invite("bob@example.com", "viewer").await;
    let there = bob.post("/auth/switch", json!({"organization_id": ada.organization})).await;
    let there = bob.signed_in(&there.expect(200));
    let me = there.get("/me").await.expect(200).json();
    assert_eq!((&me["organization_id"], &me["role"]), (&json!(ada.organization), &json!("viewer")));
    // The first session stays valid in its organization.
    let me = bob.get("/me").await.expect(200).json();
    assert_eq!(me["organization_id"], bob.organization);
    for foreign in [bob.organization.as_str(), "0196f3a0-0000-7000-8000-000000000000"] {
        let reply = ada.post("/auth/switch", json!({"organization_id": foreign})).await;
        reply.refused(404, "not_found");
    }
    let reply = ada.post("/auth/switch", json!({"organization_id": "mine"})).await;
    assert_eq!(
        reply.refused(422, "body.invalid").json()["errors"][0]["pointer"],
        "/organization_id"
    );
}

async fn a_new_password_ends_every_other_session_in_every_organization(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let elsewhere = ada.invite("bob@example.com", "viewer").await;
    let another = bob.login().await;
    let change =
        |current: &str, new: &str| json!({"current_password": current, "new_password": new});
    let wrong = bob.post("/auth/password", change("not the password", "a new password")).await;
    wrong.refused(401, "auth.invalid_credentials");
    let short = bob.post("/auth/password", change(PASSWORD, "short")).await;
    assert_eq!(short.refused(422, "body.invalid").json()["errors"][0]["pointer"], "/new_password");
    let changed = bob.post("/auth/password", change(PASSWORD, "a new password")).await.expect(200);
    for session in [&bob, &another, &elsewhere] {
        session.get("/me").await.refused(401, "auth.invalid_token");
        session.refresh().await.refused(401, "auth.invalid_token");
    }
    let now = bob.signed_in(&changed);
    assert_eq!(now.organization, bob.organization);
    now.get("/me").await.expect(200);
    now.refresh().await.expect(200);
    bob.try_login(&bob.email, PASSWORD).await.refused(401, "auth.invalid_credentials");
    bob.try_login(&bob.email, "a new password").await.expect(200);
    ada.get("/me").await.expect(200);
}

on_postgres! {
    registering_makes_an_account_its_organization_and_its_first_tokens,
    every_fault_of_a_registration_is_told_at_once,
    an_address_has_one_account_however_it_is_spelled,
    a_slug_is_made_of_the_name_and_two_alike_differ,
    a_wrong_password_and_an_unknown_address_get_one_answer_for_the_same_work,
    a_failed_login_stands_in_the_audit_log_of_every_organization_of_the_account,
    a_login_enters_the_organization_that_it_names,
    switching_opens_another_organization_of_the_caller_and_no_foreign_one,
    a_new_password_ends_every_other_session_in_every_organization,
}
