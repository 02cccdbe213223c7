//! The settings file.

use std::collections::BTreeMap;

use config::{Config, File, FileFormat, Map, Source, Value, ValueKind};

use crate::{Fault, sources::Document};

use super::unknown;

/// The values of known settings in the file, by name.
pub(crate) fn values(
    document: Option<&Document>,
    faults: &mut Vec<Fault>,
) -> BTreeMap<String, Value> {
    let Some(document) = document else {
        return BTreeMap::new();
    };
    let parsed = document.text.clone().and_then(|text| {
        let source = File::from_str(&text, FileFormat::Toml);
        let parsed = Config::builder().add_source(source).build().and_then(|file| file.collect());
        parsed.map_err(|error| without_snippet(&error.to_string()))
    });
    match parsed {
        Ok(table) => {
            let mut values = flat(table);
            values.retain(|name, _| unknown::key(name, &document.name, faults));
            values
        }
        Err(problem) => {
            faults.push(Fault::other(&document.name, problem));
            BTreeMap::new()
        }
    }
}

/// Every value below `table` with its path.
pub(crate) fn flat(table: Map<String, Value>) -> BTreeMap<String, Value> {
    let mut values = BTreeMap::new();
    for (key, value) in table {
        match value.kind {
            ValueKind::Table(table) => {
                let below = flat(table).into_iter();
                values.extend(below.map(|(rest, value)| (format!("{key}.{rest}"), value)));
            }
            _ => {
                values.insert(key, value);
            }
        }
    }
    values
}

/// The message of the parser without the lines it quotes, which may contain a secret.
fn without_snippet(message: &str) -> String {
    let quoted = |line: &str| {
        let line = line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
        line.trim_start().starts_with('|')
    };
    let lines: Vec<_> = message.lines().filter(|line| !quoted(line)).map(str::trim).collect();
    lines.join(": ")
}
