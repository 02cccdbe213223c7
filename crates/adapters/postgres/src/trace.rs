//! Spans of statements, by OpenTelemetry's semantic conventions for database
//! clients.

use std::borrow::Cow;

use sqlx::Error;
use tracing::{Level, Span, field::Empty};

/// The span of one statement, named after a part of it. Nothing is computed when no subscriber records
/// it.
pub fn span(part: &str, sql: &str) -> Span {
    if !tracing::span_enabled!(target: "plinth::sql", Level::DEBUG) {
        return Span::none();
    }
    let Summary { operation, table } = Summary::of(part);
    let name = match table {
        Some(table) => format!("{operation} {table}"),
        None => operation.to_owned(),
    };
    tracing::debug_span!(
        target: "plinth::sql",
        "sql",
        otel.kind = "client",
        otel.name = name,
        otel.status_code = Empty,
        db.system.name = "postgresql",
        db.operation.name = operation,
        db.collection.name = table,
        db.query.summary = name,
        db.query.text = sql,
        db.response.status_code = Empty,
        error.type = Empty,
    )
}

/// Records in the span why its statement failed.
pub fn record_failure(span: &Span, error: &Error) {
    if span.is_disabled() {
        return;
    }
    span.record("otel.status_code", "ERROR");
    if let Some(code) = sqlstate(error) {
        span.record("db.response.status_code", &*code);
    }
    span.record("error.type", &*error_type(error));
}

/// The kind of an error: the SQLSTATE, or `io`.
pub fn error_type(error: &Error) -> Cow<'_, str> {
    sqlstate(error).unwrap_or(Cow::Borrowed("io"))
}

fn sqlstate(error: &Error) -> Option<Cow<'_, str>> {
    error.as_database_error().and_then(sqlx::error::DatabaseError::code)
}

/// The operation of a statement, and its first table.
#[derive(Debug, PartialEq, Eq)]
pub struct Summary<'a> {
    pub operation: &'a str,
    pub table: Option<&'a str>,
}

impl<'a> Summary<'a> {
    pub fn of(sql: &'a str) -> Self {
        let mut words = sql.split_ascii_whitespace();
        let operation = words.next().unwrap_or("?");
        let table = words
            .skip_while(|word| {
                !["FROM", "INTO", "UPDATE"].iter().any(|key| word.eq_ignore_ascii_case(key))
            })
            .nth(1);
        let table = if operation == "UPDATE" { sql.split_ascii_whitespace().nth(1) } else { table };
        Self { operation, table: table.map(|name| name.trim_matches(['"', ';', '('])) }
    }
}

#[cfg(test)]
mod tests {
    use super::Summary;

    #[test]
    fn a_statement_is_summed_up_by_its_verb_and_first_table() {
        let sum = |sql| {
            let Summary { operation, table } = Summary::of(sql);
            (operation, table)
        };
        assert_eq!(sum(r#"SELECT "p"."id" FROM "projects" WHERE 1"#), ("SELECT", Some("projects")));
        assert_eq!(sum(r#"INSERT INTO "projects" ("id") VALUES"#), ("INSERT", Some("projects")));
        assert_eq!(sum(r#"UPDATE "projects" SET "id" = $1"#), ("UPDATE", Some("projects")));
        assert_eq!(sum(r#"DELETE FROM "projects""#), ("DELETE", Some("projects")));
        assert_eq!(sum("COMMIT"), ("COMMIT", None));
        assert_eq!(sum(""), ("?", None));
    }
}
