use async_trait::async_trait;
use plinth_domain::{
    BlobKey, BlobLocation, DocumentVersionId, Id, OrganizationId, Timestamp, Upload, UploadId,
    UploadState,
};
use plinth_ports::{
    BlobStatus, LedgerEntry, Result, StorageLedger, StoreError, UnprocessedVersion,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sqlx::Row as _;
use uuid::Uuid;

use crate::{
    PgStore,
    connection::Begin,
    records::uploads::{ActiveModel, Column, Entity},
    sql::Sql,
};

/// The versions after the last one, in the order of the primary key.
const ENTRIES: &str = "SELECT organization_id, id, document_id, size_bytes FROM document_versions
    WHERE (organization_id, id) > ($1, $2) ORDER BY organization_id, id LIMIT $3";

/// Of each (organization, version, upload): whether it is a version, an upload, the version of one, or
/// an export, and whether the organization exists.
const CLASSIFY: &str = "SELECT EXISTS (SELECT FROM document_versions v
            WHERE v.organization_id = asked.organization AND v.id = asked.version)
        OR EXISTS (SELECT FROM uploads u WHERE u.organization_id = asked.organization
            AND (u.id = asked.upload OR u.document_version_id = asked.version))
        OR EXISTS (SELECT FROM organization_exports e
            WHERE e.organization_id = asked.organization AND e.id = asked.upload),
        EXISTS (SELECT FROM organizations o WHERE o.id = asked.organization)
    FROM unnest($1::uuid[], $2::uuid[], $3::uuid[])
        WITH ORDINALITY AS asked(organization, version, upload, place)
    ORDER BY asked.place";

/// A job in one of these states goes on with its version.
const UNPROCESSED: &str = "SELECT v.organization_id, v.document_id, v.id FROM document_versions v
    WHERE v.status IN ('pending', 'processing') AND NOT EXISTS (SELECT FROM jobs j
        WHERE j.organization_id = v.organization_id AND j.id = v.job_id
            AND j.state IN ('queued', 'running', 'failed'))
    ORDER BY v.organization_id, v.id LIMIT $1";

/// The server, its timeline, which a restored copy and a promoted standby begin anew, and the
/// database in it.
const IDENTITY: &str = "SELECT format('%s-%s-%s', s.system_identifier, c.timeline_id, d.oid)
    FROM pg_control_system() s, pg_control_checkpoint() c, pg_database d
    WHERE d.datname = current_database()";

#[async_trait]
impl StorageLedger for PgStore {
    async fn abandon_uploads(&self, now: Timestamp, limit: u16) -> Result<Vec<Upload>> {
        let mut tx = self.system(Begin::System).await?;
        let over = Entity::find()
            .filter(Column::ExpiresAt.lte(now))
            .filter(Column::State.ne(UploadState::Finished.name()))
            .order_by_asc(Column::ExpiresAt)
            .limit(u64::from(limit));
        let mut abandoned = Vec::new();
        for found in tx.all::<Upload>(over).await? {
            let own = Condition::all()
                .add(Column::OrganizationId.eq(found.organization.uuid()))
                .add(Column::Id.eq(found.id.uuid()));
            // As it is after the wait for its lock.
            let locked = Entity::find().filter(own.clone()).lock_exclusive();
            let Some(upload) = tx.one::<Upload>(locked).await? else { continue };
            if upload.expires_at > now {
                continue;
            }
            let Ok(next) = upload.abandon(now) else { continue };
            let update = Entity::update_many().set(ActiveModel::from(&next)).filter(own);
            tx.update(update).await?;
            abandoned.push(next);
        }
        tx.close().await?;
        Ok(abandoned)
    }

    async fn forget_upload(&self, organization: OrganizationId, upload: UploadId) -> Result<()> {
        let mut tx = self.system(Begin::System).await?;
        let sql = "DELETE FROM uploads WHERE organization_id = $1 AND id = $2 AND state = $3";
        let abandoned = UploadState::Abandoned.name();
        let values = vec![organization.uuid().into(), upload.uuid().into(), abandoned.into()];
        tx.execute(Sql::fixed(sql, values)).await?;
        tx.close().await
    }

    async fn entries(
        &self,
        after: Option<(OrganizationId, DocumentVersionId)>,
        limit: u16,
    ) -> Result<Vec<LedgerEntry>> {
        let mut tx = self.system_reads();
        let (organization, version) = after
            .map_or((Uuid::nil(), Uuid::nil()), |(owner, version)| (owner.uuid(), version.uuid()));
        let values = vec![organization.into(), version.into(), i64::from(limit).into()];
        let rows = tx.rows(Sql::fixed(ENTRIES, values)).await?;
        rows.iter().map(|row| entry(row).map_err(corrupt)).collect()
    }

    async fn classify(&self, keys: &[BlobKey]) -> Result<Vec<BlobStatus>> {
        let mut tx = self.system_reads();
        let locations = keys.iter().map(|key| match key.location() {
            BlobLocation::Content(_, version) | BlobLocation::Thumbnail(_, version, _) => {
                (version.uuid(), Uuid::nil())
            }
            BlobLocation::Tail(upload, _) => (Uuid::nil(), upload.uuid()),
            BlobLocation::Export(export) => (Uuid::nil(), export.uuid()),
        });
        let (versions, uploads): (Vec<Uuid>, Vec<Uuid>) = locations.unzip();
        let organizations: Vec<Uuid> = keys.iter().map(|key| key.organization().uuid()).collect();
        let values = vec![organizations.into(), versions.into(), uploads.into()];
        let rows = tx.rows(Sql::fixed(CLASSIFY, values)).await?;
        rows.iter().map(|row| status(row).map_err(corrupt)).collect()
    }

    async fn unprocessed(&self, limit: u16) -> Result<Vec<UnprocessedVersion>> {
        let mut tx = self.system_reads();
        let rows = tx.rows(Sql::fixed(UNPROCESSED, vec![i64::from(limit).into()])).await?;
        rows.iter().map(|row| unprocessed(row).map_err(corrupt)).collect()
    }

    async fn identity(&self) -> Result<String> {
        let mut tx = self.system_reads();
        let rows = tx.rows(Sql::fixed(IDENTITY, Vec::new())).await?;
        let row = rows.first().ok_or_else(|| StoreError::Other("no database".into()))?;
        row.try_get(0).map_err(corrupt)
    }
}

fn corrupt(error: sqlx::Error) -> StoreError {
    StoreError::Other(error.into())
}

fn status(row: &sqlx::postgres::PgRow) -> sqlx::Result<BlobStatus> {
    Ok(match (row.try_get(0)?, row.try_get(1)?) {
        (true, _) => BlobStatus::Recorded,
        (false, true) => BlobStatus::Orphaned,
        (false, false) => BlobStatus::OtherInstallation,
    })
}

fn unprocessed(row: &sqlx::postgres::PgRow) -> sqlx::Result<UnprocessedVersion> {
    Ok(UnprocessedVersion {
        organization: Id::from_uuid(row.try_get(0)?),
        document: Id::from_uuid(row.try_get(1)?),
        version: Id::from_uuid(row.try_get(2)?),
    })
}

fn entry(row: &sqlx::postgres::PgRow) -> sqlx::Result<LedgerEntry> {
    let organization = Id::from_uuid(row.try_get(0)?);
    let version = Id::from_uuid(row.try_get(1)?);
    let document = Id::from_uuid(row.try_get(2)?);
    let size: i64 = row.try_get(3)?;
    Ok(LedgerEntry {
        organization,
        document,
        version,
        key: BlobKey::new(organization, BlobLocation::Content(document, version)),
        size_bytes: size.unsigned_abs(),
    })
}
