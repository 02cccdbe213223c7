//! The organization's name and settings, and its feature flags.

use serde_json::{Value, json};

use crate::support::{Client, TestApp, files::form};

const FLAG: &str = "/feature-flags/projects.trigram_search";

pub async fn settings_are_merged_one_by_one(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let before = ada.get("/organization").await.expect(200);
    assert_eq!(before.header("etag"), "\"1\"");
    let patch = json!({
        "name": " Hochbau ",
        "settings": {
            "locale": "de-CH", "retention_days": 30, "document_kinds": ["ifc", "pdf"],
            "payable_approval": "second_person", "default_payment_terms_days": 14,
            "fiscal_year_start_month": 7,
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
            "payable_approval": "two", "default_payment_terms_days": 366,
            "fiscal_year_start_month": 13,
        },
    });
    let null = json!({
        "name": null, "settings": {
            "locale": null, "timezone": null, "default_currency": null, "document_kinds": null,
            "max_upload_bytes": null, "retention_days": null, "payable_approval": null,
            "default_payment_terms_days": null, "fiscal_year_start_month": null,
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

/// Everything that an organization can say of itself as a seller.
fn seller() -> Value {
    json!({
        "legal_name": "Hochbau Nord GmbH",
        "address": {
            "street": "Kai 7", "additional": "Haus B", "postal_code": "20457",
            "city": "Hamburg", "region": "Nord", "country": "DE",
        },
        "vat_id": "DE136695976", "tax_number": "22/815/08156",
        "registration_court": "Amtsgericht Hamburg", "registration_number": "HRB 12345",
        "managing_directors": ["Ada Lovelace", "Bob"],
        "contact": {"name": "Ada", "email": "ada@example.com", "phone": "+49 40 1"},
        "e_invoice_address": {"scheme": "9930", "id": "DE136695976"},
        "bank_account": {
            "iban": "DE89370400440532013000", "bic": "COBADEFFXXX", "bank_name": "Commerzbank",
            "holder": "Hochbau",
        },
        "footer": "Line one\nLine two", "logo_document_id": null, "small_business": true,
    })
}

async fn the_data_of_the_seller_are_merged_and_tell_what_is_missing(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let empty = ada.get("/organization").await.expect(200).json()["settings"]["seller"].clone();
    let missing = [
        "legal_name",
        "address.street",
        "address.postal_code",
        "address.city",
        "address.country",
        "vat_id or tax_number",
        "contact.name",
        "contact.email",
        "contact.phone",
        "bank_account.iban",
    ];
    assert_eq!(empty["missing"], json!(missing));
    let patch = async |version: i64, seller: Value| {
        let body = json!({"settings": {"seller": seller}});
        let changed = ada.patch("/organization", version, body).await.expect(200).json();
        changed["settings"]["seller"].clone()
    };
    let mut expected = seller();
    expected["missing"] = json!([]);
    assert_eq!(patch(1, seller()).await, expected);

    let change = json!({"address": {"city": null}, "vat_id": null, "tax_number": null});
    expected["address"]["city"] = Value::Null;
    expected["vat_id"] = Value::Null;
    expected["tax_number"] = Value::Null;
    expected["missing"] = json!(["address.city", "vat_id or tax_number"]);
    assert_eq!(patch(2, change).await, expected);
    assert_eq!(
        patch(3, json!({"managing_directors": null})).await["managing_directors"],
        json!([])
    );
    assert_eq!(patch(4, Value::Null).await, empty);
    let log = ada.list("/audit-logs?action=organization.updated&sort=created_at").await;
    assert_eq!(log[0]["after"]["settings"]["seller"]["footer"], "Line one\nLine two");
    assert_eq!(log[3]["after"]["settings"]["seller"]["legal_name"], Value::Null);
}

async fn each_fault_of_the_seller_is_reported_with_its_field(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let wrong = json!({"settings": {
        "seller": {
            "legal_name": " ", "address": {"country": "de"}, "vat_id": "DE1", "tax_number": " ",
            "registration_court": " ", "registration_number": " ",
            "managing_directors": [" "], "contact": {"email": "ada"},
            "e_invoice_address": {"scheme": "EM", "id": " "},
            "bank_account": {"iban": "DE00"}, "footer": "\u{202e}", "logo_document_id": "1",
            "small_business": null, "colour": "red",
        },
        "number_patterns": {"invoice": "RE-{year}", "contract": null, "credit_note": "{number:0x}"},
    }});
    let refused = ada.patch("/organization", 1, wrong).await.refused(422, "body.invalid").json();
    let faults = refused["errors"].as_array().unwrap().iter();
    let mut faults: Vec<_> = faults.map(|f| f["pointer"].as_str().unwrap()).collect();
    faults.sort_unstable();
    let expected = [
        "/settings/number_patterns/contract",
        "/settings/number_patterns/credit_note",
        "/settings/number_patterns/invoice",
        "/settings/seller/address/country",
        "/settings/seller/bank_account/iban",
        "/settings/seller/colour",
        "/settings/seller/contact/email",
        "/settings/seller/e_invoice_address/id",
        "/settings/seller/footer",
        "/settings/seller/legal_name",
        "/settings/seller/logo_document_id",
        "/settings/seller/managing_directors",
        "/settings/seller/registration_court",
        "/settings/seller/registration_number",
        "/settings/seller/small_business",
        "/settings/seller/tax_number",
        "/settings/seller/vat_id",
    ];
    assert_eq!(faults, expected);
}

async fn a_logo_is_a_picture_of_the_organization(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let document = async |client: &Client, name: &str, content: &[u8]| {
        let created = client.send(client.uploading(form(&[], name, content))).await.expect(201);
        created.json()["id"].as_str().unwrap().to_owned()
    };
    let body = |id: &str| json!({"settings": {"seller": {"logo_document_id": id}}});
    let svg = document(&ada, "logo.SVG", b"<svg xmlns='http://www.w3.org/2000/svg'/>").await;
    let changed = ada.patch("/organization", 1, body(&svg)).await.expect(200).json();
    assert_eq!(changed["settings"]["seller"]["logo_document_id"], svg);
    for (id, code) in [
        (document(&ada, "plan.pdf", b"%PDF-1.7\n%%EOF\n").await, "organization.logo_type"),
        (document(&ada, "logo.txt", b"<svg/>").await, "organization.logo_type"),
        (document(&bob, "logo.svg", b"<svg/>").await, "reference.unknown"),
    ] {
        let refused = ada.patch("/organization", 2, body(&id)).await.refused(422, "body.invalid");
        assert_eq!(refused.json()["errors"][0]["code"], code);
        let pointer = &refused.json()["errors"][0]["pointer"];
        assert_eq!(pointer, "/settings/seller/logo_document_id");
    }
}

async fn the_patterns_of_numbers_are_merged_one_by_one(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let patterns = |organization: &Value| organization["settings"]["number_patterns"].clone();
    let before = patterns(&ada.get("/organization").await.expect(200).json());
    assert_eq!(before["invoice"], "INV-{year}-{number:05}");
    let change = json!({"settings": {"number_patterns": {"invoice": "RE/{yy}/{number}"}}});
    let after = patterns(&ada.patch("/organization", 1, change).await.expect(200).json());
    assert_eq!(after["invoice"], "RE/{yy}/{number}");
    assert_eq!(after["contract"], before["contract"]);
    let old = json!({"settings": {"invoice_numbering": {"prefix": "RE-", "digits": 4}}});
    let refused = ada.patch("/organization", 2, old).await.refused(422, "body.invalid").json();
    assert_eq!(refused["errors"][0]["code"], "field.unknown");
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
    the_data_of_the_seller_are_merged_and_tell_what_is_missing,
    each_fault_of_the_seller_is_reported_with_its_field,
    a_logo_is_a_picture_of_the_organization,
    the_patterns_of_numbers_are_merged_one_by_one,
    a_change_of_the_organization_needs_the_version_that_was_read,
    an_organizations_own_switch_wins_until_it_is_cleared,
    two_who_set_a_flag_at_once_leave_one_setting,
    without_its_flag_the_search_finds_no_words_that_are_only_alike,
}
