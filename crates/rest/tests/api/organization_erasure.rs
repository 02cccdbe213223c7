//! The removal of an organization, as far as its owners have to do with it.

use reqwest::Method;
use serde_json::json;

use crate::support::{
    Client, PASSWORD, TestApp,
    authenticator::{Authenticator, challenge, second_step},
    operators::operator,
};

async fn an_owner_takes_the_removal_back_by_their_credentials(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bob = ada.invite_as("bob@example.com", "admin").await;
    let slug = ada.get("/organization").await.expect(200).json()["slug"].clone();
    bob.post("/organization/erasure", json!({"slug": slug}))
        .await
        .refused(403, "permission.denied");
    ada.post("/organization/erasure", json!({"slug": "another"})).await.expect(422);
    let asked = ada.post("/organization/erasure", json!({"slug": slug})).await.expect(202).json();
    assert_eq!((&asked["status"], asked["erase_at"].is_string()), (&json!("suspended"), true));
    for former in [&ada, &bob] {
        former.get("/me").await.refused(403, "organization.suspended");
        former.try_login(&former.email, PASSWORD).await.refused(403, "auth.no_organization");
    }
    let revoke = async |email: &str, password: &str| {
        let body = json!({"email": email, "password": password, "organization": slug});
        let request = app.anonymous().request(Method::POST, "/auth/erasure/revoke").json(&body);
        app.anonymous().send(request).await
    };
    revoke(&ada.email, "not the password").await.refused(401, "auth.invalid_credentials");
    revoke(&bob.email, PASSWORD).await.refused(403, "auth.no_organization");
    revoke(&ada.email, PASSWORD).await.expect(204);
    revoke(&ada.email, PASSWORD).await.refused(403, "auth.no_organization");
    let ada = ada.login().await;
    let organization = ada.get("/organization").await.expect(200).json();
    assert_eq!(
        (&organization["status"], &organization["erase_at"]),
        (&json!("active"), &json!(null))
    );
    let log = ada.list("/audit-logs?action=organization.erasure_revoked").await;
    assert_eq!((log.len(), &log[0]["actor_id"]), (1, &json!(ada.user)));
}

async fn an_owner_with_a_second_factor_takes_the_removal_back_with_its_code(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let mut device = Authenticator::turned_on(app, &ada).await;
    let slug = ada.get("/organization").await.expect(200).json()["slug"].clone();
    let erase = async |owner: &Client| {
        owner.post("/organization/erasure", json!({"slug": slug})).await.expect(202);
    };
    let revoke = async |field: &str, proof: &str| {
        let mut body = json!({"email": ada.email, "password": PASSWORD});
        if !field.is_empty() {
            body[field] = json!(proof);
        }
        app.anonymous().post("/auth/erasure/revoke", body).await
    };
    erase(&ada).await;
    revoke("", "").await.refused(401, "auth.second_factor_needed");
    revoke("code", &device.code(app, 9)).await.refused(401, "auth.invalid_second_factor");
    ada.get("/projects").await.refused(403, "organization.suspended");
    let code = device.next_code(app);
    revoke("code", &code).await.expect(204);

    // Neither proof works twice.
    let given = challenge(&ada, &ada.email).await;
    let again = second_step(&ada, &given, json!({"code": code})).await;
    again.refused(401, "auth.invalid_second_factor");
    let proof = json!({"code": device.next_code(app)});
    let ada = app.anonymous().signed_in(&second_step(&ada, &given, proof).await.expect(200));
    erase(&ada).await;
    let recovery = device.recovery_codes.pop().unwrap();
    revoke("recovery_code", &recovery).await.expect(204);
    let given = challenge(&ada, &ada.email).await;
    let again = second_step(&ada, &given, json!({"recovery_code": recovery})).await;
    again.refused(401, "auth.invalid_second_factor");
}

async fn an_owner_does_not_end_the_suspension_of_an_operator_by_taking_the_removal_back(
    app: &TestApp,
) {
    let (ada, anna) = (app.owner("Ada").await, operator(app));
    let slug = ada.get("/organization").await.expect(200).json()["slug"].clone();
    let asked = ada.post("/organization/erasure", json!({"slug": slug})).await.expect(202).json();
    let path = format!("//operator/v1/organizations/{}", ada.organization);
    assert_eq!(anna.get(&path).await.expect(200).json()["suspended_by_operator_at"], json!(null));
    let fraud = json!({"reason": "fraud"});
    let suspend = async || {
        let path = format!("{path}/suspend");
        anna.post(&path, fraud.clone()).await.expect(200).json()
    };
    let suspended = suspend().await;
    assert!(suspended["suspended_by_operator_at"].is_string());
    assert_eq!(suspended["erase_at"], asked["erase_at"], "the removal stays pending");
    // A second time changes nothing.
    assert_eq!(suspend().await, suspended);

    let credentials = json!({"email": ada.email, "password": PASSWORD});
    let revoke = app.anonymous().post("/auth/erasure/revoke", credentials).await;
    revoke.refused(403, "organization.suspended");
    ada.get("/projects").await.refused(403, "organization.suspended");

    let resumed = anna.post(&format!("{path}/resume"), json!({"reason": "it was none"})).await;
    let resumed = resumed.expect(200).json();
    assert_eq!(
        [&resumed["status"], &resumed["suspended_by_operator_at"], &resumed["erase_at"]],
        [&json!("active"), &json!(null), &json!(null)]
    );
    let ada = ada.login().await;
    let lines = ada.list("/audit-logs?action=organization.suspended").await;
    assert_eq!((lines.len(), &lines[0]["after"]["reason"]), (1, &json!("fraud")));
    let log = anna.get("//operator/v1/log").await.expect(200).json();
    let actions: Vec<_> =
        log["data"].as_array().unwrap().iter().map(|entry| &entry["action"]).collect();
    assert_eq!(actions, ["organization.reactivated", "organization.suspended"]);
}

on_postgres! {
    an_owner_with_a_second_factor_takes_the_removal_back_with_its_code,
    an_owner_does_not_end_the_suspension_of_an_operator_by_taking_the_removal_back,
    an_owner_takes_the_removal_back_by_their_credentials,
}
