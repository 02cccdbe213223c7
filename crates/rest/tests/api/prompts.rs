//! Prompts, their versions and their labels, end to end.

use futures::future::join_all;
use serde_json::{Value, json};
use sqlx::Connection as _;

use crate::{
    models::model,
    support::{
        Client, TestApp,
        records::{RecordSample, fresh},
    },
};

/// A new prompt, and a change to it.
pub async fn sample(owner: &Client) -> RecordSample {
    let model = a_model(owner).await;
    RecordSample {
        path: "/prompts",
        new: json!({"name": format!("prompt-{}", fresh()), "content": "Hi", "model_id": model}),
        change: json!({"description": "Changed"}),
    }
}

/// The prompt that an operation on its parts needs, and the body.
pub async fn operation(operation: &str, owner: &Client) -> Option<(Value, Option<Value>)> {
    if !matches!(
        operation,
        "list_prompt_versions"
            | "create_prompt_version"
            | "get_prompt_version"
            | "list_prompt_labels"
            | "set_prompt_label"
            | "delete_prompt_label"
            | "render_prompt"
    ) {
        return None;
    }
    let prompt = sample(owner).await.create(owner).await;
    let label = format!("{}/labels/staging", at(&prompt));
    let body = match operation {
        "create_prompt_version" => {
            Some(json!({"content": "Hello", "model_id": prompt["model_id"]}))
        }
        "set_prompt_label" => Some(json!({"version": 1})),
        "render_prompt" => Some(json!({"variables": {}})),
        "delete_prompt_label" => {
            owner.put(&label, json!({"version": 1})).await.expect(200);
            None
        }
        _ => None,
    };
    Some((prompt, body))
}

pub fn at(prompt: &Value) -> String {
    format!("/prompts/{}", prompt["id"].as_str().unwrap())
}

/// The identity of a new model that answers messages.
pub async fn a_model(owner: &Client) -> Value {
    let body = model(&format!("chat-{}", fresh()));
    owner.create("/models", body).await["id"].clone()
}

/// A prompt with this template.
pub async fn prompt(owner: &Client, name: &str, content: &str) -> Value {
    let body = json!({"name": name, "content": content, "model_id": a_model(owner).await});
    owner.create("/prompts", body).await
}

/// Adds a version with this template.
async fn add(owner: &Client, prompt: &Value, content: &str) -> Value {
    let body = json!({"content": content, "model_id": prompt["model_id"]});
    owner.post(&format!("{}/versions", at(prompt)), body).await.expect(201).json()
}

async fn release(owner: &Client, prompt: &Value, label: &str, version: u32) -> Value {
    let path = format!("{}/labels/{label}", at(prompt));
    owner.put(&path, json!({"version": version})).await.expect(200).json()
}

pub async fn a_prompt_is_created_read_changed_and_removed(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let (model, other) = (a_model(&ada).await, a_model(&ada).await);
    let body = json!({
        "name": "support.reply", "description": "Answers\nto customers", "tags": ["support", "größer"],
        "messages": [
            {"role": "system", "content": "Be {{ tone }}."},
            {"role": "user", "content": " {{ question }}\n"},
        ],
        "model_id": model, "fallbacks": [other], "message": "First",
        "input_schema": {"type": "object", "properties": {"tone": {"type": "string"}, "question": {}}},
        "output_schema": {"type": "string"}, "parameters": {"temperature": 0, "stop": ["x"]},
    });
    let created = ada.post_once("/prompts", "once", body.clone()).await.expect(201);
    let prompt = created.json();
    for (field, value) in body.as_object().unwrap() {
        assert_eq!(&prompt[field], value, "{field}");
    }
    assert_eq!(prompt["content"], "Be {{ tone }}.\n\n {{ question }}\n");
    assert_eq!((&prompt["version"], &prompt["versions"]), (&json!(1), &json!(1)));
    assert_eq!(prompt["protected_labels"], json!(["production"]));
    assert_eq!(prompt["is_active"], true);
    assert_eq!(prompt["created_by"], ada.user.as_str());
    let path = at(&prompt);
    assert_eq!(created.header("location"), format!("/api/v1{path}"));
    assert_eq!(created.header("etag"), "\"1\"");
    let again = ada.post_once("/prompts", "once", body.clone()).await.expect(201);
    assert_eq!(again.json(), prompt);
    ada.post("/prompts", body).await.refused(409, "prompt.name_taken");
    assert_eq!(ada.get(&path).await.expect(200).json(), prompt);
    let version = ada.get(&format!("{path}/versions/1")).await.expect(200).json();
    assert_eq!((&version["sha256"], &version["version"]), (&prompt["sha256"], &json!(1)));

    let change =
        json!({"description": null, "tags": [], "is_active": false, "name": "support.answer"});
    let changed = ada.patch(&path, 1, change).await.expect(200);
    assert_eq!(changed.header("etag"), "\"2\"");
    let changed = changed.json();
    assert_eq!((&changed["description"], &changed["tags"]), (&Value::Null, &json!([])));
    assert_eq!(
        (&changed["name"], &changed["is_active"]),
        (&json!("support.answer"), &json!(false))
    );
    assert_eq!(changed["content"], prompt["content"]);
    ada.patch(&path, 1, json!({"tags": ["x"]})).await.refused(412, "if_match.stale");
    ada.delete(&path, 2).await.expect(204);
    ada.get(&path).await.refused(404, "not_found");
    ada.get(&format!("{path}/versions/1")).await.refused(404, "not_found");
}

async fn a_label_releases_a_version_and_rolls_it_back(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let prompt = prompt(&ada, "greeting", "one").await;
    let path = at(&prompt);
    let second = add(&ada, &prompt, "two").await;
    assert_eq!((&second["version"], &second["content"]), (&json!(2), &json!("two")));
    let content = async |query: &str| {
        ada.get(&format!("{path}{query}")).await.expect(200).json()["content"].clone()
    };
    // Without the label, the newest version is shown.
    assert_eq!(content("").await, "two");
    let released = release(&ada, &prompt, "production", 1).await;
    assert_eq!((&released["label"], &released["version"]), (&json!("production"), &json!(1)));
    assert_eq!(content("").await, "one");
    assert_eq!(content("?label=production").await, "one");
    assert_eq!(content("?label=latest").await, "two");
    ada.get(&format!("{path}?label=staging")).await.refused(404, "not_found");
    assert_eq!(ada.list("/prompts").await[0]["content"], "one");
    add(&ada, &prompt, "three").await;
    assert_eq!(content("").await, "one");
    release(&ada, &prompt, "production", 3).await;
    assert_eq!(content("").await, "three");
    release(&ada, &prompt, "production", 2).await;
    assert_eq!(content("").await, "two");
    let labels = ada.list(&format!("{path}/labels")).await;
    assert_eq!(labels.iter().map(|l| l["version"].clone()).collect::<Vec<_>>(), [json!(2)]);
    let numbers = ada.list(&format!("{path}/versions")).await;
    let numbers: Vec<_> = numbers.iter().map(|version| version["version"].clone()).collect();
    assert_eq!(numbers, [3, 2, 1]);
    assert_eq!(ada.list(&format!("{path}/versions?sort=number")).await[1]["version"], 2);

    // The tag is that of the prompt: created, two versions, three moves.
    let label = format!("{path}/labels/production");
    ada.delete(&label, 5).await.refused(412, "if_match.stale");
    ada.delete(&label, 6).await.expect(204);
    assert_eq!(content("").await, "three");
    ada.delete(&label, "*").await.refused(404, "not_found");
    // To give a label to the version that has it changes nothing.
    let first = ada.put(&label, json!({"version": 1})).await.expect(200);
    let again = ada.put(&label, json!({"version": 1})).await.expect(200);
    assert_eq!((first.header("etag"), first.json()), (again.header("etag"), again.json()));
}

async fn each_move_of_a_label_is_an_audit_entry_and_an_event(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let prompt = prompt(&ada, "greeting", "one").await;
    add(&ada, &prompt, "two").await;
    release(&ada, &prompt, "production", 1).await;
    release(&ada, &prompt, "production", 2).await;
    release(&ada, &prompt, "production", 2).await;
    ada.delete(&format!("{}/labels/production", at(&prompt)), "*").await.expect(204);
    let id = prompt["id"].as_str().unwrap();
    let lines = ada.list(&format!("/audit-logs?subject_id={id}&sort=created_at")).await;
    let actions: Vec<_> = lines.iter().map(|line| line["action"].as_str().unwrap()).collect();
    let expected = [
        "prompt.created",
        "prompt.version_created",
        "prompt.label_moved",
        "prompt.label_moved",
        "prompt.label_removed",
    ];
    assert_eq!(actions, expected);
    assert_eq!(lines[0]["after"]["prompt_version"]["sha256"], prompt["sha256"]);
    assert_eq!(lines[1]["after"]["prompt_version"]["number"], 2);
    assert_eq!(lines[2]["after"], json!({"label": "production", "from": null, "to": 1}));
    assert_eq!(lines[3]["after"], json!({"label": "production", "from": 1, "to": 2}));
    assert_eq!(lines[4]["after"], json!({"label": "production", "from": 2}));
    let events = ada.events("&topics=prompts", 0, 5).await;
    assert_eq!(events.iter().map(|e| e["type"].clone()).collect::<Vec<_>>(), expected);
}

async fn only_a_manager_releases_and_changes_what_is_protected(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let member = ada.invite_as("member@example.com", "member").await;
    let body = json!({"name": "greeting", "content": "one", "model_id": a_model(&ada).await});
    let prompt = member.create("/prompts", body).await;
    let (path, denied) = (at(&prompt), "permission.denied");
    let put = async |label: &str| {
        member.put(&format!("{path}/labels/{label}"), json!({"version": 1})).await
    };
    put("production").await.refused(403, denied);
    put("staging").await.expect(200);
    member.delete(&format!("{path}/labels/staging"), "*").await.expect(204);
    release(&ada, &prompt, "production", 1).await;
    member.delete(&format!("{path}/labels/production"), "*").await.refused(403, denied);
    put("production").await.refused(403, denied);
    for labels in [json!([]), json!(["production", "staging"])] {
        let change = json!({"protected_labels": labels});
        member.patch(&path, "*", change).await.refused(403, denied);
    }
    // The same labels are no change.
    let same = json!({"protected_labels": ["production"], "tags": ["x"]});
    member.patch(&path, "*", same).await.expect(200);
    ada.patch(&path, "*", json!({"protected_labels": ["staging"]})).await.expect(200);
    put("production").await.expect(200);
    put("staging").await.refused(403, denied);
    let key = ada.api_key(json!({"permissions": ["prompt:read", "prompt:update"]})).await;
    key.put(&format!("{path}/labels/staging"), json!({"version": 1})).await.refused(403, denied);
    let releaser = json!({"permissions": ["prompt:update", "prompt:release"]});
    let key = ada.api_key(releaser).await;
    key.put(&format!("{path}/labels/staging"), json!({"version": 1})).await.expect(200);
}

async fn concurrent_versions_and_moves_leave_no_gap_and_lose_nothing(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let prompt = prompt(&ada, "greeting", "one").await;
    let contents: Vec<String> = (0..8).map(|n| format!("content {n}")).collect();
    let added = join_all(contents.iter().map(|content| add(&ada, &prompt, content))).await;
    let mut numbers: Vec<_> =
        added.iter().map(|version| version["version"].as_u64().unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (2..=9).collect::<Vec<_>>());
    for version in &added {
        let path = format!("{}/versions/{}", at(&prompt), version["version"]);
        assert_eq!(ada.get(&path).await.expect(200).json(), *version);
    }
    let moves = (1..=8).map(|version| release(&ada, &prompt, "production", version));
    join_all(moves).await;
    let id = prompt["id"].as_str().unwrap();
    let path = format!("/audit-logs?subject_id={id}&action=prompt.label_moved&sort=created_at");
    let lines = ada.list(&path).await;
    // Each move begins where another one has ended.
    let mut ends: Vec<_> = lines.iter().map(|line| line["after"]["to"].clone()).collect();
    let mut starts: Vec<_> = lines.iter().map(|line| line["after"]["from"].clone()).collect();
    let label = ada.list(&format!("{}/labels", at(&prompt))).await.remove(0);
    let at_last = ends.iter().position(|to| *to == label["version"]).unwrap();
    ends.remove(at_last);
    let first = starts.iter().position(Value::is_null).unwrap();
    starts.remove(first);
    ends.sort_by_key(Value::as_u64);
    starts.sort_by_key(Value::as_u64);
    assert_eq!((ends, lines.len()), (starts, 8));
    assert_eq!(ada.get(&at(&prompt)).await.json()["version"], label["version"]);
}

/// Also for a fault in the program, which has the rights of the application's role.
async fn a_version_never_changes_in_the_database_either(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let prompt = prompt(&ada, "greeting", "one").await;
    let url = app.database.as_ref().unwrap().url();
    for change in [
        "UPDATE prompt_versions SET messages = '[]'",
        "UPDATE prompt_versions SET number = 2",
        "DELETE FROM prompt_versions",
        "TRUNCATE prompt_versions CASCADE",
    ] {
        let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
        for setting in [
            "SET ROLE plinth_app".to_owned(),
            format!("SET app.organization_id = '{}'", ada.organization),
        ] {
            sqlx::query(sqlx::AssertSqlSafe(setting)).execute(&mut connection).await.unwrap();
        }
        let seen: i64 = sqlx::query_scalar("SELECT count(*) FROM prompt_versions")
            .fetch_one(&mut connection)
            .await
            .unwrap();
        assert_eq!(seen, 1);
        let refused = sqlx::query(change).execute(&mut connection).await.unwrap_err();
        let code = refused.as_database_error().and_then(sqlx::error::DatabaseError::code);
        assert_eq!(code.as_deref(), Some("42501"), "{change}");
    }
    assert_eq!(ada.get(&at(&prompt)).await.json()["content"], "one");
}

async fn lists_are_filtered_and_searched(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let model = a_model(&ada).await;
    for (name, tags, active) in [
        ("alpha", json!(["a", "b"]), true),
        ("beta", json!(["b"]), false),
        ("gamma", json!([]), true),
    ] {
        let body = json!({
            "name": name, "tags": tags, "is_active": active, "content": "x", "model_id": model,
            "description": format!("Summary of {name} contracts"),
        });
        ada.create("/prompts", body).await;
    }
    for (query, expected) in [
        ("name=beta", &["beta"][..]),
        ("tag=b&sort=name", &["alpha", "beta"]),
        ("tag=c", &[]),
        ("is_active=true&sort=-name", &["gamma", "alpha"]),
        ("is_active=false", &["beta"]),
        ("q=gamma", &["gamma"]),
        ("q=summary&sort=name", &["alpha", "beta", "gamma"]),
        ("q=summary&tag=a", &["alpha"]),
    ] {
        let found = ada.list(&format!("/prompts?{query}")).await;
        let names: Vec<_> = found.iter().map(|prompt| prompt["name"].as_str().unwrap()).collect();
        assert_eq!(names, expected, "{query}");
    }
    for bad in ["name=A", "tag=", "is_active=maybe", "label=production"] {
        ada.get(&format!("/prompts?{bad}")).await.refused(400, "query.invalid");
    }
}

async fn what_a_prompt_needs_or_serves_is_not_removed(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let prompt = prompt(&ada, "greeting", "one").await;
    let model = format!("/models/{}", prompt["model_id"].as_str().unwrap());
    ada.delete(&model, "*").await.refused(409, "record.in_use");
    let foreign = json!({"name": "x", "content": "x", "model_id": prompt["model_id"]});
    bob.post("/prompts", foreign).await.refused(422, "body.invalid");
    ada.delete(&at(&prompt), "*").await.expect(204);
    ada.delete(&model, "*").await.expect(204);
}

on_postgres! {
    a_prompt_is_created_read_changed_and_removed,
    a_label_releases_a_version_and_rolls_it_back,
    each_move_of_a_label_is_an_audit_entry_and_an_event,
    only_a_manager_releases_and_changes_what_is_protected,
    concurrent_versions_and_moves_leave_no_gap_and_lose_nothing,
    a_version_never_changes_in_the_database_either,
    lists_are_filtered_and_searched,
    what_a_prompt_needs_or_serves_is_not_removed,
}
