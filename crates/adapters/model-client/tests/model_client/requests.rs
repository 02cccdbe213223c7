use plinth_domain::ModelProvider;
use plinth_testkit::provider::Answer;
use serde_json::json;

use crate::bench::{Bench, question, with_parameters};

#[tokio::test]
async fn a_request_of_openai_has_the_parameters_but_not_what_the_client_decides() {
    let bench = Bench::start().await;
    let endpoint = bench.endpoint(ModelProvider::Custom);
    let parameters = r#"{"temperature": 0.10, "model": "stolen", "stream": true, "stop": ["x"],
        "messages": [], "stream_options": {}, "max_tokens": 5, "quote\"d": {"a": [1]}}"#;
    bench.chat(&endpoint, &with_parameters(parameters)).await;
    let request = bench.provider.requests().pop().unwrap();
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/v1/chat/completions"));
    assert_eq!(request.header("content-type"), Some("application/json"));
    let expected = json!({
        "model": "fake", "messages": [{"role": "user", "content": "Hi"}], "temperature": 0.1,
        "stop": ["x"], "max_tokens": 5, "quote\"d": {"a": [1]},
    });
    assert_eq!(request.json(), expected);
    assert!(request.text().contains("0.10"), "parameters stay as they are written");
    assert_eq!(request.text().matches("\"model\"").count(), 1, "no name comes twice");
}

#[tokio::test]
async fn a_streamed_request_of_openai_asks_for_the_usage() {
    let bench = Bench::start().await;
    bench.ask(ModelProvider::OpenAi, true).await;
    let body = bench.provider.requests().pop().unwrap().json();
    assert_eq!(body["stream"], true);
    assert_eq!(body["stream_options"], json!({"include_usage": true}));
}

#[tokio::test]
async fn openai_itself_gets_the_newer_name_of_the_largest_number_of_tokens() {
    let bench = Bench::start().await;
    for (parameters, expected) in
        [(r#"{"max_tokens": 5}"#, 5), (r#"{"max_tokens": 5, "max_completion_tokens": 6}"#, 6)]
    {
        let endpoint = bench.endpoint(ModelProvider::OpenAi);
        bench.chat(&endpoint, &with_parameters(parameters)).await;
        let body = bench.provider.requests().pop().unwrap().json();
        assert_eq!(body["max_completion_tokens"], expected);
        assert_eq!(body.get("max_tokens"), None);
    }
}

#[tokio::test]
async fn one_call_is_one_request() {
    let bench = Bench::start().await;
    for answer in [Answer::status(503), Answer::raw(""), Answer::status(429)] {
        bench.whole(ModelProvider::OpenAi, answer).await;
    }
    assert_eq!(bench.provider.requests().len(), 3);
}

#[tokio::test]
async fn a_slash_at_the_end_of_the_address_changes_nothing() {
    let bench = Bench::start().await;
    let mut endpoint = bench.endpoint(ModelProvider::Custom);
    endpoint.base_url += "/";
    bench.chat(&endpoint, &question(false)).await;
    assert_eq!(bench.provider.requests()[0].path, "/v1/chat/completions");
}
