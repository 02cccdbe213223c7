//! What the event stream tells of executions.

use plinth_testkit::provider::{Answer, FakeProvider, Wire};
use serde_json::{Value, json};

use super::{SOON, Setup, hello, path};

/// A budget that the first answer makes warn.
async fn budget(setup: &Setup) {
    let model = format!("/models/{}", setup.model["id"].as_str().unwrap());
    setup.owner.patch(&model, "*", json!({"config": {"max_tokens": 10}})).await.expect(200);
    let prices = json!({"input_nano_usd": 0, "output_nano_usd": 1_000_000_000,
        "valid_from": "2026-01-01T00:00:00Z"});
    setup.owner.create(&format!("{model}/prices"), prices).await;
    let budget = json!({"scope": "organization", "period": "month",
        "hard_limit_nano_usd": 100_000, "soft_percent": 1});
    setup.owner.create("/budgets", budget).await;
}

/// An execution that is cancelled after the beginning of its answer.
async fn cancelled(setup: &Setup) {
    let before = setup.provider.requests().len();
    setup.provider.script([Answer::start_of(Wire::OpenAi, &["ANSWER-CANARY"])
        .endless(Wire::OpenAi.ping(), std::time::Duration::from_millis(50))]);
    let request = setup.owner.request(reqwest::Method::POST, "/executions");
    let request = request.header("prefer", "wait=0").json(&question(setup));
    let execution = setup.owner.send(request).await.expect(202).json();
    let asked = |provider: &FakeProvider| provider.requests().len() > before;
    assert!(setup.provider.wait_for(asked, SOON).await);
    setup.owner.post(&path(&execution, "/cancel"), json!({})).await.expect(200);
}

fn question(setup: &Setup) -> Value {
    let mut body = hello(&setup.model);
    body["messages"][0]["content"] = json!("QUESTION-CANARY sk-canary-main");
    body
}

#[tokio::test]
async fn events_tell_each_beginning_and_end_and_never_what_was_said() {
    let setup = Setup::new().await;
    budget(&setup).await;
    let echo = "you said QUESTION-CANARY with sk-canary-main";
    setup.provider.script([
        Answer::tokens(Wire::OpenAi, &["ANSWER", "-", "CANARY"]),
        Answer::error(Wire::OpenAi, 400, "invalid_request_error", echo),
        Answer::never(),
    ]);
    for status in ["succeeded", "failed", "timed_out"] {
        let reply = setup.owner.post("/executions", question(&setup)).await.expect(200);
        assert_eq!(reply.json()["status"], status, "{}", reply.text);
    }
    cancelled(&setup).await;

    let events = setup.owner.events("&topics=executions,budgets", 0, 11).await;
    let mut types: Vec<_> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    types.sort_unstable();
    let started = "execution.started";
    assert_eq!(
        types,
        [
            "budget.created",
            "budget.warning",
            "execution.cancel_requested",
            "execution.cancelled",
            "execution.failed",
            started,
            started,
            started,
            started,
            "execution.succeeded",
            "execution.timed_out",
        ]
    );
    let log = setup.owner.get("/audit-logs?limit=200").await.expect(200).text;
    let all = format!("{events:?}{log}").to_lowercase();
    for canary in ["question", "answer-", "canary"] {
        assert!(!all.contains(canary), "{canary}");
    }
}
