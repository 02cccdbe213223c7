//! Models of providers and their secrets, end to end.

use serde_json::{Value, json};
use sqlx::Connection;
use uuid::Uuid;

use crate::support::{
    Client, TestApp,
    records::{RecordSample, fresh},
};

/// A secret that must be nowhere but in the database, encrypted.
const CANARY: &str = "sk-canary-0123456789-wxyz";

/// A new model, and a change to it.
#[expect(clippy::unused_async, reason = "a record that refers to others has to create them")]
pub async fn sample(_owner: &Client) -> RecordSample {
    RecordSample {
        path: "/models",
        new: model(&format!("model-{}", fresh())),
        change: json!({"status": "disabled"}),
    }
}

pub fn model(name: &str) -> Value {
    json!({"name": name, "provider": "openai", "model_id": "gpt-5-mini"})
}

pub fn at(model: &Value) -> String {
    format!("/models/{}", model["id"].as_str().unwrap())
}

/// The pointers and codes of a refused body.
#[track_caller]
fn faults(refused: &Value) -> Vec<(&str, &str)> {
    let errors = refused["errors"].as_array().unwrap().iter();
    errors.map(|e| (e["pointer"].as_str().unwrap(), e["code"].as_str().unwrap())).collect()
}

async fn a_model_is_created_read_changed_and_removed(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let spare = ada.create("/models", model("spare")).await;
    let body = json!({
        "name": "local/fast", "provider": "custom", "model_id": "SmolLM2",
        "base_url": "https://llm.example.com/v1/", "kind": "chat",
        "capabilities": ["tools", "streaming", "tools"],
        "connect_timeout_ms": 100, "first_token_timeout_ms": 600_000, "idle_timeout_ms": 20_000,
        "total_timeout_ms": 3_600_000, "fallbacks": [spare["id"]],
        "config": {"temperature": 0.5, "stop": ["\n"]}, "status": "active", "secret": CANARY,
    });
    let created = ada.post("/models", body.clone()).await.expect(201);
    let created_model = created.json();
    assert_eq!(created.header("location"), format!("/api/v1{}", at(&created_model)));
    for field in ["name", "provider", "model_id", "kind", "fallbacks", "config", "status"] {
        assert_eq!(created_model[field], body[field], "{field}");
    }
    assert_eq!(created_model["base_url"], "https://llm.example.com/v1");
    assert_eq!(created_model["capabilities"], json!(["streaming", "tools"]));
    assert_eq!(created_model["secret"], "…wxyz");
    assert_eq!(created_model["flagged_at"], Value::Null);
    let path = at(&created_model);
    assert_eq!(ada.get(&path).await.expect(200).json(), created_model);

    let change = json!({
        "name": "fast", "config": {"stop": null, "top_p": 1}, "idle_timeout_ms": 1_000,
        "capabilities": [], "status": "disabled",
    });
    let changed = ada.patch(&path, 1, change).await.expect(200).json();
    assert_eq!(changed["config"], json!({"temperature": 0.5, "top_p": 1}));
    assert_eq!(
        (&changed["idle_timeout_ms"], &changed["connect_timeout_ms"]),
        (&json!(1_000), &json!(100))
    );
    assert_eq!((&changed["capabilities"], &changed["secret"]), (&json!([]), &json!("…wxyz")));

    ada.delete(&at(&spare), 1).await.refused(409, "record.in_use");
    ada.delete(&path, 2).await.expect(204);
    ada.get(&path).await.refused(404, "not_found");
    ada.delete(&at(&spare), 1).await.expect(204);
}

async fn defaults_are_those_of_the_documentation(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let plain = ada.create("/models", model("plain")).await;
    let expected = json!({
        "base_url": null, "kind": "chat", "capabilities": [], "connect_timeout_ms": 5_000,
        "first_token_timeout_ms": 30_000, "idle_timeout_ms": 30_000, "total_timeout_ms": 600_000,
        "fallbacks": [], "config": {}, "status": "active", "secret": null, "flagged_at": null,
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&plain[field], value, "{field}");
    }
}

async fn bad_models_are_refused_with_their_field_and_nothing_is_written(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let all_wrong = json!({
        "name": "Fast Model", "provider": "acme", "model_id": "", "base_url": "not a url",
        "kind": "image", "capabilities": ["tools", "telepathy"], "connect_timeout_ms": 99,
        "first_token_timeout_ms": 600_001, "idle_timeout_ms": 0, "total_timeout_ms": 999,
        "fallbacks": ["x"], "status": "gone", "secret": "line\nbreak",
    });
    let refused = ada.post("/models", all_wrong).await.refused(422, "body.invalid").json();
    let mut pointers: Vec<_> = faults(&refused).into_iter().map(|(pointer, _)| pointer).collect();
    pointers.sort_unstable();
    assert_eq!(
        pointers,
        [
            "/base_url",
            "/capabilities/1",
            "/connect_timeout_ms",
            "/fallbacks/0",
            "/first_token_timeout_ms",
            "/idle_timeout_ms",
            "/kind",
            "/model_id",
            "/name",
            "/provider",
            "/secret",
            "/status",
            "/total_timeout_ms",
        ]
    );
    let with = |field: &str, value: Value| {
        let mut body = model("bad");
        body[field] = value;
        body
    };
    let id = || Uuid::from_u128(7).to_string();
    for (body, pointer, code) in [
        (with("provider", json!("custom")), "/base_url", "field.required"),
        (with("fallbacks", json!([id()])), "/fallbacks/0", "reference.unknown"),
        (with("fallbacks", json!(vec![id(); 6])), "/fallbacks", "list.too_long"),
        (with("base_url", json!("http://api.example.com")), "/base_url", "address.forbidden"),
        (with("base_url", json!("https://127.0.0.1/v1")), "/base_url", "address.forbidden"),
        (with("base_url", json!("https://2130706433")), "/base_url", "address.forbidden"),
        (with("base_url", json!("https://[::ffff:10.0.0.1]")), "/base_url", "address.forbidden"),
        (
            with("base_url", json!("https://169.254.169.254/latest")),
            "/base_url",
            "address.forbidden",
        ),
        (with("base_url", json!("https://me:pw@a.example")), "/base_url", "address.forbidden"),
        (with("config", json!({"a": "x".repeat(17_000)})), "/config", "json.too_large"),
        (with("secret", json!("x".repeat(4_097))), "/secret", "secret.malformed"),
    ] {
        let refused = ada.post("/models", body).await.refused(422, "body.invalid").json();
        assert_eq!(faults(&refused), [(pointer, code)]);
    }
    assert!(ada.list("/models").await.is_empty());
    let allowed = format!("http://{}/v1", crate::support::ALLOWED_ADDRESS);
    ada.post("/models", with("base_url", json!(allowed))).await.expect(201);
}

async fn a_name_is_used_once_and_a_fallback_answers_the_same(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let first = ada.create("/models", model("fast")).await;
    let mut other = model("fast");
    other["provider"] = json!("anthropic");
    ada.post("/models", other).await.refused(409, "model.name_taken");
    let mut embedding = model("vectors");
    embedding["kind"] = json!("embedding");
    embedding["fallbacks"] = json!([first["id"]]);
    let refused = ada.post("/models", embedding).await.refused(422, "body.invalid").json();
    assert_eq!(faults(&refused), [("/fallbacks/0", "model.fallback_kind")]);
    let itself = json!({"fallbacks": [first["id"]]});
    let refused = ada.patch(&at(&first), 1, itself).await.refused(422, "body.invalid").json();
    assert_eq!(faults(&refused), [("/fallbacks", "model.fallback_self")]);
    let bob = app.owner("Bob").await;
    let theirs = bob.create("/models", model("fast")).await;
    let foreign = json!({"fallbacks": [theirs["id"]]});
    let refused = ada.patch(&at(&first), 1, foreign).await.refused(422, "body.invalid").json();
    assert_eq!(faults(&refused), [("/fallbacks/0", "reference.unknown")]);
}

async fn a_secret_is_sent_to_the_address_that_it_was_given_for(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let mut body = model("fast");
    body["secret"] = json!(CANARY);
    let created = ada.create("/models", body).await;
    let path = at(&created);
    let moved = json!({"base_url": "https://attacker.example/v1"});
    let refused = ada.patch(&path, 1, moved).await.refused(422, "body.invalid").json();
    assert_eq!(faults(&refused), [("/secret", "model.secret_bound")]);
    let both = json!({"base_url": "https://proxy.example/v1", "secret": "sk-another-secret-abcd"});
    let moved = ada.patch(&path, 1, both).await.expect(200).json();
    assert_eq!((&moved["secret"], &moved["version"]), (&json!("…abcd"), &json!(2)));
    ada.patch(&path, 2, json!({"base_url": null})).await.refused(422, "body.invalid");
    let cleared = json!({"base_url": null, "secret": null});
    let cleared = ada.patch(&path, 2, cleared).await.expect(200).json();
    assert_eq!((&cleared["secret"], &cleared["base_url"]), (&Value::Null, &Value::Null));
}

async fn lists_are_filtered_and_searched(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let mut embedding = model("vectors");
    embedding["kind"] = json!("embedding");
    embedding["provider"] = json!("huggingface");
    embedding["model_id"] = json!("intfloat/e5-small");
    let mut disabled = model("old");
    disabled["status"] = json!("disabled");
    for body in [model("fast"), embedding, disabled] {
        ada.create("/models", body).await;
    }
    for (query, names) in [
        ("", vec!["fast", "old", "vectors"]),
        ("?kind=embedding", vec!["vectors"]),
        ("?provider=openai", vec!["fast", "old"]),
        ("?provider=openai,huggingface&status=active", vec!["fast", "vectors"]),
        ("?status=disabled", vec!["old"]),
        ("?q=e5-small", vec!["vectors"]),
        ("?q=FAST", vec!["fast"]),
    ] {
        let found = ada.list(&format!("/models{query}")).await;
        let mut found: Vec<_> = found.iter().map(|m| m["name"].as_str().unwrap()).collect();
        found.sort_unstable();
        assert_eq!(found, names, "{query}");
    }
    ada.get("/models?kind=image").await.expect(400);
    assert_eq!(ada.list("/models?sort=-name").await[0]["name"], "vectors");
}

async fn managers_write_models_and_everyone_reads_them(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let created = ada.create("/models", model("fast")).await;
    let member = ada.invite("m@example.com", "member").await;
    member.get(&at(&created)).await.expect(200);
    member.post("/models", model("slow")).await.refused(403, "permission.denied");
    member.patch(&at(&created), 1, json!({"name": "x"})).await.refused(403, "permission.denied");
    member.delete(&at(&created), 1).await.refused(403, "permission.denied");
    let admin = ada.invite("a@example.com", "admin").await;
    admin.patch(&at(&created), 1, json!({"name": "x"})).await.expect(200);
    let bob = app.owner("Bob").await;
    bob.get(&at(&created)).await.refused(404, "not_found");
    bob.delete(&at(&created), "*").await.refused(404, "not_found");
}

/// Every text of the database, but for what the test itself writes there.
async fn dumped(app: &TestApp) -> String {
    let database = app.database.as_ref().unwrap();
    let mut owner = sqlx::PgConnection::connect(database.url()).await.unwrap();
    let tables: Vec<(String,)> = sqlx::query_as(
        "SELECT format('%I', relname) FROM pg_class
            WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    let mut all = String::new();
    for (table,) in tables {
        let query = format!("SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t");
        let (text,): (String,) =
            sqlx::query_as(sqlx::AssertSqlSafe(query)).fetch_one(&mut owner).await.unwrap();
        all += &text;
    }
    all
}

async fn a_secret_is_in_no_answer_no_event_no_log_and_no_row(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let mut body = model("fast");
    body["secret"] = json!(CANARY);
    let mut seen = String::new();
    for _ in 0..2 {
        let reply = ada.post_once("/models", "once", body.clone()).await.expect(201);
        seen += &reply.json().to_string();
    }
    let created = ada.list("/models").await.remove(0);
    let path = at(&created);
    // Errors that are about the secret, or about a body that holds it.
    let malformed = format!("{CANARY} {CANARY}");
    for change in [
        json!({"secret": malformed}),
        json!({"secret": [CANARY]}),
        json!({"secret": {CANARY: CANARY}}),
        json!({"secret": CANARY, "name": "A B"}),
        json!({"secret": CANARY, "unknown": 1}),
    ] {
        seen += &ada.patch(&path, 1, change).await.json().to_string();
    }
    seen += &ada.patch(&path, 1, json!({"secret": format!("{CANARY}2")})).await.json().to_string();
    seen += &ada.patch(&path, 9, json!({"secret": CANARY})).await.json().to_string();
    seen += &ada.get(&path).await.json().to_string();
    let events = ada.events("&topics=models", 0, 2).await;
    assert_eq!(events.len(), 2, "it was created once and changed once");
    seen += &json!(events).to_string();
    seen += &json!(ada.list("/audit-logs").await).to_string();
    seen += &dumped(app).await;
    assert!(seen.contains("…wxyz") && seen.contains("model.updated"), "{seen}");
    assert!(!seen.contains("canary"), "a secret was shown");
    // As bytea is printed.
    assert!(!seen.contains("63616e617279"), "a secret was stored");
    ada.delete(&path, 2).await.expect(204);
    let database = app.database.as_ref().unwrap();
    let mut owner = sqlx::PgConnection::connect(database.url()).await.unwrap();
    let (secrets,): (i64,) =
        sqlx::query_as("SELECT count(*) FROM secrets").fetch_one(&mut owner).await.unwrap();
    assert_eq!(secrets, 0, "secrets go with what they belong to");
}

on_postgres! {
    a_model_is_created_read_changed_and_removed,
    defaults_are_those_of_the_documentation,
    bad_models_are_refused_with_their_field_and_nothing_is_written,
    a_name_is_used_once_and_a_fallback_answers_the_same,
    a_secret_is_sent_to_the_address_that_it_was_given_for,
    lists_are_filtered_and_searched,
    managers_write_models_and_everyone_reads_them,
    a_secret_is_in_no_answer_no_event_no_log_and_no_row,
}
