use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use plinth_application::documents::{
    FailProcessing, FinishProcessing, PROCESS, StartProcessing, VersionRef,
};
use plinth_domain::{BlobKey, DocumentVersion, Place, Verdict};
use plinth_ports::{Inspection, Inspector};

use super::OneVersion;
use crate::{Handler, JobContext, JobFailure};

/// Looks into a version: checks its hash, finds its properties and its text,
/// makes its thumbnails.
///
/// Another attempt does the same again: a thumbnail takes the place of the one
/// before, and a version that has come to its end is left alone.
pub struct ProcessDocument {
    inspector: Arc<dyn Inspector>,
}

impl ProcessDocument {
    /// Looks into files with this inspector.
    #[must_use]
    pub const fn new(inspector: Arc<dyn Inspector>) -> Self {
        Self { inspector }
    }

    async fn look_into(
        &self,
        job: &JobContext,
        of: VersionRef,
        version: &DocumentVersion,
    ) -> Result<(), JobFailure> {
        let inspection = self.inspect(job, version).await?;
        let findings = match inspection.findings {
            Err(refused) => Err(Verdict::new(refused.code, refused.detail)),
            Ok(findings) => {
                let (organization, blobs) =
                    (job.job().organization, &job.application().ports().blobs);
                for thumbnail in &findings.thumbnails {
                    let place = Place::Thumbnail(of.document, of.version, thumbnail.size);
                    let key = BlobKey::new(organization, place);
                    blobs.put(&key, thumbnail.bytes.clone()).await.map_err(JobFailure::retry)?;
                }
                Ok(findings)
            }
        };
        let (sha256, size_bytes) = (inspection.sha256, inspection.size_bytes);
        job.execute(FinishProcessing { of, sha256, size_bytes, findings }).await?;
        Ok(())
    }

    async fn inspect(
        &self,
        job: &JobContext,
        version: &DocumentVersion,
    ) -> Result<Inspection, JobFailure> {
        let place = Place::Content(version.document, version.id);
        let key = BlobKey::new(job.job().organization, place);
        let bytes = job.application().ports().blobs.read(&key, None).await;
        let bytes = bytes.map_err(JobFailure::retry)?;
        let bytes = bytes.ok_or_else(|| JobFailure::permanent(ContentMissing))?;
        let progress = job.progress().clone();
        self.inspector
            .inspect(bytes, version.content_type, &move |percent| progress.set(percent))
            .await
            .map_err(JobFailure::retry)
    }
}

#[async_trait]
impl Handler for ProcessDocument {
    fn kind(&self) -> &'static str {
        PROCESS
    }

    /// The inspector's own limit of time, and the time to read gigabytes.
    fn timeout(&self) -> Duration {
        Duration::from_mins(15)
    }

    async fn run(&self, job: JobContext) -> Result<(), JobFailure> {
        let of = VersionRef::from(job.payload::<OneVersion>()?);
        let Some(version) = job.execute(StartProcessing(of)).await? else { return Ok(()) };
        self.look_into(&job, of, &version).await
    }

    async fn give_up(&self, job: JobContext) -> Result<(), JobFailure> {
        let of = job.payload::<OneVersion>()?.into();
        let detail = "it could not be looked into; its job says more".to_owned();
        Ok(job.execute(FailProcessing { of, detail }).await?)
    }
}

/// The version has no bytes.
#[derive(Debug, thiserror::Error)]
#[error("its content is not in the object storage")]
struct ContentMissing;
