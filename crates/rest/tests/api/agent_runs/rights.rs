//! A run may do what its graph needs, as a key of those who started it.

use std::time::Duration;

use plinth_testkit::provider::{Answer, FakeProvider, Wire};
use reqwest::Method;
use serde_json::{Value, json};

use super::{SOON, Setup, path, question, until, wait};

/// The key with which the sidecar has asked the model.
async fn key_of_the_run(setup: &Setup) -> String {
    let asked = |provider: &FakeProvider| !provider.requests().is_empty();
    assert!(setup.provider.wait_for(asked, SOON).await);
    let request = &setup.provider.requests()[0];
    request.header("authorization").unwrap().strip_prefix("Bearer ").unwrap().to_owned()
}

#[tokio::test]
async fn the_key_of_a_run_may_what_the_graph_needs_and_ends_with_the_part() {
    let setup = Setup::new().await;
    setup.document("contract.pdf", "The penalty for delay is 0.2 % a day.").await;
    setup
        .provider
        .script([Answer::tokens(Wire::OpenAi, &["a", "b", "c", "d [1]"])
            .slowly(Duration::from_millis(500))]);
    let run = setup.ask().await;
    let secret = key_of_the_run(&setup).await;
    let key = setup.owner.with_token(&secret);
    key.get("/documents").await.expect(200);
    key.get("/search?q=delay").await.expect(200);
    key.get("/projects").await.refused(403, "permission.denied");
    key.post("/agents/runs", question()).await.refused(403, "permission.denied");
    assert!(setup.owner.list("/api-keys").await.is_empty(), "keys of runs are not listed");
    setup.until(&run, &["succeeded"]).await;
    key.get("/documents").await.refused(401, "auth.invalid_token");
}

#[tokio::test]
async fn a_caller_without_the_permissions_of_the_graph_neither_starts_nor_answers_a_run() {
    let setup = Setup::new().await;
    let member = setup.owner.invite_as("mo@example.com", "member").await;
    let document = setup.document("invoice.pdf", "Invoice").await;
    let read = json!({
        "graph": "invoice_reader", "input": {"document_id": document["id"]}, "model": "fast",
    });
    member.post("/agents/runs", read.clone()).await.refused(403, "permission.denied");
    drop(setup.worker);
    let run = setup.owner.post("/agents/runs", read).await.expect(202).json();
    wait(&setup.owner, &run).await;
    let answer = json!({"question_id": "q1", "answer": {"accept": true}});
    member.post(&path(&run, "/resume"), answer).await.refused(403, "permission.denied");
    member.post(&path(&run, "/cancel"), json!({})).await.expect(200);
}

#[tokio::test]
async fn a_run_ends_with_the_key_that_started_it() {
    let setup = Setup::new().await;
    let Setup { app, owner, provider, sidecar, worker } = setup;
    drop(worker);
    let new = json!({"name": "starter", "role": "member"});
    let created = owner.post("/api-keys", new).await.expect(201).json();
    let starter = owner.with_token(created["secret"].as_str().unwrap());
    let run = starter.post("/agents/runs", question()).await.expect(202).json();
    let path = format!("/api-keys/{}", created["id"].as_str().unwrap());
    owner.delete(&path, 1).await.expect(204);
    let _worker = super::worker(&app, &sidecar, &provider);
    let run = until(&owner, &run, &["failed"]).await;
    assert_eq!(run["error"]["code"], "agent_run.key_ended");
    assert!(provider.requests().is_empty());
}

#[tokio::test]
async fn every_fault_of_a_new_run_and_of_an_answer_is_told_at_its_place() {
    let setup = Setup::new().await;
    let faults = async |path: &str, body: Value| -> Vec<String> {
        let problem = setup.owner.post(path, body).await.refused(422, "body.invalid").json();
        let errors = problem["errors"].as_array().unwrap().iter();
        errors
            .map(|e| format!("{} {}", e["pointer"].as_str().unwrap(), e["code"].as_str().unwrap()))
            .collect()
    };
    let new = |input: Value| json!({"graph": "document_qa", "input": input, "model": "fast"});
    let runs = "/agents/runs";
    let all = json!({"graph": "x", "input": {}, "model": "prompt:", "spending_limit_nano_usd": -1});
    let found = faults(runs, all).await;
    assert_eq!(found.len(), 3, "{found:?}");
    for (input, expected) in [
        (json!({}), "/input/question field.required"),
        (json!({"question": 7}), "/input/question field.required"),
        (json!({"question": " "}), "/input/question text.empty"),
        (json!({"question": "x".repeat(4001)}), "/input/question text.too_long"),
        (json!({"question": "x", "a/b": 1}), "/input/a~1b value.unknown"),
    ] {
        assert_eq!(faults(runs, new(input)).await, [expected]);
    }
    let reader = json!({"graph": "invoice_reader", "input": {"document_id": "x"}, "model": "fast"});
    assert_eq!(faults(runs, reader).await, ["/input/document_id uuid.malformed"]);
    for model in ["prompt:greeting@production", "prompt:greeting", "prompt:greeting@3", "local/x"] {
        let new = json!({"graph": "document_qa", "input": {"question": "x"}, "model": model});
        let run = setup.owner.post(runs, new).await.expect(202).json();
        setup.owner.post(&path(&run, "/cancel"), json!({})).await;
    }
    let run = setup.ask().await;
    let long = json!({"question_id": "", "answer": {"a": "x".repeat(256 * 1024)}});
    let found = faults(&path(&run, "/resume"), long).await;
    assert_eq!(found, ["/question_id text.empty", "/answer json.too_large"]);
}

#[tokio::test]
async fn the_events_of_a_run_end_with_the_credential_of_their_reader() {
    let setup = Setup::new().await;
    drop(setup.worker);
    let run = setup.owner.post("/agents/runs", question()).await.expect(202).json();
    let reader = setup.owner.login().await;
    let request = reader.request(Method::GET, &path(&run, "/events"));
    let mut stream = request.header("accept", "text/event-stream").send().await.unwrap();
    assert!(stream.chunk().await.unwrap().is_some());
    reader.post("/auth/logout", json!({})).await.expect(204);
    let end = async { while let Ok(Some(_)) = stream.chunk().await {} };
    tokio::time::timeout(Duration::from_secs(5), end).await.expect("the stream ends");
}
