//! The server is killed in the middle of executions: each ends with what it had, and budgets hold
//! nothing for it any more.

use std::time::{Duration, Instant};

use plinth_jobs::{ExecutionReaper, Handlers};
use plinth_settings::{Settings, Sources};
use plinth_testkit::{
    TestDatabase,
    provider::{Answer, FakeProvider, Wire},
};
use reqwest::Method;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::{
    caller::{Caller, text},
    server::Api,
};

const KILLS: usize = 20;

/// A lease lasts 30 s, and the leader looks every 5 s.
const SOON: Duration = Duration::from_secs(90);

/// So much that it is stored at once.
fn part() -> String {
    "so far ".repeat(800)
}

/// Starts an execution whose answer has no end, and waits until a part of it is stored.
async fn begun(caller: &Caller, model: &str) -> String {
    let body = json!({
        "model_id": model, "messages": [{"role": "user", "content": "Go on"}],
        "parameters": {"max_tokens": 100},
    });
    let request = caller.request(Method::POST, "/executions").header("prefer", "wait=0");
    let running = request.json(&body).send().await.unwrap();
    assert_eq!(running.status(), 202);
    let path = format!("/executions/{}", text(&running.json::<Value>().await.unwrap()["id"]));
    until(|| async { caller.get(&path).await.1["output"] == part() }).await;
    path
}

async fn until<F: Future<Output = bool>>(condition: impl Fn() -> F) {
    let deadline = Instant::now() + SOON;
    while !condition().await {
        assert!(Instant::now() < deadline, "it does not come true");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn every_execution_of_a_killed_server_ends_with_what_it_had() {
    let (database, provider) = (TestDatabase::create().await, FakeProvider::start().await);
    provider.answer_with(|_| {
        let part = Answer::start_of(Wire::OpenAi, &[&*part()]);
        part.endless(Wire::OpenAi.ping(), Duration::from_millis(100))
    });
    let allowed = provider.host_port();
    let variables = [("PLINTH_OUTGOING__ALLOW", &*allowed)];
    let mut api = Api::start(database.url(), &variables);
    let owner = Caller::register(&api).await;
    let model = json!({"name": "m", "provider": "custom", "model_id": "m",
        "base_url": provider.base_url()});
    let (_, model) = owner.try_post("/models", model).await;
    let model = text(&model["id"]);
    let price = json!({"input_nano_usd": 1_000_000, "output_nano_usd": 1_000_000});
    assert_eq!(owner.try_post(&format!("/models/{model}/prices"), price).await.0, 201);
    let budget = json!({"scope": "organization", "period": "month",
        "hard_limit_nano_usd": 1_000_000_000});
    assert_eq!(owner.try_post("/budgets", budget).await.0, 201);
    let mut executions = Vec::new();
    for _ in 0..KILLS {
        executions.push(begun(&owner.at(&api), &model).await);
        api.kill();
        api = Api::start(database.url(), &variables);
    }
    let owner = owner.at(&api);
    let budget = async || owner.get("/budgets").await.1["data"][0]["current"].clone();
    assert!(budget().await["reserved_nano_usd"].as_i64().unwrap() > 0);

    let stop = CancellationToken::new();
    let _stops = stop.clone().drop_guard();
    let sources = Sources::none().with_variable("DATABASE_URL", database.url().to_owned());
    let settings = Settings::load(&sources).unwrap();
    drop(tokio::spawn(async move {
        let handlers = Handlers::new().with(ExecutionReaper);
        plinth_worker::run_with(&settings, stop, |_| Ok(handlers)).await
    }));
    for path in &executions {
        until(|| async { owner.get(path).await.1["status"] != "running" }).await;
        let ended = owner.get(path).await.1;
        assert_eq!(ended["error"]["code"], "execution.interrupted", "{ended}");
        assert_eq!((&ended["status"], &ended["output"]), (&json!("failed"), &json!(part())));
    }
    let budget = budget().await;
    assert_eq!(budget["reserved_nano_usd"], 0, "{budget}");
    assert!(budget["spent_nano_usd"].as_i64().unwrap() > 0, "{budget}");
    assert_eq!(provider.requests().len(), KILLS, "nothing is run again by itself");
}
