//! Templates that try to take the time, the memory or the stack of the process.

use plinth_ports::{PromptTemplates, RENDERED_BYTES};
use plinth_prompt_templates::Templates;
use proptest::prelude::*;
use serde_json::json;

use crate::support::{bounded, render, told, version};

/// Each would overflow the stack of the parser, or of what comes after it.
#[test]
fn a_tag_of_thousands_of_signs_is_refused_and_overflows_no_stack() {
    for (name, head, part, tail) in [
        ("not", "{{ ", "not ", "x }}"),
        ("minus", "{{ ", "-", "1 }}"),
        ("dot", "{{ x", ".a", " }}"),
        ("filter", "{{ x", "|d", " }}"),
        ("plus", "{{ x", "+1", " }}"),
        ("join", "{{ x", "~x", " }}"),
        ("and", "{{ x", " and x", " }}"),
        ("if", "{{ x", " if x else x", " }}"),
        ("test", "{{ x", " is defined", " }}"),
        ("compare", "{{ x", "<x", " }}"),
        ("call", "{{ x", "()", " }}"),
        ("item", "{{ x", "[0]", " }}"),
        ("open", "{{ ", "(", "x }}"),
        ("list", "{{ ", "[", "1 }}"),
        ("map", "{{ ", "{1:", "1 }}"),
        ("argument", "{{ ", "range(", "1 }}"),
        ("comma", "{{ range(1", ",1", ") }}"),
        ("elif", "{% if x %}", "{% elif x %}", "{% endif %}"),
        ("nested if", "", "{% if x %}", ""),
        ("nested for", "", "{% for a in x %}", ""),
        ("nested raw", "", "{% raw %}", ""),
        ("nested comment", "", "{# ", ""),
        ("unclosed", "", "{{ ", ""),
        ("lines", "", "\n", "{{ x + y }}"),
        ("columns", "", "x", "{{ x }}"),
        ("columns of a tag", "{{ '", "x", "' }}"),
        ("condition", "{% if ", "not ", "x %}{% endif %}"),
        ("line break", "{{ ", "\nnot ", "x }}"),
    ] {
        let times = (99_000 - head.len() - tail.len()) / part.len();
        let template = format!("{head}{}{tail}", part.repeat(times));
        let refused = bounded(name, move || {
            let version = version(&[&template]);
            let _ = render(&version, &json!({"x": 1}));
            Templates.check(&version)
        });
        let faults = refused.expect_err(name);
        assert_eq!(told(&faults), [("/messages/0/content", "prompt.template_syntax")], "{name}");
    }
}

/// As much as is allowed at once, in the deepest nesting.
#[test]
fn the_largest_tags_in_the_deepest_nesting_are_parsed_on_a_small_stack() {
    for tag in [
        format!("{{{{ {}x }}}}", "not ".repeat(198)),
        format!("{{{{ {}x{} }}}}", "(".repeat(60), ")".repeat(60)),
        format!("{{{{ x{} }}}}", "|d".repeat(99)),
        format!("{{{{ x{} }}}}", ".a".repeat(99)),
        format!("{{{{ {}1{} }}}}", "range(".repeat(48), ")".repeat(48)),
        format!("{{{{ x{} }}}}", " if x else x".repeat(49)),
        format!("{{% if x %}}{}{{% endif %}}", "{% elif x %}".repeat(50)),
    ] {
        let template = format!("{}{tag}{}", "{% if x %}".repeat(60), "{% endif %}".repeat(60));
        bounded(&tag.clone(), move || {
            let version = version(&[&template]);
            let _ = Templates.check(&version);
            let _ = render(&version, &json!({"x": 1}));
        });
    }
}

/// What `minijinja` does for hours, or with gigabytes, when it is allowed to.
#[test]
fn what_would_run_for_ever_is_stopped() {
    let nested = |depth: usize, list: &str, body: &str| {
        let heads: String = (0..depth).map(|n| format!("{{% for v{n} in {list} %}}")).collect();
        format!("{heads}{body}{}", "{% endfor %}".repeat(depth))
    };
    let templates = [
        nested(2, "range(100000)", "{{ v1 }}"),
        nested(5, "range(100000)", ""),
        nested(1, "list", "{% if list == list %}{% endif %}"),
        nested(1, "list", "{% if -1 in list %}{% endif %}"),
        nested(1, "list", "{% if 'b' in text %}{% endif %}"),
        nested(1, "list", "{{ text|length }}"),
        nested(1, "list", "{% if text[999] == 'b' %}{% endif %}"),
        nested(1, "list", "{% if text|last == 'b' %}{% endif %}"),
        nested(1, "list", "{% if text.a is defined %}{% endif %}"),
        nested(1, "list", "{% if list|sort|first == 7 %}{% endif %}"),
        nested(1, "list", "{% if list|unique|first == 7 %}{% endif %}"),
        nested(1, "list", "{% if list|reverse|first == 7 %}{% endif %}"),
        nested(1, "list", "{% if list|map('string')|first == 7 %}{% endif %}"),
        nested(1, "list", "{% if list|select('odd')|first == 7 %}{% endif %}"),
        nested(1, "list", "{% if list|sum == 7 %}{% endif %}"),
        nested(1, "list", "{% if list|max == 7 %}{% endif %}"),
        nested(1, "list", "{% if list|join(text) == 7 %}{% endif %}"),
        nested(1, "list", "{% if list|tojson == 7 %}{% endif %}"),
        nested(1, "list", "{% if list|string == 7 %}{% endif %}"),
        nested(1, "list", "{% if deep|tojson == 7 %}{% endif %}"),
        nested(1, "list", "{% if deep == deep %}{% endif %}"),
        nested(1, "list", "{% if text|upper == 7 %}{% endif %}"),
        nested(1, "list", "{% if text|title == 7 %}{% endif %}"),
        nested(1, "list", "{% if text|split('')|length == 7 %}{% endif %}"),
        nested(1, "list", "{% if text|lines|length == 7 %}{% endif %}"),
        nested(1, "list", "{% if text|trim('a') == 7 %}{% endif %}"),
        nested(1, "list", "{% if text|list|length == 7 %}{% endif %}"),
        nested(1, "list", "{% if text ~ text == 7 %}{% endif %}"),
        nested(1, "list", "{% if text is upper %}{% endif %}"),
        nested(1, "list", "{% if text is startingwith(text) %}{% endif %}"),
        nested(1, "range(0, 100000)|list", ""),
        "{{ text|replace('a', text) }}".to_owned(),
        "{{ text|indent(1000000000) }}".to_owned(),
        "{{ list|join(text) }}".to_owned(),
        "{{ range(1000000000)|length }}".to_owned(),
        "{{ range(-1000000000, 1000000000)|list }}".to_owned(),
        format!("{{{{ text{} }}}}", "~text".repeat(90)),
        format!("{{{{ list{} }}}}", "|list".repeat(90)),
        "{{ text }}".repeat(12),
        "{{ list|tojson }}".repeat(12),
        "{{ range(100000) }}".repeat(12),
        "{{ deep|tojson }}".repeat(200),
        // A variable of a loop takes the place of `set`.
        format!(
            "{}{{{{ v4|length }}}}{}",
            (0..5)
                .map(|n| {
                    let before = if n == 0 { "text".to_owned() } else { format!("v{}", n - 1) };
                    let whole = vec![before; 50].join(" ~ ");
                    format!("{{% for v{n} in [1] %}}{{% for v{n} in ({whole})|lines %}}")
                })
                .collect::<String>(),
            "{% endfor %}{% endfor %}".repeat(5),
        ),
    ];
    let (text, list) = ("a".repeat(100_000), (0..20_000).collect::<Vec<_>>());
    let mut deep = json!([1]);
    for _ in 0..30 {
        deep = json!([deep, 1]);
    }
    let variables = json!({"text": text, "list": list, "deep": deep});
    for template in templates {
        let (named, given) = (template.clone(), variables.clone());
        let outcome = bounded(&named, move || render(&version(&[&template]), &given));
        if let Err(faults) = outcome {
            let (_, code) = told(&faults)[0];
            let expected = ["too_much_work", "output_too_long", "render_failed"];
            assert!(expected.iter().any(|end| code.ends_with(end)), "{named:.80}: {faults:?}");
        }
    }
}

#[test]
fn rendered_messages_have_at_most_a_mebibyte_together() {
    let (piece, twice) = ("x".repeat(1000), "{{ t }}".repeat(500));
    let half = version(&[&twice]);
    assert_eq!(render(&half, &json!({"t": piece})).unwrap().len(), 500_000);
    let most = version(&[&twice, &twice]);
    assert!(render(&most, &json!({"t": piece})).is_ok());
    let more = version(&[&twice, &twice, &twice]);
    let faults = render(&more, &json!({"t": piece})).unwrap_err();
    assert_eq!(told(&faults), [("/messages/2/content", "prompt.output_too_long")]);
    let literal = "y".repeat(RENDERED_BYTES / 5 / 4);
    let plain = version(&[&*literal; 4]);
    assert!(render(&plain, &json!({})).is_ok());
}

#[test]
fn variables_are_bounded() {
    let faults = render(&version(&["x"]), &json!({"t": "x".repeat(256 * 1024)})).unwrap_err();
    assert_eq!(told(&faults), [("/variables", "prompt.variables_too_large")]);
    assert!(render(&version(&["x"]), &json!({"t": "x".repeat(255 * 1024)})).is_ok());
    for text in ["[]", "{", "1", ""] {
        let variables = plinth_domain::JsonObject::from_parsed(text.to_owned());
        let faults = Templates.render(&version(&["x"]), &variables, None).unwrap_err();
        assert_eq!(told(&faults), [("/variables", "json.malformed")]);
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in r"(\{\{|\}\}|\{%|%\}|\{#|#\}|[a-z0-9 .|()'\[\]+~*-]|if |for |in |\n){0,60}") {
        if let Ok(content) = plinth_domain::PromptText::parse(text) {
            let version = version(&[content.as_str()]);
            if Templates.check(&version).is_ok() {
                let _ = render(&version, &json!({"a": 1, "b": "x"}));
            }
        }
    }
}
