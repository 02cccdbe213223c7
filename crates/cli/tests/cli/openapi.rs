//! `plinth openapi`.

use std::fs;

use crate::support::Scratch;

fn document() -> String {
    plinth_rest::document().to_pretty_json().unwrap() + "\n"
}

#[test]
fn the_document_is_that_of_the_api() {
    let scratch = Scratch::new();
    let printed = scratch.run(&["openapi"], &[]).well();
    assert_eq!(printed, document());
    let parsed: serde_json::Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(parsed["openapi"], "3.1.0");
    assert!(parsed["paths"]["/api/v1/projects"]["get"].is_object());
}

#[test]
fn it_needs_no_settings() {
    let scratch = Scratch::new();
    scratch.run(&["openapi"], &[("PORT", "eighty"), ("PLINTH_ENVIRONMENT", "production")]).well();
}

#[test]
fn an_outdated_file_is_reported_and_not_changed() {
    let scratch = Scratch::new();
    let file = scratch.path().join("docs/openapi.json");
    fs::create_dir(scratch.path().join("docs")).unwrap();

    let complaint = scratch.run(&["openapi", "--check"], &[]).badly(1);
    assert!(complaint.contains("cannot read docs/openapi.json"), "{complaint}");

    scratch.run(&["openapi", "--out", "docs/openapi.json"], &[]).well();
    assert_eq!(fs::read_to_string(&file).unwrap(), document());
    scratch.run(&["openapi", "--check"], &[]).well();

    let old = document().replacen("3.1.0", "3.0.0", 1);
    fs::write(&file, &old).unwrap();
    let complaint = scratch.run(&["openapi", "--check"], &[]).badly(1);
    assert!(complaint.contains("plinth openapi --out docs/openapi.json"), "{complaint}");
    assert_eq!(fs::read_to_string(&file).unwrap(), old);
}
