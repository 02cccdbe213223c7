//! What a field is in bodies, queries and the OpenAPI document.

use super::{Field, Kind};
use crate::name::Name;

impl Field {
    /// Its type in a body, optional or not.
    pub(crate) fn body_inner(&self) -> &'static str {
        match self.kind {
            Kind::Integer => "i64",
            Kind::Bool => "bool",
            Kind::Money => "MoneyBody",
            Kind::Json => "Map<String, Value>",
            _ => "String",
        }
    }

    /// Its type in the body that creates a record. Metadata may be left out.
    pub(crate) fn body_type(&self) -> String {
        match self.kind {
            Kind::Json => format!("Option<{}>", self.body_inner()),
            _ => self.wrapped(self.body_inner()),
        }
    }

    /// Its type in the OpenAPI document, where the body's type does not say it.
    pub(crate) fn documented_type(&self, record: &Name) -> String {
        match self.kind {
            Kind::Json => "Object".to_owned(),
            Kind::Enum(_) => format!("{}Name", self.inner(record)),
            _ => self.body_inner().to_owned(),
        }
    }

    /// The limits that the OpenAPI document names.
    pub(crate) fn limits(&self) -> Vec<String> {
        match self.kind {
            Kind::Text(max) => {
                vec!["min_length = 1".to_owned(), format!("max_length = {}", max.unwrap_or(200))]
            }
            Kind::LongText => vec![
                "max_length = 10_000".to_owned(),
                r#"pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$""#
                    .to_owned(),
            ],
            Kind::Date => vec!["format = Date".to_owned()],
            Kind::Timestamp => vec!["format = DateTime".to_owned()],
            Kind::Email => vec!["format = Email".to_owned(), "max_length = 254".to_owned()],
            Kind::Ref(_) => vec!["format = Uuid".to_owned()],
            _ => Vec::new(),
        }
    }

    /// An example for the OpenAPI document.
    pub(crate) fn example(&self) -> Option<String> {
        match self.kind {
            Kind::Money | Kind::Json | Kind::Ref(_) => None,
            _ => Some(format!("example = {}", self.json_sample())),
        }
    }

    /// The attribute of the field in the body that creates a record.
    pub(crate) fn body_schema(&self, record: &Name) -> String {
        let documented = self.documented_type(record);
        let optional = self.optional || self.kind == Kind::Json;
        let documented_type =
            if optional { format!("Option<{documented}>") } else { documented.clone() };
        let value_type =
            (documented != self.body_inner()).then(|| format!("value_type = {documented_type}"));
        schema(value_type.into_iter().chain(self.limits()).chain(self.example()))
    }

    /// The attribute of the field in the patch.
    pub(crate) fn patch_schema(&self, record: &Name) -> String {
        let value_type = format!("value_type = {}", self.wrapped(&self.documented_type(record)));
        schema([value_type].into_iter().chain(self.limits()).chain(self.example()))
    }

    /// The attribute of the field in the view.
    pub(crate) fn view_schema(&self, record: &Name) -> String {
        match self.kind {
            Kind::Json => schema(["value_type = Object".to_owned()]),
            Kind::Enum(_) => {
                let documented = self.wrapped(&self.documented_type(record));
                schema([format!("value_type = {documented}")])
            }
            Kind::Email => schema(["format = Email".to_owned()]),
            Kind::Text(_) => schema(self.example()),
            _ => String::new(),
        }
    }

    /// Its type in the view.
    pub(crate) fn view_type(&self) -> String {
        self.wrapped(match self.kind {
            Kind::Date => "NaiveDate",
            Kind::Timestamp => "DateTime<Utc>",
            Kind::Enum(_) => "&'static str",
            Kind::Ref(_) => "Uuid",
            Kind::Json => "Option<Box<RawValue>>",
            _ => self.body_inner(),
        })
    }

    /// Its value in the view.
    pub(crate) fn view(&self, record: &Name) -> String {
        let value = format!("{}.{}", record.snake, self.name.snake);
        match (&self.kind, self.optional) {
            (Kind::Text(_) | Kind::LongText | Kind::Email, false) => {
                format!("{value}.as_str().to_owned()")
            }
            (Kind::Text(_) | Kind::LongText | Kind::Email, true) => {
                format!("{value}.map(|text| text.as_str().to_owned())")
            }
            (Kind::Money, false) => format!("{value}.into()"),
            (Kind::Money, true) => format!("{value}.map(MoneyBody::from)"),
            (Kind::Enum(_), false) => format!("{value}.name()"),
            (Kind::Enum(_), true) => format!("{value}.map({}::name)", self.inner(record)),
            (Kind::Ref(_), false) => format!("{value}.uuid()"),
            (Kind::Ref(_), true) => format!("{value}.map(Id::uuid)"),
            (Kind::Json, _) => format!("RawValue::from_string({value}.into_string()).ok()"),
            (Kind::Integer | Kind::Date | Kind::Timestamp | Kind::Bool, _) => value,
        }
    }

    /// Its value in the audit log, in terms of `self`.
    pub(crate) fn audit(&self, record: &Name) -> String {
        let value = format!("self.{}", self.name.snake);
        let inner = self.inner(record);
        match (&self.kind, self.optional) {
            (Kind::Text(_) | Kind::LongText | Kind::Email, false) => format!("{value}.as_str()"),
            (Kind::Text(_) | Kind::LongText | Kind::Email, true) => {
                let inner = inner.replace('<', "::<");
                format!("{value}.as_ref().map({inner}::as_str)")
            }
            (Kind::Money, false) => format!(
                "{{\"amount_minor\": {value}.amount_minor, \"currency\": {value}.currency.as_str()}}"
            ),
            (Kind::Money, true) => format!(
                "{value}.map(|money| json!({{\
                 \"amount_minor\": money.amount_minor, \"currency\": money.currency.as_str()}}))"
            ),
            (Kind::Enum(_), false) => format!("{value}.name()"),
            (Kind::Enum(_), true) => format!("{value}.map({inner}::name)"),
            (Kind::Ref(_), false) => format!("{value}.uuid()"),
            (Kind::Ref(_), true) => format!("{value}.map(Id::uuid)"),
            // Parsed at the edge, so it goes through as it is.
            (Kind::Json, _) => {
                format!("serde_json::from_str::<&RawValue>({value}.as_str()).ok()")
            }
            (Kind::Integer | Kind::Date | Kind::Timestamp | Kind::Bool, _) => value,
        }
    }

    /// What parses the body's value, as a function of it; `None` where there is
    /// nothing to parse.
    fn parser(&self) -> Option<String> {
        Some(match self.kind {
            Kind::Text(None) => "|text| Name::parse(&text)".to_owned(),
            Kind::Text(Some(_)) => "|text| Text::parse(&text)".to_owned(),
            Kind::Email => "|text| Email::parse(&text)".to_owned(),
            Kind::Date => "|text| day(&text)".to_owned(),
            Kind::Timestamp => "|text| moment(&text)".to_owned(),
            Kind::Ref(_) => "|text| identity(&text)".to_owned(),
            Kind::Enum(_) => format!("|text| parse_{}(&text)", self.name.snake),
            Kind::LongText => "Description::parse".to_owned(),
            Kind::Money => "Money::try_from".to_owned(),
            Kind::Json => "|fields| object(&fields)".to_owned(),
            Kind::Integer | Kind::Bool => return None,
        })
    }

    /// The function of `rest::values` that parses it.
    pub(crate) fn parsed_by(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Date => Some("day"),
            Kind::Timestamp => Some("moment"),
            Kind::Ref(_) => Some("identity"),
            Kind::Json => Some("object"),
            Kind::Enum(_) => Some("known"),
            _ => None,
        }
    }

    /// The statement that checks it in the body that creates a record.
    pub(crate) fn check(&self) -> Option<String> {
        let (name, json) = (&self.name.snake, self.json_name());
        let parser = self.parser()?;
        if self.optional || self.kind == Kind::Json {
            return Some(format!(
                "let {name} = faults.check_some(\"/{json}\", self.{json}, {parser});"
            ));
        }
        let value = match parser.strip_prefix("|text| ") {
            Some(call) => call.replace("&text", &format!("&self.{json}")),
            None => format!("{parser}(self.{json})"),
        };
        Some(format!("let {name} = faults.check(\"/{json}\", {value});"))
    }

    /// Its value in the draft, once everything is checked.
    pub(crate) fn checked(&self) -> String {
        let name = &self.name.snake;
        match self.kind {
            Kind::Integer | Kind::Bool => format!("{name}: self.{name}"),
            Kind::Json => format!("{name}: {name}?.unwrap_or_default()"),
            _ => format!("{name}: {name}?"),
        }
    }

    /// The statement that checks it in the patch.
    pub(crate) fn check_patch(&self) -> String {
        let (name, json) = (&self.name.snake, self.json_name());
        let parser = match self.kind {
            Kind::Json => "|patch| object(&patch).map(|_| patch)".to_owned(),
            _ => self.parser().unwrap_or_else(|| "Ok".to_owned()),
        };
        let method = if self.optional { "optional" } else { "required" };
        format!("let {name} = self.{json}.{method}(faults, \"/{json}\", {parser});")
    }

    /// How the filter is read from the query.
    pub(crate) fn take(&self, record: &Name) -> String {
        let (json, inner) = (self.json_name(), self.inner(record));
        match &self.kind {
            Kind::Ref(_) => format!("query.uuid(\"{json}\").map(Id::from_uuid)"),
            Kind::Bool => {
                format!("query.take(\"{json}\", \"true or false\", |text| text.parse().ok())")
            }
            Kind::Enum(_) => format!(
                "query.one_of(\"{json}\", &{inner}::ALL.map({inner}::name), {inner}::from_name)"
            ),
            Kind::Email => format!(
                "query.take(\"{json}\", \"an e-mail address\", |text| Email::parse(text).ok())"
            ),
            Kind::Text(max) => {
                let inner = if max.is_some() { "Text" } else { "Name" };
                let expected = format!("1 to {} characters", max.unwrap_or(200));
                format!("query.take(\"{json}\", \"{expected}\", |text| {inner}::parse(text).ok())")
            }
            _ => String::new(),
        }
    }

    /// The filter's limits in the OpenAPI document, in front of its description.
    pub(crate) fn query_limits(&self) -> String {
        self.limits()
            .iter()
            .filter(|limit| !limit.starts_with("format"))
            .fold(String::new(), |text, limit| format!("{text}{limit}, "))
    }

    /// The filter's type in the OpenAPI document.
    pub(crate) fn query_type(&self, record: &Name) -> String {
        match self.kind {
            Kind::Ref(_) => "Uuid".to_owned(),
            Kind::Enum(_) => format!("Vec<{}>", self.documented_type(record)),
            _ => self.documented_type(record),
        }
    }
}

fn schema(parts: impl IntoIterator<Item = String>) -> String {
    let parts: Vec<String> = parts.into_iter().collect();
    if parts.is_empty() { String::new() } else { format!("#[schema({})]", parts.join(", ")) }
}
