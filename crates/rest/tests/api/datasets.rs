//! Datasets, end to end.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Client, Reply, TestApp,
    records::{RecordSample, fresh},
};

/// A new dataset, and a change to it.
#[expect(clippy::unused_async, reason = "a record that refers to others has to create them")]
pub async fn sample(_owner: &Client) -> RecordSample {
    let n = fresh();
    RecordSample {
        path: "/datasets",
        new: json!({
            "name": n.to_string(),
            "description": "Line one,\nline two",
        }),
        change: json!({"description": "Another line"}),
    }
}

/// What an operation on items needs, and the body.
pub async fn operation(operation: &str, owner: &Client) -> Option<(Value, Option<Value>)> {
    let body = match operation {
        "list_dataset_items"
        | "import_dataset_items"
        | "get_dataset_item"
        | "delete_dataset_item" => None,
        "create_dataset_item" | "replace_dataset_item" => Some(item(1)),
        _ => return None,
    };
    let dataset = sample(owner).await.create(owner).await;
    if operation.ends_with("items") || operation == "create_dataset_item" {
        owner.post(&items(&dataset), item(0)).await.expect(201);
        return Some((dataset, body));
    }
    Some((owner.post(&items(&dataset), item(0)).await.expect(201).json(), body))
}

fn item(n: usize) -> Value {
    json!({"input": {"question": n}, "expected": [n, "x"], "metadata": {"n": n}})
}

/// So many items as JSON Lines, and their type.
pub fn lines(count: usize) -> (String, Vec<u8>) {
    let lines: Vec<String> = (0..count).map(|n| item(n).to_string()).collect();
    ("application/jsonl".to_owned(), lines.join("\n").into_bytes())
}

pub fn at(dataset: &Value) -> String {
    format!("/datasets/{}", dataset["id"].as_str().unwrap())
}

pub fn items(dataset: &Value) -> String {
    format!("{}/items", at(dataset))
}

fn of_item(item: &Value) -> String {
    format!("/dataset-items/{}", item["id"].as_str().unwrap())
}

pub async fn import(client: &Client, dataset: &Value, lines: impl Into<reqwest::Body>) -> Reply {
    let request = client.request(Method::POST, &format!("{}/import", items(dataset)));
    client.send(request.header("Content-Type", "application/jsonl").body(lines)).await
}

async fn an_item_is_replaced_and_what_the_data_set_had_stays_known(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let dataset = sample(&ada).await.create(&ada).await;
    let path = items(&dataset);
    let first = ada.post_once(&path, "once", item(1)).await.expect(201).json();
    assert_eq!(ada.post_once(&path, "once", item(1)).await.expect(201).json(), first);
    for (field, value) in item(1).as_object().unwrap() {
        assert_eq!(&first[field], value, "{field}");
    }
    let second = ada.post(&path, json!({"input": {}})).await.expect(201).json();
    assert_eq!((&second["expected"], &second["metadata"]), (&json!(null), &json!({})));
    let before = ada.get(&at(&dataset)).await.expect(200).json();
    let moment = before["items_changed_at"].as_str().unwrap().to_owned();
    assert_eq!(before["items"], 2);

    let replace = format!("{}/replace", of_item(&first));
    let third = ada.post(&replace, item(3)).await.expect(201).json();
    ada.post(&replace, item(4)).await.refused(409, "dataset_item.ended");
    ada.delete(&of_item(&second), 1).await.expect(204);
    ada.delete(&of_item(&second), 1).await.refused(409, "dataset_item.ended");
    assert_eq!(ada.list(&path).await, std::slice::from_ref(&third));
    let earlier = ada.list(&format!("{path}?sort=added&at={moment}")).await;
    let ids = earlier.iter().map(|item| &item["id"]).collect::<Vec<_>>();
    assert_eq!(ids, [&first["id"], &second["id"]]);
    assert_eq!(earlier[0]["valid_to"], third["valid_from"]);
    assert_eq!(ada.get(&of_item(&first)).await.expect(200).json(), earlier[0]);
    let after = ada.get(&at(&dataset)).await.expect(200).json();
    assert_eq!((&after["items"], &after["version"]), (&json!(1), &json!(5)));

    let bob = app.owner("Bob").await;
    bob.get(&of_item(&third)).await.refused(404, "not_found");
    bob.delete(&of_item(&third), 1).await.refused(404, "not_found");
    bob.post(&path, item(1)).await.refused(404, "not_found");
    bob.get(&path).await.refused(404, "not_found");
}

async fn lines_are_imported_all_or_none_and_each_fault_has_its_line(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let dataset = sample(&ada).await.create(&ada).await;
    let imported = import(&ada, &dataset, lines(300).1).await.expect(201).json();
    assert_eq!(imported, json!({"added": 300, "items": 300}));
    let listed = ada.list(&format!("{}?sort=added", items(&dataset))).await;
    let numbers = listed.iter().map(|item| item["metadata"]["n"].as_u64().unwrap());
    assert!(numbers.eq(0..200), "the first page");

    let bad = "{\"input\": {}}\n\n{\"input\": 1}\nnothing\n{\"input\": {}, \"other\": 1}\n";
    let refused = import(&ada, &dataset, bad).await.refused(422, "body.invalid").json();
    let faults = refused["errors"].as_array().unwrap().iter();
    let faults = faults.map(|f| (f["line"].as_u64().unwrap(), f["code"].as_str().unwrap()));
    let expected = [(3, "field.type"), (4, "json.malformed"), (5, "field.unknown")];
    assert_eq!(faults.collect::<Vec<_>>(), expected);
    import(&ada, &dataset, "\n").await.refused(422, "body.invalid");
    import(&ada, &dataset, lines(10_001).1).await.refused(422, "body.invalid");
    let after = ada.get(&at(&dataset)).await.expect(200).json();
    assert_eq!(after["items"], 300);
    let long = json!({"input": {"x": "y".repeat(64 * 1024)}});
    ada.post(&items(&dataset), long).await.refused(422, "body.invalid");
    let request = ada.request(Method::POST, &format!("{}/import", items(&dataset)));
    let other = ada.send(request.header("Content-Type", "text/csv").body("a")).await;
    other.refused(415, "body.media_type");
}

async fn a_dataset_is_created_read_changed_and_removed(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let new = sample(&ada).await.new;
    let created = ada.post("/datasets", new.clone()).await.expect(201);
    let dataset = created.json();
    for (field, value) in new.as_object().unwrap() {
        assert_eq!(&dataset[field], value, "{field}");
    }
    let path = format!("/datasets/{}", dataset["id"].as_str().unwrap());
    assert_eq!(created.header("location"), format!("/api/v1{path}"));
    assert_eq!(ada.get(&path).await.expect(200).json(), dataset);

    let other = sample(&ada).await.new;
    let change = json!({
        "name": other["name"],
        "description": "Another line",
    });
    let changed = ada.patch(&path, 1, change.clone()).await.expect(200).json();
    for (field, value) in change.as_object().unwrap() {
        assert_eq!(&changed[field], value, "{field}");
    }

    let cleared = json!({
        "description": null,
    });
    let changed = ada.patch(&path, 2, cleared.clone()).await.expect(200).json();
    for (field, value) in cleared.as_object().unwrap() {
        assert_eq!(&changed[field], value, "{field}");
    }

    ada.delete(&path, 3).await.expect(204);
    ada.get(&path).await.refused(404, "not_found");
}

async fn each_fault_is_reported_with_its_field(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let mut new = sample(&ada).await.new;
    new["name"] = json!(" ");
    new["description"] = json!("x".repeat(10_001));
    let refused = ada.post("/datasets", new).await.refused(422, "body.invalid").json();
    let faults = refused["errors"].as_array().unwrap().iter();
    let faults = faults.map(|f| (f["pointer"].as_str().unwrap(), f["code"].as_str().unwrap()));
    let expected = [("/name", "text.empty"), ("/description", "text.too_long")];
    assert_eq!(faults.collect::<Vec<_>>(), expected);
}

async fn a_name_is_unique_within_an_organization_and_not_beyond(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let first = sample(&ada).await.create(&ada).await;
    let mut second = sample(&ada).await;
    second.new["name"] = first["name"].clone();
    let twice = ada.post("/datasets", second.new).await;
    twice.refused(409, "dataset.name_taken");
    let third = sample(&ada).await.create(&ada).await;
    let path = format!("/datasets/{}", third["id"].as_str().unwrap());
    let twice = ada.patch(&path, 1, json!({"name": first["name"]})).await;
    twice.refused(409, "dataset.name_taken");
    let mut elsewhere = sample(&bob).await;
    elsewhere.new["name"] = first["name"].clone();
    elsewhere.create(&bob).await;
}

async fn a_filter_selects_datasets_by_their_values(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let dataset = sample(&ada).await.create(&ada).await;
    sample(&ada).await.create(&ada).await;
    for field in ["name"] {
        let value = &dataset[field];
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let found = ada.list(&format!("/datasets?{field}={value}")).await;
        assert_eq!((found.len(), &found[0]), (1, &dataset), "{field}");
    }
}

async fn a_dataset_is_found_by_its_text(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let dataset = sample(&ada).await.create(&ada).await;
    for field in ["name"] {
        let text = dataset[field].as_str().unwrap().lines().next().unwrap().to_uppercase();
        let query = text.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"));
        let found = ada.list(&format!("/datasets?q={query}")).await;
        assert_eq!((found.len(), &found[0]), (1, &dataset), "{field}");
    }
    assert!(ada.list("/datasets?q=qqqq").await.is_empty());
}

on_postgres! {
    an_item_is_replaced_and_what_the_data_set_had_stays_known,
    lines_are_imported_all_or_none_and_each_fault_has_its_line,
    a_dataset_is_created_read_changed_and_removed,
    each_fault_is_reported_with_its_field,
    a_name_is_unique_within_an_organization_and_not_beyond,
    a_filter_selects_datasets_by_their_values,
    a_dataset_is_found_by_its_text,
}
