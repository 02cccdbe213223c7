//! What plans allow of executions.

use plinth_application::plans::Plan;
use plinth_domain::PlanLimit;
use plinth_testkit::provider::{Answer, Wire};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Setup, hello, short};
use crate::plans::{assign, plan, warnings};

/// An execution may cost 100 million nano-USD here, and costs 20 million in the end.
fn plans() -> Vec<Plan> {
    vec![
        plan("two", &[(PlanLimit::ExecutionsPerMonth, 2)]),
        plan("cheap", &[(PlanLimit::AiNanoUsdPerMonth, 110_000_000)]),
    ]
}

fn two_tokens() -> Answer {
    Answer::tokens(Wire::OpenAi, &["a", "b"])
}

/// What is used of a limit.
async fn used(setup: &Setup, limit: &str) -> Value {
    let usage = setup.owner.get("/organization/usage").await.expect(200).json();
    let limits = usage["limits"].as_array().unwrap();
    limits.iter().find(|one| one["limit"] == limit).unwrap()["used"].clone()
}

#[tokio::test]
async fn no_more_executions_begin_than_the_plan_allows() {
    let setup = Setup::with_plans(plans).await;
    assign(&setup.app, &setup.owner, "two").await;
    for _ in 0..2 {
        setup.execute(two_tokens()).await;
    }
    let refused = setup.owner.post("/executions", hello(&setup.model)).await;
    let refused = refused.refused(409, "plan_limit_exceeded").json();
    assert_eq!(refused["limit"], "executions_per_month");
    assert_eq!(setup.provider.requests().len(), 2);
    assert_eq!(used(&setup, "executions_per_month").await, 2);
    assert_eq!(warnings(&setup.owner, "executions_per_month").await, 1);
    let stored = setup.owner.list("/executions").await;
    assert_eq!(stored.len(), 2);
}

/// With the plan that limits the cost, and a price.
async fn cheap() -> Setup {
    let setup = Setup::with_plans(plans).await;
    assign(&setup.app, &setup.owner, "cheap").await;
    let prices = json!({"input_nano_usd": 0, "output_nano_usd": 10_000_000_000_000_i64,
        "valid_from": "2026-01-01T00:00:00Z"});
    let model = setup.model["id"].as_str().unwrap();
    setup.owner.create(&format!("/models/{model}/prices"), prices).await;
    setup
}

#[tokio::test]
async fn no_execution_is_queued_beyond_what_the_queued_ones_leave_of_the_plan() {
    let setup = cheap().await;
    let queue = async || {
        let request = setup.owner.request(Method::POST, "/executions");
        let request = request.header("prefer", "respond-async").json(&short(&setup.model));
        setup.owner.send(request).await
    };
    queue().await.expect(202);
    let refused = queue().await.refused(409, "plan_limit_exceeded").json();
    assert_eq!(refused["limit"], "ai_nano_usd_per_month");
    assert_eq!(used(&setup, "ai_nano_usd_per_month").await, 0);
}

#[tokio::test]
async fn no_execution_begins_that_may_cost_more_than_the_plan_has_left() {
    let setup = cheap().await;
    setup.provider.script([two_tokens()]);
    setup.owner.post("/executions", short(&setup.model)).await.expect(200);
    assert_eq!(used(&setup, "ai_nano_usd_per_month").await, 20_000_000);
    let refused = setup.owner.post("/executions", short(&setup.model)).await;
    let refused = refused.refused(409, "plan_limit_exceeded").json();
    assert_eq!(refused["limit"], "ai_nano_usd_per_month");
    assert_eq!(warnings(&setup.owner, "ai_nano_usd_per_month").await, 1);
}

#[tokio::test]
async fn executions_are_counted_where_no_plan_limits_them() {
    let setup = Setup::new().await;
    setup.execute(two_tokens()).await;
    assert_eq!(used(&setup, "executions_per_month").await, 1);
    let usage = setup.owner.get("/organization/usage").await.expect(200).json();
    assert_eq!(usage["months"][0]["executions"], 1);
}
