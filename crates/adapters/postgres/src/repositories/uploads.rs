use async_trait::async_trait;
use plinth_domain::{Upload, UploadId};
use plinth_ports::{Result, Uploads};

use crate::{
    entity::upload::{ActiveModel, Entity},
    scoped::ScopedTx,
};

#[async_trait]
impl Uploads for ScopedTx {
    async fn find(&mut self, id: UploadId) -> Result<Option<Upload>> {
        ScopedTx::find(self, id.uuid()).await
    }

    async fn insert(&mut self, upload: &Upload) -> Result<()> {
        self.add(ActiveModel::from(upload)).await
    }

    async fn update(&mut self, upload: &Upload) -> Result<()> {
        let previous = upload.revision.previous();
        self.save(ActiveModel::from(upload), upload.id.uuid(), previous).await
    }

    async fn remove(&mut self, upload: &Upload) -> Result<()> {
        ScopedTx::remove::<Entity>(self, upload.id.uuid(), upload.revision.version).await
    }
}
