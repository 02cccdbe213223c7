//! Lists as CSV, end to end.

use reqwest::Method;
use serde_json::json;

use crate::support::{Client, Reply, TestApp, document, sample::Sample};

async fn export(client: &Client, path: &str) -> Reply {
    let request = client.request(Method::GET, path).header("Accept", "text/csv");
    client.send(request).await
}

/// The first cell of each line but the first. No cell of the test has a line end.
fn ids(table: &str) -> Vec<&str> {
    table.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect()
}

async fn an_export_has_every_field_of_a_party_and_no_formula(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let empty = export(&ada, "/parties").await.expect(200);
    let head = "id,address.additional,address.city,address.country,address.postal_code,\
        address.region,address.street,archived,bank_account.bank_name,bank_account.bic,\
        bank_account.holder,bank_account.iban,buyer_reference,consumer,contact.email,contact.name,\
        contact.phone,created_at,creditor_account,debtor_account,dunning_blocked,e_invoice_address.id,e_invoice_address.scheme,language,leitweg_id,\
        metadata,name,note,number,payment_terms_days,registration,role,tax_number,\
        unit_codes,updated_at,vat_id,version\r\n";
    assert_eq!(empty.text, head);
    let body = json!({
        "name": "=HYPERLINK(\"x\")", "number": "-7", "role": "both", "note": "one,\ntwo",
        "address": {"city": "Köln", "country": "DE"}, "contact": {"phone": "+49 40 1"},
        "e_invoice_address": {"scheme": "EM", "id": "@in"}, "payment_terms_days": 14,
        "metadata": {"a": [1]},
    });
    let party = ada.post("/parties", body).await.expect(201).json();
    let exported = export(&ada, "/parties").await.expect(200);
    let text = |field: &str| party[field].as_str().unwrap().to_owned();
    let (id, created, updated) = (text("id"), text("created_at"), text("updated_at"));
    let row = format!(
        "{id},,Köln,DE,,,,false,,,,,,false,,,'+49 40 1,{created},,,false,'@in,EM,,,\"{{\"\"a\"\":[1]}}\",\
        \"'=HYPERLINK(\"\"x\"\")\",\"one,\ntwo\",-7,14,,both,,[],{updated},,1\r\n"
    );
    assert_eq!(exported.text, format!("{head}{row}"));
    assert_eq!(exported.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(exported.header("content-disposition"), "attachment; filename=\"parties.csv\"");
    assert_eq!(export(&app.owner("Bob").await, "/parties").await.text, head);
}

async fn an_export_has_all_pages_with_the_filters_and_the_order_of_the_list(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for n in 0..405 {
        let status = if n % 5 == 0 { "active" } else { "planned" };
        let body =
            json!({"code": format!("P-{n}"), "name": format!("{}", n % 7), "status": status});
        ada.post("/projects", body).await.expect(201);
    }
    for query in ["sort=name", "sort=-code&limit=3&total=true", "status=active&sort=created_at"] {
        let (mut expected, mut next) = (Vec::new(), String::new());
        loop {
            let page = ada.get(&format!("/projects?{query}{next}")).await.expect(200).json();
            let items = page["data"].as_array().unwrap().iter();
            expected.extend(items.map(|item| item["id"].as_str().unwrap().to_owned()));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            next = format!("&cursor={cursor}");
        }
        let exported = export(&ada, &format!("/projects?{query}")).await.expect(200);
        assert_eq!(ids(&exported.text), expected, "{query}");
        assert_eq!(exported.headers.get("link"), None);
    }
}

async fn a_fault_of_a_query_is_a_problem_also_for_csv(app: &TestApp) {
    let ada = app.owner("Ada").await;
    export(&ada, "/projects?colour=red").await.refused(400, "query.invalid");
    export(&ada, "/projects?cursor=x").await.refused(400, "cursor.invalid");
    let viewer = ada.invite("viewer@example.com", "viewer").await;
    export(&viewer, "/audit-logs").await.refused(403, "permission.denied");
}

async fn every_list_is_exported_with_the_names_of_its_fields(app: &TestApp) {
    let mut checked = 0;
    for (method, path, operation) in document::operations() {
        let answer = &operation["responses"]["200"];
        let schema = answer["content"]["application/json"]["schema"]["$ref"].as_str();
        if method != Method::GET || !schema.is_some_and(|name| name.ends_with("Page")) {
            // A file for DATEV is no list: its lines are not those of items.
            let is_file = operation["operationId"] == "get_datev";
            assert!(is_file || answer["content"]["text/csv"].is_null(), "{path}");
            continue;
        }
        let id = operation["operationId"].as_str().unwrap();
        if answer["content"]["text/csv"].is_null() {
            // Pages by number: what comes after the last one is not there yet.
            assert_eq!(id, "get_events", "{path} has no CSV");
            continue;
        }
        let owner = app.owner(&id.replace('_', " ")).await;
        let sample = Sample::of(id, app, &owner).await;
        let request = || sample.request(&owner, &method, &path);
        let page = owner.send(request()).await.expect(200);
        assert!(page.varies_by("accept"), "{path}: {page:?}");
        let exported = owner.send(request().header("Accept", "text/csv")).await.expect(200);
        assert!(exported.varies_by("accept"), "{path}");
        let names: Vec<&str> = exported.text.lines().next().unwrap().split(',').collect();
        for item in page.json()["data"].as_array().unwrap() {
            for field in item.as_object().unwrap().keys() {
                let nested = format!("{field}.");
                let is_there = names.iter().any(|n| n == field || n.starts_with(&nested));
                assert!(is_there, "{path} lacks {field}: {names:?}");
            }
        }
        checked += 1;
    }
    assert!(checked >= 10, "only {checked} lists");
}

on_postgres! {
    crate::support::Options { mails: true, ..Default::default() };
    an_export_has_every_field_of_a_party_and_no_formula,
    an_export_has_all_pages_with_the_filters_and_the_order_of_the_list,
    a_fault_of_a_query_is_a_problem_also_for_csv,
    every_list_is_exported_with_the_names_of_its_fields,
}
