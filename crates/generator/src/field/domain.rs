//! What a field is in the domain.

use super::{Field, Kind};
use crate::name::Name;

impl Field {
    /// Its type, optional or not.
    pub(crate) fn inner(&self, record: &Name) -> String {
        match &self.kind {
            Kind::Text(None) => "Name".to_owned(),
            Kind::Text(Some(max)) => format!("Text<{max}>"),
            Kind::LongText => "Description".to_owned(),
            Kind::Integer => "i64".to_owned(),
            Kind::Money => "Money".to_owned(),
            Kind::Date => "NaiveDate".to_owned(),
            Kind::Timestamp => "Timestamp".to_owned(),
            Kind::Bool => "bool".to_owned(),
            Kind::Email => "Email".to_owned(),
            Kind::Json => "JsonObject".to_owned(),
            Kind::Enum(_) => format!("{}{}", record.pascal, self.name.pascal),
            Kind::Ref(target) => format!("{}Id", target.pascal),
        }
    }

    /// Its type in the entity and the draft.
    pub(crate) fn entity_type(&self, record: &Name) -> String {
        self.wrapped(&self.inner(record))
    }

    /// Its type in a change.
    pub(crate) fn changes_type(&self, record: &Name) -> String {
        let around = if self.optional { "Patch" } else { "Option" };
        format!("{around}<{}>", self.inner(record))
    }

    /// Whether the type is `Copy`.
    pub(crate) fn is_copy(&self) -> bool {
        !matches!(self.kind, Kind::Text(_) | Kind::LongText | Kind::Email | Kind::Json)
    }

    /// What the domain exports and a file that names the type imports.
    pub(crate) fn imports(&self, record: &Name) -> Vec<String> {
        match &self.kind {
            Kind::Text(Some(_)) => vec!["Text".to_owned()],
            Kind::Integer | Kind::Bool | Kind::Date => Vec::new(),
            _ => vec![self.inner(record)],
        }
    }

    /// What it means, for doc comments and the OpenAPI document.
    pub(crate) fn meaning(&self, record: &Name) -> String {
        let title = &self.name.title;
        let meaning = match &self.kind {
            Kind::Text(max) => format!("{title}: 1 to {} characters", max.unwrap_or(200)),
            Kind::LongText => format!("{title}: up to 10,000 characters, with line breaks"),
            Kind::Integer => format!("{title}: a whole number"),
            Kind::Money => format!("{title}: an amount in minor units of its currency"),
            Kind::Date => format!("{title}: a day"),
            Kind::Timestamp => format!("{title}: a moment in UTC"),
            Kind::Bool => format!("{title}: yes or no"),
            Kind::Email => format!("{title}: an e-mail address in lower case"),
            Kind::Json => {
                "What the client wants to remember with it: an object of at most 16 KiB".to_owned()
            }
            Kind::Enum(values) => {
                let values: Vec<&str> = values.iter().map(|value| &*value.snake).collect();
                format!("{title}: one of {}", values.join(", "))
            }
            Kind::Ref(_) => {
                format!("The {} that the {} belongs to", self.name.label, record.label)
            }
        };
        let unique = if self.unique { ", unique within the organization" } else { "" };
        format!("{meaning}{unique}.")
    }
}
