//! A value in one line.

use plinth_domain::Currency;
use serde_json::{Map, Value};

use crate::terminal::clean;

/// A value in one line, without characters that act on a terminal. An amount of money is a decimal.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => time(text).unwrap_or_else(|| clean(text)),
        Value::Object(fields) => money(fields).unwrap_or_else(|| clean(&value.to_string())),
        other => clean(&other.to_string()),
    }
}

/// Whether a value is a number, or an amount of money.
pub(super) fn is_number(value: &Value) -> bool {
    value.is_number() || is_money(value)
}

/// Whether a value is an amount of money.
pub(super) fn is_money(value: &Value) -> bool {
    value.as_object().and_then(money).is_some()
}

/// `1250.00 EUR`; `None` for another object than an amount of a currency of ISO 4217.
fn money(fields: &Map<String, Value>) -> Option<String> {
    let minor = fields.get("amount_minor")?.as_i64()?;
    let currency = Currency::parse(fields.get("currency")?.as_str()?).ok()?;
    let amount = decimal(minor, currency.decimals());
    (fields.len() == 2).then(|| format!("{amount} {}", currency.as_str()))
}

fn decimal(minor: i64, places: u32) -> String {
    let (unit, sign) = (10_u64.pow(places), if minor < 0 { "-" } else { "" });
    let (whole, rest) = (minor.unsigned_abs() / unit, minor.unsigned_abs() % unit);
    if places == 0 {
        return format!("{sign}{whole}");
    }
    let width = usize::try_from(places).unwrap_or_default();
    format!("{sign}{whole}.{rest:0width$}")
}

/// `2026-11-20 10:05:00Z` for a time as the API writes it (RFC 3339, in UTC).
fn time(text: &str) -> Option<String> {
    let (day, clock) = text.strip_suffix('Z')?.split_once('T')?;
    let (seconds, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let is_time = has_form(day, "0000-00-00")
        && has_form(seconds, "00:00:00")
        && fraction.bytes().all(|byte| byte.is_ascii_digit());
    is_time.then(|| format!("{day} {seconds}Z"))
}

/// Whether a text is like `form`, where `0` stands for any digit.
fn has_form(text: &str, form: &str) -> bool {
    let is_like = |(byte, form): (u8, u8)| {
        if form == b'0' { byte.is_ascii_digit() } else { byte == form }
    };
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(is_like)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_amount_has_the_decimals_of_its_currency() {
        for (minor, currency, expected) in [
            (125_000, "EUR", "1250.00 EUR"),
            (-7, "EUR", "-0.07 EUR"),
            (125_000, "JPY", "125000 JPY"),
            (1, "KWD", "0.001 KWD"),
        ] {
            assert_eq!(text(&json!({"amount_minor": minor, "currency": currency})), expected);
        }
        let unknown = json!({"amount_minor": 5, "currency": "ABC"});
        assert_eq!(text(&unknown), unknown.to_string());
    }

    #[test]
    fn a_time_is_shown_to_the_second_and_another_text_as_it_is() {
        assert_eq!(text(&json!("2026-11-20T10:05:00.123456Z")), "2026-11-20 10:05:00Z");
        for other in ["2026-11-20", "2026-11-20T10:05Z", "ATZ", "2026-11-20T10:05:00+01:00"] {
            assert_eq!(text(&json!(other)), other);
        }
    }

    #[test]
    fn what_stands_in_objects_does_not_act_on_the_terminal() {
        let said = text(&json!({"note": "\u{9b}2J\u{202e}", "more": ["\u{1b}"]}));
        assert!(!said.contains(['\u{9b}', '\u{202e}', '\u{1b}']), "{said:?}");
    }
}
