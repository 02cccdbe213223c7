//! Values of a field for the generated tests.

use super::{Field, Kind};
use crate::name::Name;

impl Field {
    /// For the domain's tests: the `n`-th of two.
    pub(crate) fn domain_sample(&self, record: &Name) -> String {
        let value = match &self.kind {
            Kind::Ref(_) => "Id::from_uuid(Uuid::from_u128([1, 2][n]))".to_owned(),
            _ => self.numbered(record, "n"),
        };
        if self.optional { format!("Some({value})") } else { value }
    }

    /// For the contract tests: the `n`-th of many. Where it is optional, each second one has it: the
    /// odd ones, of which the contract of unique values makes some, or the even ones.
    pub(crate) fn contract_sample(&self, record: &Name) -> String {
        let index = if self.optional { "n / 2" } else { "n" };
        let value = match &self.kind {
            _ if self.is_named() => {
                format!("name([\"b\", \"B\", \"a\", \"ä\", \"a b\"][{index} % 5])")
            }
            Kind::Ref(_) => format!("world.id({index})"),
            _ => self.numbered(record, index),
        };
        match (self.optional, self.unique) {
            (false, _) => value,
            (true, true) => format!("(!n.is_multiple_of(2)).then(|| {value})"),
            (true, false) => format!("n.is_multiple_of(2).then(|| {value})"),
        }
    }

    /// What a filter of the contract tests looks for: some records have it.
    pub(crate) fn contract_filter(&self, record: &Name) -> String {
        let n = if self.optional && self.unique { 3 } else { 2 };
        let value = match &self.kind {
            Kind::Enum(_) => return format!("{}::ALL[1].into()", self.inner(record)),
            Kind::Ref(_) => "world.id(1)".to_owned(),
            Kind::Bool => "true".to_owned(),
            Kind::Text(None) => format!("Name::parse(\"{} {n}\").unwrap()", self.name.title),
            Kind::Text(Some(_)) => format!("Text::parse(\"{n}\").unwrap()"),
            Kind::Email => format!("Email::parse(\"n{n}@example.com\").unwrap()"),
            _ => String::new(),
        };
        format!("Some({value})")
    }

    /// A value that tells numbers apart; of a small set, the one at `index`.
    fn numbered(&self, record: &Name, index: &str) -> String {
        match &self.kind {
            Kind::Text(None) => {
                format!("Name::parse(&format!(\"{} {{n}}\")).unwrap()", self.name.title)
            }
            Kind::Text(Some(4..)) => "Text::parse(&format!(\"{n}\")).unwrap()".to_owned(),
            Kind::Text(Some(_)) => {
                format!("Text::parse([\"A\", \"B\", \"C\"][{index} % 3]).unwrap()")
            }
            Kind::LongText => {
                "Description::parse(format!(\"Line {n},\\nand one more\")).unwrap()".to_owned()
            }
            Kind::Integer => "i64::try_from(n).unwrap()".to_owned(),
            Kind::Money => format!(
                "Money {{ amount_minor: i64::try_from(n).unwrap(), \
                 currency: Currency::parse([\"EUR\", \"CHF\"][{index} % 2]).unwrap() }}"
            ),
            Kind::Date => {
                "NaiveDate::from_num_days_from_ce_opt(740_000 + i32::try_from(n).unwrap())\
                .unwrap()"
                    .to_owned()
            }
            Kind::Timestamp => {
                "Timestamp::from_timestamp(i64::try_from(n).unwrap(), 123_456_000).unwrap()"
                    .to_owned()
            }
            Kind::Bool if index == "n" => "n.is_multiple_of(2)".to_owned(),
            Kind::Bool => format!("({index}).is_multiple_of(2)"),
            Kind::Email => "Email::parse(&format!(\"n{n}@example.com\")).unwrap()".to_owned(),
            Kind::Json => "JsonObject::from_parsed(format!(\"{{\\\"n\\\": {n}}}\"))".to_owned(),
            Kind::Enum(values) => {
                format!("{}::ALL[{index} % {}]", self.inner(record), values.len())
            }
            // Each suite has its own records to refer to.
            Kind::Ref(_) => String::new(),
        }
    }

    /// A value in the JSON of the REST tests. Unique texts and references are
    /// made by each test.
    pub(crate) fn json_sample(&self) -> String {
        match &self.kind {
            Kind::Text(None) => format!("\"{}\"", self.name.title),
            Kind::Text(Some(4..)) => "\"T-1\"".to_owned(),
            Kind::Text(Some(_)) => "\"A\"".to_owned(),
            Kind::LongText => "\"Line one,\\nline two\"".to_owned(),
            Kind::Integer => "7".to_owned(),
            Kind::Money => "{\"amount_minor\": 125_000, \"currency\": \"EUR\"}".to_owned(),
            Kind::Date => "\"2026-11-20\"".to_owned(),
            Kind::Timestamp => "\"2026-11-20T10:05:00Z\"".to_owned(),
            Kind::Bool => "true".to_owned(),
            Kind::Email => "\"ada@example.com\"".to_owned(),
            Kind::Json => "{\"a\": {\"b\": 1}}".to_owned(),
            Kind::Enum(values) => format!("\"{}\"", values[0].snake),
            Kind::Ref(_) => String::new(),
        }
    }

    /// Another value.
    pub(crate) fn other_json_sample(&self) -> String {
        match &self.kind {
            Kind::Text(None) => format!("\"Another {}\"", self.name.label),
            Kind::Text(Some(4..)) => "\"T-2\"".to_owned(),
            Kind::Text(Some(_)) => "\"B\"".to_owned(),
            Kind::LongText => "\"Another line\"".to_owned(),
            Kind::Integer => "-8".to_owned(),
            Kind::Money => "{\"amount_minor\": -1, \"currency\": \"CHF\"}".to_owned(),
            Kind::Date => "\"2027-01-31\"".to_owned(),
            Kind::Timestamp => "\"2027-01-31T23:59:59Z\"".to_owned(),
            Kind::Bool => "false".to_owned(),
            Kind::Email => "\"grace@example.com\"".to_owned(),
            Kind::Json => "{\"a\": {\"b\": null, \"c\": 2}}".to_owned(),
            Kind::Enum(values) => format!("\"{}\"", values[1].snake),
            Kind::Ref(_) => String::new(),
        }
    }

    /// A value that is refused, and the problem's code.
    pub(crate) fn refused_json_sample(&self) -> Option<(String, &'static str)> {
        let (value, code) = match &self.kind {
            Kind::Text(_) => ("\" \"", "text.empty"),
            Kind::LongText => ("\"x\".repeat(10_001)", "text.too_long"),
            Kind::Money => ("{\"amount_minor\": 1, \"currency\": \"euro\"}", "currency.malformed"),
            Kind::Date => ("\"tomorrow\"", "date.malformed"),
            Kind::Timestamp => ("\"noon\"", "time.malformed"),
            Kind::Email => ("\"nowhere\"", "email.malformed"),
            Kind::Enum(_) => ("\"none of them\"", "value.unknown"),
            Kind::Ref(_) => ("\"7\"", "uuid.malformed"),
            Kind::Integer | Kind::Bool | Kind::Json => return None,
        };
        Some((value.to_owned(), code))
    }
}
