//! What API keys may execute, and what their executions may cost.

use plinth_testkit::provider::{Answer, Wire};
use serde_json::{Value, json};

use super::{Setup, hello, prompt};
use crate::support::Client;

/// The key, and a client that uses it.
async fn key(of: &Client, other: Value) -> (Value, Client) {
    let mut new = json!({"name": "k", "permissions": ["execution:create", "execution:read",
        "prompt:read", "api_key:create"]});
    new.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    let key = of.post("/api-keys", new).await.expect(201).json();
    let machine = of.with_token(key["secret"].as_str().unwrap());
    (key, machine)
}

fn execute(prompt: &Value) -> String {
    format!("/prompts/{}/execute", prompt["id"].as_str().unwrap())
}

fn ada() -> Value {
    json!({"variables": {"name": "Ada"}})
}

#[tokio::test]
async fn a_key_that_is_bound_to_prompts_executes_nothing_else() {
    let setup = Setup::new().await;
    let Setup { owner, model, provider, .. } = &setup;
    let bound = prompt(owner, model).await;
    let other = json!({"name": "other", "content": "Hello", "model_id": model["id"]});
    let other = owner.create("/prompts", other).await;
    let (made, machine) = key(owner, json!({"prompt_ids": [bound["id"]]})).await;
    assert_eq!(made["prompt_ids"], json!([bound["id"]]));
    let log = &owner.list("/audit-logs?action=api_key.created").await[0];
    assert_eq!(log["after"]["prompt_ids"], json!([bound["id"]]), "{log}");

    provider.script([Answer::text(Wire::OpenAi, "Hello, Ada"), Answer::text(Wire::OpenAi, "x")]);
    machine.post(&execute(&bound), ada()).await.expect(200);
    machine.post(&execute(&other), json!({})).await.refused(403, "api_key.other_prompt");
    machine.post("/executions", hello(model)).await.refused(403, "api_key.other_prompt");
    for prefer in ["respond-async", "wait=1"] {
        let request = machine.request(reqwest::Method::POST, "/executions");
        let request = request.header("prefer", prefer).json(&hello(model));
        machine.send(request).await.refused(403, "api_key.other_prompt");
    }
    assert_eq!(provider.requests().len(), 1);
    assert_eq!(owner.list("/executions").await.len(), 1);

    // A key that it creates is bound, too, and to no other prompt.
    let (child, by_child) = key(&machine, json!({})).await;
    assert_eq!(child["prompt_ids"], made["prompt_ids"]);
    by_child.post("/executions", hello(model)).await.refused(403, "api_key.other_prompt");
    by_child.post(&execute(&bound), ada()).await.expect(200);
    let wider = json!({"name": "k", "permissions": ["prompt:read"],
        "prompt_ids": [bound["id"], other["id"]]});
    machine.post("/api-keys", wider).await.refused(403, "api_key.exceeds_creator");
}

#[tokio::test]
async fn a_key_is_bound_to_prompts_of_its_organization() {
    let setup = Setup::new().await;
    let Setup { owner, model, .. } = &setup;
    let stranger = setup.app.owner("Other").await;
    let known = prompt(owner, model).await;
    let many: Vec<_> = std::iter::repeat_n(&known["id"], 21).collect();
    let unknown = "01890000-0000-7000-8000-000000000000";
    for (client, prompts, pointer, code) in [
        (&stranger, json!([known["id"]]), "/prompt_ids", "reference.unknown"),
        (owner, json!([known["id"], unknown]), "/prompt_ids", "reference.unknown"),
        (owner, json!([]), "/prompt_ids", "list.empty"),
        (owner, json!(many), "/prompt_ids", "list.too_long"),
        (owner, json!([known["id"], "x"]), "/prompt_ids/1", "uuid.malformed"),
    ] {
        let new = json!({"name": "k", "role": "member", "prompt_ids": prompts});
        let problem = client.post("/api-keys", new).await.refused(422, "body.invalid").json();
        let fault = &problem["errors"][0];
        assert_eq!((&fault["pointer"], &fault["code"]), (&json!(pointer), &json!(code)));
    }
    let twice = json!({"prompt_ids": [known["id"], known["id"]]});
    let (made, _) = key(owner, twice).await;
    assert_eq!(made["prompt_ids"], json!([known["id"]]));
}

#[tokio::test]
async fn a_key_is_created_with_a_budget_that_its_children_use_up_too() {
    let setup = Setup::new().await;
    let Setup { owner, model, provider, .. } = &setup;
    let prices = json!({"input_nano_usd": 0, "output_nano_usd": 10_000_000_000_000_i64,
        "valid_from": "2026-01-01T00:00:00Z"});
    owner.create(&format!("/models/{}/prices", model["id"].as_str().unwrap()), prices).await;
    let budget = json!({"period": "day", "hard_limit_nano_usd": 110_000_000});
    let (made, machine) = key(owner, json!({"budget": budget})).await;
    let stored = &owner.list("/budgets").await[0];
    assert_eq!((&stored["id"], &stored["scope"]), (&made["budget_id"], &json!("api_key")));
    assert_eq!((&stored["api_key_id"], &stored["soft_percent"]), (&made["id"], &json!(80)));
    assert_eq!(owner.list("/audit-logs?action=budget.created").await.len(), 1);

    // Ten tokens of an answer may cost ten cents, and two of them cost two.
    let mut short = hello(model);
    short["parameters"] = json!({"max_tokens": 10});
    provider.script([Answer::tokens(Wire::OpenAi, &["a", "b"])]);
    machine.post("/executions", short.clone()).await.expect(200);
    let (_, child) = key(&machine, json!({})).await;
    machine.post("/executions", short.clone()).await.refused(429, "budget.exceeded");
    child.post("/executions", short.clone()).await.refused(429, "budget.exceeded");
    provider.script([Answer::tokens(Wire::OpenAi, &["a", "b"])]);
    owner.post("/executions", short).await.expect(200);
    let spent = &owner.list("/budgets").await[0]["current"];
    assert_eq!(
        (&spent["spent_nano_usd"], &spent["reserved_nano_usd"]),
        (&json!(20_000_000), &json!(0))
    );
}

#[tokio::test]
async fn a_budget_of_a_key_needs_the_permission_for_budgets() {
    let setup = Setup::new().await;
    let budget = |limit: i64, period: &str| {
        json!({"name": "k", "permissions": ["project:read"],
        "budget": {"period": period, "hard_limit_nano_usd": limit}})
    };
    let permissions = json!({"permissions": ["api_key:create", "project:read"]});
    let (_, machine) = key(&setup.owner, permissions).await;
    machine.post("/api-keys", budget(1, "day")).await.refused(403, "permission.denied");
    let problem = setup.owner.post("/api-keys", budget(-1, "year")).await;
    let problem = problem.refused(422, "body.invalid").json();
    let pointers: Vec<_> =
        problem["errors"].as_array().unwrap().iter().map(|e| &e["pointer"]).collect();
    assert_eq!(pointers, ["/budget/period", "/budget/hard_limit_nano_usd"]);
    assert_eq!(setup.owner.list("/budgets").await.len(), 0);
}
