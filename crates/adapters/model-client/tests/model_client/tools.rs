use plinth_domain::{FinishReason, ModelFault, ModelProvider};
use plinth_ports::ChatEvent;
use plinth_testkit::provider::Answer;
use serde_json::json;

use crate::bench::{Bench, Outcome};

/// Number, identity, name and arguments of each call, put together from its pieces.
fn calls(outcome: &Outcome) -> Vec<(u32, String, String, String)> {
    let mut calls: Vec<(u32, String, String, String)> = Vec::new();
    for event in &outcome.tools {
        let ChatEvent::ToolCall { index, id, name, arguments } = event else { continue };
        if calls.iter().all(|call| call.0 != *index) {
            calls.push((*index, String::new(), String::new(), String::new()));
        }
        let call = calls.iter_mut().find(|call| call.0 == *index).unwrap();
        call.1.extend(id.as_deref());
        call.2.extend(name.as_deref());
        call.3.push_str(arguments);
    }
    calls
}

fn call(index: u32, id: &str, name: &str, arguments: &str) -> (u32, String, String, String) {
    (index, id.to_owned(), name.to_owned(), arguments.to_owned())
}

#[tokio::test]
async fn calls_of_tools_come_in_pieces_split_in_the_middle_of_their_json() {
    let bench = Bench::start().await;
    let piece = |calls: serde_json::Value| {
        format!("data: {}\n\n", json!({"choices": [{"index": 0, "delta": {"tool_calls": calls}}]}))
    };
    let end =
        "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n".to_owned();
    let answer = Answer::stream([
        piece(json!([{"index": 0, "id": "c1", "type": "function",
            "function": {"name": "find", "arguments": ""}}])),
        piece(json!([{"index": 0, "function": {"arguments": "{\"q\": \"gr"}}])),
        piece(json!([{"index": 0, "function": {"arguments": "ün\"}"}},
            {"index": 1, "id": "c2", "function": {"name": "now", "arguments": "{}"}}])),
        end,
    ]);
    let outcome = bench.stream(ModelProvider::OpenAi, answer.byte_by_byte()).await;
    assert_eq!(outcome.finish, Some(FinishReason::ToolCalls));
    let expected = [call(0, "c1", "find", "{\"q\": \"grün\"}"), call(1, "c2", "now", "{}")];
    assert_eq!(calls(&outcome), expected);
}

#[tokio::test]
async fn whole_calls_of_tools_are_understood_in_older_and_odd_forms() {
    let bench = Bench::start().await;
    let whole = |message: serde_json::Value| {
        let choice = json!({"message": message, "finish_reason": "tool_calls"});
        Answer::json(200, json!({"choices": [choice]}).to_string())
    };
    let function = json!({"name": "find", "arguments": "{}"});
    for (message, expected) in [
        (json!({"function_call": function}), call(0, "", "find", "{}")),
        (json!({"tool_calls": [{"id": "c", "function": function}]}), call(0, "c", "find", "{}")),
        (
            json!({"tool_calls": [{"id": "c", "function": {"name": "f", "arguments": {"a": 1}}}]}),
            call(0, "c", "f", "{\"a\":1}"),
        ),
    ] {
        let outcome = bench.whole(ModelProvider::Custom, whole(message)).await;
        assert_eq!(calls(&outcome), [expected]);
    }
    let many = whole(json!({"tool_calls": [{"index": 1024, "function": {"name": "f"}}]}));
    let outcome = bench.whole(ModelProvider::Custom, many).await;
    assert_eq!(outcome.fault(), Some(ModelFault::InvalidResponse));
}

#[tokio::test]
async fn calls_of_anthropic_are_numbered_apart_from_its_other_blocks() {
    let bench = Bench::start().await;
    let start = |index: u32, block: serde_json::Value| json!({"type": "content_block_start", "index": index, "content_block": block});
    let arguments = |index: u32, json: &str| {
        let delta = json!({"type": "input_json_delta", "partial_json": json});
        json!({"type": "content_block_delta", "index": index, "delta": delta})
    };
    let stop = |index: u32| json!({"type": "content_block_stop", "index": index});
    let events = [
        start(0, json!({"type": "text", "text": "Let me see."})),
        stop(0),
        start(1, json!({"type": "tool_use", "id": "t1", "name": "find", "input": {}})),
        arguments(1, ""),
        arguments(1, "{\"q\""),
        arguments(1, ": 1}"),
        stop(1),
        start(2, json!({"type": "tool_use", "id": "t2", "name": "now", "input": {}})),
        arguments(2, ""),
        stop(2),
        json!({"type": "message_delta", "delta": {"stop_reason": "tool_use"}}),
    ];
    let streamed = Answer::stream(events.map(|event| format!("data: {event}\n\n")));
    let whole = json!({
        "type": "message", "stop_reason": "tool_use", "content": [
            {"type": "text", "text": "Let me see."},
            {"type": "tool_use", "id": "t1", "name": "find", "input": {"q": 1}},
            {"type": "tool_use", "id": "t2", "name": "now", "input": {}},
        ],
    });
    let streamed = bench.stream(ModelProvider::Anthropic, streamed).await;
    let whole = bench.whole(ModelProvider::Anthropic, Answer::json(200, whole.to_string())).await;
    for (outcome, q) in [(streamed, "{\"q\": 1}"), (whole, "{\"q\":1}")] {
        assert_eq!(outcome.text, "Let me see.");
        assert_eq!(outcome.finish, Some(FinishReason::ToolCalls));
        assert_eq!(calls(&outcome), [call(0, "t1", "find", q), call(1, "t2", "now", "{}")]);
    }
}
