//! Prompts that are refused, and what prompts say.

use serde_json::{Value, json};

use crate::{
    prompts::{a_model, at, prompt},
    support::{Client, Reply, TestApp},
};

/// The pointers and codes of a refused body.
#[track_caller]
fn faults(reply: Reply) -> Vec<(String, String)> {
    let refused = reply.refused(422, "body.invalid").json();
    let errors = refused["errors"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    errors.map(|error| (text(&error["pointer"]), text(&error["code"]))).collect()
}

/// A valid body, with these fields instead.
async fn body(owner: &Client, fields: Value) -> Value {
    let mut body = json!({"name": "greeting", "content": "Hi", "model_id": a_model(owner).await});
    for (field, value) in fields.as_object().unwrap() {
        if value == "absent" {
            body.as_object_mut().unwrap().remove(field);
        } else {
            body[field] = value.clone();
        }
    }
    body
}

async fn bad_prompts_are_refused_with_their_field_and_nothing_is_written(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let mut embedding = crate::models::model("vectors");
    embedding["kind"] = json!("embedding");
    let embedding = ada.create("/models", embedding).await["id"].clone();
    let random = json!("0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f5a6");
    let message = |role: &str, content: &str| json!({"role": role, "content": content});
    let long = "x".repeat(100_001);
    for (fields, pointer, code) in [
        (json!({"name": "Greeting"}), "/name", "prompt.name_malformed"),
        (json!({"name": ""}), "/name", "prompt.name_malformed"),
        (json!({"name": "absent"}), "/name", "field.required"),
        (json!({"content": "absent"}), "/content", "field.required"),
        (json!({"messages": [message("user", "x")]}), "/messages", "value.repeated"),
        (json!({"content": ""}), "/content", "text.empty"),
        (json!({"content": "a\u{1}b"}), "/content", "text.control_character"),
        (json!({"content": long}), "/content", "text.too_long"),
        (json!({"content": "absent", "messages": []}), "/messages", "list.empty"),
        (
            json!({"content": "absent", "messages": vec![message("user", "x"); 51]}),
            "/messages",
            "list.too_long",
        ),
        (
            json!({"content": "absent", "messages": vec![message("user", &"x".repeat(90_000)); 3]}),
            "/messages",
            "text.too_long",
        ),
        (
            json!({"content": "absent", "messages": [message("user", "x"), message("tool", "x")]}),
            "/messages/1/role",
            "value.unknown",
        ),
        (json!({"tags": vec!["a"; 2]}), "/tags", "value.repeated"),
        (
            json!({"tags": (0..21).map(|n| n.to_string()).collect::<Vec<_>>()}),
            "/tags",
            "list.too_long",
        ),
        (json!({"tags": ["x".repeat(51)]}), "/tags/0", "text.too_long"),
        (json!({"model_id": "absent"}), "/model_id", "field.required"),
        (json!({"model_id": "gpt"}), "/model_id", "uuid.malformed"),
        (json!({"model_id": random}), "/model_id", "reference.unknown"),
        (json!({"model_id": embedding}), "/model_id", "prompt.model_kind"),
        (json!({"fallbacks": [random]}), "/fallbacks/0", "reference.unknown"),
        (json!({"fallbacks": [embedding]}), "/fallbacks/0", "prompt.model_kind"),
        (json!({"fallbacks": vec![random.clone(); 2]}), "/fallbacks", "value.repeated"),
        (json!({"fallbacks": vec![random.clone(); 6]}), "/fallbacks", "list.too_long"),
        (json!({"message": ""}), "/message", "text.empty"),
        (json!({"parameters": {"a": "x".repeat(17_000)}}), "/parameters", "json.too_large"),
        (json!({"parameters": []}), "/parameters", "field.type"),
        (json!({"input_schema": {"a": "x".repeat(17_000)}}), "/input_schema", "json.too_large"),
        (json!({"input_schema": {"type": "text"}}), "/input_schema/type", "prompt.schema_invalid"),
        (json!({"output_schema": {"$ref": "#"}}), "/output_schema/$ref", "prompt.schema_invalid"),
        (
            json!({"output_schema": {"$ref": "https://example.com/x"}}),
            "/output_schema/$ref",
            "prompt.schema_invalid",
        ),
        (
            json!({"content": "{{ nmae }}", "input_schema": {"properties": {"name": {}}}}),
            "/content",
            "prompt.variable_undeclared",
        ),
        (json!({"content": "a\n{{ x"}), "/content", "prompt.template_syntax"),
        (
            json!({"content": "absent", "messages": [message("user", "x"), message("user", "{% if %}")]}),
            "/messages/1/content",
            "prompt.template_syntax",
        ),
        (json!({"content": "{% include 'x' %}"}), "/content", "prompt.template_syntax"),
        (json!({"content": "{{ 'x' * 1000000000 }}"}), "/content", "prompt.template_syntax"),
        (json!({"content": "{% set x = 1 %}"}), "/content", "prompt.template_syntax"),
        (
            json!({"content": format!("{{{{ {}x }}}}", "not ".repeat(20_000))}),
            "/content",
            "prompt.template_syntax",
        ),
        (json!({"colour": "red"}), "/colour", "field.unknown"),
    ] {
        let refused = ada.post("/prompts", body(&ada, fields.clone()).await).await;
        let expected = [(pointer.to_owned(), code.to_owned())];
        assert_eq!(faults(refused), expected, "{:.200}", fields.to_string());
    }
    assert_eq!(ada.list("/prompts").await, Vec::<Value>::new());
    let large = body(&ada, json!({"content": "x".repeat(1_100_000)})).await;
    ada.post("/prompts", large).await.refused(413, "body.too_large");
}

async fn the_fault_of_a_template_names_its_line(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let refused = ada.post("/prompts", body(&ada, json!({"content": "a\nb {{ x|nope }}"})).await);
    let refused = refused.await.refused(422, "body.invalid").json();
    assert_eq!(refused["errors"][0]["detail"], "line 2: there is no filter nope");
    let prompt = prompt(&ada, "other", "x").await;
    let refused = ada
        .post(
            &format!("{}/versions", at(&prompt)),
            json!({"content": "{{", "model_id": prompt["model_id"]}),
        )
        .await;
    assert_eq!(faults(refused)[0].0, "/content");
}

async fn bad_changes_and_labels_are_refused(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let prompt = prompt(&ada, "greeting", "one").await;
    let path = at(&prompt);
    for (change, pointer, code) in [
        (json!({"name": null}), "/name", "field.required"),
        (json!({"name": "a b"}), "/name", "prompt.name_malformed"),
        (json!({"tags": null}), "/tags", "field.required"),
        (json!({"is_active": "yes"}), "/is_active", "field.type"),
        (json!({"protected_labels": ["latest"]}), "/protected_labels/0", "prompt.label_reserved"),
        (json!({"protected_labels": ["12"]}), "/protected_labels/0", "prompt.label_malformed"),
        (json!({"protected_labels": ["a", "a"]}), "/protected_labels", "value.repeated"),
        (json!({"content": "two"}), "/content", "field.unknown"),
    ] {
        let refused = ada.patch(&path, 1, change.clone()).await;
        assert_eq!(faults(refused), [(pointer.to_owned(), code.to_owned())], "{change}");
    }
    let put = async |label: &str, version: Value| {
        ada.put(&format!("{path}/labels/{label}"), json!({"version": version})).await
    };
    put("latest", json!(1)).await.refused(400, "prompt.label_reserved");
    put("2", json!(1)).await.refused(400, "prompt.label_malformed");
    put("Prod", json!(1)).await.refused(400, "prompt.label_malformed");
    for (version, code) in [
        (json!(2), "reference.unknown"),
        (json!(0), "number.out_of_range"),
        (json!(1001), "number.out_of_range"),
        (json!(100_000), "number.out_of_range"),
        (json!(-1), "number.out_of_range"),
        (json!("1"), "field.type"),
    ] {
        let refused = put("staging", version.clone()).await;
        assert_eq!(faults(refused), [("/version".to_owned(), code.to_owned())], "{version}");
    }
    for number in ["0", "2", "01", "+1", "x", "99999999"] {
        ada.get(&format!("{path}/versions/{number}")).await.refused(404, "not_found");
    }
    ada.get(&format!("{path}?label=A")).await.refused(400, "query.invalid");
    for n in 0..50 {
        put(&format!("l{n}"), json!(1)).await.expect(200);
    }
    put("more", json!(1)).await.refused(409, "prompt.labels_exhausted");
    put("l7", json!(1)).await.expect(200);
}

async fn a_prompt_is_rendered_in_the_version_that_is_asked_for(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let viewer = ada.invite_as("viewer@example.com", "viewer").await;
    let schema = json!({
        "type": "object", "required": ["name"], "additionalProperties": false,
        "properties": {"name": {"type": "string", "maxLength": 10}, "items": {"type": "array"}},
    });
    let template = "Hi {{ name }}!{% for item in items|default([]) %} {{ item }}{% endfor %}";
    let fields = json!({"content": template, "input_schema": schema});
    let prompt = ada.create("/prompts", body(&ada, fields).await).await;
    let path = format!("{}/render", at(&prompt));
    let two = json!({"content": "Bye {{ name }}", "model_id": prompt["model_id"]});
    ada.post(&format!("{}/versions", at(&prompt)), two).await.expect(201);
    ada.put(&format!("{}/labels/production", at(&prompt)), json!({"version": 1})).await.expect(200);
    let ada_only = json!({"name": "Ada"});
    for (choice, version, said) in [
        (json!({}), 1, "Hi Ada!"),
        (json!({"label": "production"}), 1, "Hi Ada!"),
        (json!({"label": "latest"}), 2, "Bye Ada"),
        (json!({"version": 2}), 2, "Bye Ada"),
    ] {
        let mut request = choice.clone();
        request["variables"] = ada_only.clone();
        let rendered = viewer.post(&path, request).await.expect(200).json();
        let messages = json!([{"role": "user", "content": said}]);
        let expected = json!({"prompt_id": prompt["id"], "version": version, "messages": messages});
        assert_eq!(rendered, expected, "{choice}");
    }
    let items = json!({"variables": {"name": "Ada", "items": ["a", 1, null]}});
    let rendered = ada.post(&path, items).await.expect(200).json();
    assert_eq!(rendered["messages"][0]["content"], "Hi Ada! a 1 None");
    for (request, pointer, code) in [
        (json!({"variables": {}}), "/variables", "prompt.variable_invalid"),
        (json!({}), "/variables", "prompt.variable_invalid"),
        (json!({"variables": {"name": 1}}), "/variables/name", "prompt.variable_invalid"),
        (
            json!({"variables": {"name": "x".repeat(11)}}),
            "/variables/name",
            "prompt.variable_invalid",
        ),
        (json!({"version": 2, "variables": {}}), "/variables", "prompt.variable_missing"),
        (json!({"version": 1, "label": "latest"}), "/label", "value.repeated"),
        (json!({"version": 0}), "/version", "number.out_of_range"),
        (json!({"label": "A"}), "/label", "prompt.label_malformed"),
        (json!({"variables": []}), "/variables", "field.type"),
        (
            json!({"variables": {"name": "x".repeat(300_000)}}),
            "/variables",
            "prompt.variables_too_large",
        ),
    ] {
        let refused = faults(ada.post(&path, request.clone()).await);
        assert_eq!(
            refused,
            [(pointer.to_owned(), code.to_owned())],
            "{:.100}",
            request.to_string()
        );
    }
    for absent in [json!({"version": 3}), json!({"label": "staging"})] {
        ada.post(&path, absent).await.refused(404, "not_found");
    }
    let lines = ada.list("/audit-logs?subject_kind=prompt").await;
    assert_eq!(lines.len(), 3, "a rendering writes nothing");
}

/// The process lives on, and answers others in time.
async fn templates_that_take_more_than_they_may_are_stopped(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for (name, template) in [
        (
            "loops",
            "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
        ),
        ("text", "{% for a in list %}{% if text|upper == 'x' %}{% endif %}{% endfor %}"),
        ("compare", "{% for a in list %}{% if list == list %}{% endif %}{% endfor %}"),
        ("output", "{% for a in list %}{{ text }}{% endfor %}"),
        ("replace", "{{ text|replace('a', text) }}"),
    ] {
        let prompt = prompt(&ada, name, template).await;
        let (text, list) = ("a".repeat(50_000), (0..20_000).collect::<Vec<_>>());
        let request = json!({"variables": {"text": text, "list": list}});
        let refused = faults(ada.post(&format!("{}/render", at(&prompt)), request).await);
        assert_eq!(refused[0].0, "/messages/0/content", "{name}");
        let code = &refused[0].1;
        assert!(["prompt.too_much_work", "prompt.output_too_long"].contains(&&**code), "{code}");
    }
    let large = "x\n".repeat(50_000);
    let content =
        json!([{"role": "user", "content": large}, {"role": "user", "content": "{{ t }}"}]);
    let fields = json!({"content": "absent", "messages": content});
    let prompt = ada.create("/prompts", body(&ada, fields).await).await;
    let request = json!({"variables": {"t": "y".repeat(200_000)}});
    let rendered = ada.post(&format!("{}/render", at(&prompt)), request).await.expect(200).json();
    assert_eq!(rendered["messages"][1]["content"].as_str().unwrap().len(), 200_000);
}

on_postgres! {
    bad_prompts_are_refused_with_their_field_and_nothing_is_written,
    the_fault_of_a_template_names_its_line,
    bad_changes_and_labels_are_refused,
    a_prompt_is_rendered_in_the_version_that_is_asked_for,
    templates_that_take_more_than_they_may_are_stopped,
}
