//! An organization that requires a second factor of its members.

use serde_json::{Value, json};

use crate::support::{Client, PASSWORD, TestApp, authenticator::Authenticator};

const REQUIRED: &str = "auth.second_factor_required";

fn duty(is_on: bool) -> Value {
    json!({"settings": {"require_second_factor": is_on}})
}

async fn require(owner: &Client, is_on: bool) -> crate::support::Reply {
    owner.patch("/organization", "*", duty(is_on)).await
}

pub async fn a_member_without_a_second_factor_can_only_set_one_up(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bob = ada.invite("bob@example.com", "admin").await;
    let key = bob.api_key(json!({"role": "viewer"})).await;
    bob.get("/projects").await.expect(200);
    require(&ada, true).await.refused(403, REQUIRED);
    Authenticator::turned_on(app, &ada).await;
    let changed = require(&ada, true).await.expect(200).json();
    assert_eq!(changed["settings"]["require_second_factor"], true);

    for path in ["/projects", "/organization", "/members", "/api-keys", "/audit-logs"] {
        bob.get(path).await.refused(403, REQUIRED);
        ada.get(path).await.expect(200);
    }
    bob.post("/projects", json!({"code": "P", "name": "P"})).await.refused(403, REQUIRED);
    bob.get("/events/stream").await.refused(403, REQUIRED);
    let me = bob.get("/me").await.expect(200).json();
    assert_eq!(me["permissions"], json!([]));
    key.get("/projects").await.expect(200);
    // A session that is opened now is no other one.
    bob.login().await.get("/projects").await.refused(403, REQUIRED);

    Authenticator::turned_on(app, &bob).await;
    bob.get("/projects").await.expect(200);
}

async fn a_member_without_a_second_factor_acts_in_other_organizations(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let guest = ada.invite(&bob.email, "member").await;
    Authenticator::turned_on(app, &ada).await;
    require(&ada, true).await.expect(200);
    guest.get("/projects").await.refused(403, REQUIRED);
    let home = json!({"organization_id": bob.organization});
    let home = guest.signed_in(&guest.post("/auth/switch", home).await.expect(200));
    home.get("/projects").await.expect(200);
}

async fn who_turns_the_second_factor_off_is_asked_for_one_again(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let mut device = Authenticator::turned_on(app, &ada).await;
    require(&ada, true).await.expect(200);
    let proof = json!({"recovery_code": device.recovery_codes.pop()});
    let end = ada.request(reqwest::Method::DELETE, "/me/second-factor").json(&proof);
    ada.send(end).await.expect(204);
    ada.get("/organization").await.refused(403, REQUIRED);
    require(&ada, false).await.refused(403, REQUIRED);
}

async fn only_an_owner_decides_whether_a_second_factor_is_required(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bob = ada.invite("bob@example.com", "admin").await;
    let key = ada.api_key(json!({"role": "admin"})).await;
    Authenticator::turned_on(app, &ada).await;
    Authenticator::turned_on(app, &bob).await;
    for other in [&bob, &key] {
        require(other, true).await.refused(403, "organization.owners_only");
    }
    require(&ada, true).await.expect(200);
    for other in [&bob, &key] {
        require(other, false).await.refused(403, "organization.owners_only");
        require(other, true).await.expect(200);
    }
    require(&ada, false).await.expect(200);
    let body = json!({"email": "bob@example.com", "password": PASSWORD});
    bob.post("/auth/login", body).await.refused(401, "auth.second_factor_needed");
}

on_postgres! {
    a_member_without_a_second_factor_can_only_set_one_up,
    a_member_without_a_second_factor_acts_in_other_organizations,
    who_turns_the_second_factor_off_is_asked_for_one_again,
    only_an_owner_decides_whether_a_second_factor_is_required,
}
