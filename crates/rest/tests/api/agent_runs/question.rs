//! A question is answered from documents, and what happens can be followed.

use std::time::{Duration, Instant};

use plinth_testkit::provider::{Answer, FakeProvider, Wire};
use reqwest::Method;
use serde_json::{Value, json};

use super::{SOON, Setup, kinds, path};
use crate::support::Options;

const TEXT: &str = "Contract.\nThe penalty for delay is 0.2 % a day.";

/// A text that does not end by itself.
fn endless() -> Answer {
    Answer::start_of(Wire::OpenAi, &["so far"])
        .endless(Wire::OpenAi.ping(), Duration::from_millis(50))
}

#[tokio::test]
async fn a_question_is_answered_with_citations_and_every_step_is_kept() {
    let setup = Setup::new().await;
    let document = setup.document("contract.pdf", TEXT).await;
    setup.provider.script([Answer::tokens(Wire::OpenAi, &["It is ", "0.2 % ", "a day [1]."])]);
    let run = setup.ask().await;
    assert_eq!(run["status"], "queued");
    let run = setup.until(&run, &["succeeded"]).await;
    assert_eq!(run["output"]["answer"], "It is 0.2 % a day [1].");
    assert_eq!(run["output"]["is_grounded"], true);
    let cited = &run["citations"][0];
    assert_eq!(
        (&cited["document_id"], &cited["document_name"]),
        (&document["id"], &json!("contract.pdf"))
    );
    assert_eq!(cited["quote"], TEXT);
    assert_eq!((&run["error"], &run["part_count"]), (&Value::Null, &json!(1)));
    let asked = setup.provider.requests()[0].json();
    assert_eq!(asked["model"], "fast");

    let events = setup.events(&run).await;
    let kinds = kinds(&events);
    assert_eq!((kinds[0], *kinds.last().unwrap()), ("part", "ended"));
    for kind in ["step", "tool_call", "tool_result", "text", "checkpoint"] {
        assert!(kinds.contains(&kind), "{kind}: {kinds:?}");
    }
    let texts = events.iter().filter(|event| event["kind"] == "text");
    let said: String = texts.map(|event| event["data"]["text"].as_str().unwrap()).collect();
    assert_eq!(said, "It is 0.2 % a day [1].");
    let page = setup.owner.get(&path(&run, "/events?after=1&limit=2")).await.expect(200).json();
    assert_eq!((&page["data"][0]["number"], &page["has_more"]), (&json!(2), &json!(true)));

    assert_eq!(setup.owner.list("/agents/runs?status=succeeded&graph=document_qa").await.len(), 1);
    let log = setup.owner.list("/audit-logs").await;
    let entries = log.iter().filter(|entry| entry["subject_kind"] == "agent_run");
    let actions: Vec<_> = entries.map(|entry| entry["action"].clone()).collect();
    assert_eq!(actions, ["agent_run.succeeded", "agent_run.started"]);
    assert!(!json!(log).to_string().contains("penalty"), "content is in no audit log");
}

#[tokio::test]
async fn what_happens_is_followed_over_another_server_from_any_event_on() {
    let setup = Setup::new().await;
    setup.document("contract.pdf", TEXT).await;
    let slow = Answer::tokens(Wire::OpenAi, &["It is ", "0.2 % ", "a ", "day [1]."]);
    setup.provider.script([slow.slowly(Duration::from_millis(300))]);
    let run = setup.ask().await;
    let other = setup.app.beside(Options::default());
    let there = setup.owner.at(&other.url);
    let stream = |last: Option<u64>| {
        let request = there.request(Method::GET, &path(&run, "/events"));
        let request = request.header("accept", "text/event-stream");
        let request = match last {
            Some(last) => request.header("last-event-id", last),
            None => request,
        };
        tokio::time::timeout(SOON, there.read(request))
    };
    let whole = stream(None).await.unwrap();
    let ids = |lines: &str| -> Vec<u64> {
        let ids = lines.lines().filter_map(|line| line.strip_prefix("id: "));
        ids.map(|id| id.parse().unwrap()).collect()
    };
    let seen = ids(&whole);
    assert_eq!(seen, (1..=seen.len() as u64).collect::<Vec<_>>());
    assert!(whole.matches("event: text\n").count() > 1, "the text comes in pieces: {whole}");
    let last = whole.split("event: run\ndata: ").nth(1).unwrap();
    let ended: Value = serde_json::from_str(last.trim()).unwrap();
    assert_eq!(ended["status"], "succeeded");
    let rest = stream(Some(4)).await.unwrap();
    assert_eq!(ids(&rest), seen[4..]);
    other.stop().await;
}

#[tokio::test]
async fn a_cancelled_run_closes_its_request_to_the_model_within_a_second_over_any_server() {
    let setup = Setup::new().await;
    setup.document("contract.pdf", TEXT).await;
    let other = setup.app.beside(Options::default());
    for there in [setup.owner.clone(), setup.owner.at(&other.url)] {
        setup.provider.script([endless()]);
        let before = setup.provider.requests().len();
        let run = setup.ask().await;
        let asked = |provider: &FakeProvider| provider.requests().len() > before;
        assert!(setup.provider.wait_for(asked, SOON).await);
        setup.until(&run, &["running"]).await;
        let begun = Instant::now();
        let cancelled = there.post(&path(&run, "/cancel"), json!({})).await.expect(200).json();
        assert_eq!(cancelled["status"], "cancelled");
        assert_eq!(cancelled["error"]["code"], "agent_run.cancelled");
        let closed = |provider: &FakeProvider| provider.open_connections() == 0;
        assert!(setup.provider.wait_for(closed, Duration::from_secs(5)).await);
        let took = begun.elapsed();
        println!("closed {} ms after the cancel", took.as_millis());
        assert!(took < Duration::from_secs(1), "{took:?}");
        there.post(&path(&run, "/cancel"), json!({})).await.refused(409, "state.transition");
        assert_eq!(kinds(&setup.events(&run).await).last(), Some(&"ended"));
    }
    other.stop().await;
}

#[tokio::test]
async fn what_the_agent_fails_with_ends_the_run() {
    let setup = Setup::new().await;
    setup.provider.answer_with(|_| Answer::json(400, r#"{"error": {"message": "no such model"}}"#));
    let run = setup.ask().await;
    let run = setup.until(&run, &["failed"]).await;
    assert_eq!(run["error"]["code"], "agent.gateway_refused", "{run}");
    assert_eq!(run["output"], Value::Null);
}
