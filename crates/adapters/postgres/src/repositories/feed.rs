use async_trait::async_trait;
use domain::Id;
use ports::{ChainHash, FeedReader, Numbered, Result, Span, StoreError};
use sqlx::{Decode, Postgres, Row as _, Type, postgres::PgRow};
use uuid::Uuid;

use crate::{
    entity::journal_entry,
    row::{FromRow, Row},
    scoped::ScopedTx,
};

/// The first number whose entry is there, and the last one of all.
const SPAN: &str = "
    SELECT coalesce((SELECT s.number FROM journal_sequence s
            JOIN audit_logs a ON a.organization_id = s.organization_id AND a.id = s.id
            WHERE s.organization_id = $1 ORDER BY s.number LIMIT 1), 0) AS first,
        coalesce((SELECT s.number FROM journal_sequence s
            WHERE s.organization_id = $1 ORDER BY s.number DESC LIMIT 1), 0) AS last";

/// Numbers with their entries, where those are there.
pub const AFTER: &str = concat!(
    "SELECT ",
    journal_entry::columns!(),
    ", s.number, s.id AS entry, s.hash FROM journal_sequence s
        LEFT JOIN audit_logs a ON a.organization_id = s.organization_id AND a.id = s.id
        WHERE s.organization_id = $1 AND s.number > $2 ORDER BY s.number LIMIT $3"
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
    let entry = Row::<journal_entry::Entity>::new(row);
    let is_there = !entry.is_null(journal_entry::Column::Id)?;
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
