use minijinja::{Environment, UndefinedBehavior, Value, syntax::SyntaxConfig, value::Serde};

use crate::{Error, context::Context, record::Record};

/// A file of a record: its template, and where it is written.
struct Template {
    name: &'static str,
    text: &'static str,
    path: fn(&Record, &str) -> String,
}

/// One file for each layer, from the inside outwards.
const TEMPLATES: &[Template] = &[
    Template {
        name: "domain.rs.j2",
        text: include_str!("../templates/domain.rs.j2"),
        path: |record, _| format!("crates/domain/src/{}.rs", record.name.snake),
    },
    Template {
        name: "ports.rs.j2",
        text: include_str!("../templates/ports.rs.j2"),
        path: |record, _| format!("crates/ports/src/records/{}.rs", record.plural.snake),
    },
    Template {
        name: "contract.rs.j2",
        text: include_str!("../templates/contract.rs.j2"),
        path: |record, _| format!("crates/contract-tests/src/records/{}.rs", record.plural.snake),
    },
    Template {
        name: "migration.rs.j2",
        text: include_str!("../templates/migration.rs.j2"),
        path: |_, step| format!("migration/src/steps/{step}.rs"),
    },
    Template {
        name: "postgres.rs.j2",
        text: include_str!("../templates/postgres.rs.j2"),
        path: |record, _| {
            format!("crates/adapters/postgres/src/records/{}.rs", record.plural.snake)
        },
    },
    Template {
        name: "application.rs.j2",
        text: include_str!("../templates/application.rs.j2"),
        path: |record, _| format!("crates/application/src/{}.rs", record.plural.snake),
    },
    Template {
        name: "rest.rs.j2",
        text: include_str!("../templates/rest.rs.j2"),
        path: |record, _| format!("crates/rest/src/records/{}.rs", record.plural.snake),
    },
    Template {
        name: "rest_tests.rs.j2",
        text: include_str!("../templates/rest_tests.rs.j2"),
        path: |record, _| format!("crates/rest/tests/api/{}.rs", record.plural.snake),
    },
];

/// Every file of the record: its path, and its text before rustfmt.
pub(crate) fn render(record: &Record, step: &str) -> Result<Vec<(String, String)>, Error> {
    let broken = |error: minijinja::Error| Error::Template(format!("{error:#}"));
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.map_err(broken)?);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let context = Value::from(Serde(Context::of(record, step.to_owned())));
    let files = TEMPLATES.iter().map(|template| {
        let text = environment.render_named_str(template.name, template.text, &context);
        let text = text.map_err(broken)?;
        Ok(((template.path)(record, step), text))
    });
    files.collect()
}
