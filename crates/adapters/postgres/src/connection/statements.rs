use plinth_ports::{Batch, Budget, Result};
use sqlx::{Row as _, postgres::PgRow};

use crate::sql::Sql;

/// Runs statements that answer rows.
pub trait Statements: Send {
    /// Runs a statement, and passes its rows to `take` as they arrive, until it returns `false`.
    fn each(
        &mut self,
        sql: Sql,
        take: impl FnMut(PgRow) -> bool + Send,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Runs a statement, and returns its first row.
    fn row(&mut self, sql: Sql) -> impl Future<Output = Result<Option<PgRow>>> + Send {
        async {
            let mut first = None;
            // Reads to the end, so that the response leaves nothing on the connection.
            let take = |row| {
                first.get_or_insert(row);
                true
            };
            self.each(sql, take).await?;
            Ok(first)
        }
    }

    /// Runs a statement, and returns its rows.
    fn rows(&mut self, sql: Sql) -> impl Future<Output = Result<Vec<PgRow>>> + Send {
        async {
            let mut rows = Vec::new();
            let take = |row| {
                rows.push(row);
                true
            };
            self.each(sql, take).await?;
            Ok(rows)
        }
    }

    /// Runs a statement, and reads its rows up to `bytes`; the first is always read. Returns them,
    /// and whether there are more.
    fn within<T: Send>(
        &mut self,
        sql: Sql,
        bytes: usize,
        read: impl Fn(&PgRow) -> Result<T> + Send + Sync,
    ) -> impl Future<Output = Result<Batch<T>>> + Send {
        async move {
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
            self.each(sql, take).await?;
            match fault {
                Some(fault) => Err(fault),
                None => Ok(Batch { items, has_more }),
            }
        }
    }
}

/// The length of the values of a row in bytes.
fn size(row: &PgRow) -> usize {
    let length = |column| row.try_get_raw(column).ok()?.as_bytes().ok().map(<[u8]>::len);
    (0..row.len()).filter_map(length).sum()
}
