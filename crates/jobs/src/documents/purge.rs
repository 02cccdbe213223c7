use std::time::Duration;

use async_trait::async_trait;
use plinth_application::documents::PURGE;
use plinth_domain::{BlobKey, Id, Place, ThumbnailSize};
use serde::Deserialize;
use uuid::Uuid;

use crate::{Handler, JobContext, JobFailure};

/// Removes the files of a document that is gone.
pub struct PurgeDocument;

/// What is to be removed.
#[derive(Debug, Deserialize)]
struct Gone {
    document_id: Uuid,
    version_ids: Vec<Uuid>,
}

#[async_trait]
impl Handler for PurgeDocument {
    fn kind(&self) -> &'static str {
        PURGE
    }

    fn timeout(&self) -> Duration {
        Duration::from_mins(5)
    }

    async fn run(&self, job: JobContext) -> Result<(), JobFailure> {
        let gone: Gone = job.payload()?;
        let blobs = &job.application().ports().blobs;
        let document = Id::from_uuid(gone.document_id);
        for version in gone.version_ids.into_iter().map(Id::from_uuid) {
            let thumbnails =
                ThumbnailSize::ALL.map(|size| Place::Thumbnail(document, version, size));
            for place in thumbnails.into_iter().chain([Place::Content(document, version)]) {
                let key = BlobKey::new(job.job().organization, place);
                blobs.remove(&key).await.map_err(JobFailure::retry)?;
            }
        }
        Ok(())
    }
}
