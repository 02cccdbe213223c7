use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use plinth_application::documents::PurgeDocument;
use plinth_domain::{BlobKey, BlobLocation, ThumbnailSize};
use plinth_ports::Blobs;

use crate::{Handler, JobContext, JobFailure};

/// Removes the files of removed documents and versions.
pub struct DocumentPurger {
    blobs: Arc<dyn Blobs>,
}

impl DocumentPurger {
    /// Removes files from this storage.
    #[must_use]
    pub const fn new(blobs: Arc<dyn Blobs>) -> Self {
        Self { blobs }
    }
}

#[async_trait]
impl Handler for DocumentPurger {
    type Job = PurgeDocument;

    fn timeout(&self) -> Duration {
        Duration::from_mins(5)
    }

    async fn run(&self, job: PurgeDocument, ctx: JobContext) -> Result<(), JobFailure> {
        let PurgeDocument { document, versions } = job;
        for version in versions {
            let thumbnails =
                ThumbnailSize::ALL.map(|size| BlobLocation::Thumbnail(document, version, size));
            for place in thumbnails.into_iter().chain([BlobLocation::Content(document, version)]) {
                let key = BlobKey::new(ctx.job().organization, place);
                self.blobs.remove(&key).await.map_err(JobFailure::retry)?;
            }
        }
        Ok(())
    }
}
