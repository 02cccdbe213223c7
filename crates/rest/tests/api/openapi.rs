//! The committed OpenAPI document is the one that the server serves.

use crate::support::TestApp;

#[test]
fn the_committed_document_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap();
    let current = plinth_rest::document().to_pretty_json().unwrap() + "\n";
    assert!(committed == current, "docs/openapi.json is stale: run ./justw openapi");
}

#[test]
fn every_operation_says_who_may_and_what_can_go_wrong() {
    let document = serde_json::to_value(plinth_rest::document()).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = format!("{method} {path}");
            assert!(operation["summary"].is_string(), "{name} has no summary");
            assert!(operation["security"].is_array(), "{name} does not say who may");
            let problem = &operation["responses"]["4XX"]["content"]["application/problem+json"];
            assert!(problem.is_object(), "{name} documents no refusal");
            let scope = operation["security"][0]["bearer"][0].as_str();
            let known = scope.is_none_or(|s| plinth_domain::Permission::from_name(s).is_some());
            assert!(known, "{name} asks for an unknown permission");
        }
    }
}

async fn the_served_document_and_its_reference_come_from_here(app: &TestApp) {
    let served = app.anonymous().get("/openapi.json").await.expect(200);
    assert_eq!(served.json(), serde_json::to_value(plinth_rest::document()).unwrap());
    let page = app.anonymous().get("//docs/").await.expect(200);
    assert!(page.header("content-type").starts_with("text/html"));
    let files = ["swagger-ui.css", "swagger-ui-bundle.js", "swagger-initializer.js"];
    for file in files {
        assert!(page.text.contains(file), "{file}");
        let text = app.anonymous().get(&format!("//docs/{file}")).await.expect(200).text;
        assert!(!text.is_empty());
    }
    // Nothing is loaded from elsewhere, and the policy would not let it.
    assert!(!page.text.contains("http://") && !page.text.contains("https://"));
    assert!(page.header("content-security-policy").starts_with("default-src 'self'"));
}

async fn every_problem_is_described_where_its_type_leads(app: &TestApp) {
    let refused = app.anonymous().get("/me").await.refused(401, "auth.required").json();
    let (page, anchor) = refused["type"].as_str().unwrap().split_once('#').unwrap();
    let page = app.anonymous().get(&format!("/{page}")).await.expect(200);
    assert!(page.text.contains(&format!("id=\"{anchor}\"")));
    for code in plinth_rest::codes() {
        assert!(page.text.contains(&format!("id=\"{code}\"")), "{code}");
        assert!(page.text.contains(code.meaning()), "{code}");
    }
}

on_postgres! {
    the_served_document_and_its_reference_come_from_here,
    every_problem_is_described_where_its_type_leads,
}
