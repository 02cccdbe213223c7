//! The organization's name and settings, and its feature flags.

use serde_json::{Value, json};

use crate::support::{Client, TestApp};

const FLAG: &str = "/feature-flags/projects.trigram_search";

pub async fn settings_are_merged_one_by_one(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let before = ada.get("/organization").await.expect(200);
    assert_eq!(before.header("etag"), "\"1\"");
    let patch = json!({
        "name": " Hochbau ",
        "settings": {
            "locale": "de-CH", "retention_days": 30, "document_kinds": ["ifc", "pdf"],
            "invoice_numbering": {"prefix": "RE-", "digits": 4},
        },
    });
    let changed = ada.patch("/organization", 1, patch.clone()).await.expect(200);
    assert_eq!(changed.header("etag"), "\"2\"");
    let mut expected = before.json();
    expected["name"] = json!("Hochbau");
    expected["version"] = json!(2);
    for (setting, value) in patch["settings"].as_object().unwrap() {
        expected["settings"][setting] = value.clone();
    }
    expected["updated_at"] = changed.json()["updated_at"].clone();
    assert_eq!(changed.json(), expected);
    assert_eq!(ada.get("/organization").await.expect(200).json(), expected);
    let zone = json!({"settings": {"timezone": "Europe/Zurich", "default_currency": "CHF", "max_upload_bytes": 5}});
    let again = ada.patch("/organization", 2, zone).await.expect(200).json();
    assert_eq!(again["settings"]["locale"], "de-CH");
    assert_eq!(again["settings"]["timezone"], "Europe/Zurich");
    assert_eq!(again["settings"]["max_upload_bytes"], 5);
    let log = ada.list("/audit-logs?action=organization.updated&sort=created_at").await;
    assert_eq!(log.len(), 2);
    assert_eq!(log[0]["before"]["settings"]["locale"], "en");
    assert_eq!(log[0]["after"]["settings"]["locale"], "de-CH");
}

async fn every_invalid_setting_is_named_at_once_and_none_can_be_removed(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let wrong = json!({
        "name": "", "settings": {
            "locale": "German", "timezone": "Mars/Olympus", "default_currency": "eur",
            "document_kinds": ["pdf", "exe"], "max_upload_bytes": 0, "retention_days": 0,
            "invoice_numbering": {"prefix": "a b", "digits": 3},
        },
    });
    let null = json!({
        "name": null, "settings": {
            "locale": null, "timezone": null, "default_currency": null, "document_kinds": null,
            "max_upload_bytes": null, "retention_days": null, "invoice_numbering": null,
        },
    });
    let mut expected = vec!["/name".to_owned()];
    expected
        .extend(wrong["settings"].as_object().unwrap().keys().map(|k| format!("/settings/{k}")));
    expected.sort();
    for (body, code) in [(wrong, None), (null, Some("field.required"))] {
        let problem = ada.patch("/organization", 1, body).await.refused(422, "body.invalid").json();
        let faults = problem["errors"].as_array().unwrap();
        let mut pointers =
            faults.iter().map(|f| f["pointer"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        pointers.sort();
        assert_eq!(pointers, expected);
        assert!(
            code.is_none_or(|code| faults.iter().all(|fault| fault["code"] == code)),
            "{faults:?}"
        );
    }
    for (body, pointer) in [
        (json!({"settings": null}), "/settings"),
        (json!({"slug": "mine"}), "/slug"),
        (json!({"settings": {"colour": 1}}), "/settings/colour"),
        (json!({"settings": {"document_kinds": ["pdf", "pdf"]}}), "/settings/document_kinds"),
        (json!({"settings": {"document_kinds": [1]}}), "/settings/document_kinds/0"),
        (json!({"settings": {"retention_days": 70000}}), "/settings/retention_days"),
        (
            json!({"settings": {"max_upload_bytes": 5_368_709_121_u64}}),
            "/settings/max_upload_bytes",
        ),
    ] {
        let problem = ada.patch("/organization", 1, body).await.refused(422, "body.invalid").json();
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    }
    assert_eq!(ada.get("/organization").await.expect(200).json()["version"], 1);
}

async fn a_change_of_the_organization_needs_the_version_that_was_read(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let body = || json!({"name": "New"});
    let bare = ada.request(reqwest::Method::PATCH, "/organization").json(&body());
    ada.send(bare).await.refused(428, "if_match.required");
    ada.patch("/organization", 7, body()).await.refused(412, "if_match.stale");
    ada.patch("/organization", "1", body()).await.refused(400, "if_match.malformed");
    let (one, two) =
        tokio::join!(ada.patch("/organization", 1, body()), ada.patch("/organization", 1, body()),);
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    let known = ada.request(reqwest::Method::GET, "/organization").header("If-None-Match", "\"2\"");
    ada.send(known).await.expect(304);
}

async fn flag(client: &Client) -> Value {
    let flags = client.get("/feature-flags").await.expect(200).json();
    let flags = flags["data"].as_array().unwrap();
    flags.iter().find(|flag| flag["key"] == "projects.trigram_search").unwrap().clone()
}

pub async fn an_organizations_own_switch_wins_until_it_is_cleared(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let usual = flag(&ada).await;
    assert_eq!((&usual["enabled"], &usual["override"]), (&json!(true), &Value::Null));
    ada.delete(FLAG, "*").await.refused(404, "not_found");
    ada.put(FLAG, json!({"enabled": false})).await.expect(200);
    let own = flag(&ada).await;
    assert_eq!((&own["enabled"], &own["override"]["enabled"]), (&json!(false), &json!(false)));
    assert_eq!(flag(&bob).await, usual);
    let put = |tag: &'static str, enabled| {
        ada.request(reqwest::Method::PUT, FLAG)
            .header("If-Match", tag)
            .json(&json!({"enabled": enabled}))
    };
    ada.send(put("\"7\"", true)).await.refused(412, "if_match.stale");
    let reply = ada.send(put("\"1\"", true)).await.expect(200);
    assert_eq!((reply.header("etag"), &reply.json()["enabled"]), ("\"2\"", &json!(true)));
    ada.send(ada.request(reqwest::Method::DELETE, FLAG)).await.refused(428, "if_match.required");
    ada.delete(FLAG, 1).await.refused(412, "if_match.stale");
    ada.delete(FLAG, 2).await.expect(204);
    assert_eq!(flag(&ada).await, usual);
    for unknown in ["no.such_flag", "UPPER"] {
        let path = format!("/feature-flags/{unknown}");
        ada.put(&path, json!({"enabled": true})).await.refused(404, "not_found");
        ada.delete(&path, "*").await.refused(404, "not_found");
    }
    let actions = ["feature_flag.set", "feature_flag.set", "feature_flag.cleared"];
    let log = ada.list("/audit-logs?subject_kind=feature_flag&sort=created_at").await;
    assert_eq!(
        log.iter().map(|line| line["action"].as_str().unwrap()).collect::<Vec<_>>(),
        actions
    );
}

async fn two_who_set_a_flag_at_once_leave_one_setting(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let (one, two) = tokio::join!(
        ada.put(FLAG, json!({"enabled": true})),
        ada.put(FLAG, json!({"enabled": false})),
    );
    for reply in [&one, &two] {
        assert!([200, 412].contains(&reply.status.as_u16()), "{reply:?}");
    }
    assert!(one.status == 200 || two.status == 200);
    assert!(flag(&ada).await["override"].is_object());
}

async fn without_its_flag_the_search_finds_no_words_that_are_only_alike(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let body = json!({"code": "P-1", "name": "Harbour"});
    ada.post("/projects", body).await.expect(201);
    let found = async |q: &str| ada.list(&format!("/projects?q={q}")).await.len();
    assert_eq!((found("harbor").await, found("arbou").await), (1, 1));
    ada.put(FLAG, json!({"enabled": false})).await.expect(200);
    assert_eq!((found("harbor").await, found("arbou").await), (0, 1));
    ada.delete(FLAG, "*").await.expect(204);
    assert_eq!(found("harbor").await, 1);
}

on_postgres! {
    settings_are_merged_one_by_one,
    every_invalid_setting_is_named_at_once_and_none_can_be_removed,
    a_change_of_the_organization_needs_the_version_that_was_read,
    an_organizations_own_switch_wins_until_it_is_cleared,
    two_who_set_a_flag_at_once_leave_one_setting,
    without_its_flag_the_search_finds_no_words_that_are_only_alike,
}
