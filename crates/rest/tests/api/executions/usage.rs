//! What executions have cost, by day or month and by record.

use chrono::Days;
use plinth_testkit::provider::{Answer, Wire};
use serde_json::{Value, json};

use super::{Setup, hello, model, prompt};
use crate::{invoices::today, support::Client};

async fn rows(client: &Client, query: &str) -> Vec<Value> {
    let reply = client.get(&format!("/usage{query}")).await.expect(200);
    reply.json()["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn usage_is_added_up_by_day_and_record() {
    let setup = Setup::new().await;
    let owner = &setup.owner;
    let prices = format!("/models/{}/prices", setup.model["id"].as_str().unwrap());
    let price = json!({"input_nano_usd": 1_000_000, "output_nano_usd": 1_000_000,
        "valid_from": "2026-01-01T00:00:00Z"});
    owner.create(&prices, price).await;
    let first = setup.execute(Answer::text(Wire::OpenAi, "one")).await;
    let prompt = prompt(owner, &setup.model).await;
    let execute = format!("/prompts/{}/execute", prompt["id"].as_str().unwrap());
    owner.post(&execute, json!({"variables": {"name": "Ada"}})).await.expect(200);
    let second = model(owner, &setup.second, "second", json!({})).await;
    setup.second.script([Answer::status(400)]);
    owner.post("/executions", hello(&second)).await.expect(200);

    let all = rows(owner, "").await;
    let [day] = &all[..] else { panic!("{all:?}") };
    assert_eq!(day["starts_on"], json!(today(&setup.app)));
    let counts = ["executions", "succeeded", "failed", "cancelled"].map(|f| day[f].as_i64());
    assert_eq!(counts, [Some(3), Some(2), Some(1), Some(0)]);
    assert_eq!(day["cost_nano_usd"], 2 * first["cost_nano_usd"].as_i64().unwrap());
    assert_eq!(day["tokens_input"], 2 * first["tokens_input"].as_i64().unwrap());
    assert_eq!((&day["record_id"], &day["record_name"]), (&Value::Null, &Value::Null));

    let by = async |by: &str| {
        let rows = rows(owner, &format!("?per=month&by={by}")).await;
        let pair = |row: &Value| (row["record_name"].clone(), row["executions"].clone());
        rows.iter().map(pair).collect::<Vec<_>>()
    };
    let models = by("model").await;
    assert!(models.contains(&(json!("main"), json!(2))), "{models:?}");
    assert!(models.contains(&(json!("second"), json!(1))), "{models:?}");
    assert_eq!(by("prompt").await, [(json!("greeting"), json!(1)), (Value::Null, json!(2))]);
    assert_eq!(by("api_key").await, [(Value::Null, json!(3))]);
    let users = by("user").await;
    assert_eq!((users.len(), &users[0].1), (1, &json!(3)));
    assert!(users[0].0.is_string(), "the name of the member");

    assert_eq!(by("project").await, [(Value::Null, json!(3))]);
    let project = owner.project("P-1").await;
    let mut of_project = hello(&setup.model);
    of_project["project_id"] = project["id"].clone();
    owner.post("/executions", of_project).await.expect(200);
    let projects = by("project").await;
    assert_eq!(projects, [(project["name"].clone(), json!(1)), (Value::Null, json!(3))]);
    let only = format!("?by=model&project_id={}", project["id"].as_str().unwrap());
    let only = rows(owner, &only).await;
    assert_eq!((only.len(), &only[0]["executions"]), (1, &json!(1)));

    let yesterday = today(&setup.app).checked_sub_days(Days::new(1)).unwrap();
    let earlier = format!("?from={yesterday}&until={yesterday}");
    assert_eq!(rows(owner, &earlier).await, [json!(null); 0]);
    let stranger = setup.app.owner("Other").await;
    assert_eq!(rows(&stranger, "").await, [json!(null); 0], "of another organization");
}

#[tokio::test]
async fn days_are_those_of_the_organization_and_are_bounded() {
    let setup = Setup::new().await;
    let owner = &setup.owner;
    let zone = json!({"settings": {"timezone": "Pacific/Kiritimati"}});
    owner.patch("/organization", "*", zone).await.expect(200);
    setup.run(&setup.model).await;
    let ahead = (setup.app.application.now() + chrono::TimeDelta::hours(14)).date_naive();
    assert_eq!(rows(owner, "").await[0]["starts_on"], json!(ahead));
    let zone = json!({"settings": {"timezone": "Etc/GMT+12"}});
    owner.patch("/organization", "*", zone).await.expect(200);
    let behind = (setup.app.application.now() - chrono::TimeDelta::hours(12)).date_naive();
    assert_eq!(rows(owner, "").await[0]["starts_on"], json!(behind));
    for query in [
        "?from=2026-01-01&until=2027-01-02",
        "?from=2026-01-02&until=2026-01-01",
        "?from=2026-13-01",
        "?per=year",
        "?by=tag",
        "?project_id=7",
        "?other=1",
    ] {
        let reply = owner.get(&format!("/usage{query}")).await;
        assert_eq!(reply.status, 400, "{query}: {}", reply.text);
    }
    rows(owner, "?from=2026-01-01&until=2027-01-01").await;
}

#[tokio::test]
async fn owners_admins_and_accountants_see_what_executions_have_cost() {
    let setup = Setup::new().await;
    for (role, status) in [("admin", 200), ("accountant", 200), ("member", 403), ("viewer", 403)] {
        let person = setup.owner.invite(&format!("{role}@example.com"), role).await;
        person.get("/usage").await.expect(status);
    }
}
