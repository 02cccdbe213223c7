//! Projects, end to end.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    Client, TestApp,
    records::{RecordSample, fresh},
};

/// A new project, and a change to it.
#[expect(clippy::unused_async, reason = "a record that refers to others has to create them")]
pub async fn sample(_owner: &Client) -> RecordSample {
    RecordSample {
        path: "/projects",
        new: json!({"code": format!("N-{}", fresh()), "name": "Sample"}),
        change: json!({"name": "Changed"}),
    }
}

pub async fn a_project_is_created_read_changed_and_archived(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let body = json!({
        "code": "HRB-7", "name": "Harbour", "description": "Quay\nseven", "status": "active",
        "starts_on": "2026-01-01", "ends_on": "2027-01-01",
        "metadata": {"a": {"b": 1}, "list": [1, "zwei", null], "unicode": "ß→𝔘"},
    });
    let created = ada.post("/projects", body.clone()).await.expect(201);
    let project = created.json();
    for (field, value) in body.as_object().unwrap() {
        assert_eq!(&project[field], value, "{field}");
    }
    let path = format!("/projects/{}", project["id"].as_str().unwrap());
    assert_eq!(created.header("location"), format!("/api/v1{path}"));
    assert_eq!(created.header("etag"), "\"1\"");

    let read = ada.get(&path).await.expect(200);
    assert_eq!(read.json(), project);
    assert_eq!(read.header("etag"), "\"1\"");

    let change = json!({"name": "Harbour east", "description": null, "metadata": {"a": {"c": 2}, "list": null}});
    let changed = ada.patch(&path, 1, change).await.expect(200);
    assert_eq!(changed.header("etag"), "\"2\"");
    let changed = changed.json();
    assert_eq!(changed["name"], "Harbour east");
    assert_eq!(changed["description"], Value::Null);
    assert_eq!(changed["code"], "HRB-7");
    assert_eq!(changed["metadata"], json!({"a": {"b": 1, "c": 2}, "unicode": "ß→𝔘"}));

    ada.delete(&path, 2).await.expect(204);
    let archived = ada.get(&path).await.expect(200).json();
    assert_eq!(archived["status"], "archived");
    ada.patch(&path, 3, json!({"name": "X"})).await.refused(409, "state.transition");
    ada.delete(&format!("{path}?permanent=true"), 3).await.expect(204);
    ada.get(&path).await.refused(404, "not_found");
}

async fn the_second_of_two_writers_is_told_that_the_record_has_changed(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let path = format!("/projects/{}", ada.project("P-1").await["id"].as_str().unwrap());
    let (one, two) = tokio::join!(
        ada.patch(&path, 1, json!({"name": "One"})),
        ada.patch(&path, 1, json!({"name": "Two"})),
    );
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    let winner = if one.status == 200 { "One" } else { "Two" };
    assert_eq!(ada.get(&path).await.json()["name"], winner);
    ada.delete(&path, 1).await.refused(412, "if_match.stale");
    ada.send(ada.request(reqwest::Method::DELETE, &path)).await.refused(428, "if_match.required");
    ada.delete(&path, "three").await.refused(400, "if_match.malformed");
    ada.delete(&path, "W/\"2\"").await.refused(412, "if_match.stale");
    ada.delete(&path, "*").await.expect(204);
}

async fn a_client_that_has_the_record_gets_304(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let path = format!("/projects/{}", ada.project("P-1").await["id"].as_str().unwrap());
    for (tag, status) in [("\"1\"", 304), ("W/\"1\"", 304), ("\"0\", \"1\"", 304), ("\"2\"", 200)] {
        let request = ada.request(reqwest::Method::GET, &path).header("If-None-Match", tag);
        let reply = ada.send(request).await.expect(status);
        assert_eq!(reply.header("etag"), "\"1\"");
    }
}

pub async fn a_code_is_unique_within_an_organization_and_not_beyond(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let first = ada.project("P-1").await;
    bob.project("P-1").await;
    let body = json!({"code": "P-1", "name": "Again"});
    ada.post("/projects", body).await.refused(409, "project.code_taken");
    let second = ada.project("P-2").await;
    let path = format!("/projects/{}", second["id"].as_str().unwrap());
    let taken = ada.patch(&path, 1, json!({"code": first["code"]})).await;
    taken.refused(409, "project.code_taken");
}

async fn every_write_leaves_one_line_with_before_and_after(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let project = ada.project("P-1").await;
    let id = project["id"].as_str().unwrap();
    let path = format!("/projects/{id}");
    let changed = ada.patch(&path, 1, json!({"name": "New"})).await.expect(200);
    let log = ada.get(&format!("/audit-logs?subject_id={id}&sort=created_at")).await.expect(200);
    let lines = log.json()["data"].clone();
    let actions = lines.as_array().unwrap().iter().map(|l| l["action"].clone());
    assert_eq!(actions.collect::<Vec<_>>(), ["project.created", "project.updated"]);
    assert_eq!(lines[0]["before"], Value::Null);
    assert_eq!(lines[1]["before"]["name"], "Project P-1");
    assert_eq!(lines[1]["after"]["name"], "New");
    assert_eq!(lines[1]["actor_id"], ada.user.as_str());
    assert_eq!(lines[1]["request_id"], changed.header("x-request-id"));
    // A refused write creates no audit record.
    ada.patch(&path, 1, json!({"name": "Late"})).await.expect(412);
    let log = ada.get(&format!("/audit-logs?subject_id={id}")).await.expect(200);
    assert_eq!(log.json()["data"].as_array().unwrap().len(), 2);
}

async fn a_foreign_project_is_as_absent_as_a_random_one(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let foreign = bob.project("P-1").await["id"].as_str().unwrap().to_owned();
    let random = Uuid::from_u128(42).to_string();
    for id in [foreign, random] {
        let path = format!("/projects/{id}");
        ada.get(&path).await.refused(404, "not_found");
        ada.patch(&path, 1, json!({"name": "Mine"})).await.refused(404, "not_found");
        ada.delete(&path, 1).await.refused(404, "not_found");
    }
    assert_eq!(ada.get("/projects").await.json()["data"], json!([]));
}

async fn faults_of_shape_and_value_are_told_in_one_answer(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let body = json!({
        "code": "no spaces please", "colour": "red", "status": "gone", "ends_on": 5,
        "starts_on": "tomorrow", "metadata": [],
    });
    let refused = ada.post("/projects", body).await.refused(422, "body.invalid").json();
    let mut faults: Vec<_> = refused["errors"].as_array().unwrap().iter().collect();
    faults.sort_by_key(|fault| fault["pointer"].as_str().unwrap().to_owned());
    let faults =
        faults.iter().map(|f| (f["pointer"].as_str().unwrap(), f["code"].as_str().unwrap()));
    let expected = [
        ("/code", "project_code.malformed"),
        ("/colour", "field.unknown"),
        ("/ends_on", "field.type"),
        ("/metadata", "field.type"),
        ("/name", "field.required"),
        ("/starts_on", "date.malformed"),
        ("/status", "value.unknown"),
    ];
    assert_eq!(faults.collect::<Vec<_>>(), expected);
}

on_postgres! {
    faults_of_shape_and_value_are_told_in_one_answer,
    a_project_is_created_read_changed_and_archived,
    the_second_of_two_writers_is_told_that_the_record_has_changed,
    a_client_that_has_the_record_gets_304,
    a_code_is_unique_within_an_organization_and_not_beyond,
    every_write_leaves_one_line_with_before_and_after,
    a_foreign_project_is_as_absent_as_a_random_one,
}
