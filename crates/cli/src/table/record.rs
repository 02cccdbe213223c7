//! One record: a line for each field.

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::cell;
use crate::terminal::clean;

/// The lines of a record: `address.city  Hamburg`. Empty fields are left out.
pub(crate) fn record(record: &Value) -> Vec<String> {
    let mut fields = Vec::new();
    collect(String::new(), record, &mut fields);
    // What names a record is the first.
    fields.sort_by_key(|(name, _)| name != "id");
    lines(&fields)
}

/// Names and values, with the values below one another.
pub(crate) fn lines(fields: &[(String, String)]) -> Vec<String> {
    let width = fields.iter().map(|(name, _)| name.width()).max().unwrap_or_default();
    let line = |(name, value): &(String, String)| {
        let rest = " ".repeat(width - name.width());
        format!("{name}{rest}  {value}").trim_end().to_owned()
    };
    fields.iter().map(line).collect()
}

fn collect(path: String, value: &Value, fields: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Object(inner) if !cell::is_money(value) => {
            for (name, value) in inner {
                let name = clean(name);
                let path = if path.is_empty() { name } else { format!("{path}.{name}") };
                collect(path, value, fields);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for (place, item) in items.iter().enumerate() {
                collect(format!("{path}[{place}]"), item, fields);
            }
        }
        Value::Array(items) if items.is_empty() => {}
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(cell::text).collect();
            fields.push((path, items.join(", ")));
        }
        value => fields.push((path, cell::text(value))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_is_a_line_for_each_value_however_deep() {
        let shown = record(&json!({
            "address": {"city": "Hamburg", "region": null},
            "id": "7",
            "lines": [{"net": {"amount_minor": 950, "currency": "EUR"}}],
            "tags": ["a", "b"],
            "metadata": {},
        }));
        let expected = [
            "id            7",
            "address.city  Hamburg",
            "lines[0].net  9.50 EUR",
            "tags          a, b",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn the_names_of_fields_do_not_act_on_the_terminal_either() {
        assert_eq!(record(&json!({"a\u{1b}[2J": 1})), ["a [2J  1"]);
    }
}
