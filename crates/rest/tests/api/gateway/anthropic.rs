//! Anthropic's API.

use std::time::{Duration, Instant};

use futures::StreamExt;
use plinth_testkit::provider::{Answer, FakeProvider, Wire};
use reqwest::Method;
use serde_json::{Value, json};

use super::{execution, key};
use crate::{
    executions::{Setup, model, prompt},
    support::Reply,
};

const MESSAGES: &str = "//anthropic/v1/messages";

fn hello(other: &Value) -> Value {
    let messages = json!([{"role": "user", "content": "Hello"}]);
    let mut body = json!({"model": "main", "max_tokens": 100, "messages": messages});
    body.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    body
}

/// The name and the data of each event.
async fn events(setup: &Setup, body: Value) -> Vec<Value> {
    let request = setup.owner.request(Method::POST, MESSAGES).json(&body);
    let text = setup.owner.read(request).await;
    let events = text.split_terminator("\n\n").map(|event| {
        let (name, data) = event.split_once("\ndata: ").unwrap();
        let data: Value = serde_json::from_str(data).unwrap();
        assert_eq!(name, format!("event: {}", data["type"].as_str().unwrap()));
        data
    });
    events.collect()
}

fn types(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().unwrap()).collect()
}

/// A refusal in Anthropic's form.
#[track_caller]
fn refused(reply: &Reply, status: u16, kind: &str, code: &str) {
    assert_eq!(reply.status, status, "{reply:?}");
    assert_eq!(reply.header("content-type"), "application/json");
    let body = reply.json();
    assert_eq!((&body["type"], &body["error"]["type"]), (&json!("error"), &json!(kind)), "{body}");
    assert_eq!(body["error"]["code"], code, "{body}");
    assert_eq!(body["request_id"], reply.header("request-id"));
    assert_eq!(reply.header("request-id"), reply.header("x-request-id"));
}

#[tokio::test]
async fn a_message_is_an_execution_of_the_key_that_its_library_sends() {
    let setup = Setup::new().await;
    let grant = json!({"name": "sdk", "permissions": ["execution:create"]});
    let key = setup.owner.create("/api-keys", grant).await;
    setup.provider.script([Answer::text(Wire::OpenAi, "Hello, Ada")]);
    let anonymous = setup.app.anonymous();
    let body = hello(&json!({"system": "Be brief.", "stop_sequences": ["."], "temperature": 0.5}));
    let request = anonymous.request(Method::POST, MESSAGES);
    let request = request.header("x-api-key", key["secret"].as_str().unwrap()).json(&body);
    let reply = anonymous.send(request).await.expect(200);
    let stored = execution(&setup, &reply).await;
    let id = stored["id"].as_str().unwrap();
    let expected = json!({
        "id": format!("msg_{}", id.replace('-', "")), "type": "message", "role": "assistant",
        "model": "main", "content": [{"type": "text", "text": "Hello, Ada"}],
        "stop_reason": "end_turn", "stop_sequence": null,
        "usage": {"input_tokens": 5, "output_tokens": 2, "cache_read_input_tokens": 4,
            "cache_creation_input_tokens": 0},
        "plinth": {"execution_id": id},
    });
    assert_eq!(reply.json(), expected);
    assert_eq!((&stored["status"], &stored["api_key_id"]), (&json!("succeeded"), &key["id"]));
    let sent = setup.provider.requests()[0].json();
    assert_eq!(
        sent["messages"],
        json!([
            {"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"},
        ])
    );
    assert_eq!((&sent["stop"], &sent["max_tokens"]), (&json!(["."]), &json!(100)));
    // The header is that of this API alone.
    let request = anonymous.request(Method::POST, super::CHAT);
    let request = request.header("x-api-key", key["secret"].as_str().unwrap());
    assert_eq!(anonymous.send(request.json(&super::hello(&json!({})))).await.status, 401);
}

#[tokio::test]
async fn a_model_of_anthropic_gets_back_what_was_asked() {
    let setup = Setup::new().await;
    let other = json!({"provider": "anthropic", "model_id": "claude"});
    model(&setup.owner, &setup.provider, "claude", other).await;
    let messages = json!([
        {"role": "user", "content": [{"type": "text", "text": "Look"}]},
        {"role": "assistant", "content": [
            {"type": "tool_use", "id": "t1", "name": "look", "input": {"at": 1}},
        ]},
        {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "t1", "content": [
                {"type": "text", "text": "a bridge"},
            ]},
            {"type": "text", "text": "And?"},
        ]},
    ]);
    let tools = json!([{"name": "look", "description": "d", "input_schema": {"type": "object"}}]);
    let choice = json!({"type": "any"});
    let body = json!({"model": "claude", "max_tokens": 7, "system": "Be brief.", "top_k": 3,
        "messages": messages, "tools": tools, "tool_choice": choice});
    setup.owner.post(MESSAGES, body).await.expect(200);
    let sent = setup.provider.requests()[0].json();
    assert_eq!(sent["messages"], messages);
    assert_eq!((&sent["tools"], &sent["tool_choice"]), (&tools, &choice));
    assert_eq!((&sent["system"], &sent["top_k"]), (&json!("Be brief."), &json!(3)));
}

#[tokio::test]
async fn a_prompt_is_called_with_its_variables() {
    let setup = Setup::new().await;
    prompt(&setup.owner, &setup.model).await;
    let body = json!({"model": "prompt:greeting@1", "variables": {"name": "Ada"}, "messages": []});
    let reply = setup.owner.post(MESSAGES, body).await.expect(200);
    assert_eq!(execution(&setup, &reply).await["prompt_version"], 1);
    let sent = setup.provider.requests()[0].json();
    assert_eq!(sent["messages"], json!([{"role": "user", "content": "Greet Ada."}]));
}

#[tokio::test]
async fn events_come_as_the_provider_sends_them() {
    let setup = Setup::new().await;
    let pause = Duration::from_millis(40);
    setup.provider.script([Answer::tokens(Wire::OpenAi, &["Hel", "lo"]).slowly(pause)]);
    let events = events(&setup, hello(&json!({"stream": true}))).await;
    let expected = [
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
    ];
    assert_eq!(types(&events), expected, "{events:?}");
    assert_eq!(events[0]["message"]["role"], "assistant");
    assert_eq!(events[3]["delta"], json!({"type": "text_delta", "text": "lo"}));
    assert_eq!(events[5]["delta"]["stop_reason"], "end_turn");
    assert_eq!(events[5]["usage"]["output_tokens"], 2);
    assert_eq!(events[5]["usage"]["input_tokens"], 5);
}

#[tokio::test]
async fn calls_of_tools_are_blocks_whole_and_streamed() {
    let setup = Setup::new().await;
    let call = json!({"id": "c1", "type": "function",
        "function": {"name": "find", "arguments": "{\"q\":1}"}});
    let message = json!({"role": "assistant", "content": null, "tool_calls": [call]});
    let choice = json!({"index": 0, "message": message, "finish_reason": "tool_calls"});
    let whole = Answer::json(200, json!({"choices": [choice]}).to_string());
    setup.provider.script([whole]);
    let reply = setup.owner.post(MESSAGES, hello(&json!({}))).await.expect(200).json();
    assert_eq!(reply["stop_reason"], "tool_use");
    let block = json!([{"type": "tool_use", "id": "c1", "name": "find", "input": {"q": 1}}]);
    assert_eq!(reply["content"], block);

    let piece = |delta: Value| {
        let choice = json!({"index": 0, "delta": delta, "finish_reason": null});
        format!("data: {}\n\n", json!({"choices": [choice]}))
    };
    let function = json!({"name": "find", "arguments": ""});
    let head = json!({"index": 0, "id": "c1", "type": "function", "function": function});
    let more = json!({"index": 0, "function": {"arguments": "{\"q\":1}"}});
    setup.provider.script([Answer::stream([
        piece(json!({"content": "Let me see."})),
        piece(json!({"tool_calls": [head]})),
        piece(json!({"tool_calls": [more]})),
        Wire::OpenAi.finish("tool_calls", 3),
        Wire::OpenAi.done(),
    ])
    .slowly(Duration::from_millis(20))]);
    let events = events(&setup, hello(&json!({"stream": true}))).await;
    let start = events.iter().find(|event| event["content_block"]["type"] == "tool_use").unwrap();
    assert_eq!((&start["index"], &start["content_block"]["id"]), (&json!(1), &json!("c1")));
    let pieces = events.iter().filter_map(|event| event["delta"]["partial_json"].as_str());
    assert_eq!(pieces.collect::<String>(), "{\"q\":1}");
    assert_eq!(events[events.len() - 2]["delta"]["stop_reason"], "tool_use");
}

#[tokio::test]
async fn an_answer_that_is_cut_ends_with_an_error_event() {
    let setup = Setup::new().await;
    let start = || Answer::start_of(Wire::OpenAi, &["so far"]);
    for (answer, kind, code) in [
        (start().cut(), "api_error", "provider.stream_cut"),
        (start().stall(), "timeout_error", "timeout.idle"),
    ] {
        setup.provider.script([answer]);
        let events = events(&setup, hello(&json!({"stream": true}))).await;
        let last = events.last().unwrap();
        assert_eq!(last["error"]["type"], kind, "{last}");
        assert_eq!(last["error"]["code"], code, "{last}");
        assert!(!types(&events).contains(&"message_stop"));
    }
}

#[tokio::test]
async fn refusals_have_anthropics_form() {
    let setup = Setup::new().await;
    let reply = setup.app.anonymous().post(MESSAGES, hello(&json!({}))).await;
    refused(&reply, 401, "authentication_error", "auth.required");
    let anonymous = setup.app.anonymous();
    let request = anonymous.request(Method::POST, MESSAGES).header("x-api-key", "plk_wrong");
    let reply = anonymous.send(request.json(&hello(&json!({})))).await;
    refused(&reply, 401, "authentication_error", "auth.invalid_token");
    let viewer = setup.owner.invite_as("v@example.com", "viewer").await;
    let reply = viewer.post(MESSAGES, hello(&json!({}))).await;
    refused(&reply, 403, "permission_error", "permission.denied");
    let reply = setup.owner.get("//anthropic/v1/nowhere").await;
    refused(&reply, 404, "not_found_error", "route.unknown");
    let invalid = "invalid_request_error";
    for (other, status, kind, code) in [
        (json!({"model": "other"}), 404, "not_found_error", "model.unknown"),
        (json!({"messages": [{"role": "robot"}]}), 400, invalid, "value.unknown"),
        (json!({"mcp_servers": []}), 400, invalid, "parameter.unsupported"),
        (json!({"padding": "x".repeat(600 * 1024)}), 413, "request_too_large", "body.too_large"),
    ] {
        let reply = setup.owner.post(MESSAGES, hello(&other)).await;
        refused(&reply, status, kind, code);
    }
    let wrong = Answer::error(Wire::OpenAi, 400, "bad", "no such tool");
    setup.provider.script([wrong, Answer::error(Wire::OpenAi, 429, "slow_down", "no")]);
    let reply = setup.owner.post(MESSAGES, hello(&json!({}))).await;
    refused(&reply, 400, invalid, "provider.rejected");
    assert!(reply.text.contains("no such tool") && !reply.text.contains("sk-canary"));
    let reply = setup.owner.post(MESSAGES, hello(&json!({"stream": true}))).await;
    refused(&reply, 429, "rate_limit_error", "provider.rate_limited");
    assert_eq!((reply.header("x-should-retry"), reply.header("retry-after")), ("", "5"));
}

#[tokio::test]
async fn a_used_up_budget_is_not_asked_for_again() {
    let setup = Setup::new().await;
    let model = setup.model["id"].as_str().unwrap();
    let prices = json!({"input_nano_usd": 0, "output_nano_usd": 1_000_000_000,
        "valid_from": "2026-01-01T00:00:00Z"});
    setup.owner.create(&format!("/models/{model}/prices"), prices).await;
    let budget = json!({"scope": "organization", "period": "day", "hard_limit_nano_usd": 1});
    setup.owner.create("/budgets", budget).await;
    let reply = setup.owner.post(MESSAGES, hello(&json!({}))).await;
    refused(&reply, 429, "rate_limit_error", "budget.exceeded");
    assert_eq!(reply.header("x-should-retry"), "false");
    assert_eq!(setup.provider.requests().len(), 0);
}

#[tokio::test]
async fn a_client_that_goes_away_cancels_the_message() {
    let setup = Setup::new().await;
    let key = key(&setup).await;
    setup.provider.script([Answer::start_of(Wire::OpenAi, &["so far"])
        .endless(Wire::OpenAi.ping(), Duration::from_millis(50))]);
    let request = key.request(Method::POST, MESSAGES).json(&hello(&json!({"stream": true})));
    let mut bytes = request.send().await.unwrap().bytes_stream();
    let mut text = String::new();
    while !text.contains("so far") {
        text += std::str::from_utf8(&bytes.next().await.unwrap().unwrap()).unwrap();
    }
    drop(bytes);
    let closed = |provider: &FakeProvider| provider.open_connections() == 0;
    assert!(setup.provider.wait_for(closed, Duration::from_secs(1)).await);
    let deadline = Instant::now() + Duration::from_secs(5);
    while setup.owner.list("/executions?status=cancelled").await.is_empty() {
        assert!(Instant::now() < deadline);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
