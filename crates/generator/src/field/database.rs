//! What a field is in the database and its adapters.

use serde::Serialize;

use super::{Field, Kind};
use crate::name::Name;

/// A column of the table.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Column {
    pub(crate) name: String,
    /// Its name in `Column::…`.
    pub(crate) pascal: String,
    /// Its type in the model.
    model: String,
    /// An attribute of the model's field.
    attribute: &'static str,
    /// Its type and constraints in SQL, inside a `format!`.
    pub(crate) sql: String,
    /// Its new value, in terms of `self`.
    set: String,
}

impl Field {
    /// Its columns: one, or two for money.
    pub(crate) fn columns(&self) -> Vec<Column> {
        let name = &self.name.snake;
        let null = if self.optional { "" } else { " NOT NULL" };
        let column = |name: &str, model: &str, sql: String, set: String| Column {
            name: name.to_owned(),
            pascal: Name::unchecked(name).pascal,
            model: self.wrapped(model),
            attribute: "",
            sql,
            set,
        };
        let text = format!("text COLLATE \"C\"{null}");
        let value = format!("set(&self.{name})");
        let plain = |model, sql: &str| {
            vec![column(name, model, format!("{sql}{null}"), format!("Set(self.{name})"))]
        };
        match &self.kind {
            Kind::Text(max) => {
                let max = max.unwrap_or(200);
                let sql = format!("{text} CHECK (char_length({name}) BETWEEN 1 AND {max})");
                vec![column(name, "String", sql, value)]
            }
            Kind::LongText => {
                let sql = format!("{text} CHECK (char_length({name}) <= 10000)");
                vec![column(name, "String", sql, value)]
            }
            Kind::Email => {
                let sql = format!("{text} CHECK (char_length({name}) <= 254)");
                vec![column(name, "String", sql, value)]
            }
            Kind::Enum(values) => {
                let values: Vec<_> = values.iter().map(|v| format!("'{}'", v.snake)).collect();
                let sql = format!("text{null} CHECK ({name} IN ({}))", values.join(", "));
                vec![column(name, "String", sql, value)]
            }
            Kind::Json => {
                let sql = format!(
                    "jsonb NOT NULL DEFAULT '{{{{}}}}' CHECK (jsonb_typeof({name}) = 'object') \
                     CHECK (octet_length({name}::text) <= 32768)"
                );
                let attribute = "#[sea_orm(select_as = \"text\", save_as = \"jsonb\")]";
                vec![Column { attribute, ..column(name, "String", sql, value) }]
            }
            Kind::Ref(_) => vec![column(&self.json_name(), "Uuid", format!("uuid{null}"), value)],
            Kind::Integer => plain("i64", "bigint"),
            Kind::Date => plain("Date", "date"),
            Kind::Timestamp => plain("DateTimeUtc", "timestamptz"),
            Kind::Bool => plain("bool", "boolean"),
            Kind::Money => {
                let (amount, currency) =
                    (format!("{name}_amount_minor"), format!("{name}_currency"));
                let check = format!("{text} CHECK ({currency} ~ '^[A-Z]{{{{3}}}}$')");
                let part = |part: &str| {
                    if self.optional {
                        format!("self.{name}.map(|money| money.{part})")
                    } else {
                        format!("self.{name}.{part}")
                    }
                };
                vec![
                    column(
                        &amount,
                        "i64",
                        format!("bigint{null}"),
                        format!("Set({})", part("amount_minor")),
                    ),
                    column(&currency, "String", check, format!("set(&{})", part("currency"))),
                ]
            }
        }
    }

    /// Its constraints on the table.
    pub(crate) fn constraints(&self, table: &str) -> Vec<String> {
        let name = &self.name.snake;
        let mut constraints = Vec::new();
        if self.unique {
            constraints.push(format!("UNIQUE (organization_id, {name})"));
        }
        if let Kind::Ref(target) = &self.kind {
            constraints.push(format!(
                "FOREIGN KEY (organization_id, {name}_id) REFERENCES {} (organization_id, id)",
                target.table
            ));
        }
        if self.kind == Kind::Money && self.optional {
            constraints.push(format!(
                "CONSTRAINT {table}_{name}_check \
                 CHECK (({name}_amount_minor IS NULL) = ({name}_currency IS NULL))"
            ));
        }
        constraints
    }

    /// How a row is read.
    pub(crate) fn load(&self) -> String {
        let column = |column: &Column| format!("Column::{}", column.pascal);
        let columns: Vec<String> = self.columns().iter().map(column).collect();
        match (&self.kind, self.optional) {
            (Kind::Integer | Kind::Date | Kind::Timestamp | Kind::Bool, _) => {
                format!("row.get({})?", columns[0])
            }
            (Kind::Money, false) => format!(
                "Money {{ amount_minor: row.get({})?, currency: row.value({})? }}",
                columns[0], columns[1]
            ),
            (Kind::Money, true) => format!(
                "row.get::<Option<i64>>({})?.zip(row.value({})?)
                    .map(|(amount_minor, currency)| Money {{ amount_minor, currency }})",
                columns[0], columns[1]
            ),
            _ => format!("row.value({})?", columns[0]),
        }
    }

    /// The filter's condition on rows, where `value` is what is looked for.
    pub(crate) fn condition(&self, record: &Name) -> String {
        let (name, column) = (&self.name.snake, &self.columns()[0].pascal);
        if let Kind::Enum(_) = self.kind {
            let inner = self.inner(record);
            return format!("list::one_of(Column::{column}, &filter.{name}, {inner}::name)");
        }
        let (by, value) = match self.kind {
            Kind::Ref(_) => ("", ".uuid()"),
            Kind::Text(_) | Kind::Email => (".as_ref()", ".as_str()"),
            _ => ("", ""),
        };
        format!("filter.{name}{by}.map(|value| Column::{column}.eq(value{value}))")
    }

    /// The filter's condition on a record.
    pub(crate) fn matches(&self) -> String {
        let name = &self.name.snake;
        if let Kind::Enum(_) = self.kind {
            return if self.optional {
                format!("filter.{name}.allows_some(self.{name}.as_ref())")
            } else {
                format!("filter.{name}.allows(&self.{name})")
            };
        }
        match (self.is_copy(), self.optional) {
            (true, false) => format!("filter.{name}.is_none_or(|value| self.{name} == value)"),
            (true, true) => format!("filter.{name}.is_none_or(|value| self.{name} == Some(value))"),
            (false, false) => {
                format!("filter.{name}.as_ref().is_none_or(|value| self.{name} == *value)")
            }
            (false, true) => format!(
                "filter.{name}.as_ref().is_none_or(|value| self.{name}.as_ref() == Some(value))"
            ),
        }
    }
}
