use plinth_domain::{JsonObject, ModelFault, ModelProvider, TokenUsage};
use plinth_ports::{CallError, Embeddings, ModelClient};
use plinth_testkit::provider::{Answer, INPUT_TOKENS, Wire};
use serde_json::json;

use crate::bench::Bench;

async fn embed(bench: &Bench, provider: ModelProvider) -> Result<Embeddings, CallError> {
    let inputs = ["a".to_owned(), "b".to_owned()];
    bench.models.embed(&bench.endpoint(provider), &inputs, &JsonObject::default()).await
}

#[tokio::test]
async fn vectors_are_the_same_as_base64_and_as_numbers() {
    let bench = Bench::start().await;
    let vectors = vec![vec![0.1_f32, -2.5, 3e-8], vec![1.0, 0.0, -0.0]];
    for base64 in [true, false] {
        bench.provider.script([Answer::embeddings(&vectors, base64).header("x-request-id", "r1")]);
        let found = embed(&bench, ModelProvider::Custom).await.unwrap();
        assert_eq!(found.vectors, vectors);
        assert_eq!(found.usage, Some(TokenUsage { input: INPUT_TOKENS, ..TokenUsage::default() }));
        assert_eq!(found.provider_request_id.as_deref(), Some("r1"));
    }
    let request = bench.provider.requests().pop().unwrap();
    assert_eq!(request.path, "/v1/embeddings");
    let expected = json!({"model": "fake", "input": ["a", "b"], "encoding_format": "base64"});
    assert_eq!(request.json(), expected);
}

#[tokio::test]
async fn vectors_are_in_the_order_of_their_inputs() {
    let bench = Bench::start().await;
    let data = json!({"data": [
        {"index": 1, "embedding": [2.0]}, {"index": 0, "embedding": [1]},
    ]});
    bench.provider.script([Answer::json(200, data.to_string())]);
    let found = embed(&bench, ModelProvider::OpenAi).await.unwrap();
    assert_eq!((found.vectors, found.usage), (vec![vec![1.0], vec![2.0]], None));
}

#[tokio::test]
async fn wrong_vectors_are_no_answer() {
    let bench = Bench::start().await;
    for data in [
        json!([]),
        json!([{"embedding": [1]}]),
        json!([{"embedding": [1]}, {"embedding": [1, 2]}]),
        json!([{"embedding": []}, {"embedding": []}]),
        json!([{"index": 0, "embedding": [1]}, {"index": 0, "embedding": [1]}]),
        json!([{"index": 0, "embedding": [1]}, {"index": 2, "embedding": [1]}]),
        json!([{"embedding": "AAAA"}, {"embedding": "AAAA"}]),
        json!([{"embedding": "AADAfw=="}, {"embedding": "AADAfw=="}]),
        json!([{"embedding": "!"}, {"embedding": "!"}]),
        json!([{"embedding": [[1]]}, {"embedding": [[1]]}]),
        json!([{"embedding": null}, {"embedding": null}]),
        json!(null),
    ] {
        bench.provider.script([Answer::json(200, json!({"data": data}).to_string())]);
        let error = embed(&bench, ModelProvider::OpenAi).await.unwrap_err();
        assert_eq!(error.fault, ModelFault::InvalidResponse, "{data}");
    }
}

#[tokio::test]
async fn embeddings_fail_as_answers_do() {
    let bench = Bench::start().await;
    let error = json!({"error": {"type": "rate_limit_error", "message": "slow"}}).to_string();
    for (answer, fault) in [
        (Answer::error(Wire::OpenAi, 401, "x", "no"), ModelFault::Auth),
        (Answer::json(200, error), ModelFault::RateLimited),
        (Answer::body(200, "text/html", "<html>"), ModelFault::InvalidResponse),
        (Answer::json(200, vec![b' '; 9 << 20]), ModelFault::TooLarge),
        (Answer::raw(""), ModelFault::Unreachable),
    ] {
        bench.provider.script([answer]);
        assert_eq!(embed(&bench, ModelProvider::OpenAi).await.unwrap_err().fault, fault);
    }
    let error = embed(&bench, ModelProvider::Anthropic).await.unwrap_err();
    assert_eq!(error.fault, ModelFault::Rejected);
}
