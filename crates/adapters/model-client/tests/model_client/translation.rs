use plinth_domain::{JsonObject, ModelFault, ModelProvider};
use plinth_ports::ChatRequest;
use serde_json::{Value, json};

use crate::bench::{Bench, question, with_parameters};

/// The body that Anthropic gets for a request.
async fn translated(bench: &Bench, request: &ChatRequest) -> Value {
    let outcome = bench.chat(&bench.endpoint(ModelProvider::Anthropic), request).await;
    assert_eq!(outcome.error, None);
    bench.provider.requests().pop().unwrap().json()
}

#[tokio::test]
async fn a_request_of_anthropic_has_its_version_and_its_largest_number_of_tokens() {
    let bench = Bench::start().await;
    let body = translated(&bench, &question(true)).await;
    let text = json!([{"type": "text", "text": "Hi"}]);
    assert_eq!(
        body,
        json!({
            "model": "fake", "max_tokens": 4096, "stream": true,
            "messages": [{"role": "user", "content": text}],
        })
    );
    let request = bench.provider.requests().pop().unwrap();
    assert_eq!(
        (request.path.as_str(), request.header("anthropic-version")),
        ("/v1/messages", Some("2023-06-01"),)
    );
}

#[tokio::test]
async fn parameters_get_the_names_of_anthropic() {
    let bench = Bench::start().await;
    let parameters = json!({
        "max_tokens": 7, "temperature": 1.5, "top_p": 0.9, "stop": "END", "user": "u1",
        "frequency_penalty": 1, "seed": 4, "logprobs": true, "parallel_tool_calls": false,
        "thinking": {"type": "enabled", "budget_tokens": 1024},
        "tools": [
            {"type": "function", "function": {
                "name": "find", "description": "Finds.", "strict": true,
                "parameters": {"type": "object", "properties": {"q": {"type": "string"}}},
            }},
            {"type": "function", "function": {"name": "now"}},
        ],
        "tool_choice": {"type": "function", "function": {"name": "find"}},
        "response_format": {"type": "json_schema", "json_schema": {
            "name": "x", "strict": true, "schema": {"type": "object"},
        }},
    });
    let body = translated(&bench, &with_parameters(&parameters.to_string())).await;
    let text = json!([{"type": "text", "text": "Hi"}]);
    assert_eq!(
        body,
        json!({
            "model": "fake", "max_tokens": 7, "temperature": 1.0, "top_p": 0.9,
            "stop_sequences": ["END"], "metadata": {"user_id": "u1"},
            "thinking": {"type": "enabled", "budget_tokens": 1024},
            "messages": [{"role": "user", "content": text}],
            "tools": [
                {"name": "find", "description": "Finds.", "strict": true,
                 "input_schema": {"type": "object", "properties": {"q": {"type": "string"}}}},
                {"name": "now", "input_schema": {"type": "object", "properties": {}}},
            ],
            "tool_choice": {"type": "tool", "name": "find", "disable_parallel_tool_use": true},
            "output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}},
        })
    );
}

#[tokio::test]
async fn choices_of_tools_get_the_names_of_anthropic() {
    let bench = Bench::start().await;
    let tools = json!([{"type": "function", "function": {"name": "find"}}]);
    for (choice, expected) in [
        (json!(null), json!(null)),
        (json!("auto"), json!({"type": "auto"})),
        (json!("required"), json!({"type": "any"})),
        (json!("none"), json!({"type": "none"})),
    ] {
        let parameters = json!({"tools": tools, "tool_choice": choice}).to_string();
        let body = translated(&bench, &with_parameters(&parameters)).await;
        assert_eq!(body["tool_choice"], expected);
    }
}

#[tokio::test]
async fn messages_are_translated_with_their_tools_pictures_and_files() {
    let bench = Bench::start().await;
    let call = json!({"id": "c1", "type": "function", "function": {
        "name": "find", "arguments": "{\"q\": 1}",
    }});
    let without =
        json!({"id": "c2", "type": "function", "function": {"name": "now", "arguments": ""}});
    let messages = json!([
        {"role": "system", "content": "Be brief."},
        {"role": "developer", "content": [{"type": "text", "text": "Be kind."}]},
        {"role": "user", "content": [
            {"type": "text", "text": "What is it?"},
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
            {"type": "image_url", "image_url": {"url": "https://a.example/b.png"}},
            {"type": "file", "file": {"file_data": "data:application/pdf;base64,BBBB"}},
        ]},
        {"role": "assistant", "content": null, "tool_calls": [call, without]},
        {"role": "tool", "tool_call_id": "c1", "content": "found"},
        {"role": "tool", "tool_call_id": "c2", "content": [{"type": "text", "text": "noon"}]},
        {"role": "user", "content": "Go on."},
        {"role": "assistant", "content": ""},
    ]);
    let request = ChatRequest { messages: messages.to_string(), ..question(false) };
    let body = translated(&bench, &request).await;
    assert_eq!(body["system"], "Be brief.\n\nBe kind.");
    let source =
        |kind: &str, data: &str| json!({"type": "base64", "media_type": kind, "data": data});
    let result = |id: &str, text: &str| {
        json!({
            "type": "tool_result", "tool_use_id": id, "content": [{"type": "text", "text": text}],
        })
    };
    assert_eq!(
        body["messages"],
        json!([
            {"role": "user", "content": [
                {"type": "text", "text": "What is it?"},
                {"type": "image", "source": source("image/png", "AAAA")},
                {"type": "image", "source": {"type": "url", "url": "https://a.example/b.png"}},
                {"type": "document", "source": source("application/pdf", "BBBB")},
            ]},
            {"role": "assistant", "content": [
                {"type": "tool_use", "id": "c1", "name": "find", "input": {"q": 1}},
                {"type": "tool_use", "id": "c2", "name": "now", "input": {}},
            ]},
            {"role": "user", "content": [
                result("c1", "found"), result("c2", "noon"), {"type": "text", "text": "Go on."},
            ]},
        ])
    );
}

#[tokio::test]
async fn what_anthropic_does_not_have_is_rejected_before_the_call() {
    let bench = Bench::start().await;
    let endpoint = bench.endpoint(ModelProvider::Anthropic);
    let audio = json!([{"role": "user", "content": [{"type": "input_audio"}]}]);
    let http = json!([{"role": "user", "content": [
        {"type": "image_url", "image_url": {"url": "http://a/b.png"}},
    ]}]);
    let arguments = json!([{"role": "assistant", "tool_calls": [
        {"id": "c", "function": {"name": "f", "arguments": "{"}},
    ]}]);
    for messages in [
        audio,
        http,
        arguments,
        json!([{"role": "function", "content": "x"}]),
        json!([{"role": "tool", "content": "x"}]),
        json!([{"content": "x"}]),
        json!({}),
    ] {
        let request = ChatRequest { messages: messages.to_string(), ..question(false) };
        let outcome = bench.chat(&endpoint, &request).await;
        assert_eq!(outcome.fault(), Some(ModelFault::Rejected), "{messages}");
    }
    for parameters in [
        r#"{"tools": {}}"#,
        r#"{"tools": [{"type": "web_search"}]}"#,
        r#"{"tools": [], "tool_choice": "perhaps"}"#,
        r#"{"tools": [], "tool_choice": {}}"#,
    ] {
        let parameters = JsonObject::from_parsed(parameters.to_owned());
        let request = ChatRequest { parameters, ..question(false) };
        let outcome = bench.chat(&endpoint, &request).await;
        assert_eq!(outcome.fault(), Some(ModelFault::Rejected), "{request:?}");
    }
    assert_eq!(bench.provider.connections().len(), 0);
}
