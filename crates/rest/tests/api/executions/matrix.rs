//! What becomes of an execution when its provider fails, row by row.

use std::time::{Duration, Instant};

use plinth_testkit::provider::{Answer, FakeProvider, Wire};
use serde_json::{Value, json};

use super::{Setup, hello, model};

const WIRE: Wire = Wire::OpenAi;

fn ok() -> Answer {
    Answer::text(WIRE, "ok")
}

fn error(status: u16, kind: &str) -> Answer {
    Answer::error(WIRE, status, kind, "no")
}

fn outcome(execution: &Value) -> (&str, &str) {
    (execution["status"].as_str().unwrap(), execution["error"]["code"].as_str().unwrap_or(""))
}

/// The outcome of a whole answer without a fallback, and how often the provider was asked.
async fn fails(answer: Answer, code: &str, asked: usize) {
    let setup = Setup::new().await;
    let again = answer.clone();
    setup.provider.answer_with(move |_| again.clone());
    let execution = setup.execute(answer).await;
    assert_eq!(outcome(&execution), ("failed", code), "{execution}");
    assert_eq!(setup.provider.requests().len(), asked);
    assert_eq!(execution["attempts"].as_array().unwrap().len(), asked);
}

/// The outcome where a second model answers.
async fn falls_back(answers: impl IntoIterator<Item = Answer>) {
    let setup = Setup::new().await;
    let second = &setup.second;
    let other = model(&setup.owner, second, "other", json!({})).await;
    let first =
        model(&setup.owner, &setup.provider, "first", json!({"fallbacks": [other["id"]]})).await;
    setup.provider.script(answers);
    let execution = setup.run(&first).await;
    assert_eq!(outcome(&execution), ("succeeded", ""), "{execution}");
    assert_eq!(execution["model_id"], other["id"]);
    assert_eq!(second.requests().len(), 1);
    let keys = second.requests()[0].header("authorization").map(str::to_owned);
    assert_eq!(keys.as_deref(), Some("Bearer sk-canary-other"), "each model has its own secret");
}

/// The outcome of a streamed answer without a fallback.
async fn ends(answer: Answer, status: &str, code: &str, text: &str) -> Value {
    let setup = Setup::new().await;
    let execution = setup.stream(answer).await;
    assert_eq!(outcome(&execution), (status, code), "{execution}");
    assert_eq!(execution["output"], text);
    execution
}

/// The same for an answer that has not ended: its connection is closed.
async fn is_closed(answer: Answer, status: &str, code: &str, text: &str) -> Value {
    let setup = Setup::new().await;
    let execution = setup.stream(answer).await;
    assert_eq!(outcome(&execution), (status, code), "{execution}");
    assert_eq!(execution["output"], text);
    let closed = |provider: &FakeProvider| provider.open_connections() == 0;
    assert!(setup.provider.wait_for(closed, Duration::from_secs(1)).await);
    execution
}

#[tokio::test]
async fn row_1_a_refused_secret_is_a_failure_that_flags_the_model() {
    fails(error(401, "invalid_api_key"), "provider.auth", 1).await;
    falls_back([error(403, "forbidden")]).await;
    let setup = Setup::new().await;
    setup.execute(error(401, "invalid_api_key")).await;
    let model = setup.owner.get(&format!("/models/{}", setup.model["id"].as_str().unwrap())).await;
    assert!(model.json()["flagged_at"].is_string(), "{}", model.text);
}

#[tokio::test]
async fn row_2_a_rejected_request_is_not_repeated() {
    fails(error(400, "invalid_request_error"), "provider.rejected", 1).await;
}

#[tokio::test]
async fn row_3_an_unknown_model_falls_back() {
    fails(error(404, "model_not_found"), "provider.model_unknown", 1).await;
    falls_back([error(404, "model_not_found")]).await;
}

#[tokio::test]
async fn row_4_a_limit_is_waited_for_when_its_time_fits() {
    let setup = Setup::new().await;
    let limited = error(429, "rate_limit_exceeded").header("retry-after", "1");
    setup.provider.script([limited, ok()]);
    let begun = Instant::now();
    let execution = setup.run(&setup.model).await;
    assert_eq!(outcome(&execution), ("succeeded", ""));
    assert!(begun.elapsed() >= Duration::from_secs(1));
    falls_back([error(429, "rate_limit_exceeded").header("retry-after", "3600")]).await;
}

#[tokio::test]
async fn row_5_a_used_up_quota_is_not_repeated() {
    fails(error(429, "insufficient_quota"), "provider.quota", 1).await;
    falls_back([error(429, "insufficient_quota")]).await;
}

#[tokio::test]
async fn row_6_a_provider_out_of_order_is_asked_three_times() {
    for status in [500, 502, 503, 529] {
        fails(error(status, "server_error"), "provider.unavailable", 3).await;
    }
    falls_back([503, 503, 503].map(|status| error(status, "server_error"))).await;
}

#[tokio::test]
async fn row_7_a_refused_connection_is_tried_once_more() {
    let setup = Setup::new().await;
    let Setup { app: _app, owner, second, .. } = setup;
    let model = model(&owner, &second, "gone", json!({})).await;
    drop(second);
    let execution = owner.post("/executions", hello(&model)).await.expect(200).json();
    assert_eq!(outcome(&execution), ("failed", "provider.unreachable"), "{execution}");
    assert_eq!(execution["attempts"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn row_8_headers_that_never_come_are_a_time_out_of_the_first_token() {
    let execution = is_closed(Answer::never(), "timed_out", "timeout.first_token", "").await;
    assert_eq!(execution["usage_source"], "none", "without an answer nothing is paid");
    assert_eq!(execution["attempts"][0]["http_status"], Value::Null);
}

#[tokio::test]
async fn row_9_pings_are_no_token() {
    let pings = Answer::stream([WIRE.start()]).endless(WIRE.ping(), Duration::from_millis(50));
    // The provider has taken the request, and counts its tokens.
    let execution = is_closed(pings, "timed_out", "timeout.first_token", "").await;
    assert_eq!(execution["usage_source"], "estimated");
    assert!(execution["tokens_input"].as_i64().unwrap() > 0);
    assert_eq!(execution["tokens_output"], 0);
    assert_eq!(execution["attempts"][0]["http_status"], 200);
}

#[tokio::test]
async fn row_10_a_stall_after_tokens_keeps_them() {
    let stalled = Answer::start_of(WIRE, &["so ", "far"]).stall();
    let execution = is_closed(stalled, "timed_out", "timeout.idle", "so far").await;
    assert_eq!(execution["output_complete"], false);
    assert_eq!(execution["usage_source"], "estimated");
}

#[tokio::test]
async fn row_11_an_answer_without_end_ends_with_the_whole_time() {
    let endless =
        Answer::stream([WIRE.start()]).endless(WIRE.delta("x"), Duration::from_millis(200));
    let begun = Instant::now();
    let setup = Setup::new().await;
    let execution = setup.stream(endless).await;
    assert_eq!(outcome(&execution), ("timed_out", "timeout.total"), "{execution}");
    assert!(begun.elapsed() < Duration::from_secs(15));
    assert!(execution["output"].as_str().unwrap().starts_with("xxx"));
}

#[tokio::test]
async fn row_12_a_cut_answer_keeps_its_tokens_and_their_estimated_cost() {
    let cut = Answer::start_of(WIRE, &["one ", "two"]).cut();
    let execution = ends(cut, "failed", "provider.stream_cut", "one two").await;
    assert_eq!(execution["usage_source"], "estimated");
    assert!(execution["tokens_output"].as_i64().unwrap() > 0);
}

#[tokio::test]
async fn row_13_the_end_after_a_finish_reason_is_a_success() {
    let ended = Answer::start_of(WIRE, &["all"]).piece(WIRE.finish("stop", 1)).until_close();
    ends(ended, "succeeded", "", "all").await;
}

#[tokio::test]
async fn row_14_the_word_done_without_a_finish_reason_is_no_success() {
    let done = Answer::start_of(WIRE, &["half"]).piece(WIRE.done());
    ends(done, "failed", "provider.stream_incomplete", "half").await;
}

#[tokio::test]
async fn row_15_an_error_in_an_answer_of_200_is_that_error() {
    let body = WIRE.error_body("insufficient_quota", "no credit").to_string();
    fails(Answer::json(200, body), "provider.quota", 1).await;
}

#[tokio::test]
async fn row_16_an_error_in_the_middle_keeps_what_came() {
    let failed = Answer::start_of(WIRE, &["part"]).piece(WIRE.error_event("server_error", "broke"));
    let execution = ends(failed.piece(WIRE.done()), "failed", "provider.failed", "part").await;
    assert!(execution["error"]["detail"].as_str().unwrap().contains("broke"));
}

#[tokio::test]
async fn row_17_a_page_of_html_is_no_answer() {
    let page = Answer::body(200, "text/html", "<html><body>Welcome</body></html>");
    fails(page, "provider.invalid_response", 1).await;
}

#[tokio::test]
async fn row_18_without_a_count_tokens_are_estimated_and_without_a_price_the_cost_is_unknown() {
    let bare = json!({"choices": [{"index": 0, "finish_reason": "stop",
        "message": {"role": "assistant", "content": "eight letters"}}]});
    let setup = Setup::new().await;
    let execution = setup.execute(Answer::json(200, bare.to_string())).await;
    assert_eq!(outcome(&execution), ("succeeded", ""));
    assert_eq!(execution["usage_source"], "estimated");
    assert_eq!(execution["cost_nano_usd"], Value::Null);
}

#[tokio::test]
async fn row_19_what_is_unknown_or_odd_is_ignored() {
    let odd = Answer::stream([WIRE.start()])
        .piece("data: {\"choices\":null,\"new\":{\"a\":[1]}}\n\nevent: vendor.thing\ndata: {\"x\":1}\n\n")
        .piece("data: {\"choices\":[]}\n\n")
        .piece(WIRE.delta("fine"))
        .piece(WIRE.finish("stop", 1))
        .piece(WIRE.done());
    ends(odd, "succeeded", "", "fine").await;
}

#[tokio::test]
async fn row_20_the_text_does_not_depend_on_how_its_bytes_are_cut() {
    let bytewise = Answer::tokens(WIRE, &["grüße ", "🦀", " 漢"]).byte_by_byte();
    ends(bytewise, "succeeded", "", "grüße 🦀 漢").await;
    let lines = format!("\u{feff}: hello\r\n{}", WIRE.delta("crlf").replace('\n', "\r\n"));
    let end = WIRE.finish("stop", 1).replace('\n', "\r");
    ends(Answer::stream([lines, end]), "succeeded", "", "crlf").await;
}

#[tokio::test]
async fn row_21_broken_bytes_in_the_middle_keep_what_came() {
    let broken =
        Answer::start_of(WIRE, &["good"]).piece(b"data: {\"choices\":[\xff\xfe\n\n".to_vec());
    ends(broken, "failed", "provider.invalid_response", "good").await;
}

#[tokio::test]
async fn row_22_an_answer_ends_at_its_limit() {
    let mut line = b"data: ".to_vec();
    line.resize(9 << 20, b'x');
    ends(Answer::stream([line]), "failed", "provider.too_large", "").await;
    let bomb = Answer::body(200, "application/json", vec![b' '; 64 << 20]).gzip();
    let setup = Setup::new().await;
    let execution = setup.execute(bomb).await;
    assert_eq!(execution["status"], "failed", "{execution}");
    let code = execution["error"]["code"].as_str().unwrap();
    assert!(["provider.too_large", "provider.invalid_response"].contains(&code), "{code}");
}

#[tokio::test]
async fn row_24_a_redirect_is_not_followed_and_the_secret_goes_nowhere() {
    let inside = FakeProvider::start().await;
    let redirect = Answer::redirect(&format!("{}/chat/completions", inside.base_url()));
    fails(redirect, "address.forbidden", 1).await;
    assert_eq!(inside.connections().len(), 0);
}

#[tokio::test]
async fn a_refusal_and_calls_of_tools_are_answers() {
    let message = json!({"role": "assistant", "content": null, "tool_calls": [{
        "id": "call_1", "type": "function",
        "function": {"name": "find", "arguments": "{\"q\":\"x\"}"},
    }]});
    let body =
        json!({"choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}]});
    let setup = Setup::new().await;
    let execution = setup.execute(Answer::json(200, body.to_string())).await;
    assert_eq!(outcome(&execution), ("succeeded", ""), "{execution}");
    assert_eq!(execution["finish_reason"], "tool_calls");
    assert_eq!(execution["tool_calls"][0]["function"]["arguments"], "{\"q\":\"x\"}");
}

#[tokio::test]
async fn a_whole_answer_to_a_request_for_a_stream_is_bounded() {
    let text = Answer::text(WIRE, &"x".repeat(9 << 20));
    let setup = Setup::new().await;
    let execution = setup.stream(text).await;
    assert_eq!(outcome(&execution), ("failed", "provider.too_large"), "{}", execution["error"]);
}

#[tokio::test]
async fn calls_of_tools_without_end_are_no_answer() {
    let call = |index: usize| json!({"index": index, "function": {"name": "f", "arguments": "{}"}});
    let piece = json!({"choices": [{"index": 0,
        "delta": {"tool_calls": (0..200).map(call).collect::<Vec<_>>()}}]});
    let answer = Answer::stream([format!("data: {piece}\n\n")]).piece(WIRE.finish("tool_calls", 1));
    ends(answer.piece(WIRE.done()), "failed", "provider.too_large", "").await;
}

#[tokio::test]
async fn a_fallback_answers_where_a_secret_does_not_open() {
    let setup = Setup::new().await;
    let other = model(&setup.owner, &setup.second, "other", json!({})).await;
    let first =
        model(&setup.owner, &setup.provider, "first", json!({"fallbacks": [other["id"]]})).await;
    // As a row that was moved to another tenant: what authenticates it is another one.
    let broken = "UPDATE secrets SET wrapped_key = set_byte(wrapped_key, 20, \
        255 - get_byte(wrapped_key, 20)) \
        WHERE id = (SELECT secret_id FROM models WHERE id = $1::uuid)";
    let broken = sqlx::query(broken).bind(first["id"].as_str().unwrap());
    broken.execute(&mut setup.app.database_owner().await).await.unwrap();
    let execution = setup.run(&first).await;
    assert_eq!(outcome(&execution), ("succeeded", ""), "{execution}");
    assert_eq!(setup.provider.requests().len(), 0);
}

#[tokio::test]
async fn an_error_that_repeats_the_secret_does_not_show_it() {
    let setup = Setup::new().await;
    let echo = Answer::error(WIRE, 401, "invalid_api_key", "Incorrect key: sk-canary-main");
    let execution = setup.execute(echo).await;
    assert!(!execution.to_string().contains("sk-canary"), "{execution}");
}
