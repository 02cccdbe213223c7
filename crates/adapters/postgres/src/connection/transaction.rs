use plinth_domain::Timestamp;
use plinth_ports::{Batch, Budget, Result};
use sqlx::{Error, Row as _, postgres::PgRow};
use tracing::{Instrument, Span};

use super::link::{Answer, Link};
use crate::{error::store_error, sql::Sql, trace};

/// An open transaction. Dropping it discards its writes.
#[derive(Debug)]
pub struct Transaction {
    link: Link,
    /// When it began on the server's clock; `None` in one that only reads.
    began: Option<Timestamp>,
}

impl Transaction {
    pub const fn new(link: Link, answer: Answer) -> Self {
        let began = if let Answer::OpenSince(time) = answer { Some(time) } else { None };
        Self { link, began }
    }

    /// The time of everything that it stores: when it began, on the server's clock.
    pub fn now(&self) -> Timestamp {
        self.began.unwrap_or_default()
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

    /// Runs a statement, and reads its rows up to `bytes`; the first is always read. Returns them,
    /// and whether there are more.
    pub async fn within<T: Send>(
        &mut self,
        sql: Sql,
        bytes: usize,
        read: impl Fn(&PgRow) -> Result<T> + Send + Sync,
    ) -> Result<Batch<T>> {
        let span = trace::span(sql.text());
        let (mut budget, mut items, mut has_more) = (Budget::new(bytes), Vec::new(), false);
        let mut fault = None;
        let take = |row: PgRow| {
            has_more = !budget.takes(size(&row));
            if has_more {
                return false;
            }
            match read(&row) {
                Ok(item) => items.push(item),
                Err(error) => fault = Some(error),
            }
            fault.is_none()
        };
        let answer = self.link.each(sql, take).instrument(span.clone()).await;
        answer.map_err(|error| failed(&span, error))?;
        match fault {
            Some(fault) => Err(fault),
            None => Ok(Batch { items, has_more }),
        }
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

/// The length of the values of a row in bytes.
fn size(row: &PgRow) -> usize {
    let length = |column| row.try_get_raw(column).ok()?.as_bytes().ok().map(<[u8]>::len);
    (0..row.len()).filter_map(length).sum()
}

fn failed(span: &Span, error: Error) -> plinth_ports::StoreError {
    trace::record_failure(span, &error);
    store_error(error)
}
