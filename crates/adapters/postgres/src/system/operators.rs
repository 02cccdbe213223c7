//! What operators read across organizations.

use async_trait::async_trait;
use plinth_domain::{Id, Job, JobId, JsonObject, Organization, OrganizationId};
use plinth_ports::{
    DeadJob, ErasureCertificate, NewestFirst, Operators, OrganizationFigures, Page, Position,
    Result, SortValue, StoreError,
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, Value,
    sea_query::{Expr, LockType},
};
use sqlx::postgres::PgRow;

use super::SystemTx;
use crate::{
    records::{Stored, jobs, organizations},
    row::{FromRow, Row, named},
    sql::Sql,
};

const MEMBERS: &str = "(SELECT count(*) FROM memberships
    WHERE memberships.organization_id = organizations.id)";

/// Each document has one first version, which is removed with it.
const DOCUMENTS: &str = "(SELECT count(*) FROM document_versions
    WHERE document_versions.organization_id = organizations.id AND document_versions.number = 1)";

const STORAGE: &str = "(SELECT coalesce(sum(document_versions.size_bytes), 0)::bigint
    FROM document_versions WHERE document_versions.organization_id = organizations.id)";

const NAMED: &str = "strpos(lower(organizations.name), lower($1)) > 0";

/// One index probe for each organization: few jobs are dead, among many that have ended.
const DEAD: &str = "
    SELECT o.name AS organization_name, d.*
    FROM organizations o CROSS JOIN LATERAL (
        SELECT j.organization_id, j.id, j.kind, j.attempt, j.error, j.error_code, j.created_at,
            j.finished_at
        FROM jobs j
        WHERE j.organization_id = o.id AND j.state = 'dead'
            AND ($2::timestamptz IS NULL OR (j.created_at, j.id) < ($2::timestamptz, $3::uuid))
        ORDER BY j.created_at DESC, j.id DESC LIMIT $4) d
    WHERE $1::uuid IS NULL OR o.id = $1
    ORDER BY d.created_at DESC, d.id DESC LIMIT $4";

const CERTIFICATES: &str = "
    SELECT id, organization, row_counts::text AS row_counts, file_count, journal_number,
        journal_hash, created_at
    FROM erasure_certificates
    WHERE $1::timestamptz IS NULL OR (created_at, id) < ($1::timestamptz, $2::uuid)
    ORDER BY created_at DESC, id DESC LIMIT $3";

impl FromRow for OrganizationFigures {
    type Entity = organizations::Entity;

    fn from_row(row: &Row<'_, organizations::Entity>) -> Result<Self> {
        let count = |name| row.computed::<i64>(name).map(i64::unsigned_abs);
        Ok(Self {
            organization: Organization::from_row(row)?,
            members: count("members")?,
            documents: count("documents")?,
            storage_bytes: count("storage_bytes")?,
        })
    }
}

#[async_trait]
impl Operators for SystemTx {
    async fn list_organizations(
        &mut self,
        name: Option<&str>,
        page: &NewestFirst,
    ) -> Result<Page<OrganizationFigures>> {
        let mut rows = figures();
        if let Some(name) = name {
            rows = rows.filter(Expr::cust_with_values(NAMED, [name]));
        }
        if let Some(after) = &page.after {
            rows = rows.filter(organizations::Column::Id.lt(after.id));
        }
        let rows = rows.order_by_desc(organizations::Column::Id).limit(page.fetch() as u64);
        let found = self.all::<OrganizationFigures>(rows).await?;
        let place = |row: &OrganizationFigures| Position {
            value: SortValue::Identity,
            id: row.organization.id.uuid(),
        };
        Ok(page.page(found, place))
    }

    async fn organization_figures(
        &mut self,
        organization: OrganizationId,
    ) -> Result<Option<OrganizationFigures>> {
        self.one(figures().filter(organizations::Column::Id.eq(organization.uuid()))).await
    }

    async fn dead_jobs(
        &mut self,
        organization: Option<OrganizationId>,
        page: &NewestFirst,
    ) -> Result<Page<DeadJob>> {
        let mut values: Vec<Value> = vec![organization.map(Id::uuid).into()];
        values.extend(place(page));
        let rows = self.rows(Sql::fixed(DEAD, values)).await?;
        let jobs = rows.iter().map(dead_job).collect::<Result<Vec<_>>>()?;
        let place =
            |job: &DeadJob| Position { value: SortValue::Time(job.created_at), id: job.id.uuid() };
        Ok(page.page(jobs, place))
    }

    async fn lock_job(&mut self, organization: OrganizationId, job: JobId) -> Result<Option<Job>> {
        let job = jobs::Entity::find_by_id((organization.uuid(), job.uuid()));
        self.one(job.lock(LockType::NoKeyUpdate)).await
    }

    async fn update_job(&mut self, job: &Job) -> Result<()> {
        let (organization, id) = (job.organization, job.id.uuid());
        self.save(job.to_row(organization), organization, id, job.revision.previous()).await
    }

    async fn erasure_certificates(
        &mut self,
        page: &NewestFirst,
    ) -> Result<Page<ErasureCertificate>> {
        let rows = self.rows(Sql::fixed(CERTIFICATES, place(page).into())).await?;
        let found = rows.iter().map(certificate).collect::<Result<Vec<_>>>()?;
        let place = |one: &ErasureCertificate| Position {
            value: SortValue::Time(one.created_at),
            id: one.id,
        };
        Ok(page.page(found, place))
    }
}

/// Organizations with what [`OrganizationFigures`] counts.
fn figures() -> Select<organizations::Entity> {
    organizations::Entity::find()
        .column_as(Expr::cust(MEMBERS), "members")
        .column_as(Expr::cust(DOCUMENTS), "documents")
        .column_as(Expr::cust(STORAGE), "storage_bytes")
}

/// The time and the identity after which a page begins, and how many rows it needs.
pub(super) fn place(page: &NewestFirst) -> [Value; 3] {
    let time = match page.after.as_ref().map(|after| &after.value) {
        Some(SortValue::Time(time)) => Some(*time),
        _ => None,
    };
    let id = page.after.as_ref().map(|after| after.id);
    let limit = i64::try_from(page.fetch()).unwrap_or(i64::MAX);
    [time.into(), id.into(), limit.into()]
}

fn dead_job(row: &PgRow) -> Result<DeadJob> {
    let attempt: i32 = named(row, "attempt")?;
    Ok(DeadJob {
        organization: Id::from_uuid(named(row, "organization_id")?),
        organization_name: named(row, "organization_name")?,
        id: Id::from_uuid(named(row, "id")?),
        kind: named(row, "kind")?,
        attempt: u16::try_from(attempt).map_err(|error| StoreError::Other(error.into()))?,
        error: named(row, "error")?,
        error_code: named(row, "error_code")?,
        created_at: named(row, "created_at")?,
        finished_at: named(row, "finished_at")?,
    })
}

fn certificate(row: &PgRow) -> Result<ErasureCertificate> {
    let file_count: i64 = named(row, "file_count")?;
    Ok(ErasureCertificate {
        id: named(row, "id")?,
        organization: Id::from_uuid(named(row, "organization")?),
        row_counts: JsonObject::from_parsed(named(row, "row_counts")?),
        file_count: file_count.unsigned_abs(),
        journal_number: named(row, "journal_number")?,
        journal_hash: named(row, "journal_hash")?,
        created_at: named(row, "created_at")?,
    })
}
