//! Members who are suspended, and service accounts.

use serde_json::{Value, json};

use crate::support::{Client, Options, PASSWORD, TestApp};

async fn suspend(by: &Client, member: &Client) -> crate::support::Reply {
    by.post(&format!("/members/{}/suspend", member.user), json!({})).await
}

async fn reactivate(by: &Client, member: &Client) -> crate::support::Reply {
    by.post(&format!("/members/{}/reactivate", member.user), json!({})).await
}

pub async fn a_suspended_member_is_out_at_once_and_in_again_when_reactivated(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let here = ada.invite(&bob.email, "admin").await;
    let key = here.api_key(json!({"role": "viewer"})).await;
    let invitation = json!({"email": "carol@example.com", "role": "viewer"});
    let invitation = here.post("/invitations", invitation).await.expect(201).json();
    for caller in [&here, &key] {
        caller.get("/projects").await.expect(200);
    }
    let suspended = suspend(&ada, &here).await.expect(200).json();
    assert_eq!((&suspended["status"], &suspended["kind"]), (&json!("suspended"), &json!("person")));
    assert!(suspended["suspended_at"].is_string());
    for caller in [&here, &key] {
        caller.get("/projects").await.refused(401, "auth.invalid_token");
    }
    here.refresh().await.refused(401, "auth.invalid_token");
    let accept = json!({"token": ada.token_of(&invitation), "password": PASSWORD, "name": "Carol"});
    let accepted = app.anonymous().post("/invitations/accept", accept.clone()).await;
    accepted.refused(409, "invitation.withdrawn");
    // The other organization of the user is not concerned.
    bob.get("/projects").await.expect(200);
    let again = bob.login().await;
    assert_eq!(again.organization, bob.organization);
    let switch = json!({"organization_id": ada.organization});
    again.post("/auth/switch", switch.clone()).await.refused(404, "not_found");
    assert_eq!(ada.list("/members").await.len(), 2);
    suspend(&ada, &here).await.refused(409, "state.transition");

    let active = reactivate(&ada, &here).await.expect(200).json();
    assert_eq!((&active["status"], &active["suspended_at"]), (&json!("active"), &Value::Null));
    for caller in [&here, &key] {
        caller.get("/projects").await.expect(200);
    }
    here.refresh().await.expect(200);
    again.post("/auth/switch", switch).await.expect(200);
    app.anonymous().post("/invitations/accept", accept).await.expect(200);
    reactivate(&ada, &here).await.refused(409, "state.transition");
    for action in ["member.suspended", "member.reactivated"] {
        assert_eq!(ada.list(&format!("/audit-logs?action={action}")).await.len(), 1, "{action}");
    }
}

async fn a_suspension_counts_in_other_processes_after_the_answer(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bob = ada.invite("bob@example.com", "member").await;
    let other = app.on_the_same_bus(Options::default());
    let there = bob.at(&other.url);
    there.get("/projects").await.expect(200);
    suspend(&ada, &bob).await.expect(200);
    there.get("/projects").await.refused(401, "auth.invalid_token");
    reactivate(&ada, &bob).await.expect(200);
    there.get("/projects").await.expect(200);
    other.stop().await;
}

async fn the_last_active_owner_cannot_be_suspended(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bob = ada.invite("bob@example.com", "owner").await;
    let admin = ada.invite("admin@example.com", "admin").await;
    suspend(&admin, &bob).await.refused(403, "member.owners_only");
    suspend(&ada, &bob).await.expect(200);
    suspend(&ada, &ada).await.refused(409, "member.last_owner");
    let (hers, his) = (format!("/members/{}", ada.user), format!("/members/{}", bob.user));
    ada.patch(&hers, "*", json!({"role": "admin"})).await.refused(409, "member.last_owner");
    ada.delete(&hers, "*").await.refused(409, "member.last_owner");
    // A suspended owner is none of those who must stay.
    ada.patch(&his, "*", json!({"role": "viewer"})).await.expect(200);
    reactivate(&admin, &bob).await.expect(200);
    suspend(&admin, &admin).await.expect(200);
}

async fn service_account(by: &Client, name: &str, role: &str) -> Value {
    let body = json!({"name": name, "role": role});
    by.post("/members/service-accounts", body).await.expect(201).json()
}

pub async fn a_service_account_acts_by_its_keys_until_it_is_removed(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let account = service_account(&ada, "Export", "accountant").await;
    assert_eq!((&account["kind"], &account["email"]), (&json!("service"), &Value::Null));
    let id = account["user_id"].as_str().unwrap();
    let member = format!("/members/{id}");
    assert_eq!(ada.get(&member).await.expect(200).json(), account);
    assert_eq!(ada.list("/members").await.len(), 2);

    let grant = |role: &str| json!({"name": "k", "role": role, "service_account_id": id});
    ada.post("/api-keys", grant("admin")).await.refused(403, "api_key.exceeds_creator");
    let created = ada.post("/api-keys", grant("accountant")).await.expect(201).json();
    assert_eq!(created["created_by"], json!(id));
    let key = ada.with_token(created["secret"].as_str().unwrap());
    let me = key.get("/me").await.expect(200).json();
    assert_eq!(me["user"]["id"], json!(id));
    key.post("/projects", json!({"code": "P", "name": "P"}))
        .await
        .refused(403, "permission.denied");
    // Who has created the key may leave; the key is the account's.
    ada.patch(&member, "*", json!({"role": "viewer"})).await.expect(200);
    let permissions = key.get("/me").await.expect(200).json()["permissions"].clone();
    assert!(!permissions.as_array().unwrap().contains(&json!("party:create")));

    ada.post(&format!("{member}/suspend"), json!({})).await.expect(200);
    key.get("/projects").await.refused(401, "auth.invalid_token");
    let problem = ada.post("/api-keys", grant("viewer")).await.refused(422, "body.invalid").json();
    assert_eq!(problem["errors"][0]["pointer"], "/service_account_id");
    ada.post(&format!("{member}/reactivate"), json!({})).await.expect(200);
    key.get("/projects").await.expect(200);
    ada.delete(&member, "*").await.expect(204);
    key.get("/projects").await.refused(401, "auth.invalid_token");
    let keys = ada.list("/api-keys").await;
    assert!(keys.iter().all(|key| key["revoked_at"].is_string()), "{keys:?}");
}

async fn a_service_account_cannot_log_in_or_get_a_password(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let account = service_account(&ada, "Export", "viewer").await;
    let email = format!("{}@service.invalid", account["user_id"].as_str().unwrap());
    for password in ["", PASSWORD] {
        let reply = app.anonymous().try_login(&email, password).await;
        reply.refused(401, "auth.invalid_credentials");
    }
    app.anonymous().post("/auth/password/forgot", json!({"email": email})).await.expect(202);
    app.settle().await;
    let mails = app.mails(9).await;
    assert!(mails.iter().all(|(to, _)| to.as_str() != email), "{mails:?}");
    let bob = app.owner("Bob").await;
    let invitation = json!({"email": email, "role": "viewer"});
    let invitation = bob.post("/invitations", invitation).await.expect(201).json();
    let accept = json!({"token": bob.token_of(&invitation), "password": PASSWORD, "name": "Eve"});
    let reply = app.anonymous().post("/invitations/accept", accept).await;
    reply.refused(401, "auth.invalid_credentials");
}

async fn a_service_account_is_made_by_who_may_give_its_role_and_is_no_owner(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let admin = ada.invite("admin@example.com", "admin").await;
    let viewer = ada.invite("viewer@example.com", "viewer").await;
    let create = async |by: &Client, role: &str| {
        by.post("/members/service-accounts", json!({"name": "S", "role": role})).await
    };
    create(&viewer, "viewer").await.refused(403, "permission.denied");
    create(&admin, "owner").await.refused(403, "member.owners_only");
    create(&ada, "owner").await.refused(409, "member.service_owner");
    let few = json!({"permissions": ["member:update", "project:read"]});
    let key = ada.api_key(few).await;
    create(&key, "viewer").await.refused(403, "role.exceeds_caller");
    let account = create(&admin, "admin").await.expect(201).json();
    let member = format!("/members/{}", account["user_id"].as_str().unwrap());
    ada.patch(&member, "*", json!({"role": "owner"})).await.refused(409, "member.service_owner");
    // A key of a person acts as no other person.
    let body = json!({"name": "k", "role": "viewer", "service_account_id": admin.user});
    ada.post("/api-keys", body).await.refused(422, "body.invalid");
    let once = json!({"name": "Once", "role": "viewer"});
    let first = ada.post_once("/members/service-accounts", "a-key", once.clone()).await.expect(201);
    let again = ada.post_once("/members/service-accounts", "a-key", once).await.expect(201);
    assert_eq!(first.json(), again.json());
}

async fn what_a_key_has_created_ends_with_the_member_whose_key_it_was(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bob = ada.invite("bob@example.com", "admin").await;
    let account = service_account(&bob, "Export", "viewer").await;
    let body = json!({"name": "k", "role": "viewer", "service_account_id": account["user_id"]});
    let secret = async |by: &Client| {
        let created = by.post("/api-keys", body.clone()).await.expect(201).json();
        ada.with_token(created["secret"].as_str().unwrap())
    };
    let by_person = secret(&bob).await;
    let by_key = secret(&bob.api_key(json!({"role": "admin"})).await).await;
    ada.delete(&format!("/members/{}", bob.user), "*").await.expect(204);
    by_key.get("/projects").await.refused(401, "auth.invalid_token");
    by_person.get("/projects").await.expect(200);
}

async fn what_a_revoked_key_has_created_for_a_service_account_ends_at_once(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let parent = json!({"name": "parent", "role": "admin"});
    let parent = ada.post("/api-keys", parent).await.expect(201).json();
    let manager = ada.with_token(parent["secret"].as_str().unwrap());
    let account = service_account(&manager, "Export", "viewer").await;
    let body = json!({"name": "k", "role": "viewer", "service_account_id": account["user_id"]});
    let child = manager.post("/api-keys", body).await.expect(201).json();
    let child = ada.with_token(child["secret"].as_str().unwrap());
    child.get("/projects").await.expect(200);
    let path = format!("/api-keys/{}", parent["id"].as_str().unwrap());
    ada.delete(&path, "*").await.expect(204);
    child.get("/projects").await.refused(401, "auth.invalid_token");
}

on_postgres! {
    Options { mails: true, ..Options::default() };
    a_suspended_member_is_out_at_once_and_in_again_when_reactivated,
    a_suspension_counts_in_other_processes_after_the_answer,
    the_last_active_owner_cannot_be_suspended,
    a_service_account_acts_by_its_keys_until_it_is_removed,
    a_service_account_cannot_log_in_or_get_a_password,
    a_service_account_is_made_by_who_may_give_its_role_and_is_no_owner,
    what_a_key_has_created_ends_with_the_member_whose_key_it_was,
    what_a_revoked_key_has_created_for_a_service_account_ends_at_once,
}
