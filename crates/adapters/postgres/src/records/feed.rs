use async_trait::async_trait;
use plinth_domain::Id;
use plinth_ports::{ChainHash, FeedReader, Numbered, Result, Span, StoreError};
use sqlx::{Decode, Postgres, Row as _, Type, postgres::PgRow};
use uuid::Uuid;

use super::journal;
use crate::{
    row::{FromRow, Row},
    scoped::ScopedTx,
};

/// The first number whose record exists, and the last number. A sub-select instead of a join: while
/// the tables have no statistics, a join may be planned as a product of both.
const SPAN: &str = "
    SELECT coalesce((SELECT s.number FROM journal_sequence s WHERE s.organization_id = $1
            AND (SELECT a.id FROM audit_logs a
                WHERE a.organization_id = $1 AND a.id = s.id) IS NOT NULL
            ORDER BY s.number LIMIT 1), 0) AS first,
        coalesce((SELECT s.number FROM journal_sequence s
            WHERE s.organization_id = $1 ORDER BY s.number DESC LIMIT 1), 0) AS last";

/// Numbers from the next one on, with their records, if those exist. It uses a range and one
/// look-up for each record for the same reason: every plan reads only the returned rows.
pub const AFTER: &str = concat!(
    "SELECT ",
    journal::columns!(),
    ", s.number, s.id AS entry, s.hash FROM (
            SELECT number FROM journal_sequence WHERE organization_id = $1 AND number > $2
            ORDER BY number LIMIT 1) next
        JOIN journal_sequence s ON s.organization_id = $1
            AND s.number >= next.number AND s.number < next.number + $3
        LEFT JOIN LATERAL (
            SELECT * FROM audit_logs e WHERE e.organization_id = $1 AND e.id = s.id LIMIT 1) a ON true
        ORDER BY s.number"
);

#[async_trait]
impl FeedReader for ScopedTx {
    async fn span(&mut self) -> Result<Span> {
        let row = self.ask(SPAN, Vec::new()).await?;
        let Some(row) = row else { return Ok(Span::default()) };
        Ok(Span { first: named(&row, "first")?, last: named(&row, "last")? })
    }

    async fn after(&mut self, number: i64, limit: u32) -> Result<Vec<Numbered>> {
        let rows = self.ask_all(AFTER, vec![number.into(), i64::from(limit).into()]).await?;
        rows.iter().map(numbered).collect()
    }
}

pub fn numbered(row: &PgRow) -> Result<Numbered> {
    let entry = Row::<journal::Entity>::new(row);
    let is_there = !entry.is_null(journal::Column::Id)?;
    let hash: ChainHash = named(row, "hash")?;
    Ok(Numbered {
        number: named(row, "number")?,
        entry: Id::from_uuid(named::<Uuid>(row, "entry")?),
        hash,
        record: if is_there { Some(FromRow::from_row(&entry)?) } else { None },
    })
}

fn named<'r, T: Decode<'r, Postgres> + Type<Postgres>>(row: &'r PgRow, column: &str) -> Result<T> {
    row.try_get(column).map_err(|error| StoreError::Other(error.into()))
}
