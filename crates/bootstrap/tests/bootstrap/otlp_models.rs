//! Calls of models at a real OTLP receiver, and which of their content arrives there.

mod site;

use plinth_testkit::otlp::{Metric, Receiver, Span};
use plinth_testkit::provider::{Answer, Wire};
use serde_json::json;

use site::{Site, TRACE};

/// What is asked, with a secret in it.
const QUESTION: &str = "QUESTION-CANARY";
const ANSWER: &str = "ANSWER-CANARY";
const SECRET: &str = "sk-SECRET-CANARY-0123456789";

/// Calls of each kind: whole, streamed, refused, dropped by the client, and vectors. Returns what has
/// arrived.
async fn calls_seen(content: bool) -> Receiver {
    let site = Site::start(content).await;
    let model = site.create(
        "/models",
        json!({
            "name": "main", "provider": "custom", "model_id": "fake", "kind": "chat",
            "base_url": site.provider.base_url(), "secret": SECRET,
        }),
    );
    let model = model.await["id"].as_str().unwrap().to_owned();
    site.create(
        &format!("/models/{model}/prices"),
        json!({
            "input_nano_usd": 1_000_000_000_000_i64, "output_nano_usd": 2_000_000_000_000_i64,
        }),
    )
    .await;
    site.create("/models", json!({
        "name": "vectors", "provider": "custom", "model_id": "fake-vectors", "kind": "embedding",
        "base_url": site.provider.base_url(), "secret": SECRET,
    }))
    .await;

    let said = format!("You asked {QUESTION} with {SECRET}");
    site.provider.script([
        Answer::text(Wire::OpenAi, &format!("{ANSWER} {SECRET}")),
        Answer::tokens(Wire::OpenAi, &["ANSWER-", "CANARY ", "sk-SECRET-", "CANARY-0123456789"]),
        Answer::error(Wire::OpenAi, 400, "invalid_request_error", &said),
        Answer::start_of(Wire::OpenAi, &[ANSWER]).stall(),
    ]);
    let messages = json!([{"role": "user", "content": format!("{QUESTION} {SECRET}")}]);
    let chat = |stream: bool| {
        let other = json!({"temperature": 0.5, "max_tokens": 7});
        let mut body = json!({"model": "main", "messages": messages, "stream": stream});
        body.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
        site.post("/openai/v1/chat/completions", body)
    };
    let whole = chat(false).await;
    assert_eq!(whole.status(), 200);
    let execution = whole.headers()["plinth-execution-id"].to_str().unwrap();
    let execution = site.get(&format!("/executions/{execution}")).await;
    assert_eq!(execution["trace_id"], TRACE);
    let streamed = chat(true).await;
    assert!(streamed.text().await.unwrap().ends_with("[DONE]\n\n"));
    assert_eq!(chat(false).await.status(), 400);
    let mut dropped = chat(true).await;
    while !String::from_utf8_lossy(&dropped.chunk().await.unwrap().unwrap()).contains(ANSWER) {}
    drop(dropped);
    site.until_cancelled().await;
    let texts = json!({"model": "vectors", "input": [format!("{QUESTION} {SECRET}")]});
    assert_eq!(site.post("/openai/v1/embeddings", texts).await.status(), 200);
    site.stop().await
}

/// The span of each call, in the order of the calls.
fn calls(receiver: &Receiver) -> Vec<Span> {
    let spans = receiver.spans().into_iter();
    spans.filter(|span| span.attributes.contains_key("gen_ai.operation.name")).collect()
}

fn has(span: &Span, expected: &[(&str, &str)]) {
    for (name, value) in expected {
        let found = span.attributes.get(*name).map(String::as_str);
        assert_eq!(found, Some(*value), "{name} of {span:#?}");
    }
}

#[tokio::test]
async fn each_call_of_a_model_is_one_span_and_one_value_in_metrics() {
    let receiver = calls_seen(false).await;
    let spans = calls(&receiver);
    let names: Vec<_> = spans.iter().map(|span| span.name.as_str()).collect();
    assert_eq!(
        names,
        ["chat fake", "chat fake", "chat fake", "chat fake", "embeddings fake-vectors"]
    );
    let executions = receiver.spans();
    let executions = executions.iter().filter(|span| span.name == "execution");
    let executions: Vec<_> = executions.collect();
    for span in &spans {
        assert_eq!((&*span.trace_id, &*span.kind), (TRACE, "Client"), "{span:#?}");
        let parent = executions.iter().find(|execution| execution.span_id == span.parent_id);
        let parent = parent.unwrap_or_else(|| panic!("{span:#?} has no execution"));
        assert!(parent.attributes.contains_key("execution_id"), "{parent:#?}");
        has(span, &[("gen_ai.provider.name", "custom"), ("server.address", "127.0.0.1")]);
    }
    let [whole, streamed, refused, dropped, vectors] = &spans[..] else { panic!("{spans:#?}") };
    let answered = [
        ("gen_ai.operation.name", "chat"),
        ("gen_ai.request.model", "fake"),
        ("gen_ai.request.temperature", "0.5"),
        ("gen_ai.request.max_tokens", "7"),
        ("gen_ai.response.finish_reasons", "stop"),
        ("gen_ai.response.id", "chatcmpl-1"),
        ("gen_ai.response.model", "fake"),
        ("gen_ai.usage.input_tokens", "9"),
        ("gen_ai.usage.cache_read.input_tokens", "4"),
    ];
    has(whole, &answered);
    has(whole, &[("gen_ai.usage.output_tokens", "2")]);
    has(streamed, &answered);
    has(streamed, &[("gen_ai.usage.output_tokens", "4"), ("gen_ai.request.stream", "true")]);
    assert!(streamed.attributes.contains_key("gen_ai.response.time_to_first_chunk"));
    assert_eq!([&*whole.status, &*streamed.status, &*vectors.status], ["Unset"; 3]);
    has(refused, &[("error.type", "provider.rejected")]);
    has(dropped, &[("error.type", "cancelled"), ("gen_ai.request.stream", "true")]);
    assert_eq!([&*refused.status, &*dropped.status], ["Error"; 2]);
    has(
        vectors,
        &[
            ("gen_ai.operation.name", "embeddings"),
            ("gen_ai.embeddings.dimension.count", "3"),
            ("gen_ai.response.model", "fake"),
            ("gen_ai.usage.input_tokens", "9"),
        ],
    );
    metrics(&receiver.metrics());
}

/// The last export has all values.
fn metrics(metrics: &[Metric]) {
    let named = |name: &str| metrics.iter().rfind(|metric| metric.name == name).unwrap();
    let value = |name: &str, attributes: &[(&str, &str)]| {
        let metric = named(name);
        let fits = |point: &&plinth_testkit::otlp::Point| {
            attributes.iter().all(|(name, value)| {
                point.attributes.get(*name).map(String::as_str) == Some(*value)
            })
        };
        let point = metric.points.iter().find(fits);
        let point = point.unwrap_or_else(|| panic!("{attributes:?} in {metric:#?}"));
        (point.value.parse::<f64>().unwrap(), point.sum)
    };
    let count = |name: &str, attributes: &[(&str, &str)]| value(name, attributes).0.to_string();
    let chat = ("gen_ai.operation.name", "chat");
    let duration = "gen_ai.client.operation.duration";
    assert_eq!(named(duration).unit, "s");
    let points = &named(duration).points;
    assert!(points.iter().all(|point| point.sum.is_some_and(|sum| sum > 0.0)), "{points:#?}");
    // A server of an organization has no name in metrics.
    assert!(points.iter().all(|point| point.attributes["gen_ai.request.model"] == "_OTHER"));
    let answered = points.iter().find(|point| {
        point.attributes["gen_ai.operation.name"] == "chat"
            && !point.attributes.contains_key("error.type")
    });
    assert_eq!(answered.unwrap().value, "2");
    assert_eq!(count(duration, &[chat, ("error.type", "provider.rejected")]), "1");
    assert_eq!(count(duration, &[chat, ("error.type", "cancelled")]), "1");
    assert_eq!(count(duration, &[("gen_ai.operation.name", "embeddings")]), "1");
    let tokens = "gen_ai.client.token.usage";
    assert_eq!(named(tokens).unit, "{token}");
    assert_eq!(value(tokens, &[chat, ("gen_ai.token.type", "input")]), (2.0, Some(18.0)));
    assert_eq!(value(tokens, &[chat, ("gen_ai.token.type", "output")]), (2.0, Some(6.0)));
    assert_eq!(count("gen_ai.client.operation.time_to_first_chunk", &[chat]), "2");
    let ended = |status| count("plinth.execution.ended", &[("plinth.execution.status", status)]);
    assert_eq!([ended("succeeded"), ended("failed"), ended("cancelled")], ["3", "1", "1"]);
    let (cost, _) = value("plinth.execution.cost", &[("gen_ai.provider.name", "custom")]);
    // The two answers cost 18 tokens of 0.001 and 6 of 0.002 US dollars; the dropped one is estimated.
    assert!((0.03..0.2).contains(&cost), "{cost}");
}

#[tokio::test]
async fn no_content_of_calls_arrives_by_default_and_no_secret() {
    let receiver = calls_seen(false).await;
    assert!(receiver.has_received("gen_ai.operation.name"));
    for text in [QUESTION, ANSWER, "CANARY"] {
        assert!(!receiver.has_received(text), "{text} was sent");
    }
}

#[tokio::test]
async fn content_of_calls_arrives_in_spans_where_it_is_switched_on_but_no_secret() {
    let receiver = calls_seen(true).await;
    assert!(!receiver.has_received("sk-SECRET"), "a secret was sent");
    for span in calls(&receiver).iter().take(2) {
        let input = format!("{QUESTION} [secret]");
        let input = json!([{"role": "user", "parts": [{"type": "text", "content": input}]}]);
        let output = format!("{ANSWER} [secret]");
        let output = json!([{"role": "assistant", "finish_reason": "stop", "parts": [
            {"type": "text", "content": output},
        ]}]);
        has(
            span,
            &[
                ("gen_ai.input.messages", &input.to_string()),
                ("gen_ai.output.messages", &output.to_string()),
            ],
        );
    }
    let told = calls(&receiver).iter().filter(|s| format!("{s:?}").contains("CANARY")).count();
    assert_eq!(told, 4, "all but the vectors");
    let others = receiver.spans().into_iter().filter(|span| !span.name.starts_with("chat "));
    assert!(!format!("{:?}", others.collect::<Vec<_>>()).contains("CANARY"));
    assert!(!format!("{:?}{:?}", receiver.logs(), receiver.metrics()).contains("CANARY"));
}
