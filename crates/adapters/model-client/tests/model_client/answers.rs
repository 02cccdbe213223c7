use plinth_domain::{FinishReason, ModelProvider, TokenUsage};
use plinth_ports::AnswerName;
use plinth_testkit::provider::{Answer, CACHED_TOKENS, INPUT_TOKENS};

use crate::bench::{Bench, WIRES};

const USAGE: TokenUsage = TokenUsage {
    input: INPUT_TOKENS,
    output: 2,
    cached: CACHED_TOKENS,
    cache_written: 0,
    reasoning: 0,
};

#[tokio::test]
async fn an_answer_is_the_same_whole_and_streamed_from_each_provider() {
    let bench = Bench::start().await;
    for (provider, _) in WIRES {
        for stream in [false, true] {
            let outcome = bench.ask(provider, stream).await;
            assert_eq!(outcome.text, "Hello world");
            assert_eq!(outcome.finish, Some(FinishReason::Stop));
            assert_eq!(outcome.usage, Some(USAGE), "{provider:?} {stream}");
            let name = outcome.name.unwrap();
            assert_eq!(name.model.as_deref(), Some("fake"), "{provider:?} {stream}");
            assert!(name.id.is_some_and(|id| id == "msg_1" || id == "chatcmpl-1"));
        }
    }
    assert_eq!(bench.provider.connections().len(), 1, "connections are used again");
}

/// Rows 13 and 18 of the failure matrix.
#[tokio::test]
async fn the_reason_of_the_end_makes_an_answer_complete() {
    let bench = Bench::start().await;
    for (provider, wire) in WIRES {
        let finish = wire.finish(wire.stop(), 2);
        // Without the usage of OpenAI, which comes in an event of its own.
        let no_usage = finish.split_inclusive("\n\n").next().unwrap().to_owned();
        let anthropic = provider == ModelProvider::Anthropic;
        let finish = if anthropic { finish } else { no_usage };
        for end in [
            Answer::start_of(wire, &["a"]).piece(finish.clone()),
            Answer::start_of(wire, &["a"]).piece(finish.clone()).cut(),
            Answer::start_of(wire, &["a"]).piece(finish.clone()).until_close(),
            Answer::start_of(wire, &["a"]).piece(finish.clone()).piece("data: {garbage\n\n"),
            Answer::start_of(wire, &["a"])
                .piece(finish.clone())
                .piece(wire.error_event("overloaded_error", "too late")),
            Answer::start_of(wire, &["a"]).piece(finish.clone()).piece(wire.delta("ignored")),
        ] {
            let outcome = bench.stream(provider, end).await;
            assert_eq!((outcome.text.as_str(), outcome.error), ("a", None), "{provider:?}");
            assert_eq!(outcome.finish, Some(FinishReason::Stop));
            assert_eq!(outcome.usage.is_some(), anthropic);
        }
    }
}

#[tokio::test]
async fn a_name_that_is_no_text_is_ignored() {
    let bench = Bench::start().await;
    let choice = r#""choices":[{"message":{"content":"a"},"finish_reason":"stop"}]"#;
    for (names, id) in [
        (r#""id":7,"model":null,"#.to_owned(), None),
        (r#""model":{"name":"m"},"#.to_owned(), None),
        (format!(r#""id":"{}","model":"","#, "é".repeat(300)), Some("é".repeat(200))),
    ] {
        let answer = Answer::json(200, format!("{{{names}{choice}}}"));
        let outcome = bench.whole(ModelProvider::OpenAi, answer).await;
        assert_eq!((outcome.text.as_str(), outcome.error), ("a", None));
        assert_eq!(outcome.name.unwrap_or_default(), AnswerName { id, model: None });
    }
}

#[tokio::test]
async fn reasons_of_the_end_have_one_name() {
    let bench = Bench::start().await;
    for (provider, reason, expected) in [
        (ModelProvider::OpenAi, "length", FinishReason::Length),
        (ModelProvider::OpenAi, "tool_calls", FinishReason::ToolCalls),
        (ModelProvider::OpenAi, "function_call", FinishReason::ToolCalls),
        (ModelProvider::OpenAi, "content_filter", FinishReason::ContentFilter),
        (ModelProvider::Custom, "eos_token", FinishReason::Stop),
        (ModelProvider::Anthropic, "max_tokens", FinishReason::Length),
        (ModelProvider::Anthropic, "model_context_window_exceeded", FinishReason::Length),
        (ModelProvider::Anthropic, "stop_sequence", FinishReason::Stop),
        (ModelProvider::Anthropic, "tool_use", FinishReason::ToolCalls),
        (ModelProvider::Anthropic, "refusal", FinishReason::ContentFilter),
        (ModelProvider::Anthropic, "new_reason", FinishReason::Stop),
    ] {
        let wire = WIRES.into_iter().find(|(other, _)| *other == provider);
        let wire = wire.map_or(WIRES[0].1, |(_, wire)| wire);
        let answer = Answer::start_of(wire, &["a"]).piece(wire.finish(reason, 1));
        let outcome = bench.stream(provider, answer).await;
        assert_eq!(outcome.finish, Some(expected), "{reason}");
    }
}

#[tokio::test]
async fn a_refusal_is_text_that_a_filter_ended() {
    let bench = Bench::start().await;
    let refusal = r#"{"choices":[{"delta":{"refusal":"I cannot."}}]}"#;
    let stop = r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#;
    let answer = Answer::stream([format!("data: {refusal}\n\ndata: {stop}\n\n")]);
    let outcome = bench.stream(ModelProvider::OpenAi, answer).await;
    assert_eq!(outcome.text, "I cannot.");
    assert_eq!(outcome.finish, Some(FinishReason::ContentFilter));
}

/// Row 19 of the failure matrix.
#[tokio::test]
async fn odd_choices_and_unknown_fields_and_events_are_ignored() {
    let bench = Bench::start().await;
    let openai = [
        r#"{"choices":null,"usage":null}"#,
        r#"{"choices":[],"prompt_filter_results":[{"a":[1,{}]}]}"#,
        r#"{"object":"ping"}"#,
        "",
        r#"{"choices":[{"index":1,"delta":{"content":"other"}},{"index":0,"delta":{"content":"a"}}]}"#,
        r#"{"choices":[{"index":0,"delta":null,"finish_reason":""}]}"#,
        r#"{"choices":[{"delta":{"content":null,"audio":{},"reasoning_content":"hm"}}],"x":1.5}"#,
        r#"{"choices":[{"delta":{"content":[{"type":"thinking","thinking":[]},{"type":"text","text":"b"}]}}]}"#,
        r#"{"choices":[{"delta":{"content":""},"message":{"content":"ab"}}]}"#,
        r#"{"choices":[{"index":1,"delta":{},"finish_reason":"length"}]}"#,
        r#"{"choices":[{"index":0,"delta":{"content":"c"},"finish_reason":"stop"}]}"#,
        r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#,
        r#"{"choices":[],"usage":{"prompt_tokens":5.0,"completion_tokens":-1,"cost":0.1}}"#,
    ];
    let events = openai.map(|data| format!("event: unknown\nid: 1\ndata: {data}\n\n"));
    let outcome = bench.stream(ModelProvider::OpenAi, Answer::stream(events)).await;
    assert_eq!((outcome.text.as_str(), outcome.error), ("abc", None));
    assert_eq!(outcome.finish, Some(FinishReason::Stop));
    assert_eq!(outcome.usage, Some(TokenUsage { input: 5, ..TokenUsage::default() }));

    let anthropic = [
        r#"{"type":"message_start"}"#,
        r#"{"type":"brand_new","index":-7,"delta":"x"}"#,
        r#"{"index":3}"#,
        r#"{"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","id":"s","name":"web","input":{}}}"#,
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{}"}}"#,
        r#"{"type":"content_block_stop","index":0}"#,
        r#"{"type":"content_block_delta","index":1,"delta":{"type":"thinking_delta","thinking":"hm"}}"#,
        r#"{"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"a"}}"#,
        r#"{"type":"content_block_delta","index":2,"delta":{"type":"citations_delta","citation":{}}}"#,
        r#"{"type":"message_delta","delta":{"stop_reason":null},"usage":{"output_tokens":3}}"#,
        r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"}}"#,
        r#"{"type":"message_stop"}"#,
    ];
    let events = anthropic.map(|data| format!("data: {data}\n\n"));
    let outcome = bench.stream(ModelProvider::Anthropic, Answer::stream(events)).await;
    assert_eq!((outcome.text.as_str(), outcome.error), ("a", None));
    assert_eq!(outcome.tools, []);
    assert_eq!(outcome.usage, Some(TokenUsage { output: 3, ..TokenUsage::default() }));
}

#[tokio::test]
async fn the_usage_of_anthropic_is_replaced_and_counts_cached_tokens() {
    let bench = Bench::start().await;
    let events = [
        r#"{"type":"message_start","message":{"usage":{"input_tokens":5,"output_tokens":1,"cache_read_input_tokens":3,"cache_creation_input_tokens":2}}}"#,
        r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":6,"output_tokens":8}}"#,
    ];
    let answer = Answer::stream(events.map(|data| format!("data: {data}\n\n")));
    let outcome = bench.stream(ModelProvider::Anthropic, answer).await;
    let expected = TokenUsage { input: 11, output: 8, cached: 3, cache_written: 2, reasoning: 0 };
    assert_eq!(outcome.usage, Some(expected));
}

#[tokio::test]
async fn a_server_that_streams_nothing_is_understood_all_the_same() {
    let bench = Bench::start().await;
    for (provider, wire) in WIRES {
        let outcome = bench.stream(provider, Answer::text(wire, "Hello")).await;
        assert_eq!((outcome.text.as_str(), outcome.finish), ("Hello", Some(FinishReason::Stop)));
    }
}
