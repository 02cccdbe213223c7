//! Streamed completions.

use std::time::Duration;

use plinth_testkit::provider::{Answer, Wire};
use serde_json::{Value, json};

use super::{chat, refused, streamed};
use crate::executions::Setup;

/// The data of each event; `[DONE]` is null.
async fn events(setup: &Setup, body: &Value) -> Vec<Value> {
    let text = setup.owner.read(chat(&setup.owner, body)).await;
    let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
    data.map(|data| match data {
        "[DONE]" => Value::Null,
        data => serde_json::from_str(data).unwrap(),
    })
    .collect()
}

fn text(events: &[Value]) -> String {
    let pieces = events.iter().filter_map(|e| e["choices"][0]["delta"]["content"].as_str());
    pieces.collect()
}

#[tokio::test]
async fn chunks_come_as_the_provider_sends_them() {
    let setup = Setup::new().await;
    let answer =
        Answer::tokens(Wire::OpenAi, &["Hel", "lo ", "wörld"]).slowly(Duration::from_millis(40));
    setup.provider.script([answer]);
    let events = events(&setup, &streamed(&json!({}))).await;
    assert_eq!(events.first().unwrap()["choices"][0]["delta"]["role"], "assistant");
    assert_eq!(text(&events), "Hello wörld");
    assert_eq!(events.len(), 6, "{events:?}");
    assert_eq!(events[4]["choices"][0]["finish_reason"], "stop");
    assert_eq!(events[5], Value::Null, "the last event is [DONE]");
    assert!(events[..5].iter().all(|event| event.get("usage").is_none()), "{events:?}");
    let id = &events[0]["id"];
    assert!(events[..5].iter().all(|event| event["id"] == *id), "{events:?}");
    let sent = setup.provider.requests()[0].json();
    assert_eq!(sent["stream_options"], json!({"include_usage": true}), "it is always asked for");
    let stored = &setup.owner.list("/executions").await[0];
    assert_eq!(stored["usage_source"], "provider");
}

#[tokio::test]
async fn the_usage_is_in_the_last_chunk_when_it_is_asked_for() {
    let setup = Setup::new().await;
    let options = json!({"stream_options": {"include_usage": true}});
    let events = events(&setup, &streamed(&options)).await;
    let last = &events[events.len() - 2];
    assert_eq!(last["choices"], json!([]));
    assert_eq!(last["usage"]["total_tokens"], 11);
    assert!(last["plinth"]["execution_id"].is_string());
    let before = &events[..events.len() - 2];
    assert!(before.iter().all(|event| event.get("usage") == Some(&Value::Null)), "{before:?}");
}

#[tokio::test]
async fn the_arguments_of_tools_come_in_pieces_that_are_put_together() {
    let setup = Setup::new().await;
    let piece = |calls: Value| {
        let choice = json!({"index": 0, "delta": {"tool_calls": calls}, "finish_reason": null});
        format!("data: {}\n\n", json!({"choices": [choice]}))
    };
    let head = |index: u32, name: &str| {
        json!([{"index": index, "id": format!("call_{index}"), "type": "function",
            "function": {"name": name, "arguments": ""}}])
    };
    let more = |index: u32, text: &str| json!([{"index": index, "function": {"arguments": text}}]);
    let pieces = [
        piece(head(0, "find")),
        piece(more(0, "{\"q\": \"a\\")),
        piece(more(0, "\"b\"}")),
        piece(head(1, "read")),
        piece(more(1, "{}")),
        Wire::OpenAi.finish("tool_calls", 3),
        Wire::OpenAi.done(),
    ];
    setup.provider.script([Answer::stream(pieces).slowly(Duration::from_millis(20))]);
    let events = events(&setup, &streamed(&json!({}))).await;
    let (mut ids, mut arguments) = (Vec::new(), [String::new(), String::new()]);
    for event in &events {
        for call in event["choices"][0]["delta"]["tool_calls"].as_array().into_iter().flatten() {
            ids.extend(call["id"].as_str().map(str::to_owned));
            let index = usize::try_from(call["index"].as_u64().unwrap()).unwrap();
            arguments[index] += call["function"]["arguments"].as_str().unwrap();
        }
    }
    assert_eq!(ids, ["call_0", "call_1"]);
    assert_eq!(arguments, ["{\"q\": \"a\\\"b\"}", "{}"]);
    assert_eq!(events[events.len() - 2]["choices"][0]["finish_reason"], "tool_calls");
}

#[tokio::test]
async fn an_answer_that_is_cut_ends_with_an_error_and_not_with_done() {
    let setup = Setup::new().await;
    let start = || Answer::start_of(Wire::OpenAi, &["so ", "far"]);
    for (answer, code) in [
        (start().cut(), "provider.stream_cut"),
        (start().piece(Wire::OpenAi.done()), "provider.stream_incomplete"),
        (start().stall(), "timeout.idle"),
        (start().piece(Wire::OpenAi.error_event("server_error", "boom")), "provider.failed"),
    ] {
        setup.provider.script([answer]);
        let events = events(&setup, &streamed(&json!({}))).await;
        assert_eq!(text(&events), "so far");
        let last = events.last().unwrap();
        assert_eq!(last["error"]["code"], code, "{last}");
        assert_eq!(last["error"]["type"], "server_error");
        assert!(last["error"]["message"].is_string());
        let stored = &setup.owner.list("/executions?sort=-created_at").await[0];
        assert_eq!(stored["error"]["code"], code);
    }
}

#[tokio::test]
async fn an_answer_that_another_caller_cancels_ends_with_an_error() {
    let setup = Setup::new().await;
    let endless = Answer::start_of(Wire::OpenAi, &["so far"])
        .endless(Wire::OpenAi.ping(), Duration::from_millis(50));
    setup.provider.script([endless]);
    let body = streamed(&json!({}));
    let read = events(&setup, &body);
    let cancel = async {
        let asked =
            |provider: &plinth_testkit::provider::FakeProvider| !provider.requests().is_empty();
        assert!(setup.provider.wait_for(asked, Duration::from_secs(5)).await);
        tokio::time::sleep(Duration::from_millis(200)).await;
        let id = setup.owner.list("/executions").await[0]["id"].clone();
        let path = format!("/executions/{}/cancel", id.as_str().unwrap());
        setup.owner.post(&path, json!({})).await.expect(200);
    };
    let (events, ()) = tokio::join!(read, cancel);
    assert_eq!(text(&events), "so far");
    assert_eq!(events.last().unwrap()["error"]["code"], "execution.cancelled");
}

#[tokio::test]
async fn a_model_that_fails_before_its_first_token_is_answered_by_a_status() {
    let setup = Setup::new().await;
    setup.provider.script([Answer::error(Wire::OpenAi, 400, "bad", "no such tool")]);
    let reply = setup.owner.send(chat(&setup.owner, &streamed(&json!({})))).await;
    let error = refused(&reply, 400, "invalid_request_error", "provider.rejected");
    assert!(error["message"].as_str().unwrap().contains("no such tool"), "{error}");
}
