use async_trait::async_trait;
use plinth_domain::{EntryId, Id};
use plinth_ports::{
    Batch, ChainHash, ChainStart, EntryRange, FeedReader, Limit, Numbered, Result, Span,
};
use sea_orm::Value;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::journal;
use crate::{
    row::{FromRow, Row, named},
    scoped::ScopedTx,
};

/// The first number whose record exists, and the last number. A sub-select instead of a join: while
/// the tables have no statistics, a join may be planned as a product of both.
const SPAN: &str = "
    SELECT coalesce((SELECT s.number FROM journal_sequence s WHERE s.organization_id = $1
            AND (SELECT a.id FROM audit_logs a
                WHERE a.organization_id = $1 AND a.id = s.id) IS NOT NULL
            ORDER BY s.number LIMIT 1), nullif(last, 0) + 1, 0) AS first, last
    FROM (SELECT coalesce((SELECT s.number FROM journal_sequence s
            WHERE s.organization_id = $1 ORDER BY s.number DESC LIMIT 1),
        (SELECT j.number FROM journal_starts j WHERE j.organization_id = $1), 0) AS last) ends";

/// The last number that was removed.
pub const START: &str = "SELECT number, hash FROM journal_starts WHERE organization_id = $1";

/// Numbers from the next one on, with their records, if those exist. The limit is on the numbers
/// alone, and each record is one look-up: every plan reads only the returned rows. A range up to
/// another row's number would be no condition of the index under row level security. No caller asks
/// for more than the inner limit: of a limit by a parameter the planner expects a tenth of all rows,
/// and reads and sorts them.
pub const AFTER: &str = concat!(
    "SELECT ",
    journal::columns!(),
    ", s.number, s.id AS entry, s.hash FROM (
            SELECT number, id, hash FROM (SELECT number, id, hash FROM journal_sequence
                WHERE organization_id = $1 AND number > $2 ORDER BY number LIMIT 2000) f
            ORDER BY number LIMIT $3) s
        LEFT JOIN LATERAL (
            SELECT * FROM audit_logs e WHERE e.organization_id = $1 AND e.id = s.id LIMIT 1) a ON true
        ORDER BY s.number"
);

/// The first record of a range without a number. A pending one will get it, unless it was set aside.
pub const UNNUMBERED: &str = "
    SELECT a.id AS entry FROM audit_logs a
    WHERE a.organization_id = $1 AND a.id >= $2 AND a.id <= $3
        AND NOT EXISTS (SELECT FROM journal_sequence s
            WHERE s.organization_id = $1 AND s.id = a.id)
        AND NOT EXISTS (SELECT FROM journal_pending p
            WHERE p.organization_id = $1 AND p.id = a.id AND p.quarantined_at IS NULL)
    ORDER BY a.id LIMIT 1";

/// The parameters of a range.
pub fn bounds(range: EntryRange) -> [Value; 2] {
    let bound = |id: Option<EntryId>, open: Uuid| id.map_or(open, EntryId::uuid).into();
    [bound(range.from, Uuid::nil()), bound(range.to, Uuid::max())]
}

/// A row of [`START`].
pub fn start(row: &PgRow) -> Result<ChainStart> {
    Ok(ChainStart { number: named(row, "number")?, hash: named(row, "hash")? })
}

/// The identity of the column `entry`.
pub fn entry(row: &PgRow) -> Result<EntryId> {
    named::<Uuid>(row, "entry").map(Id::from_uuid)
}

#[async_trait]
impl FeedReader for ScopedTx {
    async fn span(&mut self) -> Result<Span> {
        let row = self.ask(SPAN, Vec::new()).await?;
        let Some(row) = row else { return Ok(Span::default()) };
        Ok(Span { first: named(&row, "first")?, last: named(&row, "last")? })
    }

    async fn start(&mut self) -> Result<Option<ChainStart>> {
        let row = self.ask(START, Vec::new()).await?;
        row.as_ref().map(start).transpose()
    }

    async fn after(&mut self, number: i64, limit: Limit) -> Result<Batch<Numbered>> {
        let values = vec![number.into(), i64::from(limit.items).into()];
        let rows = self.ask_within(AFTER, values, limit.bytes, numbered).await?;
        Ok(counted(rows, limit))
    }

    async fn unnumbered(&mut self, range: EntryRange) -> Result<Option<EntryId>> {
        let row = self.ask(UNNUMBERED, bounds(range).into()).await?;
        row.as_ref().map(entry).transpose()
    }
}

/// A batch that may also have ended at the limit of items.
pub fn counted<T>(batch: Batch<T>, limit: Limit) -> Batch<T> {
    let is_full = batch.items.len() == limit.items as usize;
    Batch { has_more: batch.has_more || is_full, ..batch }
}

pub fn numbered(row: &PgRow) -> Result<Numbered> {
    let entry = Row::<journal::Entity>::new(row);
    let is_there = !entry.is_null(journal::Column::Id)?;
    let hash: ChainHash = named(row, "hash")?;
    Ok(Numbered {
        number: named(row, "number")?,
        entry: self::entry(row)?,
        hash,
        record: if is_there { Some(FromRow::from_row(&entry)?) } else { None },
    })
}
