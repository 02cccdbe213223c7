//! Spans of statements, by OpenTelemetry's semantic conventions for database
//! clients.

use sqlx::Error;
use tracing::{Level, Span, field::Empty};

/// The span of one statement. Nothing is computed when no subscriber records it.
pub fn span(sql: &str) -> Span {
    span_as(sql, sql)
}

/// The span of a statement that is named after a part of it.
pub fn span_as(part: &str, sql: &str) -> Span {
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
    match error.as_database_error().and_then(sqlx::error::DatabaseError::code) {
        Some(code) => {
            span.record("db.response.status_code", &*code);
            span.record("error.type", &*code);
        }
        None => {
            span.record("error.type", "io");
        }
    }
}

/// The operation of a statement, and its first table.
#[derive(Debug, PartialEq, Eq)]
struct Summary<'a> {
    operation: &'a str,
    table: Option<&'a str>,
}

impl<'a> Summary<'a> {
    fn of(sql: &'a str) -> Self {
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
