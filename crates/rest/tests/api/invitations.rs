//! Invitations.

use plinth_domain::{Id, OrganizationStatus, Permission};
use serde_json::{Value, json};

use crate::support::{Client, PASSWORD, Reply, TestApp};

async fn offer(client: &Client, email: &str, role: &str) -> Value {
    let body = json!({"email": email, "role": role});
    client.post("/invitations", body).await.expect(201).json()
}

async fn accept(app: &TestApp, token: &Value, password: &str, name: Option<&str>) -> Reply {
    let mut body = json!({"token": token, "password": password});
    if let Some(name) = name {
        body["name"] = name.into();
    }
    app.anonymous().post("/invitations/accept", body).await
}

async fn statuses(client: &Client) -> Vec<String> {
    let listed = client.list("/invitations?sort=created_at").await;
    listed.iter().map(|invitation| invitation["status"].as_str().unwrap().to_owned()).collect()
}

async fn an_invitations_token_is_shown_once(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let body = json!({"email": "Carol@Example.com", "role": "member"});
    let first = ada.post_once("/invitations", "key", body.clone()).await.expect(201).json();
    let token = first["token"].as_str().unwrap();
    assert!(token.starts_with("pli_"));
    assert_eq!(
        (&first["email"], &first["status"]),
        (&json!("carol@example.com"), &json!("pending"))
    );
    let again = ada.post_once("/invitations", "key", body).await.expect(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!((&again.json()["token"], &again.json()["id"]), (&Value::Null, &first["id"]));
    for page in ["/invitations", "/audit-logs"] {
        assert!(!ada.get(page).await.expect(200).text.contains(&token[4..]), "{page}");
    }
}

async fn who_has_no_account_gets_one_by_accepting(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let invitation = offer(&ada, "carol@example.com", "member").await;
    let token = &invitation["token"];
    let problem = accept(app, token, PASSWORD, None).await.refused(422, "body.invalid").json();
    assert_eq!(problem["errors"][0]["pointer"], "/name");
    let problem =
        accept(app, token, "short", Some("Carol")).await.refused(422, "body.invalid").json();
    assert_eq!(problem["errors"][0]["pointer"], "/password");
    let reply = accept(app, token, PASSWORD, Some("Carol")).await.expect(200);
    let carol = app.anonymous().signed_in(&reply);
    assert_eq!((&carol.organization, &*carol.email), (&ada.organization, "carol@example.com"));
    let me = carol.get("/me").await.expect(200).json();
    assert_eq!((&me["role"], &me["user"]["name"]), (&json!("member"), &json!("Carol")));
    app.anonymous().try_login("carol@example.com", PASSWORD).await.expect(200);
    let lines = ada.list("/audit-logs?action=invitation.accepted").await;
    assert_eq!((lines.len(), &lines[0]["actor_id"]), (1, &json!(carol.user)));
    accept(app, token, PASSWORD, Some("Carol")).await.refused(409, "state.transition");
    assert_eq!(statuses(&ada).await, ["accepted"]);
}

async fn who_has_an_account_proves_it_by_its_password(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let invitation = offer(&ada, "bob@example.com", "viewer").await;
    let token = &invitation["token"];
    let wrong = accept(app, token, "not the password", Some("Mallory")).await;
    wrong.refused(401, "auth.invalid_credentials");
    assert_eq!(statuses(&ada).await, ["pending"]);
    let joined = accept(app, token, PASSWORD, Some("Mallory")).await.expect(200);
    let joined = app.anonymous().signed_in(&joined);
    assert_eq!((&joined.user, &joined.organization), (&bob.user, &ada.organization));
    let me = joined.get("/me").await.expect(200).json();
    assert_eq!((&me["user"]["name"], &me["role"]), (&json!("Bob"), &json!("viewer")));
    let again = offer(&ada, "bob@example.com", "admin").await;
    accept(app, &again["token"], PASSWORD, None).await.refused(409, "member.exists");
    assert_eq!(joined.get("/me").await.expect(200).json()["role"], "viewer");
}

/// An invitation whose token reaches only the invited address, as by mail.
async fn mailed(app: &TestApp, inviter: &Client, email: &str) -> Value {
    let token = inviter.token.as_deref().unwrap();
    let access = app.application.authenticate(token, None).await.unwrap().access;
    let offered = offer(inviter, email, "member").await;
    let id = Id::from_uuid(offered["id"].as_str().unwrap().parse().unwrap());
    let scope = access.require(Permission::InvitationCreate).unwrap();
    let mut unit = app.store.begin(scope).await.unwrap();
    let mut invitation = unit.invitations().find(id).await.unwrap().unwrap();
    invitation.proves_address = true;
    invitation.revision = invitation.revision.next(app.application.now());
    unit.invitations().update(&invitation).await.unwrap();
    unit.commit().await.unwrap();
    offered["token"].clone()
}

async fn a_claimed_address_does_not_keep_its_owner_out(app: &TestApp) {
    let (ada, mallory) = (app.owner("Ada").await, app.owner("Carol").await);
    let key = mallory.api_key(json!({"role": "owner"})).await;
    let token = mailed(app, &ada, "carol@example.com").await;
    let short = accept(app, &token, "short", Some("Carol")).await.refused(422, "body.invalid");
    assert_eq!(short.json()["errors"][0]["pointer"], "/password");
    mallory.get("/me").await.expect(200);

    let reply = accept(app, &token, "the password of carol", Some("True Carol")).await.expect(200);
    let carol = app.anonymous().signed_in(&reply);
    assert_eq!((&carol.organization, &carol.user), (&ada.organization, &mallory.user));
    assert_eq!(carol.get("/me").await.expect(200).json()["user"]["name"], "True Carol");
    // What the other one had is over.
    for session in [&mallory, &key] {
        session.get("/me").await.refused(401, "auth.invalid_token");
    }
    mallory.refresh().await.refused(401, "auth.invalid_token");
    let old = app.anonymous().try_login("carol@example.com", PASSWORD).await;
    old.refused(401, "auth.invalid_credentials");
    app.anonymous().try_login("carol@example.com", "the password of carol").await.expect(200);
    let there = carol.post("/auth/switch", json!({"organization_id": mallory.organization})).await;
    let there = carol.signed_in(&there.expect(200));
    assert_eq!(there.list("/audit-logs?action=user.reclaimed").await.len(), 1);

    // Now the address is proven, and no other invitation takes the account.
    let (bob, eve) = (app.owner("Bob").await, app.owner("Eve").await);
    for token in [
        mailed(app, &bob, "carol@example.com").await,
        offer(&eve, "carol@example.com", "member").await["token"].clone(),
    ] {
        let taken = accept(app, &token, "another password", Some("Mallory")).await;
        taken.refused(401, "auth.invalid_credentials");
    }
    carol.get("/me").await.expect(200);
}

async fn an_inviter_takes_over_no_account_by_the_token_that_they_have_seen(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    // Bob's address is only claimed, and Bob has an organization with data.
    let seen = offer(&ada, "bob@example.com", "viewer").await["token"].clone();
    let taken = accept(app, &seen, "a password of Ada", Some("Ada")).await;
    taken.refused(401, "auth.invalid_credentials");
    bob.get("/me").await.expect(200);
    app.anonymous().try_login("bob@example.com", PASSWORD).await.expect(200);
    // Also when the only organization is suspended.
    let token = bob.token.as_deref().unwrap();
    let access = app.application.authenticate(token, None).await.unwrap().access;
    let scope = access.require(Permission::OrganizationUpdate).unwrap();
    let mut unit = app.store.begin(scope).await.unwrap();
    let mut organization = unit.organization().find().await.unwrap().unwrap();
    organization.status = OrganizationStatus::Suspended;
    organization.revision = organization.revision.next(app.application.now());
    unit.organization().update(&organization).await.unwrap();
    unit.commit().await.unwrap();
    let taken = accept(app, &seen, "a password of Ada", Some("Ada")).await;
    taken.refused(401, "auth.invalid_credentials");
}

async fn an_account_that_is_a_member_nowhere_can_be_joined_with_a_new_password(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let carol = bob.invite("carol@example.com", "member").await;
    bob.delete(&format!("/members/{}", carol.user), "*").await.expect(204);
    let offered = offer(&ada, "carol@example.com", "member").await;
    let reply = accept(app, &offered["token"], "a new password", None).await.expect(200);
    let joined = app.anonymous().signed_in(&reply);
    assert_eq!((&joined.user, &joined.organization), (&carol.user, &ada.organization));
    let old = app.anonymous().try_login("carol@example.com", PASSWORD).await;
    old.refused(401, "auth.invalid_credentials");
    // With the right password, the account stays as it is.
    ada.delete(&format!("/members/{}", carol.user), "*").await.expect(204);
    let offered = offer(&bob, "carol@example.com", "member").await;
    accept(app, &offered["token"], "a new password", None).await.expect(200);
    app.anonymous().try_login("carol@example.com", "a new password").await.expect(200);
}

async fn two_invitations_that_are_accepted_at_once_by_one_account_are_both_joined(app: &TestApp) {
    let (ada, bob, carol) =
        (app.owner("Ada").await, app.owner("Bob").await, app.owner("Carol").await);
    let one = offer(&ada, &carol.email, "viewer").await["token"].clone();
    let two = offer(&bob, &carol.email, "viewer").await["token"].clone();
    let (one, two) =
        tokio::join!(accept(app, &one, PASSWORD, None), accept(app, &two, PASSWORD, None),);
    for reply in [one, two] {
        app.anonymous().signed_in(&reply.expect(200)).get("/me").await.expect(200);
    }
    let me = carol.get("/me").await.expect(200).json();
    assert_eq!(me["memberships"].as_array().unwrap().len(), 3, "{me}");
}

pub async fn of_two_acceptances_at_once_one_succeeds(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for n in 0..4 {
        let invitation = offer(&ada, &format!("carol-{n}@example.com"), "viewer").await;
        let token = &invitation["token"];
        let (one, two) = tokio::join!(
            accept(app, token, PASSWORD, Some("One")),
            accept(app, token, PASSWORD, Some("Two")),
        );
        let (won, lost) = if one.status == 200 { (one, two) } else { (two, one) };
        won.expect(200);
        assert!([401, 409].contains(&lost.status.as_u16()), "{lost:?}");
        assert_eq!(ada.list("/members?role=viewer").await.len(), n + 1);
    }
}

async fn an_invitation_ends_after_a_week_or_when_it_is_taken_back(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let first = offer(&ada, "carol@example.com", "viewer").await;
    let second = offer(&ada, "dora@example.com", "viewer").await;
    let path = format!("/invitations/{}", second["id"].as_str().unwrap());
    ada.delete(&path, 2).await.refused(412, "if_match.stale");
    app.owner("Bob").await.delete(&path, 1).await.refused(404, "not_found");
    ada.delete(&path, 1).await.expect(204);
    ada.delete(&path, "*").await.refused(409, "state.transition");
    accept(app, &second["token"], PASSWORD, Some("Dora")).await.refused(409, "state.transition");
    app.age("invitations", 8 * 24 * 3600).await;
    accept(app, &first["token"], PASSWORD, Some("Carol")).await.refused(409, "state.transition");
    let ada = ada.login().await;
    assert_eq!(statuses(&ada).await, ["expired", "revoked"]);
    assert_eq!(ada.list("/members").await.len(), 1);
    // The address can be invited again.
    let third = offer(&ada, "carol@example.com", "viewer").await;
    accept(app, &third["token"], PASSWORD, Some("Carol")).await.expect(200);
}

async fn what_is_no_invitations_token_opens_nothing(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let token =
        offer(&ada, "carol@example.com", "viewer").await["token"].as_str().unwrap().to_owned();
    let other = format!("pli_{}", "A".repeat(43));
    let renamed = token.replacen("pli_", "plr_", 1);
    for text in [
        "",
        "pli_",
        &token[..token.len() - 1],
        &token[4..],
        &other,
        &renamed,
        &ada.token.clone().unwrap(),
    ] {
        let reply = accept(app, &json!(text), PASSWORD, Some("Mallory")).await;
        reply.refused(401, "auth.invalid_token");
    }
    assert_eq!(statuses(&ada).await, ["pending"]);
}

async fn an_address_has_one_open_invitation_in_an_organization(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    offer(&ada, "carol@example.com", "viewer").await;
    let body = json!({"email": "CAROL@example.com", "role": "admin"});
    ada.post("/invitations", body).await.refused(409, "invitation.open");
    offer(&bob, "carol@example.com", "viewer").await;
    let body = || json!({"email": "dora@example.com", "role": "viewer"});
    let (one, two) =
        tokio::join!(ada.post("/invitations", body()), ada.post("/invitations", body()));
    let (won, lost) = if one.status == 201 { (one, two) } else { (two, one) };
    won.expect(201);
    lost.refused(409, "invitation.open");
}

async fn only_an_owner_invites_owners(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let admin = ada.invite("admin@example.com", "admin").await;
    let machine = ada.api_key(json!({"role": "owner"})).await;
    for caller in [&admin, &machine] {
        let body = json!({"email": "carol@example.com", "role": "owner"});
        caller.post("/invitations", body).await.refused(403, "member.owners_only");
    }
    offer(&admin, "carol@example.com", "admin").await;
    assert_eq!(
        ada.invite("dora@example.com", "owner").await.get("/me").await.json()["role"],
        "owner"
    );
    let bad = ada.post("/invitations", json!({"email": "x", "role": "king"})).await;
    assert_eq!(bad.refused(422, "body.invalid").json()["errors"].as_array().unwrap().len(), 2);
}

on_postgres! {
    an_invitations_token_is_shown_once,
    who_has_no_account_gets_one_by_accepting,
    who_has_an_account_proves_it_by_its_password,
    a_claimed_address_does_not_keep_its_owner_out,
    an_inviter_takes_over_no_account_by_the_token_that_they_have_seen,
    an_account_that_is_a_member_nowhere_can_be_joined_with_a_new_password,
    two_invitations_that_are_accepted_at_once_by_one_account_are_both_joined,
    of_two_acceptances_at_once_one_succeeds,
    an_invitation_ends_after_a_week_or_when_it_is_taken_back,
    what_is_no_invitations_token_opens_nothing,
    an_address_has_one_open_invitation_in_an_organization,
    only_an_owner_invites_owners,
}
