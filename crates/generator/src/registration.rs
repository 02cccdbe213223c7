//! The lines of a record in files that all records share.

use crate::{
    place::Place::{self, Among, Before, EndOf},
    record::Record,
};

/// File, place and text of each line. A line that is there already is not repeated.
pub(crate) fn of(record: &Record, step: &str) -> Vec<(&'static str, Place, String)> {
    let (one, many, pascal) = (&record.name.snake, &record.plural.snake, &record.name.pascal);
    let exports = record.types().join(", ");
    let permissions =
        ["Read", "Create", "Update", "Delete"].map(|action| format!("{pascal}{action}"));
    let mut lines = vec![
        ("crates/domain/src/lib.rs", Among("mod "), format!("mod {one};")),
        ("crates/domain/src/lib.rs", Among("pub use "), format!("pub use {one}::{{{exports}}};")),
        (
            "crates/domain/src/permission.rs",
            EndOf("records by WRITERS {"),
            format!("\"{one}\": {};", permissions.join(", ")),
        ),
        ("crates/ports/src/records.rs", Among("pub mod "), format!("pub mod {many};")),
        (
            "crates/ports/src/records.rs",
            EndOf("records {"),
            format!("{many}: plinth_domain::{pascal},"),
        ),
        ("crates/contract-tests/src/records.rs", Among("mod "), format!("mod {many};")),
        ("crates/adapters/postgres/src/records.rs", Among("mod "), format!("mod {many};")),
        ("migration/src/steps.rs", Among("mod "), format!("mod {step};")),
        ("migration/src/steps.rs", EndOf("vec!["), format!("Box::new({step}::step(tenancy)),")),
        ("crates/application/src/lib.rs", Among("pub mod "), format!("pub mod {many};")),
        ("crates/rest/src/records.rs", Among("mod "), format!("mod {many};")),
        ("crates/rest/src/records.rs", EndOf("records! {"), format!("{many},")),
        ("crates/rest/tests/api/main.rs", Among("mod "), format!("mod {many};")),
        (
            "crates/rest/tests/api/main.rs",
            Before("_ => return None,"),
            format!("\"{one}\" | \"{many}\" => {many}::sample(owner).await,"),
        ),
    ];
    for target in record.targets() {
        let line = format!("plinth_domain::{},", target.pascal);
        lines.push(("crates/contract-tests/src/records.rs", EndOf("referred_to! {"), line));
    }
    if record.fields.iter().any(|field| field.unique) {
        lines.push(("crates/ports/src/codes.rs", EndOf("codes_of! {"), format!("{many},")));
    }
    lines
}
