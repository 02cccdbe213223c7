//! Evaluators, end to end.

use serde_json::{Value, json};

use crate::support::{
    Client, TestApp,
    records::{RecordSample, fresh},
};

/// A new evaluator, and a change to it.
#[expect(clippy::unused_async, reason = "a record that refers to others has to create them")]
pub async fn sample(_owner: &Client) -> RecordSample {
    RecordSample {
        path: "/evaluators",
        new: json!({"name": format!("Evaluator {}", fresh()), "definition": {"kind": "exact"}}),
        change: json!({"description": "Changed"}),
    }
}

/// A new evaluator with this definition.
pub async fn evaluator(owner: &Client, definition: Value) -> Value {
    let new = json!({"name": format!("Evaluator {}", fresh()), "definition": definition});
    owner.create("/evaluators", new).await
}

fn at(evaluator: &Value) -> String {
    format!("/evaluators/{}", evaluator["id"].as_str().unwrap())
}

async fn another_definition_has_the_next_number(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let first = evaluator(&ada, json!({"kind": "exact", "ignore_case": true})).await;
    assert_eq!((&first["number"], &first["version"]), (&json!(1), &json!(1)));
    let definition = json!({"kind": "regex", "pattern": "^\\d+$"});
    let change = json!({"definition": definition, "description": "Digits"});
    let second = ada.patch(&at(&first), 1, change).await.expect(200).json();
    assert_eq!((&second["number"], &second["version"]), (&json!(2), &json!(2)));
    assert_eq!(second["definition"]["pattern"], "^\\d+$");
    assert_eq!(second["definition"]["ignore_case"], json!(null));
    let renamed = json!({"name": "Other", "description": null});
    let third = ada.patch(&at(&first), 2, renamed).await.expect(200).json();
    assert_eq!((&third["number"], &third["description"]), (&json!(2), &json!(null)));
    assert_eq!(ada.get(&at(&first)).await.expect(200).json(), third);
    assert_eq!(ada.list("/evaluators?kind=regex,judge").await, std::slice::from_ref(&third));
    assert!(ada.list("/evaluators?kind=exact").await.is_empty());
    ada.post("/evaluators", json!({"name": "Other", "definition": {"kind": "exact"}}))
        .await
        .refused(409, "evaluator.name_taken");
    ada.delete(&at(&first), 3).await.expect(204);
    ada.get(&at(&first)).await.refused(404, "not_found");
}

async fn each_kind_has_its_own_fields(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let chat = crate::prompts::a_model(&ada).await;
    let prompt = crate::prompts::sample(&ada).await.create(&ada).await;
    let judge = json!({"kind": "judge", "prompt_id": prompt["id"], "prompt_version": 1,
        "threshold": 0.5});
    let judge = evaluator(&ada, judge).await;
    let schema = json!({"kind": "json_schema", "schema": {"type": "object"}});
    evaluator(&ada, schema).await;
    evaluator(&ada, json!({"kind": "numeric", "tolerance": 0.5})).await;
    for (definition, pointer, code) in [
        (json!({"kind": "other"}), "/definition/kind", "value.unknown"),
        (json!({"kind": "regex"}), "/definition/pattern", "field.required"),
        (json!({"kind": "exact", "threshold": 1}), "/definition/threshold", "value.unknown"),
        (
            json!({"kind": "regex", "pattern": "(?=a)"}),
            "/definition/pattern",
            "evaluator.pattern_invalid",
        ),
        (json!({"kind": "regex", "pattern": ""}), "/definition/pattern", "text.empty"),
        (
            json!({"kind": "json_schema", "schema": {"type": 1}}),
            "/definition/schema/type",
            "prompt.schema_invalid",
        ),
        (
            json!({"kind": "numeric", "tolerance": -1}),
            "/definition/tolerance",
            "number.out_of_range",
        ),
        (
            json!({"kind": "similarity", "model_id": chat, "threshold": 0.5}),
            "/definition/model_id",
            "evaluator.model_kind",
        ),
        (
            json!({"kind": "similarity", "model_id": chat, "threshold": 1.5}),
            "/definition/threshold",
            "number.out_of_range",
        ),
        (
            json!({"kind": "judge", "prompt_id": prompt["id"], "prompt_version": 2,
                "threshold": 0.5}),
            "/definition/prompt_version",
            "reference.unknown",
        ),
    ] {
        let new = json!({"name": "Bad", "definition": definition});
        let problem = ada.post("/evaluators", new).await.refused(422, "body.invalid").json();
        let fault = &problem["errors"][0];
        assert_eq!(
            (&fault["pointer"], &fault["code"]),
            (&json!(pointer), &json!(code)),
            "{problem}"
        );
    }
    let prompt_path = format!("/prompts/{}", prompt["id"].as_str().unwrap());
    ada.delete(&prompt_path, 1).await.refused(409, "record.in_use");
    ada.delete(&at(&judge), 1).await.expect(204);
    ada.delete(&prompt_path, 1).await.expect(204);
}

on_postgres! {
    another_definition_has_the_next_number,
    each_kind_has_its_own_fields,
}
