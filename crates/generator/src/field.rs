//! A field: `name:type`, with an argument and modifiers after further colons.

pub(crate) mod database;
mod domain;
mod rest;
mod samples;

use crate::{
    Error,
    name::Name,
    reserved::Use,
    workspace::{Existing, Workspace},
};

/// The types as the command line spells them.
const TYPES: &str = "text, longtext, integer, money, date, timestamp, bool, email, json, \
    enum:ONE,TWO and ref";

/// The most characters of a `text`.
const MAX_TEXT: u32 = 10_000;

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One line: a name of up to 200 characters, or `Text` of the given length.
    Text(Option<u32>),
    LongText,
    Integer,
    Money,
    Date,
    Timestamp,
    Bool,
    Email,
    Json,
    Enum(Vec<Name>),
    Ref(Existing),
}

/// A field of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: Name,
    pub(crate) kind: Kind,
    pub(crate) optional: bool,
    /// Unique within the organization.
    pub(crate) unique: bool,
    /// Found by `?q=`.
    pub(crate) searched: bool,
}

impl Kind {
    /// Its name on the command line.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::LongText => "longtext",
            Self::Integer => "integer",
            Self::Money => "money",
            Self::Date => "date",
            Self::Timestamp => "timestamp",
            Self::Bool => "bool",
            Self::Email => "email",
            Self::Json => "json",
            Self::Enum(_) => "enum",
            Self::Ref(_) => "ref",
        }
    }
}

impl Field {
    /// Parses `code:text:32:unique`; `code:text(32)!unique` and `note:longtext?` are the same in
    /// characters that some shells want to be quoted.
    pub(crate) fn parse(text: &str, workspace: &Workspace) -> Result<Self, Error> {
        let fault = |reason: String| Error::field(text, reason);
        let plain = text.replace(['(', '!'], ":").replace(')', "").replace('?', ":optional");
        let mut words = plain.split(':').collect::<Vec<_>>().into_iter().peekable();
        let name = words.next().unwrap_or_default();
        let Some(kind) = words.next() else {
            return Err(fault(format!("say name:type; the types are {TYPES}")));
        };
        let is_modifier = |word: &str| matches!(word, "optional" | "unique" | "search");
        let argument = words.next_if(|word| !is_modifier(word));
        let (mut optional, mut unique, mut searched) = (false, false, false);
        for word in words {
            match word {
                "optional" => optional = true,
                "unique" => unique = true,
                "search" => searched = true,
                other => {
                    let reason = format!("`{other}` is neither optional, unique nor search");
                    return Err(fault(reason));
                }
            }
        }
        if name.ends_with("_id") {
            return Err(fault("a column called …_id is made by `ref`: say project:ref".to_owned()));
        }
        let name = Name::parse(name, Use::Field)?;
        let kind = kind_of(kind, argument, &name, workspace).map_err(|error| match error {
            KindError::Reason(reason) => fault(reason),
            KindError::Other(error) => error,
        })?;
        let field = Self { name, kind, optional, unique, searched };
        field.fits().map_err(fault)?;
        Ok(field)
    }

    fn fits(&self) -> Result<(), String> {
        let is_text = matches!(self.kind, Kind::Text(_) | Kind::LongText);
        match &self.kind {
            _ if self.searched && !is_text => {
                Err("only text and longtext can be searched".to_owned())
            }
            Kind::Text(Some(max)) if self.unique && *max < 4 => {
                Err("a unique text has room for at least 4 characters".to_owned())
            }
            Kind::Text(_) | Kind::Email => Ok(()),
            _ if self.unique => Err("only text and email can be unique".to_owned()),
            Kind::Json if self.name.snake != "metadata" || self.optional => {
                Err("the JSON object of a record is called metadata, and is never absent"
                    .to_owned())
            }
            _ => Ok(()),
        }
    }

    /// The name in bodies, and of the column.
    pub(crate) fn json_name(&self) -> String {
        match self.kind {
            Kind::Ref(_) => format!("{}_id", self.name.snake),
            _ => self.name.snake.clone(),
        }
    }

    /// Whether it has a type of its own.
    pub(crate) fn is_enum(&self) -> bool {
        matches!(self.kind, Kind::Enum(_))
    }

    /// Whether it is a name like any other: neither bounded nor unique.
    pub(crate) fn is_named(&self) -> bool {
        self.kind == Kind::Text(None) && !self.unique
    }

    /// Whether a list can be ordered by it.
    pub(crate) fn is_sorted_by(&self) -> bool {
        matches!(self.kind, Kind::Text(_)) && !self.optional
    }

    /// Whether a list can be filtered by it.
    pub(crate) fn is_filtered_by(&self) -> bool {
        self.unique || matches!(self.kind, Kind::Enum(_) | Kind::Ref(_) | Kind::Bool)
    }

    /// `Option<T>` where the field is optional.
    fn wrapped(&self, inner: &str) -> String {
        if self.optional { format!("Option<{inner}>") } else { inner.to_owned() }
    }
}

enum KindError {
    Reason(String),
    Other(Error),
}

fn kind_of(
    kind: &str,
    argument: Option<&str>,
    name: &Name,
    workspace: &Workspace,
) -> Result<Kind, KindError> {
    let refuse = |reason: String| Err(KindError::Reason(reason));
    match (kind, argument) {
        ("text", None) => Ok(Kind::Text(None)),
        ("text", Some(max)) => match max.parse() {
            Ok(max) if (1..=MAX_TEXT).contains(&max) => Ok(Kind::Text(Some(max))),
            _ => refuse(format!("a text has 1 to {MAX_TEXT} characters")),
        },
        ("enum", values) => enumeration(values.unwrap_or_default(), name),
        ("ref", target) => reference(target.unwrap_or(&name.snake), workspace),
        (_, Some(argument)) => refuse(format!("{kind} takes no argument `{argument}`")),
        ("longtext", _) => Ok(Kind::LongText),
        ("integer", _) => Ok(Kind::Integer),
        ("money", _) => Ok(Kind::Money),
        ("date", _) => Ok(Kind::Date),
        ("timestamp", _) => Ok(Kind::Timestamp),
        ("bool", _) => Ok(Kind::Bool),
        ("email", _) => Ok(Kind::Email),
        ("json", _) => Ok(Kind::Json),
        (unknown, _) => refuse(format!("there is no type `{unknown}`; the types are {TYPES}")),
    }
}

fn enumeration(values: &str, name: &Name) -> Result<Kind, KindError> {
    let mut names = Vec::new();
    for value in values.split([',', '|']) {
        let value = Name::spelled(value).map_err(KindError::Other)?;
        if names.contains(&value) {
            return Err(KindError::Reason(format!("`{}` is there twice", value.snake)));
        }
        names.push(value);
    }
    // The generated types of these names exist.
    let clashes = ["changes", "draft", "filter", "id", "patch", "sort", "view"];
    if names.len() < 2 || clashes.contains(&&*name.snake) {
        let reason = "an enum has two values or more, as in state:enum:open,closed, and is not \
            called changes, draft, filter, id, patch, sort or view";
        return Err(KindError::Reason(reason.to_owned()));
    }
    Ok(Kind::Enum(names))
}

fn reference(target: &str, workspace: &Workspace) -> Result<Kind, KindError> {
    let name = Name::spelled(target).map_err(KindError::Other)?;
    let known = workspace.records().map_err(KindError::Other)?;
    let names: Vec<String> = known.iter().map(|record| record.pascal.clone()).collect();
    match known.into_iter().find(|record| record.pascal == name.pascal) {
        Some(record) if !workspace.has_sample(&record).map_err(KindError::Other)? => {
            Err(KindError::Reason(format!(
                "crates/rest/tests/api/{}.rs has no `pub async fn sample`, which the tests of a \
                 record that refers to it need",
                record.table
            )))
        }
        Some(record) => Ok(Kind::Ref(record)),
        None => Err(KindError::Reason(format!(
            "there is no record `{target}` to refer to; there are {}. A field of another name says \
             which it means: customer:ref:contact",
            names.join(", ")
        ))),
    }
}
