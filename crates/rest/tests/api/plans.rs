//! What an organization may have and use by its plan.

use plinth_application::plans::Plan;
use plinth_domain::{PlanLimit, PlanLimits, PlanName};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, Options, Reply, TestApp, operators::operator, sso};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj << >> endobj\n%%EOF\n";

/// A plan with these limits.
pub fn plan(name: &str, limits: &[(PlanLimit, u64)]) -> Plan {
    let with = |all: PlanLimits, one: &(PlanLimit, u64)| all.with(one.0, Some(one.1));
    let limits = limits.iter().fold(PlanLimits::default(), with);
    Plan { name: PlanName::parse(name).unwrap(), limits }
}

fn options() -> Options {
    let plans = || {
        vec![
            plan("five-members", &[(PlanLimit::Members, 5)]),
            plan("two-members", &[(PlanLimit::Members, 2)]),
            plan("two-documents", &[(PlanLimit::Documents, 2)]),
            plan("little-storage", &[(PlanLimit::StorageBytes, 100)]),
            plan("five-calls", &[(PlanLimit::ApiCallsPerDay, 5)]),
        ]
    };
    Options { plans, ..Options::default() }
}

/// Changes the plan of the caller's organization, and its billing reference, as an operator.
async fn change_plan(app: &TestApp, owner: &Client, mut change: Value) -> Reply {
    change["reason"] = json!("Contract 7");
    let path = format!("//operator/v1/organizations/{}/plan", owner.organization);
    let anna = operator(app);
    let request = anna.request(Method::PATCH, &path).json(&change);
    anna.send(request).await
}

/// Gives the caller's organization this plan.
pub async fn assign(app: &TestApp, owner: &Client, plan: &str) {
    change_plan(app, owner, json!({"plan": plan})).await.expect(200);
}

/// How often the caller's organization was warned of a limit.
pub async fn warnings(owner: &Client, limit: &str) -> usize {
    let warned = owner.list("/audit-logs?action=organization.usage_warned").await;
    warned.iter().filter(|entry| entry["after"]["limit"] == limit).count()
}

#[track_caller]
fn exceeded(reply: Reply, status: u16, limit: &str) {
    let problem = reply.refused(status, "plan_limit_exceeded").json();
    assert_eq!(problem["limit"], limit, "{problem}");
}

async fn invite(owner: &Client, n: usize) -> Reply {
    let email = format!("guest-{n}@example.com");
    owner.post("/invitations", json!({"email": email, "role": "member"})).await
}

async fn state(owner: &Client, limit: &str) -> Value {
    let usage = owner.get("/organization/usage").await.expect(200).json();
    let limits = usage["limits"].as_array().unwrap();
    limits.iter().find(|one| one["limit"] == limit).unwrap().clone()
}

async fn members_and_open_invitations_are_limited_and_most_of_them_are_told_once(app: &TestApp) {
    let ada = app.owner("Ada").await;
    assign(app, &ada, "five-members").await;
    for n in 0..2 {
        invite(&ada, n).await.expect(201);
        assert_eq!(warnings(&ada, "members").await, 0, "{n}");
    }
    // Four of five.
    let carol = ada.invite("carol@example.com", "member").await;
    assert_eq!(warnings(&ada, "members").await, 1);
    invite(&ada, 3).await.expect(201);
    exceeded(invite(&ada, 4).await, 409, "members");
    let machine = json!({"name": "Machine", "role": "member"});
    exceeded(ada.post("/members/service-accounts", machine).await, 409, "members");
    assert_eq!(warnings(&ada, "members").await, 1, "once in a month");
    let members = state(&ada, "members").await;
    assert_eq!((&members["allowed"], &members["used"]), (&json!(5), &json!(5)));
    assert_eq!((&members["near"], &members["period_starts_on"]), (&json!(true), &Value::Null));
    // Who leaves makes room.
    carol.get("/me").await.expect(200);
    ada.delete(&format!("/members/{}", carol.user), "*").await.expect(204);
    invite(&ada, 5).await.expect(201);
    // Another organization has no plan.
    let bob = app.owner("Bob").await;
    for n in 0..6 {
        invite(&bob, n).await.expect(201);
    }
}

async fn who_joins_by_the_connection_of_the_organization_counts_as_a_member(app: &TestApp) {
    let ada = app.owner("Ada").await;
    assign(app, &ada, "two-members").await;
    sso::connect(app, &ada, "north.example").await;
    sso::login(&ada, "7", "carl@north.example").await.expect(200);
    assert_eq!(warnings(&ada, "members").await, 1);
    exceeded(sso::login(&ada, "8", "dora@north.example").await, 409, "members");
    assert_eq!(ada.list("/members").await.len(), 2);
    // Who is a member still logs in.
    sso::login(&ada, "7", "carl@north.example").await.expect(200);
}

async fn of_ten_who_take_the_last_place_at_once_one_gets_it(app: &TestApp) {
    let ada = app.owner("Ada").await;
    assign(app, &ada, "two-members").await;
    let replies = futures::future::join_all((0..10).map(|n| invite(&ada, n))).await;
    let (invited, refused): (Vec<_>, Vec<_>) =
        replies.into_iter().partition(|reply| reply.status == 201);
    assert_eq!((invited.len(), refused.len()), (1, 9));
    for reply in refused {
        exceeded(reply, 409, "members");
    }
}

async fn documents_are_limited(app: &TestApp) {
    let ada = app.owner("Ada").await;
    assign(app, &ada, "two-documents").await;
    for name in ["a.pdf", "b.pdf"] {
        ada.upload(name, PDF).await;
    }
    exceeded(ada.try_upload("c.pdf", PDF).await, 409, "documents");
    assert_eq!(state(&ada, "documents").await["used"], 2);
    // More is allowed at once.
    assign(app, &ada, "default").await;
    ada.upload("c.pdf", PDF).await;
}

async fn stored_bytes_are_limited(app: &TestApp) {
    let ada = app.owner("Ada").await;
    assign(app, &ada, "little-storage").await;
    for name in ["a.pdf", "b.pdf"] {
        ada.upload(name, PDF).await;
    }
    exceeded(ada.try_upload("c.pdf", PDF).await, 409, "storage_bytes");
    let declared = json!({"name": "c.pdf", "size_bytes": 101});
    exceeded(ada.post("/documents/uploads", declared).await, 409, "storage_bytes");
    assert_eq!(state(&ada, "storage_bytes").await["used"], 2 * PDF.len());
}

async fn requests_of_a_day_are_limited_and_counted(app: &TestApp) {
    let ada = app.owner("Ada").await;
    assign(app, &ada, "five-calls").await;
    for _ in 0..5 {
        ada.get("/me").await.expect(200);
    }
    let refused = ada.get("/me").await;
    let seconds: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=86_401).contains(&seconds), "{seconds}");
    exceeded(refused, 429, "api_calls_per_day");
    for _ in 0..20 {
        let request = ada.request(Method::POST, "/projects");
        exceeded(ada.send(request).await, 429, "api_calls_per_day");
    }
    app.anonymous().get("/health").await.expect(200);
    app.settle().await;
    assign(app, &ada, "default").await;
    assert_eq!(warnings(&ada, "api_calls_per_day").await, 1);
    // Those since then may be among them, and refused ones are not.
    let used = state(&ada, "api_calls_per_day").await["used"].as_u64().unwrap();
    assert!((5..20).contains(&used), "{used}");
    let usage = ada.get("/organization/usage").await.expect(200).json();
    assert_eq!(usage["months"][0]["api_calls"], usage["days"][0]["api_calls"]);
}

async fn only_an_operator_sets_the_plan_and_members_read_it(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let before = ada.get("/organization").await.expect(200).json();
    assert_eq!((&before["plan"], &before["billing_reference"]), (&Value::Null, &Value::Null));
    let usage = ada.get("/organization/usage").await.expect(200).json();
    assert_eq!(usage["plan"], "default");
    let limits = usage["limits"].as_array().unwrap();
    assert!(limits.len() == 6 && limits.iter().all(|one| one["allowed"].is_null()), "{limits:?}");
    let wanted = json!({"plan": "five-calls"});
    ada.patch("/organization", 1, wanted).await.refused(422, "body.invalid");

    let both = json!({"plan": "two-members", "billing_reference": "cus_1"});
    let told = change_plan(app, &ada, both.clone()).await.expect(200).json();
    let after = ada.get("/organization").await.expect(200).json();
    for seen in [&told, &after] {
        assert_eq!(
            (&seen["plan"], &seen["billing_reference"]),
            (&json!("two-members"), &json!("cus_1"))
        );
    }
    assert_eq!(after["version"], 2);
    change_plan(app, &ada, both).await.expect(200);
    let again = ada.get("/organization").await.expect(200).json();
    assert_eq!(again["version"], 2, "nothing is new");
    let log = ada.list("/audit-logs?action=organization.plan_assigned").await;
    assert_eq!((log.len(), &log[0]["after"]["plan"]), (1, &json!("two-members")));
    let deeds = operator(app).get("//operator/v1/log").await.expect(200).json();
    assert_eq!(deeds["data"][0]["action"], "organization.plan_assigned");
    for (change, pointer, code) in [
        (json!({"plan": "unknown"}), "/plan", "plan.unknown"),
        (json!({"billing_reference": ""}), "/billing_reference", "text.empty"),
    ] {
        let fault = change_plan(app, &ada, change).await.refused(422, "body.invalid").json();
        assert_eq!(
            (&fault["errors"][0]["pointer"], &fault["errors"][0]["code"]),
            (&json!(pointer), &json!(code))
        );
    }
    let cleared = change_plan(app, &ada, json!({"plan": null})).await.expect(200).json();
    assert_eq!((&cleared["plan"], &cleared["billing_reference"]), (&Value::Null, &json!("cus_1")));
}

async fn a_plan_that_the_settings_have_no_more_counts_as_the_default_one(app: &TestApp) {
    let ada = app.owner("Ada").await;
    assign(app, &ada, "two-members").await;
    // Its settings have no plans.
    let later = app.beside(Options::default());
    let ada = ada.at(&later.url);
    for n in 0..3 {
        invite(&ada, n).await.expect(201);
    }
    let usage = ada.get("/organization/usage").await.expect(200).json();
    assert_eq!((&usage["plan"], &usage["limits"][0]["allowed"]), (&json!("default"), &Value::Null));
    assert_eq!(ada.get("/organization").await.expect(200).json()["plan"], "two-members");
    later.stop().await;
}

on_postgres! {
    options();
    members_and_open_invitations_are_limited_and_most_of_them_are_told_once,
    who_joins_by_the_connection_of_the_organization_counts_as_a_member,
    of_ten_who_take_the_last_place_at_once_one_gets_it,
    documents_are_limited,
    stored_bytes_are_limited,
    requests_of_a_day_are_limited_and_counted,
    only_an_operator_sets_the_plan_and_members_read_it,
    a_plan_that_the_settings_have_no_more_counts_as_the_default_one,
}

mod on_memory {
    use super::*;

    #[tokio::test]
    async fn documents_are_limited() {
        let app = TestApp::memory(options()).await;
        super::documents_are_limited(&app).await;
        app.stop().await;
    }

    #[tokio::test]
    async fn requests_of_a_day_are_limited_and_counted() {
        let app = TestApp::memory(options()).await;
        super::requests_of_a_day_are_limited_and_counted(&app).await;
        app.stop().await;
    }
}
