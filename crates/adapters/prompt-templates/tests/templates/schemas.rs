//! Schemas of variables.

use plinth_domain::PromptVersionDraft;
use plinth_ports::PromptTemplates;
use plinth_prompt_templates::Templates;
use serde_json::{Value, json};

use crate::support::{declared, json as object, render, told, version};

#[test]
fn a_template_uses_only_the_variables_that_are_declared() {
    let schema = json!({"type": "object", "properties": {"name": {"type": "string"}}});
    assert!(Templates.check(&declared("Hi {{ name }}", &schema)).is_ok());
    assert!(Templates.check(&version(&["Hi {{ anything }}"])).is_ok());
    let template = "{{ name.first }}{% for x in range(3) %}{{ loop.index }}{{ x }}{% endfor %}";
    assert!(Templates.check(&declared(template, &schema)).is_ok());
    let faults = Templates.check(&declared("{{ nmae }} {% if b %}{{ a }}{% endif %}", &schema));
    let faults = faults.unwrap_err();
    assert_eq!(told(&faults), [("/messages/0/content", "prompt.variable_undeclared")]);
    let detail = "not among the properties of the input schema: a, b, nmae";
    assert_eq!(faults[0].invalid.detail, detail);
}

#[test]
fn variables_that_do_not_fit_are_told_with_their_places() {
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object", "required": ["name", "items"], "additionalProperties": false,
        "properties": {
            "name": {"type": "string", "maxLength": 5, "pattern": "^[A-Z]"},
            "items": {"type": "array", "items": {"$ref": "#/$defs/item"}},
            "tone": {"enum": ["formal", "warm"]},
        },
        "$defs": {"item": {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}}}},
    });
    let version = declared("{{ name }}", &schema);
    Templates.check(&version).unwrap();
    assert_eq!(render(&version, &json!({"name": "Ada", "items": [{"n": 1}]})).unwrap(), "Ada");
    let secret = "canary-4711";
    let wrong =
        json!({"name": "ada lovelace", "items": [{"n": 0}, {"n": secret}], "tone": "x", "y": 1});
    let mut faults = render(&version, &wrong).unwrap_err();
    faults.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    let invalid = "prompt.variable_invalid";
    let expected = [
        ("/variables", invalid),
        ("/variables/items/0/n", invalid),
        ("/variables/items/1/n", invalid),
        ("/variables/name", invalid),
        ("/variables/name", invalid),
        ("/variables/tone", invalid),
    ];
    assert_eq!(told(&faults), expected);
    assert!(!format!("{faults:?}").contains(secret), "{faults:?}");
    let faults = render(&version, &json!({})).unwrap_err();
    assert_eq!(told(&faults), [("/variables", invalid); 2]);
    assert_eq!(faults[0].invalid.detail, "\"name\" is a required property");
}

#[test]
fn what_is_no_schema_is_refused_at_its_place() {
    for (schema, place) in [
        (json!({"type": "objekt"}), "/input_schema/type"),
        (json!({"properties": {"a": {"minimum": "1"}}}), "/input_schema/properties/a/minimum"),
        (json!({"required": "a"}), "/input_schema/required"),
        (json!({"properties": {"a/b": {"pattern": "("}}}), "/input_schema/properties/a~1b/pattern"),
    ] {
        let faults = Templates.check(&declared("x", &schema)).unwrap_err();
        assert_eq!(told(&faults), [(place, "prompt.schema_invalid")], "{schema}");
        let output = PromptVersionDraft { output_schema: Some(object(&schema)), ..version(&["x"]) };
        let faults = Templates.check(&output).unwrap_err();
        let place = place.replace("input", "output");
        assert_eq!(told(&faults), [(&*place, "prompt.schema_invalid")], "{schema}");
    }
}

/// Names of fields are free, also those that are keywords elsewhere.
#[test]
fn a_keyword_is_not_confused_with_a_name_or_with_data() {
    let schema = json!({
        "properties": {"$id": {"type": "string"}, "pattern": {}, "$ref": {"type": "string"}, "x": true},
        "enum": [{"$ref": "https://example.com"}, {"$id": "y", "x": 1}],
        "default": {"$anchor": "z"},
    });
    Templates.check(&declared("{{ x }}", &schema)).unwrap();
    let given = json!({"$id": "y", "x": 1});
    assert_eq!(render(&declared("{{ x }}", &schema), &given).unwrap(), "1");
}

#[test]
fn all_faults_of_a_version_are_told_at_once() {
    let schema: Value = json!({"properties": {"a": {}}});
    let mut version = version(&["{{ a }} {{ b }}", "{{", "{{ a }}"]);
    version.input_schema = Some(object(&schema));
    version.output_schema = Some(object(&json!({"type": 1})));
    let faults = Templates.check(&version).unwrap_err();
    let expected = [
        ("/output_schema/type", "prompt.schema_invalid"),
        ("/messages/0/content", "prompt.variable_undeclared"),
        ("/messages/1/content", "prompt.template_syntax"),
    ];
    assert_eq!(told(&faults), expected);
}
