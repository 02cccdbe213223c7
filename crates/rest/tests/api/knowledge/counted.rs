//! The vectors of documents and searches are counted by budgets and in the usage.

use std::time::Duration;

use plinth_domain::PlanLimit;
use plinth_testkit::provider::{Answer, FakeProvider, ReceivedRequest};
use serde_json::{Value, json};
use sqlx::Executor;

use super::{Library, SOON, choose, search, titles};
use crate::{
    plans::{assign, plan},
    support::Client,
};

/// What every call of the provider takes.
const TOKENS: i64 = 16_000;

/// Vectors that took [`TOKENS`].
fn dear(request: &ReceivedRequest) -> Answer {
    let inputs = request.json()["input"].as_array().map_or(1, Vec::len);
    let vector = |index| json!({"object": "embedding", "index": index, "embedding": [1, 0.5, 0]});
    let data: Vec<Value> = (0..inputs).map(vector).collect();
    let usage = json!({"prompt_tokens": TOKENS, "total_tokens": TOKENS});
    let answer = json!({"object": "list", "data": data, "model": "fake", "usage": usage});
    Answer::json(200, answer.to_string())
}

/// A price of one nano-USD a token.
async fn price(owner: &Client, model: &Value) {
    let prices = format!("/models/{}/prices", model["id"].as_str().unwrap());
    let price = json!({"input_nano_usd": 1_000_000, "output_nano_usd": 1_000_000,
        "valid_from": "2026-01-01T00:00:00Z"});
    owner.create(&prices, price).await;
}

async fn budget(owner: &Client, scope: Value, limit: i64) -> Value {
    let mut new = json!({"period": "day", "hard_limit_nano_usd": limit});
    new.as_object_mut().unwrap().extend(scope.as_object().unwrap().clone());
    owner.create("/budgets", new).await
}

fn organization() -> Value {
    json!({"scope": "organization"})
}

/// What is spent and held of a budget.
async fn spent(owner: &Client, budget: &Value) -> [i64; 2] {
    let path = format!("/budgets/{}", budget["id"].as_str().unwrap());
    let current = owner.get(&path).await.expect(200).json()["current"].clone();
    ["spent_nano_usd", "reserved_nano_usd"].map(|name| current[name].as_i64().unwrap())
}

/// A text that is embedded by two calls.
fn long() -> String {
    "A sentence about nothing in particular goes on. ".repeat(1_600)
}

/// Waits until the job of a document waits for another attempt.
async fn postponed(owner: &Client, code: &str) -> Value {
    let look = async {
        loop {
            let jobs = owner.list("/jobs?kind=document.embed").await;
            if let Some(job) = jobs.into_iter().find(|job| job["state"] == "failed") {
                return job;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let job = tokio::time::timeout(SOON, look).await.expect("the job waits");
    assert_eq!((&job["error_code"], &job["attempt"]), (&json!(code), &json!(0)), "{job}");
    let now: chrono::DateTime<chrono::Utc> = job["updated_at"].as_str().unwrap().parse().unwrap();
    let again: chrono::DateTime<chrono::Utc> = job["run_at"].as_str().unwrap().parse().unwrap();
    let hours = (again - now).num_hours();
    assert!(again > now && hours < 24, "{job}");
    job
}

/// The next day begins: budgets have their whole limits, and jobs that wait for it are due.
async fn tomorrow(library: &Library) {
    let mut database = library.app.database_owner().await;
    let next = "UPDATE budget_periods SET starts_on = starts_on - 1;
        UPDATE jobs SET run_at = now() - interval '1 second' WHERE state = 'failed'";
    database.execute(next).await.unwrap();
}

#[tokio::test]
async fn vectors_of_documents_and_searches_are_counted() {
    let library = Library::new().await;
    let owner = &library.owner;
    library.provider.answer_with(dear);
    let model = library.model(owner, "vectors").await;
    price(owner, &model).await;
    choose(owner, &model).await;
    library.embedded(owner).await;
    let whole = budget(owner, organization(), 1_000_000).await;
    library.document(owner, "Long.pdf", &long()).await;
    library.embedded(owner).await;
    assert_eq!(spent(owner, &whole).await, [2 * TOKENS, 0], "two calls for one document");
    assert_eq!(search(owner, "q=nothing").await["vectors"], "used");
    assert_eq!(spent(owner, &whole).await, [3 * TOKENS, 0]);

    let usage = owner.get("/usage?by=model").await.expect(200).json()["data"].clone();
    let row = &usage[0];
    assert_eq!((&row["record_name"], &row["executions"]), (&json!("vectors"), &json!(3)));
    assert_eq!((&row["tokens_input"], &row["succeeded"]), (&json!(3 * TOKENS), &json!(3)));
    assert_eq!(row["cost_nano_usd"], json!(3 * TOKENS));
    let looked = owner.list("/executions?tag=embedding:search").await;
    assert_eq!((looked.len(), &looked[0]["model_id"]), (1, &model["id"]));
    assert!(!looked[0]["caused_by"].is_null());
    let made = owner.list("/executions?tag=embedding:document").await;
    assert_eq!(made.len(), 2);
    let path = format!("/executions/{}", made[0]["id"].as_str().unwrap());
    let made = owner.get(&path).await.expect(200).json();
    assert_eq!(made["input"]["embedded"]["for"], "document");
    assert_eq!(made["attempts"][0]["http_status"], 200);
    assert!(!made.to_string().contains("sentence"), "no text is stored twice");

    // Without a budget that counts it, the call is in the usage all the same.
    let path = format!("/budgets/{}", whole["id"].as_str().unwrap());
    owner.delete(&path, "*").await.expect(204);
    search(owner, "q=nothing").await;
    let usage = owner.get("/usage").await.expect(200).json()["data"].clone();
    assert_eq!(usage[0]["executions"], 4);
}

#[tokio::test]
async fn a_used_up_budget_postpones_vectors_and_searches_answer_without() {
    let library = Library::new().await;
    let owner = &library.owner;
    library.provider.answer_with(dear);
    let model = library.model(owner, "vectors").await;
    price(owner, &model).await;
    choose(owner, &model).await;
    library.embedded(owner).await;
    // Enough for the first batch, and not for the second.
    let whole = budget(owner, organization(), 19_000).await;
    library.document(owner, "Long.pdf", &long()).await;
    postponed(owner, "budget.exceeded").await;
    assert_eq!(spent(owner, &whole).await, [TOKENS, 0]);
    assert_eq!(library.provider.requests().len(), 1);
    let path = format!("/budgets/{}", whole["id"].as_str().unwrap());
    owner.patch(&path, "*", json!({"hard_limit_nano_usd": TOKENS})).await.expect(200);
    let found = search(owner, "q=particular").await;
    assert_eq!(found["vectors"], "unavailable");
    assert_eq!(titles(&found), [("document", "Long.pdf")], "by its words");
    assert_eq!(library.provider.requests().len(), 1, "no call is made");

    tomorrow(&library).await;
    let jobs = library.embedded(owner).await;
    let job = jobs.iter().find(|job| job["kind"] == "document.embed").unwrap();
    assert_eq!((&job["state"], &job["error_code"]), (&json!("succeeded"), &Value::Null));
    assert_eq!(library.provider.requests().len(), 2, "the first batch is not paid for twice");
}

#[tokio::test]
async fn a_budget_makes_no_vectors_by_a_model_without_a_price() {
    let library = Library::new().await;
    let owner = &library.owner;
    let model = library.model(owner, "vectors").await;
    choose(owner, &model).await;
    library.embedded(owner).await;
    budget(owner, organization(), 1_000_000).await;
    library.document(owner, "Spec.pdf", "The frost line.").await;
    postponed(owner, "budget.price_unknown").await;
    assert_eq!(search(owner, "q=frost").await["vectors"], "unavailable");
    assert!(library.provider.requests().is_empty());
    price(owner, &model).await;
    assert_eq!(search(owner, "q=frost").await["vectors"], "used");
    tomorrow(&library).await;
    library.embedded(owner).await;
    assert_eq!(library.provider.requests().len(), 2);
}

#[tokio::test]
async fn the_budget_of_a_project_counts_the_vectors_of_its_documents() {
    let library = Library::new().await;
    let owner = &library.owner;
    library.provider.answer_with(dear);
    let model = library.model(owner, "vectors").await;
    price(owner, &model).await;
    choose(owner, &model).await;
    library.embedded(owner).await;
    let project = owner.project("P-1").await;
    let scope = json!({"scope": "project", "project_id": project["id"]});
    let of_project = budget(owner, scope, 1_000_000).await;
    let document = library.document(owner, "Spec.pdf", "The frost line.").await;
    library.embedded(owner).await;
    assert_eq!(spent(owner, &of_project).await, [0, 0], "it has no project");
    let path = format!("/documents/{}", document["id"].as_str().unwrap());
    owner.patch(&path, "*", json!({"project_id": project["id"]})).await.expect(200);
    let renamed = format!("/models/{}", model["id"].as_str().unwrap());
    owner.patch(&renamed, "*", json!({"model_id": "better"})).await.expect(200);
    library.embedded(owner).await;
    assert_eq!(spent(owner, &of_project).await, [TOKENS, 0]);
    let usage = owner.get("/usage?by=project").await.expect(200).json()["data"].clone();
    assert_eq!((&usage[0]["record_id"], &usage[0]["executions"]), (&project["id"], &json!(1)));
}

#[tokio::test]
async fn vectors_hold_what_they_may_cost_where_only_a_plan_limits_it() {
    let plans = || vec![plan("cheap", &[(PlanLimit::AiNanoUsdPerMonth, 1_000_000)])];
    let library = Library::with_plans(plans).await;
    let owner = &library.owner;
    library.provider.answer_with(|_| Answer::never());
    assign(&library.app, owner, "cheap").await;
    let model = library.model(owner, "vectors").await;
    price(owner, &model).await;
    choose(owner, &model).await;
    library.embedded(owner).await;
    library.document(owner, "Spec.pdf", "The frost line.").await;
    let is_called = |provider: &FakeProvider| !provider.requests().is_empty();
    assert!(library.provider.wait_for(is_called, SOON).await);
    let made = owner.list("/executions?tag=embedding:document").await;
    assert_eq!((made.len(), &made[0]["status"]), (1, &json!("running")));
}

#[tokio::test]
async fn a_stalled_provider_of_one_organization_holds_up_no_other() {
    let library = Library::new().await;
    let owner = &library.owner;
    library.provider.answer_with(|request| match request.json()["model"].as_str() {
        Some("stalled") => Answer::never(),
        _ => super::meaning(request),
    });
    let slow = library.app.owner("Slow").await;
    let model = library.model(&slow, "vectors").await;
    let path = format!("/models/{}", model["id"].as_str().unwrap());
    slow.patch(&path, "*", json!({"model_id": "stalled"})).await.expect(200);
    choose(&slow, &model).await;
    for n in 0..8 {
        library.document(&slow, &format!("{n}.pdf"), "frost").await;
    }
    let two = |provider: &FakeProvider| provider.requests().len() >= 2;
    assert!(library.provider.wait_for(two, SOON).await, "half of the places are taken");

    choose(owner, &library.model(owner, "vectors").await).await;
    library.document(owner, "Spec.pdf", "The frost line is at 80 cm.").await;
    let jobs = library.embedded(owner).await;
    assert!(jobs.iter().all(|job| job["state"] == "succeeded"), "{jobs:?}");
    let found = search(owner, "q=how+cold").await;
    assert_eq!((found["vectors"].as_str(), titles(&found).len()), (Some("used"), 1));
    let stalled = library.provider.requests();
    let stalled = stalled.iter().filter(|request| request.json()["model"] == "stalled");
    assert_eq!(stalled.count(), 2, "an organization has half of the places");
}
