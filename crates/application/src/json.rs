//! The JSON objects of clients, in the one form in which they are stored and shown.
//!
//! The store keeps them as `jsonb`, which gives back another text than it got: `1e308` as 309
//! digits, keys in another order, blanks after `:` and `,`. Text that is written in that form from
//! the start comes back unchanged, byte for byte, so that its length is the length of the stored
//! text, and the reply to a write shows what a later read shows.

use plinth_domain::{Invalid, JsonObject, JsonText, codes};
use serde_json::{Map, Number, Value};

/// The smallest magnitude of a fraction that is not 0.
const SMALLEST: f64 = 1e-20;

/// The largest magnitude of a fraction: beyond it, a double is no longer exact to 1000.
const LARGEST: f64 = 9_223_372_036_854_775_808.0;

/// The object as it is stored, of at most [`JsonObject::MAX_BYTES`].
///
/// # Errors
/// `json.too_large`, or `json.number` for a number that would be stored as another one.
pub fn object(fields: &Map<String, Value>) -> Result<JsonObject, Invalid> {
    object_within(fields, JsonObject::MAX_BYTES)
}

/// The object as it is stored, of at most `limit` bytes.
///
/// # Errors
/// As [`object`].
pub fn object_within(fields: &Map<String, Value>, limit: usize) -> Result<JsonObject, Invalid> {
    let mut writer = Writer { text: String::with_capacity(64), limit };
    writer.object(fields)?;
    Ok(JsonObject::from_parsed(writer.text))
}

/// Any value as it is stored, of at most `limit` bytes.
///
/// # Errors
/// As [`object`].
pub fn value_within(value: &Value, limit: usize) -> Result<JsonText, Invalid> {
    let mut writer = Writer { text: String::with_capacity(64), limit };
    writer.value(value)?;
    Ok(JsonText::from_parsed(writer.text))
}

/// Writes values as PostgreSQL's `jsonb_out` does.
struct Writer {
    text: String,
    limit: usize,
}

impl Writer {
    fn value(&mut self, value: &Value) -> Result<(), Invalid> {
        match value {
            Value::Null => self.push("null"),
            Value::Bool(true) => self.push("true"),
            Value::Bool(false) => self.push("false"),
            Value::Number(number) => {
                let text = written(number)?;
                self.push(&text)
            }
            Value::String(text) => self.string(text),
            Value::Array(items) => self.array(items),
            Value::Object(fields) => self.object(fields),
        }
    }

    fn array(&mut self, items: &[Value]) -> Result<(), Invalid> {
        self.push("[")?;
        for (at, item) in items.iter().enumerate() {
            self.push(if at == 0 { "" } else { ", " })?;
            self.value(item)?;
        }
        self.push("]")
    }

    /// The keys are ordered by their length in bytes, and then by their bytes.
    fn object(&mut self, fields: &Map<String, Value>) -> Result<(), Invalid> {
        let mut fields: Vec<_> = fields.iter().collect();
        fields.sort_unstable_by_key(|(key, _)| (key.len(), key.as_bytes()));
        self.push("{")?;
        for (at, (key, value)) in fields.into_iter().enumerate() {
            self.push(if at == 0 { "" } else { ", " })?;
            self.string(key)?;
            self.push(": ")?;
            self.value(value)?;
        }
        self.push("}")
    }

    /// Both escape `"`, `\` and the control characters alone, in the same way.
    fn string(&mut self, text: &str) -> Result<(), Invalid> {
        self.push(&Value::from(text).to_string())
    }

    fn push(&mut self, text: &str) -> Result<(), Invalid> {
        if self.text.len() + text.len() > self.limit {
            let detail = format!("at most {} bytes, as it is stored", self.limit);
            return Err(Invalid::new(codes::JSON_TOO_LARGE, detail));
        }
        self.text.push_str(text);
        Ok(())
    }
}

/// The number without an exponent.
fn written(number: &Number) -> Result<String, Invalid> {
    if !number.is_f64() {
        return Ok(number.to_string());
    }
    // Without the feature `arbitrary_precision`, every number is an integer or a double.
    let value = number.as_f64().unwrap_or(f64::NAN);
    if value == 0.0 {
        // The store knows no negative zero.
        return Ok("0.0".to_owned());
    }
    if !(SMALLEST..LARGEST).contains(&value.abs()) {
        let detail = "numbers are integers of 64 bits, or fractions between 1e-20 and 2^63; \
                      send others as strings";
        return Err(Invalid::new(codes::JSON_NUMBER, detail));
    }
    let mut text = value.to_string();
    if !text.contains('.') {
        text.push_str(".0");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text(value: &Value) -> Result<String, Invalid> {
        object(value.as_object().unwrap()).map(JsonObject::into_string)
    }

    #[test]
    fn an_object_has_the_text_that_the_store_gives_back() {
        for (value, expected) in [
            (json!({}), "{}"),
            (
                json!({"bb": 1, "a": [1, 2.5, []], "c": {}}),
                r#"{"a": [1, 2.5, []], "c": {}, "bb": 1}"#,
            ),
            (json!({"ä": "ß\u{1}\"\\\n/"}), "{\"ä\": \"ß\\u0001\\\"\\\\\\n/\"}"),
            (
                json!({"n": [u64::MAX, i64::MIN, true, null]}),
                r#"{"n": [18446744073709551615, -9223372036854775808, true, null]}"#,
            ),
        ] {
            assert_eq!(text(&value).unwrap(), expected);
        }
    }

    #[test]
    fn a_number_is_written_without_an_exponent_or_refused() {
        for (number, expected) in [
            ("1e3", Some("1000.0")),
            ("-0", Some("0.0")),
            ("1.50", Some("1.5")),
            ("1e-20", Some("0.00000000000000000001")),
            ("9.2e18", Some("9200000000000000000.0")),
            ("1e308", None),
            ("-1e19", None),
            ("1e-21", None),
            ("5e-324", None),
            ("18446744073709551616", None),
            ("12345678901234567890123", None),
        ] {
            let value: Value = serde_json::from_str(&format!(r#"{{"n": {number}}}"#)).unwrap();
            match expected {
                Some(expected) => {
                    assert_eq!(text(&value).unwrap(), format!(r#"{{"n": {expected}}}"#));
                }
                None => assert_eq!(text(&value).unwrap_err().code, codes::JSON_NUMBER, "{number}"),
            }
        }
    }

    #[test]
    fn the_limit_is_that_of_the_stored_text() {
        let items = |count: usize| json!({"a": vec![1; count]});
        // Six bytes around the items, then "1, " for each but the last.
        let most = (JsonObject::MAX_BYTES - 8 - 1) / 3 + 1;
        assert!(text(&items(most)).unwrap().len() <= JsonObject::MAX_BYTES);
        assert_eq!(text(&items(most + 1)).unwrap_err().code, codes::JSON_TOO_LARGE);
    }

    #[test]
    fn a_written_object_is_read_as_the_same_and_written_as_the_same() {
        let mut state = 1_u64;
        for _ in 0..10_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let number = f64::from_bits(state);
            if !(SMALLEST..LARGEST).contains(&number.abs()) {
                continue;
            }
            let fields = json!({ state.to_string(): number });
            let first = text(&fields).unwrap();
            let read: Value = serde_json::from_str(&first).unwrap();
            assert_eq!(read, fields);
            assert_eq!(text(&read).unwrap(), first);
        }
    }
}
