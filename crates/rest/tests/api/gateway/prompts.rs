//! Prompts as models.

use plinth_testkit::provider::{Answer, Wire};
use serde_json::{Value, json};

use super::{CHAT, execution, refused};
use crate::executions::{Setup, prompt};

#[tokio::test]
async fn a_prompt_is_called_as_a_model_with_its_variables() {
    let setup = Setup::new().await;
    prompt(&setup.owner, &setup.model).await;
    let variables = json!({"name": "Ada"});
    for (model, given) in [
        ("prompt:greeting", json!({"variables": variables})),
        ("prompt:greeting@1", json!({"variables": variables, "messages": []})),
        ("prompt:greeting@latest", json!({"metadata": variables, "messages": []})),
    ] {
        setup.provider.script([Answer::text(Wire::OpenAi, "Hello, Ada")]);
        let mut body = given;
        body["model"] = json!(model);
        let reply = setup.owner.post(CHAT, body).await.expect(200);
        assert_eq!(reply.json()["model"], model);
        let stored = execution(&setup, &reply).await;
        assert_eq!(stored["prompt_version"], 1, "{stored}");
        assert_eq!(stored["input"]["variables"], variables);
        let sent = setup.provider.requests().pop().unwrap().json();
        assert_eq!(sent["messages"], json!([{"role": "user", "content": "Greet Ada."}]));
        assert_eq!(sent["metadata"], Value::Null);
    }
}

#[tokio::test]
async fn messages_follow_those_of_the_prompt() {
    let setup = Setup::new().await;
    prompt(&setup.owner, &setup.model).await;
    let messages =
        json!([{"role": "assistant", "content": "Hi"}, {"role": "user", "content": "?"}]);
    let body = json!({"model": "prompt:greeting", "variables": {"name": "Ada"},
        "messages": messages, "temperature": 0});
    let reply = setup.owner.post(CHAT, body).await.expect(200);
    let sent = setup.provider.requests()[0].json();
    let roles: Vec<_> =
        sent["messages"].as_array().unwrap().iter().map(|m| m["content"].clone()).collect();
    assert_eq!(roles, ["Greet Ada.", "Hi", "?"]);
    assert_eq!(sent["temperature"], 0);
    assert_eq!(execution(&setup, &reply).await["input"]["messages"], messages);
}

#[tokio::test]
async fn a_prompt_that_is_not_there_and_variables_that_do_not_fit_are_refused() {
    let setup = Setup::new().await;
    let prompt = prompt(&setup.owner, &setup.model).await;
    let variables = json!({"name": "Ada"});
    for model in ["prompt:other", "prompt:greeting@2", "prompt:greeting@staging", "prompt:", "x y"]
    {
        let body = json!({"model": model, "variables": variables,
            "messages": [{"role": "user", "content": "x"}]});
        if model == "x y" {
            continue;
        }
        let reply = setup.owner.post(CHAT, body).await;
        refused(&reply, 404, "invalid_request_error", "model_not_found");
    }
    let body = json!({"model": "prompt:greeting", "variables": {"name": 7}});
    let reply = setup.owner.post(CHAT, body).await.expect(400);
    let param = reply.json()["error"]["param"].clone();
    assert_eq!(param, "variables.name", "{}", reply.text);
    let path = format!("/prompts/{}", prompt["id"].as_str().unwrap());
    setup.owner.patch(&path, "*", json!({"is_active": false})).await.expect(200);
    let reply =
        setup.owner.post(CHAT, json!({"model": "prompt:greeting", "variables": variables})).await;
    refused(&reply, 409, "invalid_request_error", "prompt.inactive");
    assert_eq!(reply.header("x-should-retry"), "false");
    assert_eq!(setup.provider.requests().len(), 0);
}
