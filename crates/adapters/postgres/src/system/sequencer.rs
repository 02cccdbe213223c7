use async_trait::async_trait;
use plinth_domain::{Id, OrganizationId};
use plinth_ports::{ChainHash, Head, Link, Numbered, Result, Sequencer, StoreError, Waiting};
use sqlx::{Row as _, postgres::PgRow};
use uuid::Uuid;

use crate::{
    PgStore,
    connection::Begin,
    records::{
        feed,
        journal::{self, Column, Entity},
    },
    row::{FromRow, Row},
    sql::Sql,
};

/// The records without a number: one look-up each, independent of the planner's statistics.
const PENDING: &str = concat!(
    "SELECT ",
    journal::columns!(),
    " FROM (SELECT organization_id, id, position FROM journal_pending
            ORDER BY position LIMIT $1) p
        CROSS JOIN LATERAL (SELECT * FROM audit_logs e
            WHERE e.organization_id = p.organization_id AND e.id = p.id LIMIT 1) a
        ORDER BY p.position"
);

/// The last number of each organization, by one index probe each.
const HEADS: &str = "
    SELECT o.id, s.number, s.hash FROM unnest($1::uuid[]) o (id) CROSS JOIN LATERAL (
        SELECT number, hash FROM journal_sequence
        WHERE organization_id = o.id ORDER BY number DESC LIMIT 1) s";

const ORGANIZATIONS: &str = "
    SELECT id FROM organizations WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2";

const LINK: &str = "
    INSERT INTO journal_sequence (organization_id, id, number, hash)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bytea[])";

const WAIT_NO_LONGER: &str = "
    DELETE FROM journal_pending p USING unnest($1::uuid[], $2::uuid[]) l (organization_id, id)
    WHERE p.organization_id = l.organization_id AND p.id = l.id";

#[async_trait]
impl Sequencer for PgStore {
    async fn pending(&self, limit: u32) -> Result<Vec<Waiting>> {
        let mut system = self.system(Begin::SystemRead).await?;
        let rows = system.tx.rows(Sql::fixed(PENDING, vec![i64::from(limit).into()])).await?;
        rows.iter().map(waiting).collect()
    }

    async fn heads(&self, organizations: &[OrganizationId]) -> Result<Vec<Head>> {
        let mut system = self.system(Begin::SystemRead).await?;
        let organizations: Vec<Uuid> = organizations.iter().map(|id| id.uuid()).collect();
        let rows = system.tx.rows(Sql::fixed(HEADS, vec![organizations.into()])).await?;
        rows.iter().map(head).collect()
    }

    async fn link(&self, links: &[Link]) -> Result<()> {
        let organizations: Vec<Uuid> = links.iter().map(|l| l.organization.uuid()).collect();
        let entries: Vec<Uuid> = links.iter().map(|l| l.entry.uuid()).collect();
        let numbers: Vec<i64> = links.iter().map(|l| l.number).collect();
        let hashes: Vec<Vec<u8>> = links.iter().map(|l| l.hash.to_vec()).collect();
        let waited = vec![organizations.clone().into(), entries.clone().into()];
        let numbered = vec![organizations.into(), entries.into(), numbers.into(), hashes.into()];
        let mut system = self.system(Begin::System).await?;
        system.execute(Sql::fixed(LINK, numbered)).await?;
        system.execute(Sql::fixed(WAIT_NO_LONGER, waited)).await?;
        system.close().await
    }

    async fn numbered(
        &self,
        organization: OrganizationId,
        number: i64,
        limit: u32,
    ) -> Result<Vec<Numbered>> {
        let mut system = self.system(Begin::SystemRead).await?;
        let values = vec![organization.uuid().into(), number.into(), i64::from(limit).into()];
        let rows = system.tx.rows(Sql::fixed(feed::AFTER, values)).await?;
        rows.iter().map(feed::numbered).collect()
    }

    async fn organizations(
        &self,
        after: Option<OrganizationId>,
        limit: u32,
    ) -> Result<Vec<OrganizationId>> {
        let mut system = self.system(Begin::SystemRead).await?;
        let after = after.map(OrganizationId::uuid);
        let values = vec![after.into(), i64::from(limit).into()];
        let rows = system.tx.rows(Sql::fixed(ORGANIZATIONS, values)).await?;
        let id = |row: &PgRow| row.try_get(0).map(Id::from_uuid);
        let ids = rows.iter().map(id).collect::<std::result::Result<_, sqlx::Error>>();
        ids.map_err(|error| StoreError::Other(error.into()))
    }
}

fn waiting(row: &PgRow) -> Result<Waiting> {
    let entry = Row::<Entity>::new(row);
    let organization = entry.id(Column::OrganizationId)?;
    Ok(Waiting { organization, record: FromRow::from_row(&entry)? })
}

fn head(row: &PgRow) -> Result<Head> {
    let read = || {
        let (organization, number) = (row.try_get::<Uuid, _>(0)?, row.try_get(1)?);
        let hash: ChainHash = row.try_get(2)?;
        Ok(Head { organization: Id::from_uuid(organization), number, hash })
    };
    read().map_err(|error: sqlx::Error| StoreError::Other(error.into()))
}
