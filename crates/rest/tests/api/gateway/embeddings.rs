use base64::{Engine, prelude::BASE64_STANDARD};
use plinth_testkit::provider::Answer;
use serde_json::{Value, json};

use super::{EMBEDDINGS, execution, key, refused};
use crate::executions::{Setup, model};

async fn embedder(setup: &Setup) {
    model(&setup.owner, &setup.provider, "vectors", json!({"kind": "embedding"})).await;
}

#[tokio::test]
async fn vectors_are_numbers_or_base64_and_their_tokens_are_counted() {
    let setup = Setup::new().await;
    embedder(&setup).await;
    let key = key(&setup).await;
    let prices = json!({"input_nano_usd": 1_000_000_000, "output_nano_usd": 0,
        "valid_from": "2026-01-01T00:00:00Z"});
    let models = setup.owner.list("/models").await;
    let id = models.iter().find(|m| m["name"] == "vectors").unwrap()["id"].as_str().unwrap();
    setup.owner.create(&format!("/models/{id}/prices"), prices).await;
    let budget =
        json!({"scope": "organization", "period": "day", "hard_limit_nano_usd": 1_000_000});
    setup.owner.create("/budgets", budget).await;
    let vectors = [vec![0.25_f32, -1.0, 3.5], vec![1.0e-7, 0.1, -0.0]];
    for encoding in [None, Some("float"), Some("base64")] {
        setup.provider.script([Answer::embeddings(&vectors, true)]);
        let body = json!({"model": "vectors", "input": ["a", "b"], "dimensions": 3,
            "encoding_format": encoding});
        let reply = key.post(EMBEDDINGS, body).await.expect(200);
        let answer = reply.json();
        assert_eq!(answer["object"], "list");
        assert_eq!(answer["usage"], json!({"prompt_tokens": 9, "total_tokens": 9}));
        for (place, vector) in vectors.iter().enumerate() {
            let item = &answer["data"][place];
            assert_eq!(item["index"], place);
            let read: Vec<f32> = match encoding {
                Some("base64") => {
                    let bytes =
                        BASE64_STANDARD.decode(item["embedding"].as_str().unwrap()).unwrap();
                    let number = |four: &[u8]| f32::from_le_bytes(four.try_into().unwrap());
                    bytes.chunks(4).map(number).collect()
                }
                _ => serde_json::from_value(item["embedding"].clone()).unwrap(),
            };
            assert_eq!(read, *vector);
        }
        let stored = execution(&setup, &reply).await;
        assert_eq!(stored["status"], "succeeded", "{stored}");
        assert_eq!(stored["input"]["inputs"], json!(["a", "b"]));
        assert_eq!((&stored["output"], &stored["tokens_input"]), (&json!(""), &json!(9)));
        assert_eq!(stored["cost_nano_usd"], 9_000);
        let sent = setup.provider.requests().pop().unwrap().json();
        assert_eq!(sent["dimensions"], 3);
        assert_eq!(sent["input"], json!(["a", "b"]));
    }
    let current = setup.owner.list("/budgets").await[0]["current"].clone();
    assert_eq!(current["spent_nano_usd"], 27_000, "{current}");
    assert_eq!(current["reserved_nano_usd"], 0, "{current}");
}

#[tokio::test]
async fn one_text_is_a_list_of_one_and_tokens_are_refused() {
    let setup = Setup::new().await;
    embedder(&setup).await;
    let embed = async |input: Value| {
        setup.owner.post(EMBEDDINGS, json!({"model": "vectors", "input": input})).await
    };
    let one = embed(json!("Hello")).await.expect(200).json();
    assert_eq!(one["data"].as_array().unwrap().len(), 1);
    for (input, code) in [
        (json!([1, 2]), "parameter.unsupported"),
        (json!([[1], [2]]), "parameter.unsupported"),
        (json!(""), "text.empty"),
        (json!([]), "list.empty"),
        (json!(vec!["a"; 2049]), "list.too_long"),
        (json!("x".repeat(300_000)), "text.too_long"),
        (json!({"a": 1}), "field.type"),
        (Value::Null, "field.required"),
    ] {
        let error = refused(&embed(input).await, 400, "invalid_request_error", code);
        assert_eq!(error["param"], "input");
    }
    let body = json!({"model": "main", "input": "a"});
    let reply = setup.owner.post(EMBEDDINGS, body).await;
    refused(&reply, 409, "invalid_request_error", "model.not_embedding");
    let body = json!({"model": "vectors", "messages": [{"role": "user", "content": "a"}]});
    let reply = setup.owner.post(super::CHAT, body).await;
    refused(&reply, 409, "invalid_request_error", "model.not_chat");
    for model in ["prompt:greeting", "other"] {
        let reply = setup.owner.post(EMBEDDINGS, json!({"model": model, "input": "a"})).await;
        refused(&reply, 404, "invalid_request_error", "model_not_found");
    }
}
