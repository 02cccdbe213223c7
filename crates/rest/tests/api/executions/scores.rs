//! Scores of executions, end to end.

use plinth_testkit::provider::{Answer, Wire};
use serde_json::{Value, json};

use super::{Setup, path, prompt};
use crate::support::Client;

/// An execution of a prompt that has ended.
async fn greeted(setup: &Setup, prompt: &Value) -> Value {
    setup.provider.script([Answer::text(Wire::OpenAi, "Hello, Ada")]);
    let execute = format!("{}/execute", crate::prompts::at(prompt));
    setup.owner.post(&execute, json!({"variables": {"name": "Ada"}})).await.expect(200).json()
}

async fn give(client: &Client, execution: &Value, body: Value, status: u16) -> Value {
    client.post(&path(execution, "/scores"), body).await.expect(status).json()
}

#[tokio::test]
async fn a_caller_has_one_score_of_each_name_and_takes_only_its_own_back() {
    let setup = Setup::new().await;
    let Setup { owner, model, .. } = &setup;
    let prompt = prompt(owner, model).await;
    let execution = greeted(&setup, &prompt).await;
    let member = owner.invite_as("member@example.com", "member").await;
    let good = json!({"name": "helpful", "value": 0.5, "comment": "Polite,\nbut long"});
    let first = give(owner, &execution, good.clone(), 201).await;
    assert_eq!((&first["value"], &first["source"]), (&json!(0.5), &json!("person")));
    assert_eq!((&first["author_id"], &first["comment"]), (&json!(owner.user), &good["comment"]));
    // The same again changes nothing; another value takes its place.
    assert_eq!(give(owner, &execution, good, 200).await, first);
    let second = give(owner, &execution, json!({"name": "helpful", "value": false}), 200).await;
    assert_eq!((&second["id"], &second["value"]), (&first["id"], &json!(false)));
    assert_eq!((&second["comment"], &second["created_at"]), (&Value::Null, &first["created_at"]));
    give(&member, &execution, json!({"name": "helpful", "value": true}), 201).await;
    let key = owner.api_key(json!({"permissions": ["execution:score"]})).await;
    let by_key = give(&key, &execution, json!({"name": "tone", "value": "größer"}), 201).await;
    assert_eq!((&by_key["source"], &by_key["value"]), (&json!("key"), &json!("größer")));

    let scores = owner.list(&format!("{}?sort=created_at", path(&execution, "/scores"))).await;
    let values: Vec<_> = scores.iter().map(|score| score["value"].clone()).collect();
    assert_eq!(values, [json!(false), json!(true), json!("größer")]);
    member.delete(&path(&execution, "/scores/tone"), "*").await.expect(204);
    member.delete(&path(&execution, "/scores/helpful"), "*").await.expect(204);
    member.delete(&path(&execution, "/scores/helpful"), "*").await.expect(204);
    let scores = owner.list(&path(&execution, "/scores")).await;
    assert_eq!(scores, [by_key, second]);

    let id = execution["id"].as_str().unwrap();
    let lines = owner.list(&format!("/audit-logs?subject_id={id}&sort=created_at")).await;
    let after = |action: &str| -> Vec<Value> {
        let of = lines.iter().filter(|line| line["action"] == action);
        of.map(|line| line["after"].clone()).collect()
    };
    let told = [
        json!({"name": "helpful", "value": 0.5, "source": "person"}),
        json!({"name": "helpful", "value": false, "source": "person"}),
        json!({"name": "helpful", "value": true, "source": "person"}),
        json!({"name": "tone", "value": "größer", "source": "key"}),
    ];
    assert_eq!(after("execution.scored"), told);
    assert_eq!(after("execution.score_removed"), [json!({"name": "helpful"})]);
    let events = owner.get("/events?topics=executions").await.expect(200);
    assert!(!events.text.contains("but long"), "{}", events.text);
}

#[tokio::test]
async fn scores_of_a_prompt_are_added_up_by_version_and_name() {
    let setup = Setup::new().await;
    let Setup { owner, model, .. } = &setup;
    let prompt = prompt(owner, model).await;
    let member = owner.invite_as("member@example.com", "member").await;
    let first = greeted(&setup, &prompt).await;
    let other = json!({"content": "Hail {{ name }}.", "model_id": model["id"]});
    owner.post(&format!("{}/versions", crate::prompts::at(&prompt)), other).await.expect(201);
    let second = greeted(&setup, &prompt).await;
    assert_eq!(second["prompt_version"], 2);
    let raw = setup.execute(Answer::text(Wire::OpenAi, "Hello")).await;
    for (client, execution, name, value) in [
        (owner, &first, "helpful", json!(1)),
        (&member, &first, "helpful", json!(0.5)),
        (owner, &second, "helpful", json!(-1)),
        (owner, &second, "polite", json!(true)),
        (&member, &second, "polite", json!(false)),
        (owner, &second, "tone", json!("rude")),
        (owner, &raw, "helpful", json!(1000)),
    ] {
        give(client, execution, json!({"name": name, "value": value}), 201).await;
    }
    let path = format!("{}/scores", crate::prompts::at(&prompt));
    let whole = async |path: &str| owner.get(path).await.expect(200).json()["data"].clone();
    let row = |version, name, kind, category: Option<&str>, count, mean: Option<f64>| {
        json!({"prompt_version": version, "name": name, "kind": kind, "category": category,
            "count": count, "mean": mean})
    };
    let expected = [
        row(1, "helpful", "number", None, 2, Some(0.75)),
        row(2, "helpful", "number", None, 1, Some(-1.0)),
        row(2, "polite", "boolean", None, 2, Some(0.5)),
        row(2, "tone", "category", Some("rude"), 1, None),
    ];
    assert_eq!(whole(&path).await, json!(expected));
    let earlier = format!("{path}?from=2020-01-01&until=2020-12-31");
    assert_eq!(whole(&earlier).await, json!([]));
    for bad in ["from=2020-01-01&until=2021-01-01", "from=x", "until=2020-01-01T00:00:00Z", "q=a"] {
        owner.get(&format!("{path}?{bad}")).await.refused(400, "query.invalid");
    }
}

#[tokio::test]
async fn what_is_no_score_is_refused_and_so_is_who_may_not_give_one() {
    let setup = Setup::new().await;
    let Setup { app, owner, .. } = &setup;
    let execution = setup.execute(Answer::text(Wire::OpenAi, "Hello")).await;
    let scores = path(&execution, "/scores");
    for (body, pointer, code) in [
        (json!({"name": "Bad", "value": 1}), "/name", "score.name_malformed"),
        (json!({"name": "a", "value": 1000.5}), "/value", "number.out_of_range"),
        (json!({"name": "a", "value": null}), "/value", "value.unknown"),
        (json!({"name": "a", "value": [1]}), "/value", "value.unknown"),
        (json!({"name": "a", "value": ""}), "/value", "text.empty"),
        (json!({"name": "a", "value": "x".repeat(65)}), "/value", "text.too_long"),
        (
            json!({"name": "a", "value": 1, "comment": "x".repeat(2001)}),
            "/comment",
            "text.too_long",
        ),
    ] {
        let problem = owner.post(&scores, body).await.refused(422, "body.invalid").json();
        let fault = &problem["errors"][0];
        assert_eq!(
            (&fault["pointer"], &fault["code"]),
            (&json!(pointer), &json!(code)),
            "{problem}"
        );
    }
    owner.delete(&format!("{scores}/Bad"), "*").await.refused(400, "score.name_malformed");
    let good = json!({"name": "helpful", "value": true});
    let viewer = owner.invite_as("viewer@example.com", "viewer").await;
    viewer.post(&scores, good.clone()).await.refused(403, "permission.denied");
    viewer.get(&scores).await.expect(200);
    let bob = app.owner("Bob").await;
    bob.post(&scores, good.clone()).await.refused(404, "not_found");
    bob.get(&scores).await.refused(404, "not_found");
    bob.delete(&format!("{scores}/helpful"), "*").await.refused(404, "not_found");

    let other = prompt(owner, &setup.model).await;
    let bound = json!({"permissions": ["execution:score"], "prompt_ids": [other["id"]]});
    let bound = owner.api_key(bound).await;
    bound.post(&scores, good.clone()).await.refused(403, "api_key.other_prompt");

    for n in 0..200 {
        let body = json!({"name": format!("n-{n}"), "value": n});
        owner.post(&scores, body).await.expect(201);
    }
    owner.post(&scores, good).await.refused(409, "execution.scores_exhausted");
    owner.post(&scores, json!({"name": "n-7", "value": 8})).await.expect(200);
}
