//! How an answer is printed.

use std::fmt::Write;

use clap::ValueEnum;
use serde_json::Value;

use crate::{
    table,
    terminal::{is_active, say},
};

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people
    Table,
    /// For programs
    Json,
}

impl Output {
    /// Prints one record.
    pub(crate) fn record(self, record: &Value) {
        match self {
            Self::Json => say(&document(record)),
            Self::Table => table::record(record).iter().for_each(|line| say(line)),
        }
    }
}

/// A JSON document over several lines.
pub(crate) fn document(value: &Value) -> String {
    escaped(&format!("{value:#}"))
}

/// JSON in one line.
pub(crate) fn line(value: &Value) -> String {
    escaped(&value.to_string())
}

/// The same JSON with escapes for the characters that act on a terminal. JSON itself has escapes for the
/// control characters of ASCII only.
fn escaped(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && is_active(c) {
            let _ = write!(safe, "\\u{:04x}", u32::from(c));
        } else {
            safe.push(c);
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn printed_json_says_the_same_and_does_not_act_on_the_terminal() {
        let value = json!({"name": "a\u{1b}\u{9b}\u{7f}\u{202e}ä\n\"", "more": [1, null]});
        for printed in [line(&value), document(&value)] {
            assert!(printed.chars().all(|c| c == '\n' || !is_active(c)), "{printed:?}");
            assert_eq!(serde_json::from_str::<Value>(&printed).unwrap(), value);
        }
        assert_eq!(line(&value).lines().count(), 1);
    }
}
