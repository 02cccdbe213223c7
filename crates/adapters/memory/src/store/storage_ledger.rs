use async_trait::async_trait;
use plinth_domain::{
    BlobKey, BlobLocation, DocumentVersion, DocumentVersionId, OrganizationId, Processing,
    Timestamp, Upload, UploadId, UploadState,
};
use plinth_ports::{BlobStatus, LedgerEntry, Result, StorageLedger, UnprocessedVersion};

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

    async fn classify(&self, keys: &[BlobKey]) -> Result<Vec<BlobStatus>> {
        let tables = self.snapshot();
        let status = |key: &BlobKey| {
            if known(&tables, key) {
                BlobStatus::Recorded
            } else if tables.organizations.contains(&key.organization()) {
                BlobStatus::Orphaned
            } else {
                BlobStatus::OtherInstallation
            }
        };
        Ok(keys.iter().map(status).collect())
    }

    async fn unprocessed(&self, limit: u16) -> Result<Vec<UnprocessedVersion>> {
        let tables = self.snapshot();
        let stuck = |(key, version): &(&(OrganizationId, DocumentVersionId), &DocumentVersion)| {
            let job = tables.records.jobs.get(&(key.0, version.job));
            let waits = matches!(version.processing, Processing::Pending | Processing::Processing);
            waits && !job.is_some_and(|job| job.state.is_open())
        };
        let versions = tables.records.document_versions.iter().filter(stuck);
        let unprocessed = |((organization, id), version): (&_, &DocumentVersion)| {
            let (organization, version_id): (OrganizationId, DocumentVersionId) =
                (*organization, *id);
            UnprocessedVersion { organization, document: version.document, version: version_id }
        };
        Ok(versions.take(limit.into()).map(unprocessed).collect())
    }

    async fn identity(&self) -> Result<String> {
        Ok("memory".to_owned())
    }
}

fn known(tables: &Tables, key: &BlobKey) -> bool {
    let organization = key.organization();
    match key.location() {
        BlobLocation::Tail(upload, _) => tables.uploads.contains(&(organization, upload)),
        BlobLocation::Export(export) => {
            tables.records.organization_exports.contains(&(organization, export))
        }
        BlobLocation::Content(_, version) => {
            tables.records.document_versions.contains(&(organization, version))
                || tables.uploads.of(organization).any(|row| row.document_version == version)
        }
        BlobLocation::Thumbnail(_, version, _) => {
            tables.records.document_versions.contains(&(organization, version))
        }
    }
}
