use async_trait::async_trait;
use plinth_domain::{
    BlobKey, BlobLocation, DocumentVersionId, Id, OrganizationId, Timestamp, Upload, UploadId,
    UploadState,
};
use plinth_ports::{LedgerEntry, Result, StorageLedger, StoreError};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
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

/// Whether each (organization, version, upload) is a version, an upload, or the version of one.
const KNOWS: &str = "SELECT EXISTS (SELECT FROM document_versions v
            WHERE v.organization_id = asked.organization AND v.id = asked.version)
        OR EXISTS (SELECT FROM uploads u WHERE u.organization_id = asked.organization
            AND (u.id = asked.upload OR u.document_version_id = asked.version))
    FROM unnest($1::uuid[], $2::uuid[], $3::uuid[])
        WITH ORDINALITY AS asked(organization, version, upload, place)
    ORDER BY asked.place";

#[async_trait]
impl StorageLedger for PgStore {
    async fn abandon_uploads(&self, now: Timestamp, limit: u16) -> Result<Vec<Upload>> {
        let mut tx = self.system(Begin::System).await?;
        let over = Entity::find()
            .filter(Column::ExpiresAt.lte(now))
            .filter(Column::State.ne(UploadState::Finished.name()))
            .order_by_asc(Column::ExpiresAt)
            .limit(u64::from(limit))
            .lock_exclusive();
        let mut abandoned = Vec::new();
        for upload in tx.all::<Upload>(over).await? {
            let (organization, id) = (upload.organization, upload.id);
            let Ok(next) = upload.abandon(now) else { continue };
            let update = Entity::update_many()
                .set(ActiveModel::from(&next))
                .filter(Column::OrganizationId.eq(organization.uuid()))
                .filter(Column::Id.eq(id.uuid()));
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
        let mut tx = self.system(Begin::SystemRead).await?;
        let (organization, version) = after
            .map_or((Uuid::nil(), Uuid::nil()), |(owner, version)| (owner.uuid(), version.uuid()));
        let values = vec![organization.into(), version.into(), i64::from(limit).into()];
        let rows = tx.rows(Sql::fixed(ENTRIES, values)).await?;
        rows.iter().map(|row| entry(row).map_err(|error| StoreError::Other(error.into()))).collect()
    }

    async fn knows(&self, keys: &[BlobKey]) -> Result<Vec<bool>> {
        let mut tx = self.system(Begin::SystemRead).await?;
        let locations = keys.iter().map(|key| match key.location() {
            BlobLocation::Content(_, version) | BlobLocation::Thumbnail(_, version, _) => {
                (version.uuid(), Uuid::nil())
            }
            BlobLocation::Tail(upload, _) => (Uuid::nil(), upload.uuid()),
        });
        let (versions, uploads): (Vec<Uuid>, Vec<Uuid>) = locations.unzip();
        let organizations: Vec<Uuid> = keys.iter().map(|key| key.organization().uuid()).collect();
        let values = vec![organizations.into(), versions.into(), uploads.into()];
        let rows = tx.rows(Sql::fixed(KNOWS, values)).await?;
        rows.iter()
            .map(|row| row.try_get(0).map_err(|error| StoreError::Other(error.into())))
            .collect()
    }
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
