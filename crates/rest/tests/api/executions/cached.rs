//! What executions read is cached, and every change holds at the next one, over any server.

use std::time::Duration;

use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Value, json};

use super::{Setup, hello, model, prompt, statements};
use crate::support::Client;

fn at(kind: &str, record: &Value) -> String {
    format!("/{kind}/{}", record["id"].as_str().unwrap())
}

async fn greet(client: &Client, prompt: &Value) -> Value {
    let execute = format!("{}/execute", at("prompts", prompt));
    client.post(&execute, json!({"variables": {"name": "Ada"}})).await.expect(200).json()
}

/// What the provider was asked last.
fn asked(setup: &Setup) -> String {
    let requests = setup.provider.requests();
    let last = requests.last().unwrap().json();
    last["messages"][0]["content"].as_str().unwrap().to_owned()
}

fn price(valid_from: &str, output: i64) -> Value {
    json!({"input_nano_usd": 0, "output_nano_usd": output, "cache_read_nano_usd": 0,
        "cache_write_nano_usd": 0, "valid_from": valid_from})
}

const SINCE: &str = "2026-01-01T00:00:00Z";

#[tokio::test]
async fn a_released_version_holds_at_the_next_execution_over_another_server() {
    let setup = Setup::new().await;
    let other = setup.app.on_the_same_bus(setup.options);
    let (here, there) = (&setup.owner, setup.owner.at(&other.url));
    let prompt = prompt(here, &setup.model).await;
    let path = at("prompts", &prompt);
    greet(&there, &prompt).await;
    assert_eq!(asked(&setup), "Greet Ada.");
    let second = json!({"content": "Praise {{ name }}.", "model_id": setup.model["id"]});
    here.post(&format!("{path}/versions"), second).await.expect(201);
    assert_eq!(greet(&there, &prompt).await["prompt_version"], 2, "the newest, without a release");
    let label = format!("{path}/labels/production");
    for (version, said) in [(1, "Greet Ada."), (2, "Praise Ada."), (1, "Greet Ada.")] {
        here.put(&label, json!({"version": version})).await.expect(200);
        greet(&there, &prompt).await;
        assert_eq!(asked(&setup), said);
    }
    here.delete(&label, "*").await.expect(204);
    greet(&there, &prompt).await;
    assert_eq!(asked(&setup), "Praise Ada.");
    here.patch(&path, "*", json!({"is_active": false})).await.expect(200);
    let execute = format!("{path}/execute");
    let refused = there.post(&execute, json!({"variables": {"name": "Ada"}})).await;
    refused.refused(409, "prompt.inactive");
    other.stop().await;
}

#[tokio::test]
async fn a_changed_model_holds_at_the_next_execution_over_another_server() {
    let setup = Setup::new().await;
    let other = setup.app.on_the_same_bus(setup.options);
    let (here, there) = (&setup.owner, setup.owner.at(&other.url));
    let execute = async || there.post("/executions", hello(&setup.model)).await;
    let authorization = || {
        let requests = setup.provider.requests();
        requests.last().unwrap().header("authorization").unwrap().to_owned()
    };
    assert_eq!(execute().await.expect(200).json()["cost_nano_usd"], Value::Null);
    assert_eq!(authorization(), "Bearer sk-canary-main");
    let path = at("models", &setup.model);
    here.create(&format!("{path}/prices"), price(SINCE, 1_000_000)).await;
    let dear = execute().await.expect(200).json();
    assert_eq!(dear["cost_nano_usd"], dear["tokens_output"]);
    here.patch(&path, "*", json!({"secret": "sk-canary-newer"})).await.expect(200);
    execute().await.expect(200);
    assert_eq!(authorization(), "Bearer sk-canary-newer");
    here.patch(&path, "*", json!({"config": {"temperature": 0.5}})).await.expect(200);
    execute().await.expect(200);
    assert_eq!(setup.provider.requests().last().unwrap().json()["temperature"], 0.5);
    let fallback = model(here, &setup.second, "second", json!({})).await;
    let change = json!({"status": "disabled", "fallbacks": [fallback["id"]]});
    here.patch(&path, "*", change).await.expect(200);
    execute().await.expect(200);
    assert_eq!(setup.second.requests().len(), 1, "the fallback of the disabled model");
    here.patch(&at("models", &fallback), "*", json!({"status": "disabled"})).await.expect(200);
    execute().await.refused(409, "model.disabled");
    other.stop().await;
}

#[tokio::test]
async fn a_new_budget_holds_at_the_next_execution_over_another_server() {
    let setup = Setup::new().await;
    let other = setup.app.on_the_same_bus(setup.options);
    let (here, there) = (&setup.owner, setup.owner.at(&other.url));
    let execute = async || there.post("/executions", hello(&setup.model)).await;
    execute().await.expect(200);
    let budget = json!({"scope": "organization", "period": "day", "hard_limit_nano_usd": 10});
    let budget = here.create("/budgets", budget).await;
    execute().await.refused(409, "budget.price_unknown");
    let prices = format!("{}/prices", at("models", &setup.model));
    here.create(&prices, price(SINCE, 1_000_000)).await;
    execute().await.refused(429, "budget.exceeded");
    let path = at("budgets", &budget);
    here.patch(&path, "*", json!({"hard_limit_nano_usd": 1_000_000})).await.expect(200);
    let spent = execute().await.expect(200).json()["cost_nano_usd"].clone();
    let current = here.get(&path).await.json()["current"]["spent_nano_usd"].clone();
    assert_eq!(current, spent, "what is cached decides whether budgets count, not what is left");
    here.patch(&path, "*", json!({"hard_limit_nano_usd": 1})).await.expect(200);
    execute().await.refused(429, "budget.exceeded");
    here.delete(&path, "*").await.expect(204);
    execute().await.expect(200);
    other.stop().await;
}

#[tokio::test]
async fn a_price_counts_from_its_moment_although_the_model_is_cached() {
    let setup = Setup::new().await;
    let prices = format!("{}/prices", at("models", &setup.model));
    let soon = setup.app.application.now() + TimeDelta::minutes(1);
    let soon = soon.to_rfc3339_opts(SecondsFormat::Micros, true);
    setup.owner.create(&prices, price(SINCE, 1_000_000)).await;
    setup.owner.create(&prices, price(&soon, 2_000_000)).await;
    let cost = async || {
        let execution = setup.run(&setup.model).await;
        execution["cost_nano_usd"].as_i64().unwrap() / execution["tokens_output"].as_i64().unwrap()
    };
    assert_eq!((cost().await, cost().await), (1, 1));
    setup.app.clock.advance(Duration::from_secs(61));
    assert_eq!((cost().await, cost().await), (2, 2));
}

#[tokio::test]
async fn another_organization_executes_nothing_that_is_cached() {
    let setup = Setup::new().await;
    let prompt = prompt(&setup.owner, &setup.model).await;
    greet(&setup.owner, &prompt).await;
    let stranger = setup.app.owner("Other").await;
    stranger.post("/executions", hello(&setup.model)).await.refused(422, "body.invalid");
    let execute = format!("{}/execute", at("prompts", &prompt));
    let variables = json!({"variables": {"name": "Ada"}});
    stranger.post(&execute, variables).await.refused(404, "not_found");
    assert_eq!(setup.provider.requests().len(), 1);
}

#[tokio::test]
async fn an_execution_reads_nothing_that_is_cached() {
    let statements = statements::count();
    let setup = Setup::new().await;
    let prompt = prompt(&setup.owner, &setup.model).await;
    // The first one of a process also counts what the limits of the organization allow.
    greet(&setup.owner, &prompt).await;
    let change = json!({"description": "Changed."});
    setup.owner.patch(&at("prompts", &prompt), "*", change).await.expect(200);
    statements.take();
    greet(&setup.owner, &prompt).await;
    let cold = statements.take();
    greet(&setup.owner, &prompt).await;
    let warm = statements.take();
    println!("not cached: {} {cold:?}\ncached: {} {warm:?}", cold.len(), warm.len());
    let read = ["prompts", "models", "budgets"].map(|table| format!(" {table}"));
    let reads = |all: &[String]| {
        all.iter().filter(|one| read.iter().any(|table| one.ends_with(table))).count()
    };
    assert_eq!((reads(&cold), reads(&warm)), (3, 0), "{cold:?} {warm:?}");
}
