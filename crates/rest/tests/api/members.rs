//! Members: roles, removal and leaving.

use serde_json::{Value, json};

use crate::support::{Client, TestApp};

fn path(member: &Client) -> String {
    format!("/members/{}", member.user)
}

fn roles(members: &[Value]) -> Vec<&str> {
    members.iter().map(|member| member["role"].as_str().unwrap()).collect()
}

async fn members_are_listed_by_role_and_read_one_by_one(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let carol = ada.invite("carol@example.com", "member").await;
    ada.invite("dora@example.com", "viewer").await;
    assert_eq!(roles(&ada.list("/members?sort=created_at").await), ["owner", "member", "viewer"]);
    assert_eq!(roles(&carol.list("/members?role=viewer").await), ["viewer"]);
    assert!(ada.list("/members?role=admin").await.is_empty());
    let read = carol.get(&path(&carol)).await.expect(200);
    assert_eq!(read.header("etag"), "\"1\"");
    assert_eq!(read.json()["email"], "carol@example.com");
    assert_eq!(read.json()["user_id"], carol.user);
    assert_eq!(ada.list("/members?role=member").await, [read.json()]);
    let bob = app.owner("Bob").await;
    bob.get(&path(&carol)).await.refused(404, "not_found");
}

async fn a_role_change_needs_the_version_that_was_read(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let carol = ada.invite("carol@example.com", "member").await;
    let admin = json!({"role": "admin"});
    let bare = ada.request(reqwest::Method::PATCH, &path(&carol)).json(&admin);
    ada.send(bare).await.refused(428, "if_match.required");
    ada.patch(&path(&carol), 2, admin.clone()).await.refused(412, "if_match.stale");
    let changed = ada.patch(&path(&carol), 1, admin.clone()).await.expect(200);
    assert_eq!((changed.header("etag"), &changed.json()["role"]), ("\"2\"", &json!("admin")));
    ada.patch(&path(&carol), 1, admin).await.refused(412, "if_match.stale");
    let king = ada.patch(&path(&carol), 2, json!({"role": "king"})).await;
    assert_eq!(king.refused(422, "body.invalid").json()["errors"][0]["pointer"], "/role");
    let log = ada.list("/audit-logs?action=member.role_changed").await;
    assert_eq!(log.len(), 1);
    assert_eq!(
        (&log[0]["before"]["role"], &log[0]["after"]["role"]),
        (&json!("member"), &json!("admin"))
    );
}

pub async fn a_role_change_takes_effect_at_once_on_tokens_in_use(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let carol = ada.invite("carol@example.com", "viewer").await;
    let elsewhere = carol.login().await;
    let create = async |client: &Client, code: &str| {
        client.post("/projects", json!({"code": code, "name": "Harbour"})).await
    };
    for (n, (role, status)) in [("member", 201), ("viewer", 403), ("admin", 201)].iter().enumerate()
    {
        ada.patch(&path(&carol), "*", json!({"role": role})).await.expect(200);
        create(&carol, &format!("A-{n}")).await.expect(*status);
        create(&elsewhere, &format!("B-{n}")).await.expect(*status);
        assert_eq!(carol.get("/me").await.expect(200).json()["role"], *role);
    }
}

async fn only_an_owner_makes_changes_or_removes_owners(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let second = ada.invite("second@example.com", "owner").await;
    let admin = ada.invite("admin@example.com", "admin").await;
    let member = ada.invite("member@example.com", "member").await;
    for (target, role) in
        [(&second, "viewer"), (&second, "owner"), (&member, "owner"), (&admin, "owner")]
    {
        let reply = admin.patch(&path(target), "*", json!({"role": role})).await;
        reply.refused(403, "member.owners_only");
    }
    admin.delete(&path(&second), "*").await.refused(403, "member.owners_only");
    let machine = ada.api_key(json!({"role": "admin"})).await;
    machine
        .patch(&path(&member), "*", json!({"role": "owner"}))
        .await
        .refused(403, "member.owners_only");
    admin.patch(&path(&member), "*", json!({"role": "accountant"})).await.expect(200);
    ada.patch(&path(&member), "*", json!({"role": "owner"})).await.expect(200);
    ada.delete(&path(&second), "*").await.expect(204);
    assert_eq!(ada.list("/members?role=owner").await.len(), 2);
}

async fn the_last_owner_can_neither_step_down_nor_leave(app: &TestApp) {
    let ada = app.owner("Ada").await;
    ada.invite("admin@example.com", "admin").await;
    let step_down = async |who: &Client| ada.patch(&path(who), "*", json!({"role": "admin"})).await;
    step_down(&ada).await.refused(409, "member.last_owner");
    ada.delete(&path(&ada), "*").await.refused(409, "member.last_owner");
    ada.patch(&path(&ada), "*", json!({"role": "owner"})).await.expect(200);
    let second = ada.invite("second@example.com", "owner").await;
    step_down(&second).await.expect(200);
    step_down(&ada).await.refused(409, "member.last_owner");
    assert_eq!(ada.get("/me").await.expect(200).json()["role"], "owner");
}

async fn of_two_owners_who_demote_each_other_at_once_one_stays(app: &TestApp) {
    for round in 0..4 {
        let ada = app.owner(&format!("Ada {round}")).await;
        let bob = ada.invite(&format!("bob-{round}@example.com"), "owner").await;
        let (hers, his, down) = (path(&ada), path(&bob), || json!({"role": "viewer"}));
        let (one, two) = if round % 2 == 0 {
            tokio::join!(ada.patch(&his, "*", down()), bob.patch(&hers, "*", down()))
        } else {
            tokio::join!(ada.delete(&hers, "*"), bob.delete(&his, "*"))
        };
        let done = [&one, &two].iter().filter(|reply| reply.status.is_success()).count();
        assert_eq!(done, 1, "{one:?} {two:?}");
        let winner = if (one.status.is_success()) == (round % 2 == 0) { &ada } else { &bob };
        assert_eq!(winner.list("/members?role=owner").await.len(), 1, "{one:?} {two:?}");
    }
}

pub async fn who_is_removed_is_out_at_once_with_sessions_and_api_keys(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let here = ada.invite("bob@example.com", "admin").await;
    let machine = here.api_key(json!({"role": "viewer"})).await;
    for session in [&here, &machine] {
        session.get("/projects").await.expect(200);
    }
    ada.delete(&path(&here), 2).await.refused(412, "if_match.stale");
    ada.delete(&path(&here), 1).await.expect(204);
    for session in [&here, &machine] {
        session.get("/projects").await.refused(401, "auth.invalid_token");
    }
    here.refresh().await.refused(401, "auth.invalid_token");
    ada.get(&path(&here)).await.refused(404, "not_found");
    ada.delete(&path(&here), "*").await.refused(404, "not_found");
    // The member's other organization is not changed.
    bob.get("/projects").await.expect(200);
    assert_eq!(bob.get("/me").await.expect(200).json()["memberships"].as_array().unwrap().len(), 1);
    assert_eq!(ada.list("/audit-logs?action=member.removed").await.len(), 1);
    // After a new invitation the old key is invalid or belongs to the same user, and never to
    // another one.
    let again = ada.invite("bob@example.com", "viewer").await;
    again.get("/projects").await.expect(200);
    here.get("/projects").await.refused(401, "auth.invalid_token");
}

async fn every_role_may_leave(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let carol = ada.invite("carol@example.com", "viewer").await;
    carol.delete(&path(&ada), "*").await.refused(403, "permission.denied");
    carol.delete(&path(&carol), "*").await.expect(204);
    carol.get("/me").await.refused(401, "auth.invalid_token");
    let alone = carol.try_login(&carol.email, crate::support::PASSWORD).await;
    alone.refused(403, "auth.no_organization");
    assert_eq!(ada.list("/audit-logs?action=member.left").await.len(), 1);
}

on_postgres! {
    members_are_listed_by_role_and_read_one_by_one,
    a_role_change_needs_the_version_that_was_read,
    a_role_change_takes_effect_at_once_on_tokens_in_use,
    only_an_owner_makes_changes_or_removes_owners,
    the_last_owner_can_neither_step_down_nor_leave,
    of_two_owners_who_demote_each_other_at_once_one_stays,
    who_is_removed_is_out_at_once_with_sessions_and_api_keys,
    every_role_may_leave,
}
