//! Invitations.

use std::time::Duration;

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
    app.clock.advance(Duration::from_hours(7 * 24));
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
    of_two_acceptances_at_once_one_succeeds,
    an_invitation_ends_after_a_week_or_when_it_is_taken_back,
    what_is_no_invitations_token_opens_nothing,
    an_address_has_one_open_invitation_in_an_organization,
    only_an_owner_invites_owners,
}
