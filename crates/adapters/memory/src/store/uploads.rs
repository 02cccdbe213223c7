use async_trait::async_trait;
use plinth_domain::{Upload, UploadId, Version};
use plinth_ports::{Result, Uploads};

use super::{table::expect, unit::Unit};

#[async_trait]
impl Uploads for Unit {
    async fn find(&mut self, id: UploadId) -> Result<Option<Upload>> {
        Ok(self.tables().uploads.get(&(self.organization_id(), id)).cloned())
    }

    /// Units of work run one after another, so there is nothing to lock.
    async fn lock(&mut self, id: UploadId) -> Result<Option<Upload>> {
        Uploads::find(self, id).await
    }

    async fn lock_all(&mut self, ids: &[UploadId]) -> Result<Vec<Upload>> {
        let (organization, stored) = (self.organization_id(), &self.tables().uploads);
        Ok(ids.iter().filter_map(|id| stored.get(&(organization, *id)).cloned()).collect())
    }

    async fn insert(&mut self, upload: &Upload) -> Result<()> {
        let exists = self.stored_upload(upload.id).is_some();
        self.draft.forbid(exists, "uploads_pkey")?;
        self.store_upload(upload);
        Ok(())
    }

    async fn update(&mut self, upload: &Upload) -> Result<()> {
        expect(self.stored_upload(upload.id), upload.revision.previous())?;
        self.store_upload(upload);
        Ok(())
    }

    async fn remove(&mut self, upload: &Upload) -> Result<()> {
        expect(self.stored_upload(upload.id), upload.revision.version)?;
        self.draft.tables.uploads.remove(&(self.scope.organization(), upload.id));
        Ok(())
    }
}

impl Unit {
    fn stored_upload(&self, id: UploadId) -> Option<Version> {
        let stored = self.tables().uploads.get(&(self.organization_id(), id));
        stored.map(|upload| upload.revision.version)
    }

    fn store_upload(&mut self, upload: &Upload) {
        let organization = self.organization_id();
        let row = Upload { organization, ..upload.clone() };
        self.draft.tables.uploads.insert((organization, upload.id), row);
    }
}
