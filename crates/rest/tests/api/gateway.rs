//! The gateway: the APIs of OpenAI and Anthropic, with a provider over real sockets.

mod anthropic;
mod embeddings;
mod errors;
mod prompts;
mod streaming;
mod vanishing;

use plinth_testkit::provider::{Answer, Wire};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{
    executions::Setup,
    support::{ALLOWED_ADDRESS, Client, Reply, records::fresh},
};

const CHAT: &str = "//openai/v1/chat/completions";
const EMBEDDINGS: &str = "//openai/v1/embeddings";
const MODELS: &str = "//openai/v1/models";

/// An API key that may execute, and no more.
async fn key(setup: &Setup) -> Client {
    setup.owner.api_key(json!({"permissions": ["execution:create"]})).await
}

/// A request for a completion by the model `main`, with further fields.
fn hello(other: &Value) -> Value {
    let mut body = json!({"model": "main", "messages": [{"role": "user", "content": "Hello"}]});
    body.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    body
}

fn streamed(other: &Value) -> Value {
    let mut body = hello(other);
    body["stream"] = json!(true);
    body
}

fn chat(client: &Client, body: &Value) -> RequestBuilder {
    client.request(Method::POST, CHAT).json(body)
}

/// A refusal in OpenAI's form.
#[track_caller]
fn refused(reply: &Reply, status: u16, kind: &str, code: &str) -> Value {
    assert_eq!(reply.status, status, "{reply:?}");
    assert_eq!(reply.header("content-type"), "application/json");
    assert!(!reply.header("x-request-id").is_empty());
    let error = reply.json()["error"].clone();
    let named = (error["type"].as_str().unwrap(), error["code"].as_str().unwrap());
    assert_eq!(named, (kind, code), "{error}");
    assert!(error["message"].is_string() && error.get("param").is_some(), "{error}");
    error
}

/// The execution that a reply names.
async fn execution(setup: &Setup, reply: &Reply) -> Value {
    let id = reply.header("plinth-execution-id");
    setup.owner.get(&format!("/executions/{id}")).await.expect(200).json()
}

/// Whether a path is one of the gateway, whose errors have the form of another API.
pub(crate) fn has(path: &str) -> bool {
    path.starts_with("/openai/") || path.starts_with("/anthropic/")
}

/// What an operation of the gateway needs, and its body. No provider is called: the one server that may
/// be called does not exist.
pub(crate) async fn operation(operation: &str, owner: &Client) -> Option<(Value, Option<Value>)> {
    let kind = match operation {
        "create_chat_completion"
        | "create_anthropic_message"
        | "get_openai_models"
        | "get_openai_model" => "chat",
        "create_embeddings" => "embedding",
        _ => return None,
    };
    // The sweep's path names this model.
    let name = if operation == "get_openai_model" {
        "sample".to_owned()
    } else {
        format!("g-{}", fresh())
    };
    let new = json!({
        "name": name, "provider": "custom", "model_id": "x", "kind": kind,
        "base_url": format!("http://{ALLOWED_ADDRESS}"),
    });
    // It is there from the last time.
    drop(owner.post("/models", new).await);
    Some(match operation {
        "create_chat_completion" | "create_anthropic_message" => {
            let messages = json!([{"role": "user", "content": "Hello"}]);
            (json!({}), Some(json!({"model": name, "messages": messages})))
        }
        "create_embeddings" => (json!({}), Some(json!({"model": name, "input": "Hello"}))),
        _ => (json!({}), None),
    })
}

#[tokio::test]
async fn a_completion_is_an_execution_of_its_key() {
    let setup = Setup::new().await;
    let key = key(&setup).await;
    setup.provider.script([Answer::text(Wire::OpenAi, "Hello, Ada")]);
    let tools =
        json!([{"type": "function", "function": {"name": "z", "parameters": {"b": 1, "a": 2}}}]);
    let body = hello(&json!({"temperature": 0.5, "tools": tools, "max_tokens": 7}));
    let reply = key.send(chat(&key, &body)).await.expect(200);
    let answer = reply.json();
    let execution = execution(&setup, &reply).await;
    let id = execution["id"].as_str().unwrap();
    assert_eq!(answer["id"], format!("chatcmpl-{}", id.replace('-', "")));
    assert_eq!(answer["object"], "chat.completion");
    assert_eq!(answer["model"], "main");
    assert_eq!(answer["plinth"]["execution_id"], id);
    let message = json!({"role": "assistant", "content": "Hello, Ada", "refusal": null});
    assert_eq!(answer["choices"][0]["message"], message);
    assert_eq!(answer["choices"][0]["finish_reason"], "stop");
    let usage = &answer["usage"];
    assert_eq!([&usage["prompt_tokens"], &usage["completion_tokens"]], [9, 2]);
    assert_eq!(usage["total_tokens"], 11);
    assert_eq!(usage["prompt_tokens_details"]["cached_tokens"], 4);
    assert_eq!(execution["status"], "succeeded");
    assert_eq!(execution["output"], "Hello, Ada");
    assert!(execution["api_key_id"].is_string(), "{execution}");
    let sent = &setup.provider.requests()[0];
    assert_eq!(sent.json()["messages"], body["messages"]);
    assert_eq!(sent.json()["temperature"], 0.5);
    assert_eq!(sent.json()["max_tokens"], 7);
    assert_eq!(sent.json()["tools"], tools);
    assert_eq!(sent.json()["stream"], Value::Null);
}

#[tokio::test]
async fn calls_of_tools_and_refusals_have_openais_form() {
    let setup = Setup::new().await;
    let whole = |message: Value, reason: &str| {
        let choice = json!({"index": 0, "message": message, "finish_reason": reason});
        Answer::json(200, json!({"choices": [choice]}).to_string())
    };
    let call = json!({"id": "c1", "type": "function",
        "function": {"name": "find", "arguments": "{\"q\":1}"}});
    setup.provider.script([
        whole(json!({"role": "assistant", "content": null, "tool_calls": [call]}), "tool_calls"),
        whole(json!({"role": "assistant", "content": null, "refusal": "I cannot."}), "stop"),
    ]);
    let said = async || {
        let reply = setup.owner.send(chat(&setup.owner, &hello(&json!({})))).await.expect(200);
        reply.json()["choices"][0].clone()
    };
    let calls = said().await;
    assert_eq!(calls["finish_reason"], "tool_calls");
    assert_eq!(calls["message"]["content"], Value::Null);
    assert_eq!(calls["message"]["tool_calls"], json!([call]));
    let refusal = said().await;
    assert_eq!(refusal["finish_reason"], "stop");
    assert_eq!(refusal["message"]["refusal"], "I cannot.");
    assert_eq!(refusal["message"]["content"], Value::Null);
    let stored = &setup.owner.list("/executions").await[0];
    assert_eq!(stored["finish_reason"], "content_filter");
}

#[tokio::test]
async fn the_models_are_those_that_can_be_called() {
    let setup = Setup::new().await;
    let key = key(&setup).await;
    let other = json!({"name": "local/second", "provider": "custom", "model_id": "x",
        "base_url": format!("http://{ALLOWED_ADDRESS}")});
    let second = setup.owner.create("/models", other).await;
    crate::executions::prompt(&setup.owner, &setup.model).await;
    let names = async || {
        let list = key.get(MODELS).await.expect(200).json();
        assert_eq!(list["object"], "list");
        let names = list["data"].as_array().unwrap().iter().map(|one| one["id"].clone());
        names.collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["local/second", "main", "prompt:greeting"]);
    for path in ["local/second", "local%2Fsecond", "main", "prompt:greeting", "prompt%3Agreeting"] {
        let one = key.get(&format!("{MODELS}/{path}")).await.expect(200).json();
        assert_eq!(one["object"], "model");
        assert_eq!(one["owned_by"], if path.starts_with("prompt") { "plinth" } else { "custom" });
    }
    let path = format!("/models/{}", second["id"].as_str().unwrap());
    setup.owner.patch(&path, "*", json!({"status": "disabled"})).await.expect(200);
    assert_eq!(names().await, ["main", "prompt:greeting"]);
    let gone = key.get(&format!("{MODELS}/local/second")).await;
    refused(&gone, 404, "invalid_request_error", "model_not_found");
    let stranger = setup.app.owner("Other").await;
    assert_eq!(stranger.get(MODELS).await.expect(200).json()["data"], json!([]));
}
