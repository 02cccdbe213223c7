//! Failures in OpenAI's form, also those before any handler.

use plinth_testkit::provider::{Answer, Wire};
use reqwest::Method;
use serde_json::json;

use super::{CHAT, EMBEDDINGS, MODELS, chat, execution, hello, refused};
use crate::{executions::Setup, support::Options, support::TestApp};

const INVALID: &str = "invalid_request_error";

#[tokio::test]
async fn what_is_refused_before_a_handler_has_openais_form() {
    let setup = Setup::new().await;
    let anonymous = setup.app.anonymous();
    let reply = anonymous.post(CHAT, hello(&json!({}))).await;
    refused(&reply, 401, INVALID, "invalid_api_key");
    let wrong = anonymous.with_token("plk_wrong").get(MODELS).await;
    refused(&wrong, 401, INVALID, "invalid_api_key");
    let viewer = setup.owner.invite_as("v@example.com", "viewer").await;
    refused(&viewer.get(MODELS).await, 403, "permission_error", "permission.denied");
    let owner = &setup.owner;
    refused(&owner.get("//openai/v1/nowhere").await, 404, INVALID, "route.unknown");
    refused(&owner.get("//openai").await, 404, INVALID, "route.unknown");
    let wrong = owner.get(CHAT).await;
    refused(&wrong, 405, INVALID, "method.not_allowed");
    assert_eq!(wrong.header("allow"), "POST");
    let post = |text: &'static str| owner.request(Method::POST, CHAT).body(text);
    let reply = owner.send(post("{}")).await;
    refused(&reply, 415, INVALID, "body.media_type");
    let json = |text| post(text).header("content-type", "application/json");
    refused(&owner.send(json("{")).await, 400, INVALID, "body.malformed");
    refused(&owner.send(json(r#"{"a":1,"a":2}"#)).await, 400, INVALID, "body.malformed");
    refused(&owner.send(json("[]")).await, 400, INVALID, "field.type");
    let large = hello(&json!({"padding": "x".repeat(600 * 1024)}));
    refused(&owner.post(CHAT, large).await, 413, INVALID, "body.too_large");
    assert_eq!(owner.list("/executions").await.len(), 0);
}

#[tokio::test]
async fn a_wrong_parameter_is_named() {
    let setup = Setup::new().await;
    for (other, param, code) in [
        (json!({"model": null}), "model", "field.required"),
        (json!({"messages": []}), "messages", "list.empty"),
        (json!({"messages": [{"role": "robot"}]}), "messages[0].role", "value.unknown"),
        (json!({"n": 2}), "n", "parameter.unsupported"),
        (json!({"logprobs": true}), "logprobs", "parameter.unsupported"),
        (json!({"functions": []}), "functions", "parameter.unsupported"),
        (json!({"stream": "yes"}), "stream", "field.type"),
        (
            json!({"stream_options": {"include_usage": true}}),
            "stream_options",
            "parameter.unsupported",
        ),
        (json!({"variables": {}}), "variables", "parameter.unsupported"),
        (
            json!({"messages": [{"role": "user", "content": "x".repeat(300_000)}]}),
            "messages",
            "text.too_long",
        ),
    ] {
        let reply = setup.owner.post(CHAT, hello(&other)).await;
        let error = refused(&reply, 400, INVALID, code);
        assert_eq!(error["param"], param, "{error}");
    }
    for model in ["other", "", "MAIN", "a b", "prompt:greeting"] {
        let reply = setup.owner.post(CHAT, hello(&json!({"model": model}))).await;
        refused(&reply, 404, INVALID, "model_not_found");
    }
    let stranger = setup.app.owner("Other").await;
    refused(&stranger.post(CHAT, hello(&json!({}))).await, 404, INVALID, "model_not_found");
    assert_eq!(setup.provider.requests().len(), 0);
}

#[tokio::test]
async fn the_failure_of_a_provider_decides_the_status() {
    let setup = Setup::new().await;
    let path = format!("/models/{}", setup.model["id"].as_str().unwrap());
    for (answer, status, kind, code, retry) in [
        (
            Answer::error(Wire::OpenAi, 400, "bad", "no such tool"),
            400,
            INVALID,
            "provider.rejected",
            "",
        ),
        (
            Answer::error(Wire::OpenAi, 401, "auth", "no"),
            502,
            "server_error",
            "provider.auth",
            "false",
        ),
        (
            Answer::error(Wire::OpenAi, 429, "insufficient_quota", "no"),
            429,
            "insufficient_quota",
            "insufficient_quota",
            "false",
        ),
        (
            Answer::error(Wire::OpenAi, 429, "slow_down", "no"),
            429,
            "requests",
            "rate_limit_exceeded",
            "",
        ),
        (
            Answer::body(200, "text/html", "<p>"),
            502,
            "server_error",
            "provider.invalid_response",
            "",
        ),
        (Answer::never(), 504, "server_error", "timeout.first_token", ""),
    ] {
        for stream in [true, false] {
            if code.starts_with("timeout") && !stream {
                continue;
            }
            setup.provider.script([answer.clone()]);
            let reply = setup.owner.post(CHAT, hello(&json!({"stream": stream}))).await;
            let error = refused(&reply, status, kind, code);
            assert_eq!(reply.header("x-should-retry"), retry, "{error}");
            assert!(!reply.text.contains("sk-canary"));
            let stored = execution(&setup, &reply).await;
            assert_ne!(stored["status"], "succeeded", "{stored}");
        }
    }
    let disabled = json!({"status": "disabled"});
    setup.owner.patch(&path, "*", disabled).await.expect(200);
    let reply = setup.owner.post(CHAT, hello(&json!({}))).await;
    refused(&reply, 409, INVALID, "model.disabled");
    assert_eq!(reply.header("x-should-retry"), "false");
}

#[tokio::test]
async fn a_used_up_budget_is_a_quota_that_no_library_repeats() {
    let setup = Setup::new().await;
    let model = setup.model["id"].as_str().unwrap();
    let prices = json!({"input_nano_usd": 0, "output_nano_usd": 1_000_000_000,
        "valid_from": "2026-01-01T00:00:00Z"});
    setup.owner.create(&format!("/models/{model}/prices"), prices).await;
    let budget = json!({"scope": "organization", "period": "day", "hard_limit_nano_usd": 1});
    setup.owner.create("/budgets", budget).await;
    for body in [hello(&json!({})), hello(&json!({"stream": true}))] {
        let reply = setup.owner.send(chat(&setup.owner, &body)).await;
        refused(&reply, 429, "insufficient_quota", "insufficient_quota");
        assert_eq!(reply.header("x-should-retry"), "false");
    }
    assert_eq!(setup.provider.requests().len(), 0);
}

#[tokio::test]
async fn a_limit_of_requests_says_when_to_come_again() {
    let app = TestApp::postgres(Options { burst: 8, ..Options::default() }).await;
    let owner = app.owner("Acme").await;
    let mut last = owner.get(MODELS).await;
    for _ in 0..20 {
        if last.status == 429 {
            break;
        }
        last = owner.post(EMBEDDINGS, json!({})).await;
    }
    refused(&last, 429, "requests", "rate_limit_exceeded");
    assert!(!last.header("retry-after").is_empty());
    assert_eq!(last.header("x-should-retry"), "");
}
