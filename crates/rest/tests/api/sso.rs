//! Logins by the connection of an organization to its provider of identities, which is scripted.

use std::time::Duration;

use plinth_domain::Id;
use plinth_ports::{Clock, MailKind};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::support::{
    Client, Options, PASSWORD, Reply, TestApp,
    authenticator::{Authenticator, challenge, second_step},
    oidc::{begin_link, identity, redirect_uri},
    sso::{begin, claim, connect, login, login_with, prove, remove_domain, values, verify},
};

/// Changes a value of the connection of `issuer`.
async fn put(owner: &Client, issuer: &str, field: &str, value: Value) -> Reply {
    let mut values = values(issuer);
    values[field] = value;
    owner.put("/organization/sso", values).await
}

fn signed_in(app: &TestApp, reply: Reply) -> Client {
    app.anonymous().signed_in(&reply.expect(200))
}

pub async fn a_new_user_of_a_proven_domain_becomes_a_member(app: &TestApp) {
    let ada = app.owner("Ada").await;
    connect(app, &ada, "north.example").await;
    let carl = signed_in(app, login(&ada, "7", "carl@north.example").await);
    assert_eq!(carl.organization, ada.organization);
    let me = carl.get("/me").await.expect(200).json();
    assert_eq!((&me["role"], &me["user"]["email_verified"]), (&json!("member"), &json!(true)));
    carl.get("/projects").await.expect(200);
    // From now on the subject decides, also with another address of the domain.
    let again = signed_in(app, login(&ada, "7", "charles@north.example").await);
    assert_eq!(again.user, carl.user);
    let other = signed_in(app, login(&ada, "8", "charles@north.example").await);
    assert_ne!(other.user, carl.user);
    assert_eq!(ada.list("/audit-logs?action=member.joined").await.len(), 2);
    let connection = ada.get("/organization/sso").await.expect(200).json();
    assert!(connection["proven_at"].is_string());
    // The pair of the session is refreshed, and stays one by the connection.
    let carl = app.anonymous().signed_in(&carl.refresh().await.expect(200));
    carl.post("/me/second-factor", json!({})).await.refused(403, "sso.session");
}

async fn an_account_of_a_proven_domain_is_linked_and_becomes_a_member(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let account = json!({
        "email": "dora@north.example", "password": PASSWORD, "name": "Dora",
        "organization": {"name": "South"},
    });
    let reply = app.anonymous().post("/auth/register", account).await.expect(201);
    let dora = app.anonymous().signed_in(&reply);
    let mail = app.mail_to(&dora.email, MailKind::VerifyEmail).await;
    let proof = json!({"token": crate::support::mails::token_in(&mail, "verify")});
    app.anonymous().post("/auth/email/verify", proof).await.expect(204);
    connect(app, &ada, "north.example").await;
    let entered = signed_in(app, login(&ada, "7", "dora@north.example").await);
    assert_eq!((&entered.user, &entered.organization), (&dora.user, &ada.organization));
    app.mail_to(&dora.email, MailKind::IdentityLinked).await;
    // What was hers stays hers.
    dora.get("/me").await.expect(200);
    dora.try_login(&dora.email, PASSWORD).await.expect(200);
}

async fn an_account_that_only_claims_an_address_of_the_domain_is_taken_back(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let account = json!({
        "email": "carl@north.example", "password": PASSWORD, "name": "Carl",
        "organization": {"name": "South"},
    });
    let reply = app.anonymous().post("/auth/register", account).await.expect(201);
    let eve = app.anonymous().signed_in(&reply);
    connect(app, &ada, "north.example").await;
    let carl = signed_in(app, login(&ada, "7", "carl@north.example").await);
    assert_eq!(carl.user, eve.user);
    eve.get("/me").await.refused(401, "auth.invalid_token");
    eve.try_login("carl@north.example", PASSWORD).await.refused(401, "auth.invalid_credentials");
    assert_eq!(carl.organization, ada.organization);
}

async fn an_address_in_no_proven_domain_logs_in_to_nothing(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    connect(app, &ada, "north.example").await;
    claim(&ada, "claimed.example").await;
    for email in [&*bob.email, "carl@claimed.example", "carl@sub.north.example", "x@gmail.com"] {
        let reply = login_with(&ada, "carl@north.example", &identity("7", email)).await;
        reply.refused(403, "sso.domain_other");
    }
    let denied = json!({"sub": "7", "email": "carl@north.example", "email_verified": false});
    for code in [denied, json!({"sub": "7"}), json!({"sub": "7", "email": "carl"})] {
        let reply = login_with(&ada, "carl@north.example", &code.to_string()).await;
        reply.refused(403, "oidc.email_unverified");
    }
    // A provider that says nothing of its addresses is believed, because they are in its own domain.
    let silent = json!({"sub": "7", "email": "carl@north.example", "name": "Carl"}).to_string();
    login_with(&ada, "carl@north.example", &silent).await.expect(200);
    // The identity is known by now, and its address counts all the same.
    let reply = login_with(&ada, "carl@north.example", &identity("7", &bob.email)).await;
    reply.refused(403, "sso.domain_other");
}

async fn an_address_in_no_proven_domain_is_refused_before_its_account_is_opened(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    connect(app, &ada, "north.example").await;
    // To open this account is refused in another way.
    let url = app.database.as_ref().unwrap().url();
    let mut superuser = PgConnection::connect(url).await.unwrap();
    let sql = format!("UPDATE users SET status = 'disabled' WHERE id = '{}'", bob.user);
    superuser.execute(AssertSqlSafe(sql)).await.unwrap();
    let reply = login_with(&ada, "carl@north.example", &identity("9", &bob.email)).await;
    reply.refused(403, "sso.domain_other");
}

async fn the_answer_to_an_address_is_that_of_its_domain(app: &TestApp) {
    let ada = app.owner("Ada").await;
    connect(app, &ada, "north.example").await;
    login(&ada, "7", "carl@north.example").await.expect(200);
    let start = async |body: Value| app.anonymous().post("/auth/sso/start", body).await;
    let known = start(json!({"email": "carl@north.example"})).await.expect(200).json();
    let unknown = start(json!({"email": "unknown@NORTH.example"})).await.expect(200).json();
    assert_eq!(known["provider"], unknown["provider"]);
    let slug = ada.get("/organization").await.expect(200).json()["slug"].clone();
    let body = json!({"organization": slug, "return_to": "/projects"});
    let named = start(body).await.expect(200);
    assert_eq!(named.header("cache-control"), "no-store");
    assert_eq!(
        (&named.json()["provider"], &named.json()["return_to"]),
        (&known["provider"], &json!("/projects"))
    );
    for none in [
        json!({"email": ada.email}),
        json!({"email": "unknown@example.com"}),
        json!({"email": "x@gmail.com"}),
        json!({"organization": "no-such-organization"}),
    ] {
        start(none).await.refused(404, "not_found");
    }
    for (wrong, fault) in [
        (json!({}), "/email field.required"),
        (
            json!({"email": "carl@north.example", "organization": "a-b"}),
            "/organization oidc.ambiguous",
        ),
    ] {
        let refused = start(wrong).await.refused(422, "body.invalid");
        assert_eq!(refused.faults(), [fault]);
    }
}

async fn the_provider_of_one_organization_opens_nothing_in_another(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    connect(app, &ada, "north.example").await;
    connect(app, &bob, "south.example").await;
    let carl = signed_in(app, login(&ada, "7", "carl@north.example").await);
    let dora = signed_in(app, login(&bob, "7", "dora@south.example").await);
    assert_ne!(carl.user, dora.user, "the same subject of another provider is another user");

    // The answer to a login of one, given to the other.
    let (north, south) =
        (begin(&ada, "carl@north.example").await, begin(&bob, "dora@south.example").await);
    for begun in [&north, &south] {
        assert_eq!(begun.parameter("redirect_uri"), redirect_uri(&begun.provider));
    }
    let code = identity("7", "carl@north.example");
    let mixed = format!("/auth/oidc/{}/complete", south.provider);
    let reply = app.anonymous().post(&mixed, north.answer(&code)).await;
    reply.refused(401, "oidc.invalid_state");
    let reply = app.anonymous().post("/auth/oidc/sample/complete", north.answer(&code)).await;
    reply.refused(401, "oidc.invalid_state");
    // A provider that tells an address of the other organization.
    south.complete(&bob, south.answer(&code)).await.refused(403, "sso.domain_other");
    // A login that asks for the other organization.
    let slug = bob.get("/organization").await.expect(200).json()["slug"].clone();
    let mut elsewhere = north.answer(&code);
    elsewhere["organization"] = slug;
    north.complete(&ada, elsewhere).await.refused(403, "auth.no_organization");

    // A member of both enters the other one neither by a switch nor by a change of the account.
    let invitation = json!({"email": "erna@north.example", "role": "admin"});
    let both = bob.invite_by(invitation).await;
    let erna = signed_in(app, login(&ada, "9", "erna@north.example").await);
    assert_eq!((&erna.user, &erna.organization), (&both.user, &ada.organization));
    let there = json!({"organization_id": bob.organization});
    erna.post("/auth/switch", there).await.refused(403, "sso.session");
    let here = json!({"organization_id": ada.organization});
    let switched = erna.signed_in(&erna.post("/auth/switch", here).await.expect(200));
    for session in [&erna, &switched] {
        session.post("/me/second-factor", json!({})).await.refused(403, "sso.session");
        let link = session.post("/me/identities/sample/start", json!({})).await;
        link.refused(403, "sso.session");
    }
    begin_link(&both, "sample").await;
}

async fn a_session_by_the_connection_reaches_no_other_session_of_the_user(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let invitation = json!({"email": "erna@north.example", "role": "admin"});
    let elsewhere = bob.invite_by(invitation).await;
    connect(app, &ada, "north.example").await;
    let erna = signed_in(app, login(&ada, "9", "erna@north.example").await);
    let second = signed_in(app, login(&ada, "9", "erna@north.example").await);
    assert_eq!((&erna.user, &erna.organization), (&elsewhere.user, &ada.organization));

    let of = async |client: &Client| {
        let me = client.get("/me").await.expect(200).json();
        me["memberships"].as_array().unwrap().len()
    };
    assert_eq!((of(&erna).await, of(&elsewhere).await), (1, 2));
    let seen = async |client: &Client| {
        client.get("/me/sessions").await.expect(200).json()["data"].as_array().unwrap().clone()
    };
    let (by_it, all) = (seen(&erna).await, seen(&elsewhere).await);
    assert_eq!((by_it.len(), all.len()), (2, 3));
    let foreign = all.iter().find(|login| login["is_current"] == true).unwrap();
    let path = format!("/me/sessions/{}", foreign["id"].as_str().unwrap());
    erna.delete(&path, "*").await.refused(404, "not_found");
    erna.post("/me/sessions/revoke-others", json!({})).await.expect(204);
    second.get("/projects").await.refused(401, "auth.invalid_token");
    for open in [&erna, &elsewhere] {
        open.get("/projects").await.expect(200);
    }
    let ended = "/audit-logs?action=session.others_revoked";
    assert_eq!((ada.list(ended).await.len(), bob.list(ended).await.len()), (1, 0));
    erna.get("/me/identities").await.refused(403, "sso.session");
    // One by no connection reaches all of them.
    elsewhere.post("/me/sessions/revoke-others", json!({})).await.expect(204);
    erna.get("/projects").await.refused(401, "auth.invalid_token");
}

async fn a_session_by_the_connection_ends_a_day_after_the_login(app: &TestApp) {
    let ada = app.owner("Ada").await;
    connect(app, &ada, "north.example").await;
    let carl = signed_in(app, login(&ada, "7", "carl@north.example").await);
    let end = Clock::now(&*app.clock) + chrono::TimeDelta::hours(24);
    app.clock.advance(Duration::from_hours(23));
    let refreshed = carl.refresh().await.expect(200);
    let expires: chrono::DateTime<chrono::Utc> =
        refreshed.json()["refresh_expires_at"].as_str().unwrap().parse().unwrap();
    assert!(expires <= end && expires > end - chrono::TimeDelta::minutes(1), "{expires} {end}");
    let carl = app.anonymous().signed_in(&refreshed);
    app.clock.advance(Duration::from_mins(50));
    let carl = app.anonymous().signed_in(&carl.refresh().await.expect(200));
    carl.get("/projects").await.expect(200);
    app.clock.advance(Duration::from_mins(11));
    carl.get("/projects").await.refused(401, "auth.invalid_token");
    carl.refresh().await.refused(401, "auth.invalid_token");
    // Other logins go on, and so does who is still known to the provider.
    ada.refresh().await.expect(200);
    login(&ada, "7", "carl@north.example").await.expect(200);
}

async fn a_new_password_does_not_prolong_a_session_by_the_connection(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let known = ada.invite_by(json!({"email": "erna@north.example", "role": "admin"})).await;
    connect(app, &ada, "north.example").await;
    let erna = signed_in(app, login(&ada, "9", "erna@north.example").await);
    assert_eq!(erna.user, known.user);
    app.clock.advance(Duration::from_hours(23));
    let erna = app.anonymous().signed_in(&erna.refresh().await.expect(200));
    let change = json!({"current_password": PASSWORD, "new_password": "another-password-of-erna"});
    let erna = app.anonymous().signed_in(&erna.post("/auth/password", change).await.expect(200));
    app.clock.advance(Duration::from_mins(61));
    erna.refresh().await.refused(401, "auth.invalid_token");
}

async fn an_account_with_a_second_factor_is_asked_for_it(app: &TestApp) {
    let ada = app.owner("Ada").await;
    connect(app, &ada, "north.example").await;
    let carl = signed_in(app, login(&ada, "7", "carl@north.example").await);
    let forgot = json!({"email": "carl@north.example"});
    app.anonymous().post("/auth/password/forgot", forgot).await.expect(202);
    let mail = app.mail_to("carl@north.example", MailKind::ResetPassword).await;
    let token = crate::support::mails::token_in(&mail, "reset");
    let reset = json!({"token": token, "password": PASSWORD});
    app.anonymous().post("/auth/password/reset", reset).await.expect(204);
    let mut device = Authenticator::turned_on(app, &carl.login().await).await;

    let refused = login(&ada, "7", "carl@north.example").await;
    let refused = refused.refused(401, "auth.second_factor_needed").json();
    let given = refused["challenge"].as_str().unwrap();
    let code = json!({"recovery_code": device.recovery_codes.pop()});
    let entered = signed_in(app, second_step(&ada, given, code).await);
    entered.get("/projects").await.expect(200);
    entered.post("/me/identities/sample/start", json!({})).await.refused(403, "sso.session");

    // The challenge ends with the connection as it was.
    let refused = login(&ada, "7", "carl@north.example").await;
    let refused = refused.refused(401, "auth.second_factor_needed").json();
    put(&ada, "https://id.north.example", "role", json!("viewer")).await.expect(200);
    let code = json!({"recovery_code": device.recovery_codes.pop()});
    let reply = second_step(&ada, refused["challenge"].as_str().unwrap(), code).await;
    reply.refused(401, "auth.invalid_challenge");
}

async fn a_suspended_member_does_not_come_back_by_the_connection(app: &TestApp) {
    let ada = app.owner("Ada").await;
    connect(app, &ada, "north.example").await;
    let carl = signed_in(app, login(&ada, "7", "carl@north.example").await);
    ada.post(&format!("/members/{}/suspend", carl.user), json!({})).await.expect(200);
    carl.get("/projects").await.refused(401, "auth.invalid_token");
    for subject in ["7", "8"] {
        let reply = login(&ada, subject, "carl@north.example").await;
        reply.refused(403, "auth.no_organization");
    }
    ada.post(&format!("/members/{}/reactivate", carl.user), json!({})).await.expect(200);
    login(&ada, "7", "carl@north.example").await.expect(200);
    // A removed member joins anew.
    ada.delete(&format!("/members/{}", carl.user), "*").await.expect(204);
    let again = signed_in(app, login(&ada, "7", "carl@north.example").await);
    assert_eq!(again.user, carl.user);
}

async fn claims_decide_about_the_role_of_a_new_member(app: &TestApp) {
    let ada = app.owner("Ada").await;
    connect(app, &ada, "north.example").await;
    let role = json!({"name": "Planner", "permissions": ["project:read"]});
    let role = ada.create("/roles", role).await["id"].clone();
    let issuer = "https://id.north.example";
    let mapping = json!({
        "claim": "groups",
        "rules": [{"value": "leads", "role": "admin"}, {"value": "plan", "role_id": role}],
    });
    let put_mapping = put(&ada, issuer, "mapping", mapping.clone()).await.expect(200).json();
    assert_eq!(put_mapping["mapping"]["rules"][1]["role_id"], role);
    let enter = async |subject: &str, groups: Value| {
        let email = format!("{subject}@north.example");
        let code = json!({"sub": subject, "email": email, "name": "N", "groups": groups});
        let member = signed_in(app, login_with(&ada, &email, &code.to_string()).await);
        let me = member.get("/me").await.expect(200).json();
        (me["role"].clone(), me["role_id"].clone())
    };
    assert_eq!(enter("a", json!(["plan", "leads"])).await.0, "admin");
    assert_eq!(enter("b", json!(["plan"])).await.1, role);
    assert_eq!(enter("c", json!(["other"])).await.0, "member");
    // Later groups change nothing of a member.
    assert_eq!(enter("c", json!(["leads"])).await.0, "member");

    let path = format!("/roles/{}", role.as_str().unwrap());
    ada.delete(&path, "*").await.refused(409, "record.in_use");
    for (field, value, fault) in [
        ("role", json!("owner"), "/role sso.role_owner"),
        (
            "mapping",
            json!({"claim": "g", "rules": [{"value": "x", "role": "owner"}]}),
            "/mapping/rules/0/role sso.role_owner",
        ),
        (
            "mapping",
            json!({"claim": "g", "rules": [{"value": "x", "role_id": uuid::Uuid::nil()}]}),
            "/mapping/rules/0/role_id reference.unknown",
        ),
        (
            "mapping",
            json!({"claim": "g", "rules": [
            {"value": "x", "role": "viewer"}, {"value": "x", "role": "admin"}]}),
            "/mapping value.repeated",
        ),
    ] {
        let refused = put(&ada, issuer, field, value).await.refused(422, "body.invalid");
        assert_eq!(refused.faults(), [fault]);
    }
}

async fn a_role_that_is_removed_at_the_same_time_is_not_given(app: &TestApp) {
    let ada = app.owner("Ada").await;
    connect(app, &ada, "north.example").await;
    let issuer = "https://id.north.example";
    for round in 0..12 {
        let role = json!({"name": format!("Role {round}"), "permissions": ["project:read"]});
        let role = ada.create("/roles", role).await["id"].clone();
        let rules = json!([{"value": "plan", "role_id": role}]);
        let mapping = json!({"claim": "groups", "rules": rules});
        let path = format!("/roles/{}", role.as_str().unwrap());
        let (given, removed) = tokio::join!(put(&ada, issuer, "mapping", mapping), async {
            tokio::time::sleep(Duration::from_micros(round * 400)).await;
            ada.delete(&path, "*").await
        });
        match (given.status.as_u16(), removed.status.as_u16()) {
            (200, 409) | (422, 204) => {}
            _ => panic!("{given:?} {removed:?}"),
        }
    }
}

async fn a_required_connection_lets_members_in_by_it_only(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bob = ada.invite("bob@example.com", "admin").await;
    let key = bob.api_key(json!({"permissions": ["project:read"]})).await;
    let second = ada.invite_as("zoe@example.com", "owner").await;
    connect(app, &ada, "north.example").await;
    let issuer = "https://id.north.example";
    let require = async |is_on: bool| put(&ada, issuer, "required", json!(is_on)).await;
    require(true).await.refused(409, "sso.unproven");
    let carl = signed_in(app, login(&ada, "7", "carl@north.example").await);
    require(true).await.refused(403, "auth.second_factor_required");
    let mut device = Authenticator::turned_on(app, &ada).await;
    require(true).await.expect(200);

    // Sessions from before end, but those by the connection and the owner's own.
    bob.get("/projects").await.refused(401, "auth.invalid_token");
    bob.refresh().await.refused(401, "auth.invalid_token");
    second.get("/projects").await.refused(401, "auth.invalid_token");
    for open in [&ada, &carl, &key] {
        open.get("/projects").await.expect(200);
    }
    bob.try_login(&bob.email, PASSWORD).await.refused(403, "sso.required");
    // An owner without a second factor is no exception.
    second.try_login(&second.email, PASSWORD).await.refused(403, "sso.required");
    let body = json!({"email": "dora@example.com", "role": "viewer"});
    let invitation = ada.post("/invitations", body).await.expect(201).json();
    let accept = json!({"token": ada.token_of(&invitation), "password": PASSWORD, "name": "Dora"});
    let accepted = app.anonymous().post("/invitations/accept", accept).await;
    accepted.refused(403, "sso.required");

    // The owner's way in, of which the others hear.
    let given = challenge(&ada, &ada.email).await;
    let proof = json!({"recovery_code": device.recovery_codes.pop()});
    let entered = signed_in(app, second_step(&ada, &given, proof).await);
    entered.get("/projects").await.expect(200);
    assert_eq!(entered.list("/audit-logs?action=session.break_glass").await.len(), 1);
    let mail = app.mail_to(&second.email, MailKind::BreakGlass).await;
    assert!(mail.values.contains(&("owner", "Ada".to_owned())));
    let entered = app.anonymous().signed_in(&entered.refresh().await.expect(200));
    entered.get("/projects").await.expect(200);

    require(false).await.expect(200);
    bob.try_login(&bob.email, PASSWORD).await.expect(200);
}

async fn where_a_connection_is_required_an_owner_takes_a_removal_back_by_a_second_factor(
    app: &TestApp,
) {
    let ada = app.owner("Ada").await;
    let second = ada.invite_as("zoe@example.com", "owner").await;
    connect(app, &ada, "north.example").await;
    login(&ada, "7", "carl@north.example").await.expect(200);
    let device = Authenticator::turned_on(app, &ada).await;
    put(&ada, "https://id.north.example", "required", json!(true)).await.expect(200);
    let slug = ada.get("/organization").await.expect(200).json()["slug"].clone();
    ada.post("/organization/erasure", json!({"slug": slug})).await.expect(202);
    let mut body = json!({"email": second.email, "password": PASSWORD, "organization": slug});
    let revoke =
        async |body: &Value| app.anonymous().post("/auth/erasure/revoke", body.clone()).await;
    revoke(&body).await.refused(403, "sso.required");
    body["email"] = json!(ada.email);
    body["code"] = json!(device.next_code(app));
    revoke(&body).await.expect(204);
    ada.get("/projects").await.expect(200);
}

/// An organization that requires its connection, with the device of its owner.
async fn required(app: &TestApp) -> (Client, Authenticator) {
    let ada = app.owner("Ada").await;
    connect(app, &ada, "north.example").await;
    login(&ada, "7", "carl@north.example").await.expect(200);
    let device = Authenticator::turned_on(app, &ada).await;
    put(&ada, "https://id.north.example", "required", json!(true)).await.expect(200);
    (ada, device)
}

async fn the_last_owner_with_a_second_factor_stays_while_the_connection_is_required(app: &TestApp) {
    let (ada, mut device) = required(app).await;
    // Bob is an owner by the connection, and has no second factor.
    let bob = signed_in(app, login(&ada, "8", "bob@north.example").await);
    let his = format!("/members/{}", bob.user);
    ada.patch(&his, "*", json!({"role": "owner"})).await.expect(200);
    let bob = signed_in(app, login(&ada, "8", "bob@north.example").await);

    let hers = format!("/members/{}", ada.user);
    let suspend = format!("{hers}/suspend");
    let code = "sso.last_break_glass";
    bob.patch(&hers, "*", json!({"role": "admin"})).await.refused(409, code);
    bob.post(&suspend, json!({})).await.refused(409, code);
    for owner in [&bob, &ada] {
        owner.delete(&hers, "*").await.refused(409, code);
    }
    ada.send(ada.request(reqwest::Method::DELETE, "/me").json(&json!({"password": PASSWORD})))
        .await
        .refused(409, code);
    let end = async |proof: Option<String>| {
        let request = ada.request(reqwest::Method::DELETE, "/me/second-factor");
        ada.send(request.json(&json!({"recovery_code": proof}))).await
    };
    end(device.recovery_codes.pop()).await.refused(409, code);
    // Who is no such owner may go.
    bob.delete(&his, "*").await.expect(204);
    // So may the last one, once members log in in other ways, too.
    put(&ada, "https://id.north.example", "required", json!(false)).await.expect(200);
    end(device.recovery_codes.pop()).await.expect(204);
}

async fn the_operator_lets_members_in_without_the_connection_again(app: &TestApp) {
    let (ada, _) = required(app).await;
    let organization = Id::from_uuid(ada.organization.parse().unwrap());
    assert!(app.application.make_sso_optional(organization).await.unwrap());
    assert!(!app.application.make_sso_optional(organization).await.unwrap(), "it is so already");
    let connection = ada.get("/organization/sso").await.expect(200).json();
    assert_eq!(connection["required"], false);
    let log = ada.list("/audit-logs?action=sso_connection.updated").await;
    let by_operator: Vec<_> =
        log.iter().filter(|entry| entry["after"]["required"] == false).collect();
    assert_eq!(by_operator.len(), 1);
    let bob = app.owner("Bob").await;
    let none = app.application.make_sso_optional(Id::from_uuid(bob.organization.parse().unwrap()));
    assert!(none.await.is_err(), "it has no connection");
}

async fn a_connection_without_a_proven_domain_is_not_required(app: &TestApp) {
    let ada = app.owner("Ada").await;
    connect(app, &ada, "north.example").await;
    login(&ada, "7", "carl@north.example").await.expect(200);
    Authenticator::turned_on(app, &ada).await;
    let domain = ada.list("/organization/domains").await.remove(0);
    remove_domain(&ada, &domain).await.expect(204);
    // One that is only claimed lets no member in.
    let claimed = claim(&ada, "north.example").await;
    let require = async || put(&ada, "https://id.north.example", "required", json!(true)).await;
    require().await.refused(409, "sso.no_domain");
    app.records.publish(&claimed);
    verify(&ada, &claimed).await.expect(200);
    require().await.expect(200);
}

async fn a_session_elsewhere_is_no_way_into_an_organization_that_requires_its_connection(
    app: &TestApp,
) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let guest = ada.invite(&bob.email, "member").await;
    connect(app, &ada, "north.example").await;
    login(&ada, "7", "carl@north.example").await.expect(200);
    Authenticator::turned_on(app, &ada).await;
    put(&ada, "https://id.north.example", "required", json!(true)).await.expect(200);
    guest.get("/projects").await.refused(401, "auth.invalid_token");
    bob.get("/projects").await.expect(200);
    let there = json!({"organization_id": ada.organization});
    bob.post("/auth/switch", there).await.refused(403, "sso.required");
}

async fn a_login_without_an_organization_goes_to_the_first_that_admits_it(app: &TestApp) {
    let (ada, eve) = (app.owner("Ada").await, app.owner("Eve").await);
    let bob = ada.invite("bob@example.com", "member").await;
    let there = eve.invite(&bob.email, "member").await;
    crate::support::oidc::linked(&there).await;
    connect(app, &ada, "north.example").await;
    login(&ada, "7", "carl@north.example").await.expect(200);
    Authenticator::turned_on(app, &ada).await;
    put(&ada, "https://id.north.example", "required", json!(true)).await.expect(200);

    let entered = signed_in(app, bob.try_login(&bob.email, PASSWORD).await);
    assert_eq!((&entered.user, &entered.organization), (&bob.user, &eve.organization));
    let by_provider = crate::support::oidc::login(&bob, &there.user, &there.email).await;
    assert_eq!(signed_in(app, by_provider).organization, eve.organization);
    // The challenge is for the same organization.
    let mut device = Authenticator::turned_on(app, &entered).await;
    let given = challenge(&bob, &bob.email).await;
    let code = json!({"recovery_code": device.recovery_codes.pop()});
    let entered = signed_in(app, second_step(&bob, &given, code).await);
    assert_eq!(entered.organization, eve.organization);
    // Where none admits it, the answer says why.
    eve.delete(&format!("/members/{}", bob.user), "*").await.expect(204);
    let given = challenge(&bob, &bob.email).await;
    let code = json!({"recovery_code": device.recovery_codes.pop()});
    second_step(&bob, &given, code).await.refused(403, "sso.required");
}

async fn nothing_logs_in_by_a_connection_that_was_removed(app: &TestApp) {
    let ada = app.owner("Ada").await;
    connect(app, &ada, "north.example").await;
    let carl = signed_in(app, login(&ada, "7", "carl@north.example").await);
    let under_way = begin(&ada, "carl@north.example").await;
    ada.delete("/organization/sso", "*").await.expect(204);
    carl.get("/projects").await.refused(401, "auth.invalid_token");
    carl.refresh().await.refused(401, "auth.invalid_token");
    let code = identity("7", "carl@north.example");
    under_way.complete(&ada, under_way.answer(&code)).await.refused(404, "not_found");
    let start = json!({"email": "carl@north.example"});
    app.anonymous().post("/auth/sso/start", start).await.refused(404, "not_found");
    ada.get("/organization/sso").await.refused(404, "not_found");
    ada.delete("/organization/sso", "*").await.refused(404, "not_found");
    ada.get("/projects").await.expect(200);
}

async fn nothing_logs_in_by_a_domain_that_was_removed(app: &TestApp) {
    let ada = app.owner("Ada").await;
    connect(app, &ada, "north.example").await;
    let west = prove(app, &ada, "west.example").await;
    let carl = signed_in(app, login(&ada, "7", "carl@west.example").await);
    let under_way = begin(&ada, "carl@west.example").await;
    remove_domain(&ada, &west).await.expect(204);
    carl.get("/projects").await.refused(401, "auth.invalid_token");
    carl.refresh().await.refused(401, "auth.invalid_token");
    let code = identity("7", "carl@west.example");
    let reply = under_way.complete(&ada, under_way.answer(&code)).await;
    reply.refused(403, "sso.domain_other");
    // Another organization may prove it from now on.
    let bob = app.owner("Bob").await;
    prove(app, &bob, "west.example").await;
    // The last one stays while members have no other way in.
    login(&ada, "8", "dora@north.example").await.expect(200);
    Authenticator::turned_on(app, &ada).await;
    put(&ada, "https://id.north.example", "required", json!(true)).await.expect(200);
    let north = ada.list("/organization/domains").await.remove(0);
    remove_domain(&ada, &north).await.refused(409, "domain.last");
}

async fn a_domain_is_proven_by_its_record_and_by_one_organization(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let claimed = claim(&ada, "Bücher.example.").await;
    assert_eq!(claimed["domain"], "xn--bcher-kva.example");
    assert_eq!(claimed["record_name"], "_plinth-challenge.xn--bcher-kva.example");
    assert_eq!(claimed["verified_at"], Value::Null);
    verify(&ada, &claimed).await.refused(409, "domain.unproven");
    let others = claim(&bob, "xn--bcher-kva.example").await;
    assert_ne!(claimed["record_value"], others["record_value"]);
    // The record of another organization proves nothing.
    app.records.publish(&others);
    verify(&ada, &claimed).await.refused(409, "domain.unproven");
    app.records.publish(&claimed);
    let verified = verify(&ada, &claimed).await.expect(200);
    assert_eq!(verified.json()["version"], 2);
    assert_eq!(verify(&ada, &claimed).await.expect(200).json(), verified.json());
    app.records.publish(&others);
    verify(&bob, &others).await.refused(409, "domain.taken");
    let again = json!({"domain": "bücher.example"});
    ada.post("/organization/domains", again).await.refused(409, "domain.exists");
    let broken = claim(&ada, "broken.example").await;
    verify(&ada, &broken).await.refused(503, "domain.unreachable");
    for (domain, code) in [
        ("gmail.com", "domain.public"),
        ("localhost", "domain.malformed"),
        ("127.0.0.1", "domain.malformed"),
        ("a b.example", "domain.malformed"),
    ] {
        let refused = ada.post("/organization/domains", json!({"domain": domain})).await;
        let refused = refused.refused(422, "body.invalid");
        assert_eq!(refused.faults(), [format!("/domain {code}")]);
    }
    for action in ["organization_domain.created", "organization_domain.verified"] {
        let entries = bob.list(&format!("/audit-logs?action={action}")).await;
        assert_eq!(entries.len(), usize::from(action.ends_with("created")), "{action}");
    }
}

async fn an_organization_has_so_many_domains(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for n in 0..20 {
        claim(&ada, &format!("d{n}.example")).await;
    }
    let more = json!({"domain": "d20.example"});
    ada.post("/organization/domains", more.clone()).await.refused(403, "limit.reached");
    let first = ada.list("/organization/domains").await.remove(0);
    remove_domain(&ada, &first).await.expect(204);
    ada.create("/organization/domains", more).await;
}

async fn a_connection_is_made_by_an_owner_with_a_fresh_proof(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bob = ada.invite("bob@example.com", "admin").await;
    bob.put("/organization/sso", values("https://id.example.com"))
        .await
        .refused(403, "permission.denied");
    let made = ada.put("/organization/sso", values("https://id.example.com")).await.expect(200);
    assert!(!made.text.contains("a-secret-of"), "{}", made.text);
    assert_eq!(made.json()["client_secret"], "…ient");
    let shown = bob.get("/organization/sso").await.expect(200).json();
    assert_eq!(shown, made.json());
    let entries = ada.list("/audit-logs?action=sso_connection.created").await;
    assert!(!json!(entries).to_string().contains("a-secret-of"));

    let put = async |issuer: &str, secret: Option<Value>| {
        let mut body = values(issuer);
        body.as_object_mut().unwrap().remove("client_secret");
        if let Some(secret) = secret {
            body["client_secret"] = secret;
        }
        ada.put("/organization/sso", body).await
    };
    // The secret stays, and goes to no other issuer.
    assert_eq!(
        put("https://id.example.com", None).await.expect(200).json()["client_secret"],
        "…ient"
    );
    let bound = put("https://other.example.com", None).await.refused(422, "body.invalid");
    assert_eq!(bound.faults(), ["/client_secret sso.secret_bound"]);
    let public = put("https://other.example.com", Some(Value::Null)).await.expect(200).json();
    assert_eq!(public["client_secret"], Value::Null);
    for (issuer, code) in [
        ("http://id.example.com", "sso.issuer_forbidden"),
        ("https://127.0.0.1", "sso.issuer_forbidden"),
        ("https://id.example.com/?x=1", "sso.issuer_forbidden"),
        ("https://nowhere.example.com", "sso.issuer_unusable"),
        ("", "sso.issuer_malformed"),
    ] {
        let refused = put(issuer, None).await.refused(422, "body.invalid");
        assert!(refused.faults().contains(&format!("/issuer {code}")), "{:?}", refused.faults());
    }
    let stale = ada.request(reqwest::Method::PUT, "/organization/sso").header("If-Match", "\"1\"");
    let stale = ada.send(stale.json(&values("https://id.example.com"))).await;
    stale.refused(412, "if_match.stale");

    let domain = claim(&ada, "north.example").await;
    app.clock.advance(Duration::from_mins(11));
    let again = ada.put("/organization/sso", values("https://id.example.com")).await;
    again.refused(403, "auth.step_up_required");
    verify(&ada, &domain).await.refused(403, "auth.step_up_required");
}

async fn another_client_ends_the_sessions_by_the_one_before(app: &TestApp) {
    let ada = app.owner("Ada").await;
    connect(app, &ada, "north.example").await;
    let carl = signed_in(app, login(&ada, "7", "carl@north.example").await);
    let under_way = begin(&ada, "carl@north.example").await;
    put(&ada, "https://id.north.example", "role", json!("viewer")).await.expect(200);
    carl.get("/projects").await.expect(200);
    let other = put(&ada, "https://other.north.example", "role", json!("viewer")).await;
    assert_eq!(other.expect(200).json()["proven_at"], Value::Null);
    carl.get("/projects").await.refused(401, "auth.invalid_token");
    let code = identity("7", "carl@north.example");
    under_way.complete(&ada, under_way.answer(&code)).await.refused(404, "not_found");
    // The same subject of another provider is another user.
    let dora = signed_in(app, login(&ada, "7", "dora@north.example").await);
    assert_ne!(dora.user, carl.user);
}

async fn members_by_the_connection_need_no_second_factor_of_their_own(app: &TestApp) {
    let ada = app.owner("Ada").await;
    connect(app, &ada, "north.example").await;
    let carl = signed_in(app, login(&ada, "7", "carl@north.example").await);
    Authenticator::turned_on(app, &ada).await;
    let duty = json!({"settings": {"require_second_factor": true}});
    ada.patch("/organization", "*", duty).await.expect(200);
    carl.get("/projects").await.expect(200);
}

on_postgres! { Options { mails: true, ..Options::default() };
    a_new_user_of_a_proven_domain_becomes_a_member,
    an_account_of_a_proven_domain_is_linked_and_becomes_a_member,
    an_account_that_only_claims_an_address_of_the_domain_is_taken_back,
    an_address_in_no_proven_domain_logs_in_to_nothing,
    an_address_in_no_proven_domain_is_refused_before_its_account_is_opened,
    the_answer_to_an_address_is_that_of_its_domain,
    the_provider_of_one_organization_opens_nothing_in_another,
    a_session_by_the_connection_reaches_no_other_session_of_the_user,
    a_session_by_the_connection_ends_a_day_after_the_login,
    a_new_password_does_not_prolong_a_session_by_the_connection,
    an_account_with_a_second_factor_is_asked_for_it,
    a_suspended_member_does_not_come_back_by_the_connection,
    claims_decide_about_the_role_of_a_new_member,
    a_role_that_is_removed_at_the_same_time_is_not_given,
    a_required_connection_lets_members_in_by_it_only,
    where_a_connection_is_required_an_owner_takes_a_removal_back_by_a_second_factor,
    the_last_owner_with_a_second_factor_stays_while_the_connection_is_required,
    the_operator_lets_members_in_without_the_connection_again,
    a_connection_without_a_proven_domain_is_not_required,
    a_session_elsewhere_is_no_way_into_an_organization_that_requires_its_connection,
    a_login_without_an_organization_goes_to_the_first_that_admits_it,
    nothing_logs_in_by_a_connection_that_was_removed,
    nothing_logs_in_by_a_domain_that_was_removed,
    a_domain_is_proven_by_its_record_and_by_one_organization,
    an_organization_has_so_many_domains,
    a_connection_is_made_by_an_owner_with_a_fresh_proof,
    another_client_ends_the_sessions_by_the_one_before,
    members_by_the_connection_need_no_second_factor_of_their_own,
}
