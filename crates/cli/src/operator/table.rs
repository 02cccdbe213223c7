//! Answers as tables for people, or as JSON.

use serde_json::Value;

use crate::terminal::say;

/// Prints one record: a line for each field.
pub(super) fn print(record: &Value, fields: &[&str], json: bool) {
    if json {
        return say(&record.to_string());
    }
    let width = fields.iter().map(|field| field.len()).max().unwrap_or_default();
    for field in fields.iter().filter(|field| !record[**field].is_null()) {
        say(&format!("{field:width$}  {}", text(&record[*field])));
    }
}

/// Prints records: a line for each, below their names.
pub(super) fn print_list(records: &[Value], columns: &[&str], json: bool) {
    if json {
        return say(&Value::from(records).to_string());
    }
    for line in lines(records, columns) {
        say(&line);
    }
}

fn lines(records: &[Value], columns: &[&str]) -> Vec<String> {
    let cells = |record: &Value| -> Vec<String> {
        columns.iter().map(|name| text(&record[*name])).collect()
    };
    let head: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
    let rows: Vec<Vec<String>> = [head].into_iter().chain(records.iter().map(cells)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<_> = (0..columns.len()).filter_map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// A value in one line.
fn text(value: &Value) -> String {
    let text = match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    // What organizations and jobs say must not move the cursor of a terminal.
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_table_has_aligned_columns_and_no_control_characters() {
        let records = [json!({"a": "x\u{1b}[2J", "b": 1}), json!({"a": "ä", "b": null})];
        assert_eq!(lines(&records, &["a", "b"]), ["a      b", "x [2J  1", "ä      -"]);
        assert_eq!(lines(&[], &["a"]), ["a"]);
    }
}
