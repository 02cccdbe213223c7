//! Parties, end to end.

use serde_json::{Value, json};

use crate::support::{
    Client, TestApp,
    records::{RecordSample, fresh},
};

/// A new party, and a change to it.
#[expect(clippy::unused_async, reason = "a record that refers to others has to create them")]
pub async fn sample(_owner: &Client) -> RecordSample {
    let n = fresh();
    RecordSample {
        path: "/parties",
        new: json!({"name": format!("Party {n}"), "number": n.to_string(), "role": "customer"}),
        change: json!({"name": "Another name"}),
    }
}

/// A party with a value in every field.
fn full() -> Value {
    json!({
        "name": "Hafenamt Hamburg", "number": "K-1007", "role": "both",
        "vat_id": "DE136695976", "tax_number": "22/815/08156",
        "registration": "HRB 12345, Amtsgericht Hamburg",
        "contact": {"name": "Ada", "email": "ada@example.com", "phone": "+49 40 1"},
        "address": {
            "street": "Kai 7", "additional": "Haus B", "postal_code": "20457",
            "city": "Hamburg", "region": "Nord", "country": "DE",
        },
        "bank_account": {
            "iban": "DE89370400440532013000", "bic": "COBADEFFXXX", "bank_name": "Commerzbank",
            "holder": "Freie und Hansestadt",
        },
        "debtor_account": "10001", "creditor_account": "70001",
        "payment_terms_days": 14, "buyer_reference": "Bau 7",
        "leitweg_id": "04011000-1234512345-06",
        "e_invoice_address": {"scheme": "0204", "id": "04011000-1234512345-06"},
        "unit_codes": [{"unit": "C62", "replaced_by": "H87"}],
        "language": "de", "note": "Line one,\nline two", "archived": false,
        "metadata": {"a": {"b": 1}},
    })
}

async fn a_party_is_created_read_changed_and_removed(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let created = ada.post("/parties", full()).await.expect(201);
    let party = created.json();
    for (field, value) in full().as_object().unwrap() {
        assert_eq!(&party[field], value, "{field}");
    }
    let path = format!("/parties/{}", party["id"].as_str().unwrap());
    assert_eq!(created.header("location"), format!("/api/v1{path}"));
    assert_eq!(ada.get(&path).await.expect(200).json(), party);

    let change = json!({
        "name": "Hafenamt", "role": "supplier", "archived": true, "language": "en",
        "payment_terms_days": 0, "metadata": {"a": {"b": null, "c": 2}},
    });
    let changed = ada.patch(&path, 1, change).await.expect(200).json();
    assert_eq!(changed["metadata"], json!({"a": {"c": 2}}));
    for (field, value) in [
        ("name", json!("Hafenamt")),
        ("role", json!("supplier")),
        ("archived", json!(true)),
        ("language", json!("en")),
        ("payment_terms_days", json!(0)),
        ("address", party["address"].clone()),
    ] {
        assert_eq!(changed[field], value, "{field}");
    }
    let log = ada.list("/audit-logs?action=party.updated").await;
    assert_eq!(log[0]["before"]["bank_account"], party["bank_account"]);
    assert_eq!(log[0]["after"]["name"], "Hafenamt");

    ada.delete(&path, 2).await.expect(204);
    ada.get(&path).await.refused(404, "not_found");
}

async fn a_patch_goes_into_the_groups_of_a_party_and_null_clears_them(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let party = ada.post("/parties", full()).await.expect(201).json();
    let path = format!("/parties/{}", party["id"].as_str().unwrap());
    let change = json!({"address": {"additional": null, "city": "Altona"}, "contact": null});
    let changed = ada.patch(&path, 1, change).await.expect(200).json();
    let mut expected = party["address"].clone();
    expected["additional"] = Value::Null;
    expected["city"] = json!("Altona");
    assert_eq!(changed["address"], expected);
    assert_eq!(changed["contact"], json!({"name": null, "email": null, "phone": null}));

    let optional = [
        "number",
        "vat_id",
        "tax_number",
        "registration",
        "payment_terms_days",
        "buyer_reference",
        "leitweg_id",
        "e_invoice_address",
        "language",
        "note",
    ];
    let cleared = optional.iter().map(|field| ((*field).to_owned(), Value::Null));
    let cleared = ada.patch(&path, 2, Value::Object(cleared.collect())).await.expect(200).json();
    for field in optional {
        assert_eq!(cleared[field], Value::Null, "{field}");
    }
    for field in ["name", "role", "archived", "metadata"] {
        let refused = ada.patch(&path, 3, json!({field: null})).await.refused(422, "body.invalid");
        assert_eq!(refused.json()["errors"][0]["code"], "field.required", "{field}");
    }
}

async fn numbers_of_offices_and_banks_are_stored_in_their_only_form(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let body = json!({
        "name": "X", "role": "supplier", "vat_id": "de 136 695 976",
        "bank_account": {"iban": "de89 3704 0044 0532 0130 00", "bic": "cobadeff xxx"},
    });
    let party = ada.post("/parties", body).await.expect(201).json();
    assert_eq!(party["vat_id"], "DE136695976");
    assert_eq!(party["bank_account"]["iban"], "DE89370400440532013000");
    assert_eq!(party["bank_account"]["bic"], "COBADEFFXXX");
    assert_eq!(party["archived"], false);
}

async fn each_fault_of_a_party_is_reported_with_its_field(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let wrong = json!({
        "name": " ", "number": " ", "role": "friend", "vat_id": "DE136695970",
        "tax_number": " ", "registration": " ",
        "contact": {"name": " ", "email": "ada", "phone": "\u{7}"},
        "address": {"street": " ", "postal_code": "x".repeat(21), "country": "de"},
        "bank_account": {"iban": "DE88370400440532013000", "bic": "COBAXXFF"},
        "payment_terms_days": 366, "leitweg_id": "04011000-1234512345-07",
        "e_invoice_address": {"scheme": "9999", "id": " "},
        "unit_codes": [
            {"unit": "C62", "replaced_by": "H87"}, {"unit": "hur", "replaced_by": "piece"},
        ],
        "language": "fr", "note": "x".repeat(10_001),
    });
    let refused = ada.post("/parties", wrong).await.refused(422, "body.invalid").json();
    let faults = refused["errors"].as_array().unwrap().iter();
    let faults = faults.map(|f| (f["pointer"].as_str().unwrap(), f["code"].as_str().unwrap()));
    let mut faults = faults.collect::<Vec<_>>();
    faults.sort_unstable();
    let expected = [
        ("/address/country", "country.unknown"),
        ("/address/postal_code", "text.too_long"),
        ("/address/street", "text.empty"),
        ("/bank_account/bic", "bic.malformed"),
        ("/bank_account/iban", "iban.malformed"),
        ("/contact/email", "email.malformed"),
        ("/contact/name", "text.empty"),
        ("/contact/phone", "text.control_character"),
        ("/e_invoice_address/id", "text.empty"),
        ("/e_invoice_address/scheme", "e_invoice_scheme.unknown"),
        ("/language", "value.unknown"),
        ("/leitweg_id", "leitweg_id.malformed"),
        ("/name", "text.empty"),
        ("/note", "text.too_long"),
        ("/number", "text.empty"),
        ("/payment_terms_days", "number.out_of_range"),
        ("/registration", "text.empty"),
        ("/role", "value.unknown"),
        ("/tax_number", "text.empty"),
        ("/unit_codes/1/replaced_by", "unit.malformed"),
        ("/unit_codes/1/unit", "unit.malformed"),
        ("/vat_id", "vat_id.malformed"),
    ];
    assert_eq!(faults, expected);
}

async fn half_an_e_invoice_address_is_refused(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let party = sample(&ada).await.create(&ada).await;
    let path = format!("/parties/{}", party["id"].as_str().unwrap());
    for (half, pointer) in [
        (json!({"scheme": "EM"}), "/e_invoice_address/id"),
        (json!({"id": "a@b.de"}), "/e_invoice_address/scheme"),
    ] {
        let refused = ada.patch(&path, 1, json!({"e_invoice_address": half})).await;
        let refused = refused.refused(422, "body.invalid").json();
        assert_eq!(refused["errors"][0]["pointer"], pointer);
        assert_eq!(refused["errors"][0]["code"], "field.required");
    }
}

async fn a_number_is_unique_within_an_organization_and_not_beyond(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let first = sample(&ada).await.create(&ada).await;
    let mut second = sample(&ada).await;
    second.new["number"] = first["number"].clone();
    ada.post("/parties", second.new).await.refused(409, "party.number_taken");
    let third = sample(&ada).await.create(&ada).await;
    let path = format!("/parties/{}", third["id"].as_str().unwrap());
    let twice = ada.patch(&path, 1, json!({"number": first["number"]})).await;
    twice.refused(409, "party.number_taken");
    let mut elsewhere = sample(&bob).await;
    elsewhere.new["number"] = first["number"].clone();
    elsewhere.create(&bob).await;
    // Several parties may have none.
    for _ in 0..2 {
        ada.post("/parties", json!({"name": "X", "role": "customer"})).await.expect(201);
    }
}

async fn a_filter_selects_parties_by_their_values(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for (name, role, country, archived) in [
        ("a", "customer", Some("DE"), false),
        ("b", "supplier", Some("CH"), false),
        ("c", "both", None, false),
        ("d", "customer", Some("DE"), true),
    ] {
        let body = json!({
            "name": name, "number": name, "role": role, "address": {"country": country},
            "archived": archived,
        });
        ada.post("/parties", body).await.expect(201);
    }
    for (filter, expected) in [
        ("", "abc"),
        ("&archived=true", "d"),
        ("&archived=any", "abcd"),
        ("&role=customer", "ac"),
        ("&role=supplier", "bc"),
        ("&role=both", "c"),
        ("&role=customer,supplier", "abc"),
        ("&country=DE", "a"),
        ("&country=DE,CH&archived=any", "abd"),
        ("&country=AT", ""),
        ("&number=b", "b"),
        ("&number=d", ""),
    ] {
        let found = ada.list(&format!("/parties?sort=name{filter}")).await;
        let names = found.iter().map(|party| party["name"].as_str().unwrap()).collect::<String>();
        assert_eq!(names, expected, "{filter}");
    }
    for wrong in ["role=friend", "country=de", "country=DE,DE", "number=", "archived=yes"] {
        ada.get(&format!("/parties?{wrong}")).await.refused(400, "query.invalid");
    }
}

async fn a_party_is_found_by_name_number_city_and_vat_id(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let party = ada.post("/parties", full()).await.expect(201).json();
    sample(&ada).await.create(&ada).await;
    for text in ["hafenamt", "k-1007", "hamburg", "136695976", "Hafennamt"] {
        let found = ada.list(&format!("/parties?q={text}")).await;
        assert_eq!((found.len(), &found[0]), (1, &party), "{text}");
    }
    assert!(ada.list("/parties?q=qqqq").await.is_empty());
}

async fn an_accountant_writes_parties_and_a_member_reads_them(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let accountant = ada.invite("accountant@example.com", "accountant").await;
    let party = sample(&ada).await.create(&accountant).await;
    let path = format!("/parties/{}", party["id"].as_str().unwrap());
    for role in ["member", "viewer"] {
        let reader = ada.invite(&format!("{role}@example.com"), role).await;
        assert_eq!(reader.get(&path).await.expect(200).json(), party);
        let denied = reader.patch(&path, 1, json!({"name": "Mine"})).await;
        denied.refused(403, "permission.denied");
        reader.delete(&path, 1).await.refused(403, "permission.denied");
    }
    accountant.delete(&path, 1).await.expect(204);
}

on_postgres! {
    a_party_is_created_read_changed_and_removed,
    a_patch_goes_into_the_groups_of_a_party_and_null_clears_them,
    numbers_of_offices_and_banks_are_stored_in_their_only_form,
    each_fault_of_a_party_is_reported_with_its_field,
    half_an_e_invoice_address_is_refused,
    a_number_is_unique_within_an_organization_and_not_beyond,
    a_filter_selects_parties_by_their_values,
    a_party_is_found_by_name_number_city_and_vat_id,
    an_accountant_writes_parties_and_a_member_reads_them,
}
