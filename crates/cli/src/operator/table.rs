//! Answers as tables for people, or as JSON.

use serde_json::Value;

use crate::{
    output::line,
    table::{Table, lines, text},
    terminal::say,
};

/// Prints one record: a line for each field.
pub(super) fn print(record: &Value, fields: &[&str], json: bool) {
    if json {
        return say(&line(record));
    }
    let is_set = |field: &&&str| !record[**field].is_null();
    let shown = fields.iter().filter(is_set);
    let shown: Vec<_> = shown.map(|field| ((*field).to_owned(), text(&record[*field]))).collect();
    for line in lines(&shown) {
        say(&line);
    }
}

/// Prints records: a line for each, below their names.
pub(super) fn print_list(records: &[Value], columns: &[&str], json: bool) {
    if json {
        return say(&line(&Value::from(records)));
    }
    let names: Vec<_> = columns.iter().map(|name| (*name).to_owned()).collect();
    let table = Table::new(&names, records, None);
    say(&table.head());
    for record in records {
        say(&table.row(record));
    }
}
