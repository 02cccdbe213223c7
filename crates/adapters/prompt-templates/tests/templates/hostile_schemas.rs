//! Schemas that try to reach outside, or to take the time, the memory or the stack of the process.

use plinth_ports::PromptTemplates;
use plinth_prompt_templates::Templates;
use serde_json::{Map, Value, json};

use crate::support::{bounded, declared, render, told};

fn refused(schema: &Value) -> (String, &'static str) {
    let schema = schema.clone();
    let name = schema.to_string();
    let faults = bounded(&name, move || Templates.check(&declared("x", &schema)));
    let faults = faults.expect_err(&name);
    let (pointer, code) = told(&faults)[0];
    (pointer.to_owned(), code)
}

#[test]
fn a_reference_leads_nowhere_but_into_its_own_schema() {
    for reference in [
        "https://example.com/schema.json",
        "file:///etc/passwd",
        "other.json",
        "//example.com",
        "#anchor",
        "#/$defs/missing",
        "#/%24defs/a",
        "",
        "#/$defs/a/../b",
    ] {
        let schema = json!({"properties": {"a": {"$ref": reference}}, "$defs": {"b": {}}});
        let expected = ("/input_schema/properties/a/$ref".to_owned(), "prompt.schema_invalid");
        if reference.is_empty() {
            assert_eq!(refused(&schema).1, expected.1);
        } else {
            assert_eq!(refused(&schema), expected, "{reference}");
        }
    }
    for keyword in [
        json!({"$id": "https://example.com"}),
        json!({"$anchor": "a"}),
        json!({"$dynamicRef": "#a"}),
        json!({"$dynamicAnchor": "a"}),
        json!({"$recursiveRef": "#"}),
        json!({"$schema": "http://json-schema.org/draft-07/schema#"}),
        json!({"$schema": 1}),
        json!({"$vocabulary": {}}),
        json!({"unevaluatedProperties": false}),
        json!({"unevaluatedItems": false}),
    ] {
        assert_eq!(refused(&json!({"items": keyword})).1, "prompt.schema_invalid", "{keyword}");
    }
}

#[test]
fn a_schema_that_refers_to_itself_is_refused() {
    for schema in [
        json!({"$ref": "#"}),
        json!({"allOf": [{"$ref": "#"}]}),
        json!({"properties": {"child": {"$ref": "#"}}}),
        json!({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}),
        json!({"$defs": {"a": {"items": {"$ref": "#/$defs/a"}}}}),
        json!({"not": {"$ref": "#/not"}}),
    ] {
        assert_eq!(refused(&schema).1, "prompt.schema_invalid", "{schema}");
    }
}

/// Each reference is followed twice, so 2^n schemas are checked.
#[test]
fn references_that_multiply_are_counted_as_what_they_stand_for() {
    for keyword in ["allOf", "anyOf", "oneOf"] {
        let mut defs = Map::new();
        for n in 0..30 {
            let next = json!({"$ref": format!("#/$defs/d{}", n + 1)});
            defs.insert(format!("d{n}"), json!({keyword: [next, next]}));
        }
        defs.insert("d30".to_owned(), json!({"type": "string"}));
        let schema = json!({"$ref": "#/$defs/d0", "$defs": defs});
        assert_eq!(refused(&schema).1, "prompt.schema_invalid", "{keyword}");
    }
}

#[test]
fn a_schema_is_bounded_in_depth_and_length() {
    let mut deep = json!({});
    for _ in 0..100 {
        deep = json!({"items": deep});
    }
    assert_eq!(refused(&deep).1, "prompt.schema_invalid");
    let mut chain = Map::new();
    for n in 0..300 {
        chain.insert(format!("d{n}"), json!({"$ref": format!("#/$defs/d{}", n + 1)}));
    }
    chain.insert("d300".to_owned(), json!({}));
    assert_eq!(refused(&json!({"$ref": "#/$defs/d0", "$defs": chain})).1, "prompt.schema_invalid");
    let long = json!({"description": "x".repeat(17 * 1024)});
    assert_eq!(refused(&long), ("/input_schema".to_owned(), "prompt.schema_invalid"));
}

#[test]
fn a_pattern_is_of_a_regular_language_and_small() {
    for pattern in
        [r"(a)\1", "(?=a)b", "a{1000}{1000}{1000}", &"(a|b)?".repeat(2000), r"\p{L}{500}"]
    {
        let schema = json!({"properties": {"x": {"pattern": pattern}}});
        assert_eq!(refused(&schema).1, "prompt.schema_invalid", "{pattern:.40}");
    }
    for pattern in ["^(a+)+$", "^([a-z]*)*$", "(x+x+)+y", "^(a|a?)+$", r"^\d{4}-\d{2}-\d{2}$"] {
        let schema = json!({"properties": {"x": {"pattern": pattern}}});
        let version = declared("x", &schema);
        Templates.check(&version).unwrap();
        let given = json!({"x": format!("{}!", "a".repeat(200_000))});
        let faults = bounded(pattern, move || render(&version, &given)).unwrap_err();
        assert_eq!(told(&faults), [("/variables/x", "prompt.variable_invalid")]);
    }
}

/// The schemas are about as large as they may be, and so are the variables.
#[test]
fn checking_variables_is_bounded_in_time_and_memory() {
    let any_of = |count: usize, part: &Value| json!({"anyOf": vec![part; count]});
    let all_of = |count: usize, part: &Value| json!({"allOf": vec![part; count]});
    let string = json!({"type": "string"});
    let parts = [
        all_of(600, &string),
        any_of(600, &string),
        any_of(40, &all_of(10, &string)),
        json!({"items": all_of(400, &string)}),
        any_of(20, &json!({"items": all_of(20, &string)})),
        json!({"items": any_of(400, &string)}),
        json!({"items": {"enum": (0..3000).collect::<Vec<_>>()}}),
        json!({"uniqueItems": true}),
        json!({"contains": string, "minContains": 5}),
        json!({"items": all_of(300, &json!({"not": string}))}),
        all_of(200, &json!({"items": {"pattern": "^(a|b|ab)*$"}})),
    ];
    let lists = [
        json!((0..40_000).collect::<Vec<_>>()),
        json!((0..2_000).collect::<Vec<_>>()),
        json!((0..100).collect::<Vec<_>>()),
        json!(vec![json!({"a": [1, 2, {"b": 1}]}); 8_000]),
        json!(vec!["a".repeat(1000); 200]),
    ];
    for part in parts {
        let version = declared("x", &json!({"properties": {"x": part}}));
        Templates.check(&version).unwrap();
        for list in &lists {
            let (version, given) = (version.clone(), json!({"x": list}));
            let name = format!("{:.60}", part.to_string());
            let outcome = bounded(&name, move || render(&version, &given));
            if let Err(faults) = outcome {
                assert!(faults.len() <= 20);
                let length: usize = faults.iter().map(|fault| fault.invalid.detail.len()).sum();
                assert!(length < 20_000, "{length}");
            }
        }
    }
}
