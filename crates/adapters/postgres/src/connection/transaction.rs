use plinth_ports::Result;
use sqlx::{Error, postgres::PgRow};
use tracing::{Instrument, Span};

use super::link::Link;
use crate::{error::store_error, sql::Sql, trace};

/// An open transaction. Dropping it discards its writes.
#[derive(Debug)]
pub struct Transaction {
    link: Link,
}

impl Transaction {
    pub const fn new(link: Link) -> Self {
        Self { link }
    }

    /// Runs a statement, and returns the number of affected rows.
    pub async fn execute(&mut self, sql: Sql) -> Result<u64> {
        let span = trace::span(sql.text());
        let answer = self.link.execute(sql).instrument(span.clone()).await;
        answer.map_err(|error| failed(&span, error))
    }

    /// Runs a statement, and returns its first row.
    pub async fn row(&mut self, sql: Sql) -> Result<Option<PgRow>> {
        let span = trace::span(sql.text());
        let answer = self.link.row(sql).instrument(span.clone()).await;
        answer.map_err(|error| failed(&span, error))
    }

    /// Runs a statement, and returns its rows.
    pub async fn rows(&mut self, sql: Sql) -> Result<Vec<PgRow>> {
        let span = trace::span(sql.text());
        let answer = self.link.rows(sql).instrument(span.clone()).await;
        answer.map_err(|error| failed(&span, error))
    }

    /// Commits.
    pub async fn commit(mut self) -> Result<()> {
        let span = trace::span("COMMIT");
        let answer = self.link.commit().instrument(span.clone()).await;
        answer.map_err(|error| failed(&span, error))
    }

    /// Rolls back. When that fails, the connection does not return to the pool,
    /// and the server rolls back by itself.
    pub async fn rollback(mut self) {
        let span = trace::span("ROLLBACK");
        if let Err(error) = self.link.rollback().instrument(span.clone()).await {
            trace::record_failure(&span, &error);
        }
    }
}

fn failed(span: &Span, error: Error) -> plinth_ports::StoreError {
    trace::record_failure(span, &error);
    store_error(error)
}
