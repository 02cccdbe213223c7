//! What models cost, end to end.

use serde_json::{Value, json};

use crate::{
    models::{at, model},
    support::{Client, TestApp, records::fresh},
};

/// The model that an operation on its prices needs, and the body.
pub async fn operation(operation: &str, owner: &Client) -> Option<(Value, Option<Value>)> {
    let body = match operation {
        "list_model_prices" => None,
        "create_model_price" => Some(price(1, 2)),
        _ => return None,
    };
    Some((owner.create("/models", model(&format!("priced-{}", fresh()))).await, body))
}

fn price(input: i64, output: i64) -> Value {
    json!({"input_nano_usd": input, "output_nano_usd": output})
}

async fn prices_are_added_and_listed_and_never_change(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let model = ada.create("/models", model("fast")).await;
    let path = format!("{}/prices", at(&model));
    let mut full = price(250_000_000, 2_000_000_000);
    full["valid_from"] = json!("2026-01-01T00:00:00Z");
    full["cache_read_nano_usd"] = json!(25_000_000);
    full["cache_write_nano_usd"] = json!(1_000_000_000_000_000_i64);
    let added = ada.post_once(&path, "once", full.clone()).await.expect(201).json();
    for (field, value) in full.as_object().unwrap() {
        assert_eq!(&added[field], value, "{field}");
    }
    assert_eq!(ada.post_once(&path, "once", full.clone()).await.expect(201).json(), added);
    ada.post(&path, full).await.refused(409, "model.price_taken");
    let now = ada.post(&path, price(5, 7)).await.expect(201).json();
    assert_eq!((&now["cache_read_nano_usd"], &now["cache_write_nano_usd"]), (&json!(5), &json!(5)));
    let newest_first = ada.list(&format!("{path}?sort=-valid_from")).await;
    assert_eq!(newest_first, [now, added.clone()]);
    let first = ada.get(&format!("{path}?limit=1&sort=valid_from")).await.expect(200).json();
    assert_eq!((&first["data"][0], &first["has_more"]), (&added, &json!(true)));
    let logged = ada.list("/audit-logs?action=model.price_added").await;
    assert_eq!(logged.len(), 2);
    ada.delete(&at(&model), 1).await.expect(204);
    ada.get(&path).await.refused(404, "not_found");
}

async fn bad_prices_are_refused(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let path = format!("{}/prices", at(&ada.create("/models", model("fast")).await));
    for bad in [
        json!({}),
        price(-1, 0),
        price(1_000_000_000_000_001, 0),
        json!({"input_nano_usd": 1.5, "output_nano_usd": 1}),
        json!({"input_nano_usd": 1, "output_nano_usd": 1, "valid_from": "yesterday"}),
        json!({"input_nano_usd": 1, "output_nano_usd": 1, "cache_read_nano_usd": -1}),
    ] {
        let reply = ada.post(&path, bad.clone()).await;
        assert_eq!(reply.status, 422, "{bad}");
    }
    assert!(ada.list(&path).await.is_empty());
    let member = ada.invite("m@example.com", "member").await;
    member.post(&path, price(1, 1)).await.refused(403, "permission.denied");
    assert!(member.list(&path).await.is_empty());
    let bob = app.owner("Bob").await;
    bob.post(&path, price(1, 1)).await.refused(404, "not_found");
    bob.get(&path).await.refused(404, "not_found");
}

on_postgres! {
    prices_are_added_and_listed_and_never_change,
    bad_prices_are_refused,
}
