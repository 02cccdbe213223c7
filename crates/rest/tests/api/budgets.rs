//! Budgets, end to end.

use plinth_domain::{Access, BudgetOrigin, Permission};
use plinth_ports::Reserved;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Client, TestApp, records::RecordSample};

/// A new budget, and a change to it.
pub async fn sample(owner: &Client) -> RecordSample {
    let project = owner.project(&format!("B-{}", crate::support::records::fresh())).await;
    RecordSample {
        path: "/budgets",
        new: json!({
            "scope": "project", "project_id": project["id"], "period": "day",
            "hard_limit_nano_usd": 1_000,
        }),
        change: json!({"soft_percent": 50}),
    }
}

fn budget(period: &str, limit: i64) -> Value {
    json!({"scope": "organization", "period": period, "hard_limit_nano_usd": limit})
}

fn at(budget: &Value) -> String {
    format!("/budgets/{}", budget["id"].as_str().unwrap())
}

async fn a_budget_is_created_read_changed_and_removed(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let zone = json!({"settings": {"timezone": "Pacific/Kiritimati"}});
    ada.patch("/organization", "*", zone).await.expect(200);
    let created = ada.post_once("/budgets", "once", budget("month", 100)).await.expect(201);
    let month = created.json();
    assert_eq!(created.header("location"), format!("/api/v1{}", at(&month)));
    assert_eq!(
        ada.post_once("/budgets", "once", budget("month", 100)).await.expect(201).json(),
        month
    );
    assert_eq!((&month["soft_percent"], &month["scope"]), (&json!(80), &json!("organization")));
    let spent = &month["current"];
    assert_eq!((&spent["spent_nano_usd"], &spent["reserved_nano_usd"]), (&json!(0), &json!(0)));
    assert!(spent["starts_on"].as_str().unwrap().ends_with("-01"));
    ada.post("/budgets", budget("month", 1)).await.refused(409, "budget.exists");
    ada.create("/budgets", budget("day", 1)).await;

    let change = json!({"hard_limit_nano_usd": 1_000_000_000_000_000_000_i64, "soft_percent": 100});
    let changed = ada.patch(&at(&month), 1, change).await.expect(200).json();
    assert_eq!(changed["hard_limit_nano_usd"], json!(1_000_000_000_000_000_000_i64));
    assert_eq!(ada.get(&at(&month)).await.expect(200).json(), changed);
    ada.patch(&at(&month), 1, json!({"soft_percent": 1})).await.refused(412, "if_match.stale");
    for (query, count) in
        [("", 2), ("?period=day", 1), ("?scope=project", 0), ("?scope=organization,prompt", 2)]
    {
        assert_eq!(ada.list(&format!("/budgets{query}")).await.len(), count, "{query}");
    }
    ada.delete(&at(&month), 2).await.expect(204);
    ada.get(&at(&month)).await.refused(404, "not_found");
}

/// Holds what executions of the caller's organization cost, as one of them does.
async fn reserve(app: &TestApp, owner: &Client, amount: i64) -> Reserved {
    let (organization, user) = (owner.organization.parse().unwrap(), owner.user.parse().unwrap());
    let membership = plinth_domain::Membership::found(
        plinth_domain::Id::from_uuid(Uuid::nil()),
        plinth_domain::Id::from_uuid(organization),
        plinth_domain::Id::from_uuid(user),
        plinth_domain::Timestamp::UNIX_EPOCH,
    );
    let scope = Access::of_member(&membership).require(Permission::BudgetRead).unwrap();
    let mut unit = app.store.begin(scope).await.unwrap();
    let day = unit.now().date_naive();
    let origin = BudgetOrigin::default();
    let reserved = unit.budget_periods().reserve(origin, day, amount).await.unwrap();
    unit.commit().await.unwrap();
    reserved
}

async fn a_budget_shows_what_its_current_period_has_cost(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let day = ada.create("/budgets", budget("day", 100)).await;
    assert!(matches!(reserve(app, &ada, 60).await, Reserved::Held(_)));
    assert!(matches!(reserve(app, &ada, 60).await, Reserved::Exceeded(_)));
    let read = ada.get(&at(&day)).await.expect(200).json();
    assert_eq!(read["current"]["reserved_nano_usd"], 60);
    assert_eq!(ada.list("/budgets").await[0]["current"], read["current"]);
    ada.delete(&at(&day), 1).await.expect(204);
    assert!(matches!(reserve(app, &ada, 60).await, Reserved::Held(_)));
}

async fn bad_budgets_are_refused_with_their_field(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let project = ada.project("P-1").await;
    let with = |field: &str, value: Value| {
        let mut body = budget("day", 1);
        body[field] = value;
        body
    };
    let scoped = |scope: &str, field: &str, value: Value| {
        let mut body = with("scope", json!(scope));
        body[field] = value;
        body
    };
    let unknown = json!(Uuid::from_u128(7));
    for (body, pointer, code) in [
        (with("scope", json!("galaxy")), "/scope", "value.unknown"),
        (with("period", json!("year")), "/period", "value.unknown"),
        (with("hard_limit_nano_usd", json!(-1)), "/hard_limit_nano_usd", "number.out_of_range"),
        (with("soft_percent", json!(101)), "/soft_percent", "number.out_of_range"),
        (with("scope", json!("project")), "/project_id", "field.required"),
        (with("project_id", project["id"].clone()), "/project_id", "value.unknown"),
        (scoped("project", "project_id", unknown.clone()), "/project_id", "reference.unknown"),
        (scoped("api_key", "api_key_id", unknown.clone()), "/api_key_id", "reference.unknown"),
        (scoped("prompt", "prompt_id", unknown.clone()), "/prompt_id", "reference.unknown"),
    ] {
        let refused = ada.post("/budgets", body.clone()).await.refused(422, "body.invalid").json();
        let fault = &refused["errors"][0];
        assert_eq!((&fault["pointer"], &fault["code"]), (&json!(pointer), &json!(code)), "{body}");
    }
    let of_project = scoped("project", "project_id", project["id"].clone());
    ada.create("/budgets", of_project).await;
    let path = format!("/projects/{}", project["id"].as_str().unwrap());
    ada.delete(&format!("{path}?permanent=true"), 1).await.refused(409, "record.in_use");
    let key =
        ada.post("/api-keys", json!({"name": "k", "role": "viewer"})).await.expect(201).json();
    ada.create("/budgets", scoped("api_key", "api_key_id", key["id"].clone())).await;
}

async fn managers_write_budgets_and_auditors_read_them(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let created = ada.create("/budgets", budget("day", 1)).await;
    let accountant = ada.invite("a@example.com", "accountant").await;
    accountant.get(&at(&created)).await.expect(200);
    accountant.post("/budgets", budget("month", 1)).await.refused(403, "permission.denied");
    let member = ada.invite("m@example.com", "member").await;
    member.get(&at(&created)).await.refused(403, "permission.denied");
    let bob = app.owner("Bob").await;
    bob.get(&at(&created)).await.refused(404, "not_found");
    bob.patch(&at(&created), "*", json!({"soft_percent": 1})).await.refused(404, "not_found");
}

on_postgres! {
    a_budget_is_created_read_changed_and_removed,
    a_budget_shows_what_its_current_period_has_cost,
    bad_budgets_are_refused_with_their_field,
    managers_write_budgets_and_auditors_read_them,
}
