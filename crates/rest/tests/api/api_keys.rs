//! API keys.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Client, TestApp};

async fn make(client: &Client, body: Value) -> (Value, Client) {
    let key = client.post("/api-keys", body).await.expect(201).json();
    let machine = client.with_token(key["secret"].as_str().unwrap());
    (key, machine)
}

pub async fn a_key_acts_with_its_own_rights_and_its_secret_is_shown_once(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let body = json!({"name": " CI ", "permissions": ["project:create", "project:read"]});
    let first = ada.post_once("/api-keys", "key", body.clone()).await.expect(201);
    assert_eq!(first.header("etag"), "\"1\"");
    let key = first.json();
    let secret = key["secret"].as_str().unwrap();
    assert!(secret.starts_with("plk_") && secret.ends_with(key["last_four"].as_str().unwrap()));
    assert_eq!((&key["name"], &key["role"]), (&json!("CI"), &Value::Null));
    let again = ada.post_once("/api-keys", "key", body).await.expect(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.json()["secret"], Value::Null);
    assert_eq!(again.json()["id"], key["id"]);
    let mut listed = ada.list("/api-keys").await;
    assert_eq!(listed.len(), 1);
    assert!(listed[0].as_object_mut().unwrap().get("secret").is_none());
    for page in ["/api-keys", "/audit-logs"] {
        assert!(!ada.get(page).await.expect(200).text.contains(&secret[4..]), "{page}");
    }

    let machine = ada.with_token(secret);
    let project = machine.project("P-1").await;
    machine.get("/members").await.refused(403, "permission.denied");
    let path = format!("/projects/{}", project["id"].as_str().unwrap());
    machine.patch(&path, 1, json!({"name": "X"})).await.refused(403, "permission.denied");
    let me = machine.get("/me").await.expect(200).json();
    assert_eq!(me["permissions"], json!(["project:read", "project:create"]));
    assert_eq!((&me["role"], &me["api_key_id"]), (&Value::Null, &key["id"]));
    let line = &ada.list("/audit-logs?action=project.created").await[0];
    assert_eq!((&line["actor_kind"], &line["actor_id"]), (&json!("api_key"), &key["id"]));
}

async fn a_key_is_never_allowed_more_than_who_makes_it(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let admin = ada.invite("admin@example.com", "admin").await;
    for (maker, role) in [(&ada, "owner"), (&ada, "viewer"), (&admin, "admin")] {
        make(maker, json!({"name": "k", "role": role})).await;
    }
    let refuse = async |maker: &Client, grant: Value| {
        let mut body = json!({"name": "k"});
        body.as_object_mut().unwrap().extend(grant.as_object().unwrap().clone());
        maker.post("/api-keys", body).await.refused(403, "api_key.exceeds_creator");
    };
    refuse(&admin, json!({"role": "owner"})).await;
    let (_, narrow) = make(&ada, json!({"name": "k", "permissions": ["api_key:create"]})).await;
    refuse(&narrow, json!({"role": "viewer"})).await;
    refuse(&narrow, json!({"permissions": ["api_key:create", "project:read"]})).await;
    let (_, wide) = make(&ada, json!({"name": "k", "role": "owner"})).await;
    refuse(&wide, json!({"role": "owner"})).await;
    let (_, child) = make(&narrow, json!({"name": "k", "permissions": ["api_key:create"]})).await;
    child.get("/projects").await.refused(403, "permission.denied");
    let viewer = ada.invite("viewer@example.com", "viewer").await;
    let denied = viewer.post("/api-keys", json!({"name": "k", "role": "viewer"})).await;
    denied.refused(403, "permission.denied");
}

async fn a_key_shrinks_with_its_maker_at_once(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let admin = ada.invite("admin@example.com", "admin").await;
    let (_, machine) = make(&admin, json!({"name": "k", "role": "admin"})).await;
    machine.project("P-1").await;
    let member = format!("/members/{}", admin.user);
    for (role, status) in [("viewer", 403), ("member", 201), ("accountant", 403)] {
        ada.patch(&member, "*", json!({"role": role})).await.expect(200);
        let body = json!({"code": format!("P-{role}"), "name": "X"});
        machine.post("/projects", body).await.expect(status);
        machine.get("/projects").await.expect(200);
        machine.get("/api-keys").await.refused(403, "permission.denied");
    }
    ada.delete(&member, "*").await.expect(204);
    machine.get("/projects").await.refused(401, "auth.invalid_token");
}

async fn a_revoked_key_is_refused_from_that_moment_on(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let (key, machine) = make(&ada, json!({"name": "k", "role": "viewer"})).await;
    let (_, other) = make(&ada, json!({"name": "k", "role": "viewer"})).await;
    machine.get("/projects").await.expect(200);
    let path = format!("/api-keys/{}", key["id"].as_str().unwrap());
    machine.delete(&path, "*").await.refused(403, "permission.denied");
    ada.send(ada.request(reqwest::Method::DELETE, &path)).await.refused(428, "if_match.required");
    ada.delete(&path, 2).await.refused(412, "if_match.stale");
    ada.delete(&path, 1).await.expect(204);
    machine.get("/projects").await.refused(401, "auth.invalid_token");
    other.get("/projects").await.expect(200);
    ada.get("/projects").await.expect(200);
    ada.delete(&path, "*").await.refused(409, "state.transition");
    let listed = ada.list("/api-keys").await;
    let revoked = listed.iter().find(|listed| listed["id"] == key["id"]).unwrap();
    assert!(revoked["revoked_at"].is_string());
    let bob = app.owner("Bob").await;
    bob.delete(&path, "*").await.refused(404, "not_found");
}

async fn a_key_ends_when_it_says(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let start = app.now();
    app.clock.advance(Duration::from_hours(1));
    let end = app.now();
    app.clock.set(start.parse().unwrap());
    let (key, machine) =
        make(&ada, json!({"name": "k", "role": "viewer", "expires_at": end})).await;
    assert_eq!(key["expires_at"], end);
    app.clock.advance(Duration::from_secs(3599));
    machine.get("/projects").await.expect(200);
    app.clock.advance(Duration::from_secs(1));
    machine.get("/projects").await.refused(401, "auth.invalid_token");
    let ada = ada.login().await;
    let late =
        ada.post("/api-keys", json!({"name": "k", "role": "viewer", "expires_at": start})).await;
    let problem = late.refused(422, "body.invalid").json();
    assert_eq!(problem["errors"][0]["pointer"], "/expires_at");
}

async fn every_fault_of_a_key_is_told_at_once(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for (body, expected) in [
        (
            json!({"name": "", "role": "king", "expires_at": "soon"}),
            vec!["/name", "/role", "/expires_at"],
        ),
        (json!({"name": "k"}), vec![""]),
        (json!({"name": "k", "role": "viewer", "permissions": ["project:read"]}), vec![""]),
        (json!({"name": "k", "permissions": []}), vec!["/permissions"]),
        (json!({"name": "k", "permissions": ["project:fly"]}), vec!["/permissions"]),
        (
            json!({"name": "k", "permissions": [1, "project:read", null]}),
            vec!["/permissions/0", "/permissions/2"],
        ),
    ] {
        let problem = ada.post("/api-keys", body).await.refused(422, "body.invalid").json();
        let pointers =
            problem["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap());
        assert_eq!(pointers.collect::<Vec<_>>(), expected);
    }
    assert!(ada.list("/api-keys").await.is_empty());
}

async fn it_is_seen_when_a_key_was_last_used(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let (key, machine) = make(&ada, json!({"name": "k", "role": "viewer"})).await;
    assert_eq!(key["last_used_at"], Value::Null);
    machine.get("/projects").await.expect(200);
    app.settle().await;
    let listed = ada.list("/api-keys").await;
    assert_eq!(listed[0]["last_used_at"], app.now());
    // A use of the key does not change its version.
    assert_eq!(listed[0]["version"], 1);
}

on_postgres! {
    a_key_acts_with_its_own_rights_and_its_secret_is_shown_once,
    a_key_is_never_allowed_more_than_who_makes_it,
    a_key_shrinks_with_its_maker_at_once,
    a_revoked_key_is_refused_from_that_moment_on,
    a_key_ends_when_it_says,
    every_fault_of_a_key_is_told_at_once,
    it_is_seen_when_a_key_was_last_used,
}
