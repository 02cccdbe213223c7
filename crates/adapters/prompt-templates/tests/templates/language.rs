//! What templates can say.

use plinth_domain::RenderedMessage;
use plinth_ports::PromptTemplates;
use plinth_prompt_templates::Templates;
use serde_json::json;

use crate::support::{json as object, render, rendered, told, version};

#[test]
fn variables_conditions_loops_and_filters_are_filled_in() {
    let variables = json!({
        "name": "Ada", "items": [{"title": "Quay", "n": 2}, {"title": "Crane", "n": 1}],
        "tone": null, "tags": ["b", "a"], "price": 12.5,
    });
    for (template, expected) in [
        ("Hello {{ name }}!", "Hello Ada!"),
        ("{{ name|upper }} {{ name|lower|title }}", "ADA Ada"),
        (
            "{% for item in items %}{{ loop.index }}. {{ item.title }}\n{% endfor %}",
            "1. Quay\n2. Crane\n",
        ),
        ("{{ items|map(attribute='title')|join(', ') }}", "Quay, Crane"),
        ("{{ items|sort(attribute='n')|first|tojson }}", r#"{"n": 1, "title": "Crane"}"#),
        ("{% if tone is none %}plain{% elif tone == 'x' %}x{% else %}y{% endif %}", "plain"),
        ("{{ missing|default('none given') }}", "none given"),
        ("{% if missing is defined %}a{% else %}b{% endif %}", "b"),
        ("{{ 'a' in tags and 'c' not in tags }}", "True"),
        ("{% for x in ['x', 'y', -1] %}{{ x }}{% endfor %}", "xy-1"),
        ("{{ price + 1 }} {{ price / 2 }} {{ name ~ '-' ~ price }}", "13.5 6.25 Ada-12.5"),
        (
            "{% for n in range(1, 4) %}{{ n }}{% if not loop.last %},{% endif %}{% endfor %}",
            "1,2,3",
        ),
        ("{% raw %}{{ name }} {% set x %}{% endraw %}{# a note #}", "{{ name }} {% set x %}"),
        ("{{ name[0] }} {{ items[1].title }} {{ items[0]['title'] }}", "A Crane Quay"),
        ("{{ tags|sort|join('|') if tags else 'no tags' }}", "a|b"),
        ("<b>{{ '<&\"' }}</b>", "<b><&\"</b>"),
        (
            "{% for key, value in items[0]|items %}{{ key }}={{ value }};{% endfor %}",
            "n=2;title=Quay;",
        ),
        ("ünï → {{ '𝔘' }}", "ünï → 𝔘"),
    ] {
        assert_eq!(rendered(template, &variables), expected, "{template}");
    }
}

#[test]
fn each_message_keeps_its_role_and_its_place() {
    let mut two = version(&["{{ a }}", "{{ b }}"]);
    let mut messages = two.messages.as_slice().to_vec();
    messages[0].role = plinth_domain::PromptRole::System;
    two.messages = plinth_domain::PromptMessages::new(messages).unwrap();
    let rendered = Templates.render(&two, &object(&json!({"a": "x", "b": ""})), None).unwrap();
    let message = |role, content: &str| RenderedMessage { role, content: content.to_owned() };
    let expected = vec![
        message(plinth_domain::PromptRole::System, "x"),
        message(plinth_domain::PromptRole::User, ""),
    ];
    assert_eq!(rendered, expected);
}

#[test]
fn a_template_that_cannot_be_parsed_is_refused_with_its_line() {
    for (template, line) in [
        ("one\ntwo {{", "line 2: "),
        ("{% if x %}", "line 1: "),
        ("\n\n{{ x | }}", "line 3: "),
        ("{{ x }", "line 1: "),
        ("{% endif %}", "line 1: "),
        ("{{ 'open }}", "line 1: "),
        ("{% raw %}", "line 1: "),
    ] {
        let faults = Templates.check(&version(&["fine", template])).unwrap_err();
        let expected = [("/messages/1/content", "prompt.template_syntax")];
        assert_eq!(told(&faults), expected, "{template}");
        let detail = &faults[0].invalid.detail;
        assert!(detail.starts_with(line), "{template}: {detail}");
    }
}

#[test]
fn what_is_not_in_the_language_is_refused_when_it_is_saved() {
    for template in [
        "{% set x = 1 %}",
        "{% set x %}a{% endset %}",
        "{% with x = 1 %}{{ x }}{% endwith %}",
        "{% filter upper %}a{% endfilter %}",
        "{% autoescape true %}a{% endautoescape %}",
        "{% do range(1) %}",
        "{% macro m() %}{% endmacro %}",
        "{% call m() %}{% endcall %}",
        "{% block b %}{% endblock %}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% from 'x' import y %}",
        "{% extends 'x' %}",
        "{{ a * 2 }}",
        "{{ 2 ** 3 }}",
        "{{ a + b }}",
        "{{ [a] }}",
        "{{ [[1]] }}",
        "{{ (a, a) }}",
        "{{ {'a': 1} }}",
        "{{ a() }}",
        "{{ a.b() }}",
        "{{ dict(a=1) }}",
        "{{ namespace() }}",
        "{{ debug() }}",
        "{{ range(*a) }}",
        "{{ a|nope }}",
        "{{ a|batch(2) }}",
        "{{ a|chain(a) }}",
        "{{ a|format(1) }}",
        "{{ a is nope }}",
        "{{ a is filter }}",
        "{% for x in a recursive %}{{ loop(x) }}{% endfor %}",
        "{% for x in a %}{{ x + y }}{% endfor %}",
        "{% if a * 2 %}{% endif %}",
        "{% for x in a if x * 2 %}{% endfor %}",
        "{{ a if b * 2 else c }}",
        "{{ a[b] }}",
        "{{ a[-1] }}",
        "{{ a[1000] }}",
        "{{ a[1:] }}",
        "{{ a[::-1] }}",
        "{{ a|default(b * 2) }}",
        "{{ a is eq(b * 2) }}",
        "{{ range(b * 2) }}",
        "{{ not (b * 2) }}",
        "{{ 1 < b * 2 }}",
    ] {
        let faults = Templates.check(&version(&[template])).unwrap_err();
        assert_eq!(
            told(&faults),
            [("/messages/0/content", "prompt.template_syntax")],
            "{template}"
        );
        // A version that was saved by a more generous program is not rendered either.
        let variables = json!({"a": "x", "b": 1, "c": 1, "y": 1});
        let faults = render(&version(&[template]), &variables).unwrap_err();
        assert_eq!(told(&faults), [("/messages/0/content", "prompt.render_failed")], "{template}");
    }
}

#[test]
fn what_was_not_given_is_named() {
    let refused = |template, variables| {
        let mut faults = render(&version(&[template]), &variables).unwrap_err();
        assert_eq!(told(&faults), [("/variables", "prompt.variable_missing")]);
        faults.remove(0).invalid.detail
    };
    let detail = refused("a\n{{ name }} {{ other }}", json!({"other": 1}));
    assert_eq!(detail, "line 2 of message 0 needs what was not given: name");
    let detail = refused("{{ user.name }}", json!({"user": {}}));
    assert_eq!(detail, "line 1 of message 0 needs what was not given: a field of a variable");
}

#[test]
fn a_template_that_does_not_fit_its_variables_is_told_with_its_line() {
    for template in
        ["\n{{ name|round }}", "\n{% for x in number %}{% endfor %}", "\n{{ name - 1 }}"]
    {
        let variables = json!({"name": "Ada", "number": 1});
        let faults = render(&version(&[template]), &variables).unwrap_err();
        assert_eq!(told(&faults), [("/messages/0/content", "prompt.render_failed")], "{template}");
        assert!(faults[0].invalid.detail.starts_with("line 2: "), "{faults:?}");
    }
}
