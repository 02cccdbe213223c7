use async_trait::async_trait;
use plinth_domain::{
    BlobKey, BlobLocation, DocumentVersionId, OrganizationId, Timestamp, Upload, UploadId,
    UploadState,
};
use plinth_ports::{LedgerEntry, Result, StorageLedger};

use super::{MemoryStore, tables::Tables};

#[async_trait]
impl StorageLedger for MemoryStore {
    async fn abandon_uploads(&self, now: Timestamp, limit: u16) -> Result<Vec<Upload>> {
        let mut draft = self.draft().await?;
        let over = |upload: &&mut Upload| {
            upload.state != UploadState::Finished && upload.expires_at <= now
        };
        let mut abandoned = Vec::new();
        for upload in draft.tables.uploads.values_mut().filter(over).take(limit.into()) {
            if let Ok(next) = upload.clone().abandon(now) {
                *upload = next.clone();
                abandoned.push(next);
            }
        }
        draft.commit()?;
        Ok(abandoned)
    }

    async fn forget_upload(&self, organization: OrganizationId, upload: UploadId) -> Result<()> {
        let mut draft = self.draft().await?;
        let key = (organization, upload);
        let abandoned = |row: &Upload| row.state == UploadState::Abandoned;
        if draft.tables.uploads.get(&key).is_some_and(abandoned) {
            draft.tables.uploads.remove(&key);
        }
        draft.commit()
    }

    async fn entries(
        &self,
        after: Option<(OrganizationId, DocumentVersionId)>,
        limit: u16,
    ) -> Result<Vec<LedgerEntry>> {
        let tables = self.snapshot();
        let rows = tables.records.document_versions.iter();
        let behind = rows.filter(|(key, _)| after.is_none_or(|after| **key > after));
        Ok(behind
            .take(limit.into())
            .map(|((organization, id), version)| LedgerEntry {
                organization: *organization,
                document: version.document,
                version: *id,
                key: BlobKey::new(*organization, BlobLocation::Content(version.document, *id)),
                size_bytes: version.size_bytes,
            })
            .collect())
    }

    async fn knows(&self, keys: &[BlobKey]) -> Result<Vec<bool>> {
        let tables = self.snapshot();
        Ok(keys.iter().map(|key| known(&tables, key)).collect())
    }
}

fn known(tables: &Tables, key: &BlobKey) -> bool {
    let organization = key.organization();
    match key.location() {
        BlobLocation::Tail(upload, _) => tables.uploads.contains(&(organization, upload)),
        BlobLocation::Content(_, version) => {
            tables.records.document_versions.contains(&(organization, version))
                || tables.uploads.of(organization).any(|row| row.document_version == version)
        }
        BlobLocation::Thumbnail(_, version, _) => {
            tables.records.document_versions.contains(&(organization, version))
        }
    }
}
