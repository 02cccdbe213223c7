//! Executions over several processes, of which some are killed.

mod cancelled;
mod killed;
mod workers;

use std::time::{Duration, Instant};

use plinth_testkit::{
    TestDatabase,
    provider::{Answer, FakeProvider, Wire},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    caller::{Caller, text},
    server::Api,
};

/// A lease lasts 30 s, and the leader looks every 5 s.
const SOON: Duration = Duration::from_secs(90);

/// So much that it is stored at once.
fn part() -> String {
    "so far ".repeat(800)
}

/// A provider whose answers begin and have no end, an organization with a model of it and a budget.
struct Setup {
    database: TestDatabase,
    provider: FakeProvider,
    allowed: String,
}

impl Setup {
    async fn new() -> Self {
        let (database, provider) = (TestDatabase::create().await, FakeProvider::start().await);
        provider.answer_with(|_| {
            let part = Answer::start_of(Wire::OpenAi, &[&*part()]);
            part.endless(Wire::OpenAi.ping(), Duration::from_millis(100))
        });
        Self { allowed: provider.host_port(), database, provider }
    }

    fn serve(&self) -> Api {
        Api::start(self.database.url(), &[("PLINTH_OUTGOING__ALLOW", &self.allowed)])
    }

    /// The owner of a new organization, and its model.
    async fn register(&self, api: &Api) -> (Caller, String) {
        let owner = Caller::register(api).await;
        let model = json!({"name": "m", "provider": "custom", "model_id": "m",
            "base_url": self.provider.base_url()});
        let (_, model) = owner.try_post("/models", model).await;
        let model = text(&model["id"]);
        let price = json!({"input_nano_usd": 1_000_000, "output_nano_usd": 1_000_000});
        assert_eq!(owner.try_post(&format!("/models/{model}/prices"), price).await.0, 201);
        let budget = json!({"scope": "organization", "period": "month",
            "hard_limit_nano_usd": 1_000_000_000});
        assert_eq!(owner.try_post("/budgets", budget).await.0, 201);
        (owner, model)
    }
}

/// Starts an execution, and returns its path.
async fn start(caller: &Caller, model: &str, prefer: &str) -> String {
    let body = json!({
        "model_id": model, "messages": [{"role": "user", "content": "Go on"}],
        "parameters": {"max_tokens": 100},
    });
    let request = caller.request(Method::POST, "/executions").header("prefer", prefer);
    let started = request.json(&body).send().await.unwrap();
    assert_eq!(started.status(), 202);
    format!("/executions/{}", text(&started.json::<Value>().await.unwrap()["id"]))
}

/// Waits until a part of the answer is stored.
async fn has_begun(caller: &Caller, path: &str) {
    until(|| async { caller.get(path).await.1["output"] == part() }).await;
}

/// What the budget counts.
async fn spending(caller: &Caller) -> Value {
    caller.get("/budgets").await.1["data"][0]["current"].clone()
}

/// Asserts that each execution ends as one that has lost its process, with what was stored and what it
/// cost.
async fn end_interrupted(caller: &Caller, executions: &[String]) {
    let mut cost = 0;
    for path in executions {
        until(|| async { caller.get(path).await.1["status"] != "running" }).await;
        let ended = caller.get(path).await.1;
        assert_eq!(ended["error"]["code"], "execution.interrupted", "{ended}");
        assert_eq!((&ended["status"], &ended["output"]), (&json!("failed"), &json!(part())));
        cost += ended["cost_nano_usd"].as_i64().unwrap();
    }
    assert!(cost > 0);
    let spending = spending(caller).await;
    assert_eq!(spending["reserved_nano_usd"], 0, "{spending}");
    assert_eq!(spending["spent_nano_usd"], cost, "{spending}");
}

async fn until<F: Future<Output = bool>>(condition: impl Fn() -> F) {
    let deadline = Instant::now() + SOON;
    while !condition().await {
        assert!(Instant::now() < deadline, "it does not come true");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
