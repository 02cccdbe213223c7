//! A run asks models by way of the gateway, so that each call is an execution.

use std::{collections::HashSet, sync::Mutex};

use plinth_testkit::{
    provider::{Answer, FakeProvider, Wire},
    sidecar::Sidecar,
};
use serde_json::{Value, json};

use super::{SOON, Setup, question, recovery::stalled, worker_with};
use crate::support::{Options, TestApp};

/// A server whose gateway the sidecar asks, with the model `fast` and its price.
async fn setup() -> Setup {
    let (sidecar, provider) = (Sidecar::start().await, FakeProvider::start().await);
    let port = provider.host_port().rsplit_once(':').unwrap().1.parse().unwrap();
    let app = TestApp::postgres(Options { providers: [port, 0, 0], ..Options::default() }).await;
    let worker = worker_with(&app, &sidecar, format!("{}/openai/v1", app.url));
    let owner = app.owner("Acme").await;
    let model = json!({
        "name": "fast", "provider": "custom", "model_id": "fake", "base_url": provider.base_url(),
    });
    let model = owner.create("/models", model).await;
    let price = json!({"input_nano_usd": 1_000_000_000, "output_nano_usd": 2_000_000_000,
        "valid_from": "2026-01-01T00:00:00Z"});
    owner.create(&format!("/models/{}/prices", model["id"].as_str().unwrap()), price).await;
    let setup = Setup { app, owner, provider, sidecar, worker };
    setup.document("contract.pdf", "The penalty for delay is 0.2 % a day.").await;
    setup
}

#[tokio::test]
async fn each_call_of_a_model_is_an_execution_and_the_run_costs_what_they_cost() {
    let setup = setup().await;
    setup.provider.script([Answer::tokens(Wire::OpenAi, &["0.2 % ", "[1]"])]);
    let run = setup.ask().await;
    let run = setup.until(&run, &["succeeded"]).await;
    assert_eq!(run["output"]["answer"], "0.2 % [1]");
    let executions = setup.owner.list("/executions").await;
    assert_eq!(executions.len(), 1);
    let execution = &executions[0];
    assert_eq!(execution["status"], "succeeded");
    assert_eq!(execution["api_key_id"], run["api_key_id"]);
    assert_eq!(run["execution_count"], 1);
    assert_eq!(run["cost_nano_usd"], execution["cost_nano_usd"]);
    assert!(run["cost_nano_usd"].as_i64().unwrap() > 0);
    let events = setup.events(&run).await;
    let used = events.iter().find(|event| event["kind"] == "usage").unwrap();
    assert_eq!(used["data"]["execution_id"], execution["id"]);
}

#[tokio::test]
async fn a_run_ends_before_the_next_call_once_it_has_cost_as_much_as_it_may() {
    let setup = setup().await;
    setup.provider.answer_with(|_| Answer::tokens(Wire::OpenAi, &["0.2 % [1]"]));
    let mut new: Value = question();
    new["spending_limit_nano_usd"] = json!(1);
    let run = setup.owner.post("/agents/runs", new.clone()).await.expect(202).json();
    let run = setup.until(&run, &["failed"]).await;
    assert_eq!(run["error"]["code"], "agent.spending_limit");
    assert_eq!(setup.provider.requests().len(), 1);
    new["spending_limit_nano_usd"] = json!(1_000_000_000_000_i64);
    let run = setup.owner.post("/agents/runs", new).await.expect(202).json();
    setup.until(&run, &["succeeded"]).await;
}

const KILLS: usize = 20;

#[tokio::test]
async fn each_call_of_a_killed_sidecar_ends_with_what_it_had_and_its_run_goes_on() {
    let mut setup = setup().await;
    let limit = 1_000_000_000_000_i64;
    let budget = json!({"scope": "organization", "period": "month", "hard_limit_nano_usd": limit});
    setup.owner.create("/budgets", budget).await;
    let asked = Mutex::new(HashSet::new());
    setup.provider.answer_with(move |request| {
        // The answer to the first call of each run has no end.
        let is_first = asked.lock().unwrap().insert(request.body.clone());
        if is_first { stalled() } else { Answer::tokens(Wire::OpenAi, &["0.2 % [1]"]) }
    });
    let mut runs = Vec::new();
    for number in 0..KILLS {
        let mut new = question();
        new["input"]["question"] = json!(format!("What is the penalty for delay {number}?"));
        let run = setup.owner.post("/agents/runs", new).await.expect(202).json();
        let began = |provider: &FakeProvider| {
            let number = format!("delay {number}?");
            provider.requests().iter().any(|request| request.text().contains(&number))
        };
        assert!(setup.provider.wait_for(began, SOON).await);
        setup.sidecar.kill().await;
        runs.push(run);
        setup.sidecar.restart().await;
    }
    for run in &runs {
        setup.until(run, &["succeeded"]).await;
    }
    let executions = setup.owner.list("/executions").await;
    let of = |status: &str| executions.iter().filter(|one| one["status"] == status).count();
    let (cancelled, succeeded) = (of("cancelled"), of("succeeded"));
    // The sidecar may also be killed while an earlier run goes on.
    assert!(cancelled >= KILLS && succeeded >= KILLS, "{cancelled} {succeeded}");
    assert_eq!(cancelled + succeeded, executions.len(), "{executions:?}");
    let cost: i64 = executions.iter().map(|one| one["cost_nano_usd"].as_i64().unwrap()).sum();
    let spending = setup.owner.list("/budgets").await[0]["current"].clone();
    assert_eq!(spending["reserved_nano_usd"], 0, "{spending}");
    assert_eq!(spending["spent_nano_usd"], cost, "{spending}");
}
