//! What budgets hold for executions, before they run.

use plinth_testkit::provider::{Answer, Wire};
use serde_json::{Value, json};

use super::{Setup, model, prompt};

/// A token of an answer costs a cent, and a day at most 50 $: one answer of 4,096 tokens fits.
const PRICE: i64 = 10_000_000;
const LIMIT: i64 = 5_000 * PRICE;

#[tokio::test]
async fn a_prompt_whose_answers_were_short_holds_little_of_a_budget() {
    let setup = Setup::new().await;
    let Setup { owner, provider, .. } = &setup;
    // An answer that comes too late on a busy machine would tell nothing.
    let patient = json!({"connect_timeout_ms": 10_000, "first_token_timeout_ms": 30_000,
        "idle_timeout_ms": 30_000, "total_timeout_ms": 60_000});
    let model = &model(owner, provider, "patient", patient).await;
    let prices = json!({"input_nano_usd": 0, "output_nano_usd": PRICE * 1_000_000,
        "valid_from": "2026-01-01T00:00:00Z"});
    owner.create(&format!("/models/{}/prices", model["id"].as_str().unwrap()), prices).await;
    let budget = json!({"scope": "organization", "period": "day", "hard_limit_nano_usd": LIMIT});
    owner.create("/budgets", budget).await;
    let prompt = prompt(owner, model).await;
    let execute = format!("/prompts/{}/execute", prompt["id"].as_str().unwrap());
    let variables = json!({"variables": {"name": "Ada"}});
    let held = async |body: &Value| {
        // A running one holds what it may cost.
        let slow = Answer::tokens(Wire::OpenAi, &["a", "b"]);
        provider.script([slow.slowly(std::time::Duration::from_millis(300))]);
        let request = owner.request(reqwest::Method::POST, &execute);
        let request = request.header("prefer", "wait=0").json(body);
        let started = owner.send(request).await.expect(202).json();
        let held = owner.list("/budgets").await[0]["current"]["reserved_nano_usd"].clone();
        setup.events(&super::path(&started, "/events")).await;
        held.as_i64().unwrap() / PRICE
    };
    assert_eq!(held(&variables).await, 4096);
    for _ in 0..18 {
        provider.script([Answer::tokens(Wire::OpenAi, &["a", "b"])]);
        owner.post(&execute, variables.clone()).await.expect(200);
    }
    assert_eq!(held(&variables).await, 4096, "nineteen answers tell nothing");
    assert_eq!(held(&variables).await, 4, "twice two tokens");
    let bounded = json!({"variables": {"name": "Ada"}, "parameters": {"max_tokens": 3}});
    assert_eq!(held(&bounded).await, 3);
    let spent = &owner.list("/budgets").await[0]["current"]["spent_nano_usd"];
    assert_eq!(*spent, 22 * 2 * PRICE);
}
