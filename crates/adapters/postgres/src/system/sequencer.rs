use async_trait::async_trait;
use plinth_domain::{EntryId, Id, OrganizationId};
use plinth_ports::{
    Batch, ChainHash, ChainStart, Defect, EntryRange, Head, Lag, Limit, Link, Numbered, Result,
    Sequencer, StoreError, Waiting,
};
use sqlx::{Row as _, postgres::PgRow};
use uuid::Uuid;

use super::queue::microseconds;
use crate::{
    PgStore,
    connection::{Begin, Statements},
    records::{
        feed,
        journal::{self, Column, Entity},
    },
    row::{FromRow, Row, named},
    sql::Sql,
};

/// The records without a number: one look-up each, independent of the planner's statistics.
const PENDING: &str = concat!(
    "SELECT ",
    journal::columns!(),
    ", p.organization_id AS owner, p.id AS entry
        FROM (SELECT organization_id, id, position FROM (
                SELECT organization_id, id, position FROM journal_pending
                WHERE quarantined_at IS NULL ORDER BY position LIMIT 2000) f
            ORDER BY position LIMIT $1) p
        LEFT JOIN LATERAL (SELECT * FROM audit_logs e
            WHERE e.organization_id = p.organization_id AND e.id = p.id LIMIT 1) a ON true
        ORDER BY p.position"
);

const LAG: &str = "
    SELECT count(*) AS entries,
        coalesce((extract(epoch FROM now() - min(created_at)) * 1e6)::bigint, 0) AS age
    FROM journal_pending WHERE quarantined_at IS NULL";

const QUARANTINE: &str = "
    UPDATE journal_pending p SET quarantined_at = now(), defect = l.defect
    FROM unnest($1::uuid[], $2::uuid[], $3::text[]) l (organization_id, id, defect)
    WHERE p.organization_id = l.organization_id AND p.id = l.id AND p.quarantined_at IS NULL";

const QUARANTINED: &str = "SELECT count(*) FROM journal_pending WHERE quarantined_at IS NOT NULL";

const WAITING: &str = "SELECT count(*) FROM journal_pending WHERE organization_id = $1";

/// The last number of each organization, by one index probe each; when all numbers were removed, the
/// last of those.
const HEADS: &str = "
    SELECT o.id, s.number, s.hash FROM unnest($1::uuid[]) o (id) CROSS JOIN LATERAL (
        (SELECT number, hash FROM journal_sequence
        WHERE organization_id = o.id ORDER BY number DESC LIMIT 1)
        UNION ALL
        (SELECT number, hash FROM journal_starts WHERE organization_id = o.id)
        LIMIT 1) s";

const ORGANIZATIONS: &str = "
    SELECT id FROM organizations WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2";

/// The numbers of entries, which wait for none any more.
const LINK: &str = "
    WITH linked AS (INSERT INTO journal_sequence (organization_id, id, number, hash)
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bytea[])
        RETURNING organization_id, id)
    DELETE FROM journal_pending p USING linked l
    WHERE p.organization_id = l.organization_id AND p.id = l.id";

#[async_trait]
impl Sequencer for PgStore {
    async fn pending(&self, limit: Limit) -> Result<Batch<Waiting>> {
        let mut system = self.system_reads();
        let sql = Sql::fixed(PENDING, vec![i64::from(limit.items).into()]);
        let rows = system.tx.within(sql, limit.bytes, waiting).await?;
        Ok(feed::counted(rows, limit))
    }

    async fn lag(&self) -> Result<Lag> {
        let mut system = self.system_reads();
        let Some(row) = system.tx.row(Sql::fixed(LAG, Vec::new())).await? else {
            return Ok(Lag::default());
        };
        let (entries, age): (i64, i64) = (named(&row, "entries")?, named(&row, "age")?);
        Ok(Lag { entries: entries.unsigned_abs(), age: microseconds(age) })
    }

    async fn quarantine(&self, entries: &[(OrganizationId, EntryId, Defect)]) -> Result<u64> {
        let organizations: Vec<Uuid> = entries.iter().map(|entry| entry.0.uuid()).collect();
        let ids: Vec<Uuid> = entries.iter().map(|entry| entry.1.uuid()).collect();
        let defects: Vec<String> = entries.iter().map(|entry| entry.2.name().to_owned()).collect();
        let values = vec![organizations.into(), ids.into(), defects.into()];
        let mut system = self.system(Begin::System).await?;
        let marked = system.execute(Sql::fixed(QUARANTINE, values)).await?;
        system.close().await?;
        Ok(marked)
    }

    async fn quarantined(&self) -> Result<u64> {
        let mut system = self.system_reads();
        let row = system.tx.row(Sql::fixed(QUARANTINED, Vec::new())).await?;
        let count: i64 = row.and_then(|row| row.try_get(0).ok()).unwrap_or_default();
        Ok(count.unsigned_abs())
    }

    async fn waiting(&self, organization: OrganizationId) -> Result<u64> {
        let mut system = self.system_reads();
        let sql = Sql::fixed(WAITING, vec![organization.uuid().into()]);
        let row = system.tx.row(sql).await?;
        let count: i64 = row.and_then(|row| row.try_get(0).ok()).unwrap_or_default();
        Ok(count.unsigned_abs())
    }

    async fn start(&self, organization: OrganizationId) -> Result<Option<ChainStart>> {
        let mut system = self.system_reads();
        let sql = Sql::fixed(feed::START, vec![organization.uuid().into()]);
        system.tx.row(sql).await?.as_ref().map(feed::start).transpose()
    }

    async fn unnumbered(
        &self,
        organization: OrganizationId,
        range: EntryRange,
    ) -> Result<Option<EntryId>> {
        let mut system = self.system_reads();
        let [from, to] = feed::bounds(range);
        let values = vec![organization.uuid().into(), from, to];
        let row = system.tx.row(Sql::fixed(feed::UNNUMBERED, values)).await?;
        row.as_ref().map(feed::entry).transpose()
    }

    async fn heads(&self, organizations: &[OrganizationId]) -> Result<Vec<Head>> {
        let mut system = self.system_reads();
        let organizations: Vec<Uuid> = organizations.iter().map(|id| id.uuid()).collect();
        let rows = system.tx.rows(Sql::fixed(HEADS, vec![organizations.into()])).await?;
        rows.iter().map(head).collect()
    }

    async fn link(&self, links: &[Link]) -> Result<()> {
        let organizations: Vec<Uuid> = links.iter().map(|l| l.organization.uuid()).collect();
        let entries: Vec<Uuid> = links.iter().map(|l| l.entry.uuid()).collect();
        let numbers: Vec<i64> = links.iter().map(|l| l.number).collect();
        let hashes: Vec<Vec<u8>> = links.iter().map(|l| l.hash.to_vec()).collect();
        let numbered = vec![organizations.into(), entries.into(), numbers.into(), hashes.into()];
        let mut system = self.system(Begin::System).await?;
        system.execute(Sql::fixed(LINK, numbered)).await?;
        system.close().await
    }

    async fn numbered(
        &self,
        organization: OrganizationId,
        number: i64,
        limit: Limit,
    ) -> Result<Batch<Numbered>> {
        let mut system = self.system_reads();
        let values = vec![organization.uuid().into(), number.into(), i64::from(limit.items).into()];
        let sql = Sql::fixed(feed::AFTER, values);
        let rows = system.tx.within(sql, limit.bytes, feed::numbered).await?;
        Ok(feed::counted(rows, limit))
    }

    async fn organizations(
        &self,
        after: Option<OrganizationId>,
        limit: u32,
    ) -> Result<Vec<OrganizationId>> {
        let mut system = self.system_reads();
        let after = after.map(OrganizationId::uuid);
        let values = vec![after.into(), i64::from(limit).into()];
        let rows = system.tx.rows(Sql::fixed(ORGANIZATIONS, values)).await?;
        let id = |row: &PgRow| row.try_get(0).map(Id::from_uuid);
        let ids = rows.iter().map(id).collect::<std::result::Result<_, sqlx::Error>>();
        ids.map_err(|error| StoreError::Other(error.into()))
    }
}

fn waiting(row: &PgRow) -> Result<Waiting> {
    let organization = Id::from_uuid(named(row, "owner")?);
    let entry = feed::entry(row)?;
    let record = Row::<Entity>::new(row);
    let record = if record.is_null(Column::Id)? {
        Err(Defect::Missing)
    } else {
        FromRow::from_row(&record).map_err(|_| Defect::Unreadable)
    };
    Ok(Waiting { organization, entry, record })
}

fn head(row: &PgRow) -> Result<Head> {
    let read = || {
        let (organization, number) = (row.try_get::<Uuid, _>(0)?, row.try_get(1)?);
        let hash: ChainHash = row.try_get(2)?;
        Ok(Head { organization: Id::from_uuid(organization), number, hash })
    };
    read().map_err(|error: sqlx::Error| StoreError::Other(error.into()))
}
