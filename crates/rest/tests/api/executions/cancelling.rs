//! An execution is ended by its caller, over any server, or by the end of its server.

use std::time::{Duration, Instant};

use plinth_testkit::provider::{Answer, FakeProvider, Wire};
use serde_json::{Value, json};

use super::{Setup, hello, path};
use crate::support::Client;

/// An answer that does not end by itself.
fn endless() -> Answer {
    Answer::start_of(Wire::OpenAi, &["so far"])
        .endless(Wire::OpenAi.ping(), Duration::from_millis(50))
}

/// Starts an execution without waiting, and waits until the provider has it.
async fn running(setup: &Setup, answer: Answer) -> Value {
    setup.provider.script([answer]);
    let request = setup.owner.request(reqwest::Method::POST, "/executions");
    let request = request.header("accept", "text/event-stream").json(&hello(&setup.model));
    let reply = request.send().await.unwrap();
    let location = reply.headers()["location"].to_str().unwrap().to_owned();
    let asked = |provider: &FakeProvider| !provider.requests().is_empty();
    assert!(setup.provider.wait_for(asked, Duration::from_secs(5)).await);
    tokio::time::sleep(Duration::from_millis(150)).await;
    setup.owner.get(&location).await.expect(200).json()
}

async fn cancel(client: &Client, execution: &Value) -> (Value, Duration) {
    let begun = Instant::now();
    let reply = client.post(&path(execution, "/cancel"), json!({})).await.expect(200);
    (reply.json(), begun.elapsed())
}

#[tokio::test]
async fn a_cancelled_execution_keeps_what_came_and_its_connection_closes() {
    let setup = Setup::new().await;
    let execution = running(&setup, endless()).await;
    assert_eq!(execution["status"], "running");
    let (ended, took) = cancel(&setup.owner, &execution).await;
    assert!(took < Duration::from_secs(1), "{took:?}");
    assert_eq!(ended["status"], "cancelled");
    assert_eq!(ended["output"], "so far");
    assert_eq!(ended["error"]["code"], "execution.cancelled");
    assert_eq!(ended["usage_source"], "estimated");
    let closed = |provider: &FakeProvider| provider.open_connections() == 0;
    assert!(setup.provider.wait_for(closed, Duration::from_secs(1)).await);
    let again = setup.owner.post(&path(&execution, "/cancel"), json!({})).await;
    again.refused(409, "state.transition");
}

#[tokio::test]
async fn an_execution_is_cancelled_over_another_server() {
    let setup = Setup::new().await;
    let other = setup.app.beside(setup.options);
    let there = setup.owner.at(&other.url);
    for _ in 0..5 {
        let execution = running(&setup, endless()).await;
        let (ended, took) = cancel(&there, &execution).await;
        assert_eq!(ended["status"], "cancelled", "{ended}");
        assert!(took < Duration::from_secs(1), "{took:?}");
    }
    other.stop().await;
}

#[tokio::test]
async fn a_queued_execution_is_cancelled_at_once_and_never_runs() {
    let setup = Setup::new().await;
    let request = setup.owner.request(reqwest::Method::POST, "/executions");
    let request = request.header("prefer", "respond-async").json(&hello(&setup.model));
    let queued = setup.owner.send(request).await.expect(202).json();
    let (ended, _) = cancel(&setup.owner, &queued).await;
    assert_eq!(ended["status"], "cancelled");
    let handlers = plinth_jobs::Handlers::new().with(plinth_jobs::ExecutionRunner);
    let _worker = setup.app.worker(handlers);
    let job = &setup.owner.list("/jobs?kind=execution.run").await[0];
    setup.owner.ended(job).await;
    assert_eq!(setup.provider.requests().len(), 0);
}

#[tokio::test]
async fn of_a_cancellation_and_an_end_the_first_one_holds() {
    let setup = Setup::new().await;
    for pause in [0, 5, 10, 20, 40] {
        let answer = Answer::tokens(Wire::OpenAi, &["x"]).slowly(Duration::from_millis(pause));
        setup.provider.script([answer]);
        let request = setup.owner.request(reqwest::Method::POST, "/executions");
        let request = request.header("prefer", "wait=0").json(&hello(&setup.model));
        let execution = setup.owner.send(request).await.json();
        let reply = setup.owner.post(&path(&execution, "/cancel"), json!({})).await;
        assert!([200, 409].contains(&reply.status.as_u16()), "{}", reply.text);
        let ended = setup.owner.get(&path(&execution, "")).await.expect(200).json();
        assert!(["succeeded", "cancelled"].contains(&ended["status"].as_str().unwrap()), "{ended}");
        let logs = setup
            .owner
            .get(&format!("/audit-logs?subject_id={}", ended["id"].as_str().unwrap()))
            .await
            .json();
        let ends = logs["data"].as_array().unwrap().iter().filter(|entry| {
            ["execution.succeeded", "execution.cancelled"]
                .contains(&entry["action"].as_str().unwrap())
        });
        assert_eq!(ends.count(), 1, "{logs}");
    }
}
