//! Operators work in an organization by its consent, and only then.

use std::time::Duration;

use chrono::TimeDelta;
use plinth_jobs::{Handlers, SupportSessionCloser};
use plinth_ports::Clock;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};

use crate::support::{
    Client, TestApp,
    operators::{consent, grant, impersonate, operator},
};

const CONSENT: &str = "/organization/support-access";

async fn entries(owner: &Client, kind: &str) -> Vec<Value> {
    owner.list(&format!("/audit-logs?subject_kind={kind}&sort=created_at")).await
}

async fn without_a_consent_no_operator_works_in_an_organization(app: &TestApp) {
    let (ada, bob, anna) = (app.owner("Ada").await, app.owner("Bob").await, operator(app));
    consent(app, &bob, false).await;
    let begin = |organization: &str| json!({"organization_id": organization, "reason": "Ticket 7"});
    let path = "//operator/v1/impersonations";
    anna.post(path, begin(&ada.organization)).await.refused(403, "support_access.missing");
    let unknown = uuid::Uuid::nil().to_string();
    anna.post(path, begin(&unknown)).await.refused(404, "not_found");
    anna.post(path, json!({"organization_id": "x", "reason": ""}))
        .await
        .refused(422, "body.invalid");

    consent(app, &ada, false).await;
    ada.delete(CONSENT, "*").await.expect(204);
    anna.post(path, begin(&ada.organization)).await.refused(403, "support_access.missing");
    assert!(entries(&ada, "support_session").await.is_empty());
}

async fn a_consent_is_given_by_who_has_what_it_gives(app: &TestApp) {
    let ada = app.owner("Ada").await;
    ada.get(CONSENT).await.refused(404, "not_found");
    let given = consent(app, &ada, true).await;
    assert_eq!((&given["read_only"], &given["version"]), (&json!(true), &json!(1)));
    assert_eq!(ada.get(CONSENT).await.expect(200).json(), given);
    let again = consent(app, &ada, false).await;
    assert_eq!((&again["read_only"], &again["version"]), (&json!(false), &json!(2)));
    let told: Vec<_> = entries(&ada, "support_access").await;
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|line| line["action"] == "support_access.granted"));

    let viewer = ada.invite_as("eve@example.com", "viewer").await;
    viewer.get(CONSENT).await.refused(403, "permission.denied");
    viewer.put(CONSENT, grant(app, true)).await.refused(403, "permission.denied");
    let role = json!({"name": "Help desk", "permissions": ["support_access:update"]});
    let role = ada.create("/roles", role).await["id"].clone();
    let desk = ada.invite_by(json!({"email": "desk@example.com", "role_id": role})).await;
    let exceeds = "support_access.exceeds_caller";
    desk.put(CONSENT, grant(app, false)).await.refused(403, exceeds);

    let mut long = grant(app, true);
    long["expires_at"] = json!((app.clock.now() + TimeDelta::days(8)).to_rfc3339());
    let refused = ada.put(CONSENT, long).await.refused(422, "body.invalid");
    assert_eq!(refused.faults(), ["/expires_at support_access.expiry"]);
}

async fn a_session_does_what_was_consented_to_and_the_organization_sees_it(app: &TestApp) {
    let (ada, anna) = (app.owner("Ada").await, operator(app));
    consent(app, &ada, false).await;
    let (helper, session) = impersonate(&anna, &ada).await;
    let project = helper.project("HELP-1").await;
    helper.get("/audit-logs").await.expect(200);

    let id = project["id"].as_str().unwrap();
    let [line] = &ada.list(&format!("/audit-logs?subject_id={id}")).await[..] else {
        panic!("one entry")
    };
    assert_eq!((&line["actor_kind"], &line["actor_id"]), (&json!("operator"), &session["id"]));
    assert_eq!(line["after"]["operator"], "anna");
    let [listed] = &ada.list("/organization/support-access/sessions?live=true").await[..] else {
        panic!("one session")
    };
    assert_eq!((&listed["id"], &listed["operator"]), (&session["id"], &json!("anna")));
    assert_eq!((&listed["reason"], listed.get("token")), (&json!("Ticket 7"), None));

    let end = format!("//operator/v1/impersonations/{}/end", session["id"].as_str().unwrap());
    let here = json!({"organization_id": ada.organization});
    let ended = anna.post(&end, here.clone()).await.expect(200).json();
    assert!(ended["ended_at"].is_string() && ended.get("token").is_none());
    assert_eq!(anna.post(&end, here).await.expect(200).json(), ended);
    helper.get("/projects").await.refused(401, "auth.invalid_token");
    let told = entries(&ada, "support_session").await;
    let actions: Vec<_> = told.iter().map(|line| line["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["support_session.started", "support_session.ended"]);
    assert!(told.iter().all(|line| line["after"]["operator"] == "anna"));
    assert_eq!(told[0]["after"]["reason"], "Ticket 7");
}

async fn a_session_changes_no_consent_members_credentials_or_secrets(app: &TestApp) {
    let (ada, anna) = (app.owner("Ada").await, operator(app));
    consent(app, &ada, false).await;
    let (helper, _) = impersonate(&anna, &ada).await;
    let denied = "permission.denied";
    helper.put(CONSENT, grant(app, false)).await.refused(403, denied);
    helper.delete(CONSENT, "*").await.refused(403, denied);
    let invitation = json!({"email": "eve@example.com", "role": "viewer"});
    helper.post("/invitations", invitation).await.refused(403, denied);
    helper
        .patch(&format!("/members/{}", ada.user), 1, json!({"role": "viewer"}))
        .await
        .refused(403, denied);
    helper.post("/api-keys", json!({"name": "k", "role": "viewer"})).await.refused(403, denied);
    helper
        .post("/roles", json!({"name": "r", "permissions": ["project:read"]}))
        .await
        .refused(403, denied);
    let settings = json!({"settings": {"require_second_factor": true}});
    helper.patch("/organization", 1, settings).await.refused(403, denied);
    let project = helper.project("HELP-1").await["id"].as_str().unwrap().to_owned();
    let access = format!("/projects/{project}/access/members/{}", ada.user);
    helper.put(&access, json!({"role": "viewer"})).await.refused(403, denied);
    helper.delete(&access, 1).await.refused(403, denied);
    helper.post("/teams", json!({"name": "Help"})).await.refused(403, denied);
    helper.get("/notifications").await.refused(403, denied);
    let members_only = "auth.users_only";
    helper.get("/me").await.refused(403, members_only);
    helper.post("/auth/logout", json!({})).await.refused(403, members_only);
    helper.get("/projects").await.expect(200);
}

async fn a_session_to_read_writes_nothing(app: &TestApp) {
    let (ada, anna) = (app.owner("Ada").await, operator(app));
    consent(app, &ada, true).await;
    let (helper, session) = impersonate(&anna, &ada).await;
    assert_eq!(session["read_only"], true);
    helper.get("/projects").await.expect(200);
    let project = json!({"code": "X", "name": "X"});
    helper.post("/projects", project).await.refused(403, "permission.denied");
}

async fn a_revoked_or_narrower_consent_ends_sessions_at_once(app: &TestApp) {
    let (ada, anna) = (app.owner("Ada").await, operator(app));
    consent(app, &ada, false).await;
    let (writing, _) = impersonate(&anna, &ada).await;
    writing.get("/projects").await.expect(200);
    consent(app, &ada, true).await;
    writing.get("/projects").await.refused(401, "auth.invalid_token");
    let (reading, _) = impersonate(&anna, &ada).await;
    reading.get("/projects").await.expect(200);
    ada.delete(CONSENT, "*").await.expect(204);
    reading.get("/projects").await.refused(401, "auth.invalid_token");
    ada.delete(CONSENT, "*").await.refused(404, "not_found");
    let told = entries(&ada, "support_session").await;
    let ended = told.iter().filter(|line| line["action"] == "support_session.ended");
    assert!(ended.clone().all(|line| line["actor_id"] == json!(ada.user)));
    assert_eq!(ended.count(), 2);
}

async fn a_session_ends_by_itself_and_with_its_organization(app: &TestApp) {
    let (ada, anna) = (app.owner("Ada").await, operator(app));
    consent(app, &ada, true).await;
    let (helper, session) = impersonate(&anna, &ada).await;
    let suspend = format!("//operator/v1/organizations/{}/suspend", ada.organization);
    anna.post(&suspend, json!({"reason": "unpaid"})).await.expect(200);
    helper.get("/projects").await.refused(401, "auth.invalid_token");
    let begin = json!({"organization_id": ada.organization, "reason": "Ticket 7"});
    let begin = anna.post("//operator/v1/impersonations", begin).await;
    begin.refused(403, "organization.suspended");
    let resume = suspend.replace("suspend", "resume");
    anna.post(&resume, json!({"reason": "paid"})).await.expect(200);
    ada.get("/projects").await.expect(200);
    // A token that was refused is remembered for some seconds.
    let (other, _) = impersonate(&anna, &ada).await;
    other.get("/projects").await.expect(200);
    app.clock.advance(Duration::from_mins(61));
    other.get("/projects").await.refused(401, "auth.invalid_token");
    let expires_at = session["expires_at"].as_str().unwrap();
    assert!(expires_at < app.now().as_str(), "{expires_at}");
}

async fn a_job_tells_of_a_session_whose_time_is_over(app: &TestApp) {
    let (ada, anna) = (app.owner("Ada").await, operator(app));
    consent(app, &ada, true).await;
    let (_, session) = impersonate(&anna, &ada).await;
    let id = session["id"].as_str().unwrap();
    let url = app.database.as_ref().unwrap().url();
    let mut admin = PgConnection::connect(url).await.unwrap();
    // As if an hour had passed.
    for earlier in [
        "UPDATE support_sessions SET expires_at = now() - interval '1 minute'",
        "UPDATE jobs SET run_at = now() - interval '1 minute', delayed = false
         WHERE kind = 'support_session.end'",
    ] {
        sqlx::query(earlier).execute(&mut admin).await.unwrap();
    }
    let worker = app.worker(Handlers::new().with(SupportSessionCloser));
    let told = async || entries(&ada, "support_session").await;
    for _ in 0..500 {
        if told().await.len() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(worker);
    let told = told().await;
    assert_eq!((told.len(), &told[1]["action"]), (2, &json!("support_session.ended")));
    assert_eq!((&told[1]["actor_kind"], &told[1]["subject_id"]), (&json!("worker"), &json!(id)));
}

on_postgres! {
    without_a_consent_no_operator_works_in_an_organization,
    a_consent_is_given_by_who_has_what_it_gives,
    a_session_does_what_was_consented_to_and_the_organization_sees_it,
    a_session_changes_no_consent_members_credentials_or_secrets,
    a_session_to_read_writes_nothing,
    a_revoked_or_narrower_consent_ends_sessions_at_once,
    a_session_ends_by_itself_and_with_its_organization,
    a_job_tells_of_a_session_whose_time_is_over,
}
