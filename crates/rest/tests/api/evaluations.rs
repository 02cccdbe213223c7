//! Evaluations, end to end, with a provider over real sockets and a worker.

use std::time::Duration;

use plinth_jobs::{EvaluationRunner, Handlers};
use plinth_testkit::provider::{Answer, Wire};
use serde_json::{Value, json};

use crate::{
    datasets,
    evaluators::evaluator,
    executions::{Setup, prompt},
    support::{Client, TestApp, records::fresh},
};

/// How long an evaluation may take in these tests.
const SOON: Duration = Duration::from_mins(1);

/// The evaluation that an operation needs, and its body. No worker runs it.
pub async fn operation(operation: &str, owner: &Client) -> Option<(Value, Option<Value>)> {
    let known = [
        "list_evaluations",
        "create_evaluation",
        "get_evaluation",
        "delete_evaluation",
        "cancel_evaluation",
        "resume_evaluation",
        "list_evaluation_results",
    ];
    if !known.contains(&operation) {
        return None;
    }
    let prompt = crate::prompts::sample(owner).await.create(owner).await;
    let dataset = dataset(owner, &[json!({"input": {}})]).await;
    let evaluator = evaluator(owner, json!({"kind": "exact"})).await;
    let new = new(&prompt, &dataset, &[&evaluator]);
    if operation == "create_evaluation" {
        return Some((json!({}), Some(new)));
    }
    let evaluation = owner.create("/evaluations", new).await;
    // An organization has few that have not ended.
    if operation != "cancel_evaluation" {
        owner.post(&at(&evaluation, "/cancel"), json!({})).await.expect(200);
    }
    Some((evaluation, None))
}

pub(crate) async fn dataset(owner: &Client, items: &[Value]) -> Value {
    let dataset = owner.create("/datasets", json!({"name": format!("Set {}", fresh())})).await;
    let lines: Vec<String> = items.iter().map(Value::to_string).collect();
    datasets::import(owner, &dataset, lines.join("\n")).await.expect(201);
    dataset
}

pub(crate) fn new(prompt: &Value, dataset: &Value, evaluators: &[&Value]) -> Value {
    let ids: Vec<&Value> = evaluators.iter().map(|evaluator| &evaluator["id"]).collect();
    json!({"prompt_id": prompt["id"], "dataset_id": dataset["id"], "evaluator_ids": ids})
}

fn at(evaluation: &Value, rest: &str) -> String {
    format!("/evaluations/{}{rest}", evaluation["id"].as_str().unwrap())
}

/// Waits until an evaluation is as wanted.
async fn until(owner: &Client, evaluation: &Value, is: impl Fn(&Value) -> bool) -> Value {
    let look = async {
        loop {
            let found = owner.get(&at(evaluation, "")).await.expect(200).json();
            if is(&found) {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(SOON, look).await.expect("the evaluation ends")
}

pub(crate) async fn ended(owner: &Client, evaluation: &Value) -> Value {
    until(owner, evaluation, |found| !found["ended_at"].is_null()).await
}

/// Greets, and judges what has a greeting in it.
pub(crate) fn answers(setup: &Setup) {
    setup.provider.answer_with(|request| {
        let body = request.json();
        let content = body["messages"][0]["content"].as_str().unwrap_or_default().to_owned();
        if content.contains("Broken") {
            return Answer::status(400);
        }
        if let Some(judged) = content.strip_prefix("Judge: ") {
            let text = match judged {
                "Hello, Ada" => "{\"score\": 0.75, \"reason\": \"polite\"}",
                "Hello, Bob" => "I like it.",
                _ => "{\"score\": 0.25}",
            };
            return Answer::text(Wire::OpenAi, text);
        }
        let name = content.trim_start_matches("Greet ").trim_end_matches('.').to_owned();
        Answer::text(Wire::OpenAi, &format!("Hello, {name}"))
    });
}

pub(crate) fn greeting(name: &str) -> Value {
    json!({"input": {"name": name}, "expected": format!("Hello, {name}")})
}

pub(crate) fn worker(app: &TestApp) -> tokio_util::sync::DropGuard {
    app.worker(Handlers::new().with(EvaluationRunner))
}

#[tokio::test]
async fn a_version_answers_the_items_and_evaluators_score_its_answers() {
    let setup = Setup::new().await;
    let Setup { app, owner, model, .. } = &setup;
    answers(&setup);
    let prompt = prompt(owner, model).await;
    let judge = json!({"name": "judge", "content": "Judge: {{ output }}", "model_id": model["id"]});
    let judge = owner.create("/prompts", judge).await;
    let items = [
        greeting("Ada"),
        greeting("Bob"),
        json!({"input": {"name": "Cyd"}, "expected": "Hi, Cyd"}),
        json!({"input": {"name": "Dan"}}),
        greeting("Broken"),
        json!({"input": {}, "expected": "Hello"}),
    ];
    let dataset = dataset(owner, &items).await;
    let exact = evaluator(owner, json!({"kind": "exact"})).await;
    let judged = json!({"kind": "judge", "prompt_id": judge["id"], "prompt_version": 1,
        "threshold": 0.5});
    let judged = evaluator(owner, judged).await;
    let new = new(&prompt, &dataset, &[&exact, &judged]);
    let evaluation = owner.create("/evaluations", new).await;
    assert_eq!((&evaluation["status"], &evaluation["items"]), (&json!("queued"), &json!(6)));
    // What is added later is not a part of it.
    owner.post(&datasets::items(&dataset), greeting("Eve")).await.expect(201);
    let _worker = worker(app);
    let done = ended(owner, &evaluation).await;
    assert_eq!(done["status"], "succeeded", "{done}");
    assert_eq!((&done["items_done"], &done["items_unanswered"]), (&json!(6), &json!(2)));
    let [first, second] = [0, 1].map(|place| &done["evaluators"][place]);
    // Dan expects nothing.
    let counts = |one: &Value| ["scored", "passed", "failed"].map(|name| one[name].clone());
    assert_eq!(counts(first), [json!(3), json!(2), json!(3)]);
    assert_eq!(counts(second), [json!(3), json!(1), json!(3)]);
    assert_eq!(first["score"], json!(2.0 / 6.0));
    assert_eq!(second["mean_score"], json!(1.25 / 3.0));
    // Four greetings, and their judges.
    assert_eq!(done["tokens_input"], json!(8 * 9));

    let judge_id = judged["id"].as_str().unwrap();
    let results = owner
        .list(&at(&evaluation, &format!("/results?sort=stored&evaluator_id={judge_id}")))
        .await;
    assert_eq!(results.len(), 6);
    assert_eq!((&results[0]["score"], &results[0]["reason"]), (&json!(0.75), &json!("polite")));
    assert_eq!((&results[0]["passed"], &results[2]["passed"]), (&json!(true), &json!(false)));
    let codes = results.iter().map(|one| one["error"]["code"].as_str().unwrap_or_default());
    let expected = ["", "judge.invalid", "", "", "provider.rejected", "prompt.variable_invalid"];
    assert_eq!(codes.collect::<Vec<_>>(), expected);
    assert!(results[1]["judge_execution_id"].is_string(), "{}", results[1]);
    let failed = owner.list(&at(&evaluation, "/results?failed=true")).await;
    assert_eq!(failed.len(), 6);
    let tag = format!("evaluation:{}", evaluation["id"].as_str().unwrap());
    assert_eq!(owner.list(&format!("/executions?tag={tag}")).await.len(), 9);

    let path = format!("/evaluators/{judge_id}");
    owner.delete(&path, 1).await.refused(409, "record.in_use");
    owner.delete(&datasets::at(&dataset), 3).await.refused(409, "record.in_use");
    let version = done["version"].as_i64().unwrap();
    owner.delete(&at(&evaluation, ""), version).await.expect(204);
    owner.delete(&path, 1).await.expect(204);
}

#[tokio::test]
async fn a_budget_stops_an_evaluation_and_it_goes_on_once_there_is_more() {
    let setup = Setup::new().await;
    let Setup { app, owner, provider, model, .. } = &setup;
    answers(&setup);
    let prices = json!({"input_nano_usd": 1_000_000_000, "output_nano_usd": 2_000_000_000,
        "valid_from": "2026-01-01T00:00:00Z"});
    owner.create(&format!("/models/{}/prices", model["id"].as_str().unwrap()), prices).await;
    let budget = json!({"scope": "organization", "period": "month", "hard_limit_nano_usd": 1});
    let budget = owner.create("/budgets", budget).await;
    let prompt = prompt(owner, model).await;
    let items: Vec<Value> = (0..40).map(|n| greeting(&format!("Ada {n}"))).collect();
    let dataset = dataset(owner, &items).await;
    let exact = evaluator(owner, json!({"kind": "exact"})).await;
    let evaluation = owner.create("/evaluations", new(&prompt, &dataset, &[&exact])).await;
    let _worker = worker(app);
    let failed = ended(owner, &evaluation).await;
    assert_eq!(failed["status"], "failed");
    assert_eq!(failed["error"]["code"], "budget.exceeded", "{failed}");
    assert_eq!(provider.requests().len(), 0);

    let path = format!("/budgets/{}", budget["id"].as_str().unwrap());
    let more = json!({"hard_limit_nano_usd": 1_000_000_000_000_i64});
    owner.patch(&path, 1, more).await.expect(200);
    owner.post(&at(&evaluation, "/resume"), json!({})).await.expect(200);
    let done = ended(owner, &evaluation).await;
    assert_eq!((&done["status"], &done["items_done"]), (&json!("succeeded"), &json!(40)));
    assert_eq!(done["evaluators"][0]["passed"], 40);
    assert_eq!(provider.requests().len(), 40);
    let spent = owner.get(&path).await.expect(200).json();
    assert_eq!(spent["current"]["spent_nano_usd"], done["cost_nano_usd"], "{spent}");
    owner.post(&at(&evaluation, "/resume"), json!({})).await.refused(409, "state.transition");
}

#[tokio::test]
async fn an_evaluation_goes_on_with_another_worker_and_no_item_is_done_twice() {
    let setup = Setup::new().await;
    let Setup { app, owner, provider, model, .. } = &setup;
    provider.answer_with(|_| Answer::text(Wire::OpenAi, "Hello").slowly(Duration::from_millis(50)));
    let prompt = prompt(owner, model).await;
    let items: Vec<Value> = (0..200).map(|n| greeting(&format!("Ada {n}"))).collect();
    let dataset = dataset(owner, &items).await;
    let contains = evaluator(owner, json!({"kind": "contains"})).await;
    let evaluation = owner.create("/evaluations", new(&prompt, &dataset, &[&contains])).await;
    let first = worker(app);
    until(owner, &evaluation, |found| found["items_done"].as_u64() > Some(0)).await;
    drop(first);
    let halted = owner.get(&at(&evaluation, "")).await.expect(200).json();
    assert_eq!(halted["status"], "running", "{halted}");
    let _second = worker(app);
    let done = ended(owner, &evaluation).await;
    assert_eq!((&done["status"], &done["items_done"]), (&json!("succeeded"), &json!(200)));
    assert_eq!(done["evaluators"][0]["scored"], 200, "{done}");
    let results = owner.list(&at(&evaluation, "/results")).await;
    let mut items: Vec<&str> = results.iter().map(|one| one["item_id"].as_str().unwrap()).collect();
    items.sort_unstable();
    items.dedup();
    assert_eq!(items.len(), 200);
}

#[tokio::test]
async fn a_cancelled_evaluation_ends_and_can_be_resumed() {
    let setup = Setup::new().await;
    let Setup { app, owner, provider, model, .. } = &setup;
    provider.answer_with(|_| Answer::never());
    let prompt = prompt(owner, model).await;
    let dataset = dataset(owner, &[greeting("Ada")]).await;
    let exact = evaluator(owner, json!({"kind": "exact"})).await;
    let evaluation = owner.create("/evaluations", new(&prompt, &dataset, &[&exact])).await;
    let _worker = worker(app);
    until(owner, &evaluation, |found| found["status"] == "running").await;
    let cancelled = owner.post(&at(&evaluation, "/cancel"), json!({})).await.expect(200).json();
    assert_eq!((&cancelled["status"], &cancelled["items_done"]), (&json!("cancelled"), &json!(0)));
    answers(&setup);
    tokio::time::sleep(Duration::from_secs(2)).await;
    owner.post(&at(&evaluation, "/resume"), json!({})).await.expect(200);
    let done = ended(owner, &evaluation).await;
    assert_eq!((&done["status"], &done["items_done"]), (&json!("succeeded"), &json!(1)));
}

async fn what_cannot_be_evaluated_is_refused(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let prompt = crate::prompts::sample(&ada).await.create(&ada).await;
    let empty = datasets::sample(&ada).await.create(&ada).await;
    let exact = evaluator(&ada, json!({"kind": "exact"})).await;
    ada.post("/evaluations", new(&prompt, &empty, &[&exact])).await.refused(409, "dataset.empty");
    let full = dataset(&ada, &[json!({"input": {}})]).await;
    let good = new(&prompt, &full, &[&exact]);
    let other = json!("0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f5a6");
    for (field, value, pointer, code) in [
        ("dataset_id", other.clone(), "/dataset_id", "reference.unknown"),
        ("prompt_id", other.clone(), "/prompt_id", "reference.unknown"),
        ("model_id", other.clone(), "/model_id", "reference.unknown"),
        ("prompt_version", json!(2), "/prompt_id", "reference.unknown"),
        ("evaluator_ids", json!([other]), "/evaluator_ids/0", "reference.unknown"),
        ("evaluator_ids", json!([]), "/evaluator_ids", "list.empty"),
        ("evaluator_ids", json!([exact["id"], exact["id"]]), "/evaluator_ids/1", "value.repeated"),
    ] {
        let mut bad = good.clone();
        bad[field] = value;
        let problem = ada.post("/evaluations", bad).await.refused(422, "body.invalid").json();
        let fault = &problem["errors"][0];
        assert_eq!(
            (&fault["pointer"], &fault["code"]),
            (&json!(pointer), &json!(code)),
            "{problem}"
        );
    }
    for _ in 0..20 {
        ada.post("/evaluations", good.clone()).await.expect(201);
    }
    ada.post("/evaluations", good).await.refused(429, "evaluations.too_many");
    let waiting = ada.list("/evaluations?status=queued").await;
    assert_eq!(waiting.len(), 20);
    let version = waiting[0]["version"].as_i64().unwrap();
    ada.delete(&at(&waiting[0], ""), version).await.refused(409, "evaluation.unended");
    let bob = app.owner("Bob").await;
    bob.get(&at(&waiting[0], "")).await.refused(404, "not_found");
    bob.get(&at(&waiting[0], "/results")).await.refused(404, "not_found");
}

on_postgres! {
    what_cannot_be_evaluated_is_refused,
}

#[tokio::test]
async fn the_budget_of_a_key_counts_what_its_evaluation_executes() {
    let setup = Setup::new().await;
    let Setup { app, owner, model, .. } = &setup;
    answers(&setup);
    let prices = json!({"input_nano_usd": 0, "output_nano_usd": 10_000_000_000_000_i64,
        "valid_from": "2026-01-01T00:00:00Z"});
    owner.create(&format!("/models/{}/prices", model["id"].as_str().unwrap()), prices).await;
    let prompt = prompt(owner, model).await;
    let version = json!({"content": "Greet {{ name }}.", "model_id": model["id"],
        "parameters": {"max_tokens": 10}});
    let versions = format!("/prompts/{}/versions", prompt["id"].as_str().unwrap());
    owner.post(&versions, version).await.expect(201);
    let dataset = dataset(owner, &[greeting("Ada")]).await;
    let exact = evaluator(owner, json!({"kind": "exact"})).await;
    // Ten tokens of an answer may cost ten cents.
    let key = |limit: i64| {
        json!({"name": "k", "permissions": ["evaluation:create", "execution:create"],
            "budget": {"period": "day", "hard_limit_nano_usd": limit}})
    };
    let _worker = worker(app);
    for (limit, code) in [(110_000_000, Value::Null), (90_000_000, json!("budget.exceeded"))] {
        let made = owner.post("/api-keys", key(limit)).await.expect(201).json();
        let machine = owner.with_token(made["secret"].as_str().unwrap());
        let mut new = new(&prompt, &dataset, &[&exact]);
        new["prompt_version"] = json!(2);
        let evaluation = machine.post("/evaluations", new).await.expect(201).json();
        assert_eq!(evaluation["api_key_id"], made["id"]);
        let done = ended(owner, &evaluation).await;
        assert_eq!(done["error"]["code"], code, "{done}");
        let budgets = owner.list("/budgets").await;
        let own = budgets.iter().find(|budget| budget["id"] == made["budget_id"]).unwrap();
        assert_eq!(own["current"]["spent_nano_usd"], done["cost_nano_usd"]);
        assert_eq!(done["cost_nano_usd"].as_i64().unwrap() > 0, code.is_null());
    }
    let executions = owner.list("/executions").await;
    assert_eq!(executions.len(), 1);
    assert!(!executions[0]["api_key_id"].is_null() && !executions[0]["caused_by"].is_null());
}
