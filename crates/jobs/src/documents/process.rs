use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use plinth_application::documents::{
    FailProcessing, FinishProcessing, ProcessDocument, StartProcessing, Started, VersionRef,
    VersionState,
};
use plinth_domain::{BlobKey, BlobLocation, ContentType, DocumentVersion, ThumbnailSize, Verdict};
use plinth_ports::{Blobs, Inspection, Inspector, e_documents::EDocumentReader};
use tokio::sync::Semaphore;

use super::recognize::Recognizer;
use crate::{Handler, JobContext, JobFailure};

/// Inspects a version: checks its hash, and stores its properties, text and thumbnails.
///
/// It is idempotent: a thumbnail replaces the previous one, and a version whose processing has
/// ended is skipped.
///
/// At most as many files as the machine can read are inspected at once; other attempts wait without
/// a timeout, and without an open stream from the storage. Thus an attempt never times out because
/// other files were before it.
pub struct DocumentProcessor {
    inspector: Arc<dyn Inspector>,
    recognizer: Recognizer,
    blobs: Arc<dyn Blobs>,
    places: Semaphore,
    at_once: usize,
}

impl DocumentProcessor {
    /// Inspects files from this storage with this inspector, `at_once` at the same time, and
    /// recognizes e-invoices with this reader.
    #[must_use]
    pub fn new(
        inspector: Arc<dyn Inspector>,
        reader: Arc<dyn EDocumentReader>,
        blobs: Arc<dyn Blobs>,
        at_once: usize,
    ) -> Self {
        let at_once = at_once.max(1);
        let recognizer = Recognizer { reader, blobs: Arc::clone(&blobs) };
        Self { inspector, recognizer, blobs, places: Semaphore::new(at_once), at_once }
    }

    /// Waits for a place if the file needs one, and processes the version in a limited time.
    async fn process_in_turn(
        &self,
        ctx: &JobContext,
        of: VersionRef,
        version: &DocumentVersion,
    ) -> Result<(), JobFailure> {
        let is_candidate = self.recognizer.is_candidate(&content_of(ctx, version), version).await?;
        let _place = match version.content_type {
            // It is hashed only, which the storage bounds and not the cores.
            ContentType::Other if !is_candidate => None,
            _ => Some(self.places.acquire().await.map_err(JobFailure::retry)?),
        };
        let processed =
            tokio::time::timeout(TIMEOUT, self.process(ctx, of, version, is_candidate)).await;
        processed.unwrap_or_else(|_| Err(JobFailure::retry(OutOfTime)))
    }

    async fn process(
        &self,
        ctx: &JobContext,
        of: VersionRef,
        version: &DocumentVersion,
        is_candidate: bool,
    ) -> Result<(), JobFailure> {
        let inspection = self.inspect(ctx, version).await?;
        let findings = match inspection.findings {
            Err(refused) => Err(Verdict::new(refused.code, refused.detail)),
            Ok(mut findings) => {
                if is_candidate {
                    let (key, content_type) = (content_of(ctx, version), version.content_type);
                    let properties = findings.properties;
                    findings.properties =
                        self.recognizer.describe(&key, content_type, properties).await?;
                }
                for thumbnail in &findings.thumbnails {
                    let place = BlobLocation::Thumbnail(of.document, of.version, thumbnail.size);
                    let key = BlobKey::new(ctx.job().organization, place);
                    let bytes = thumbnail.bytes.clone();
                    self.blobs.put(&key, bytes).await.map_err(JobFailure::retry)?;
                }
                Ok(findings)
            }
        };
        let (sha256, size_bytes) = (inspection.sha256, inspection.size_bytes);
        let state = ctx.execute(FinishProcessing { of, sha256, size_bytes, findings }).await?;
        self.forget_removed(ctx, of, state).await
    }

    /// Removes the thumbnails of a version that was removed: the purge of its files may have run
    /// before they were stored.
    async fn forget_removed(
        &self,
        ctx: &JobContext,
        of: VersionRef,
        state: VersionState,
    ) -> Result<(), JobFailure> {
        if state == VersionState::Removed {
            for size in ThumbnailSize::ALL {
                let place = BlobLocation::Thumbnail(of.document, of.version, size);
                let key = BlobKey::new(ctx.job().organization, place);
                self.blobs.remove(&key).await.map_err(JobFailure::retry)?;
            }
        }
        Ok(())
    }

    async fn inspect(
        &self,
        ctx: &JobContext,
        version: &DocumentVersion,
    ) -> Result<Inspection, JobFailure> {
        let bytes =
            self.blobs.read(&content_of(ctx, version), None).await.map_err(JobFailure::retry)?;
        let bytes = bytes.ok_or_else(|| JobFailure::permanent(ContentMissing))?;
        let progress = ctx.progress().clone();
        self.inspector
            .inspect(bytes, version.content_type, &move |percent| progress.set(percent))
            .await
            .map_err(JobFailure::retry)
    }
}

#[async_trait]
impl Handler for DocumentProcessor {
    type Job = ProcessDocument;

    /// The time to wait for a place, and [`TIMEOUT`].
    fn timeout(&self) -> Duration {
        Duration::from_hours(24)
    }

    /// As many again as are inspected are read from the storage, or wait to be, so that no core is
    /// idle between two files.
    fn at_once(&self) -> Option<usize> {
        Some(2 * self.at_once + 2)
    }

    async fn run(&self, job: ProcessDocument, ctx: JobContext) -> Result<(), JobFailure> {
        let of = job.version;
        match ctx.execute(StartProcessing(of)).await? {
            Started::Begun(version) => self.process_in_turn(&ctx, of, &version).await,
            Started::Ended => Ok(()),
            Started::Removed => self.forget_removed(&ctx, of, VersionState::Removed).await,
        }
    }

    async fn dead_letter(
        &self,
        job: Option<ProcessDocument>,
        ctx: JobContext,
    ) -> Result<(), JobFailure> {
        let detail = "it could not be looked into; its job says more".to_owned();
        let of = job.map(|job| job.version);
        let state = ctx.execute(FailProcessing { of, job: ctx.job().id, detail }).await?;
        match of {
            Some(of) => self.forget_removed(&ctx, of, state).await,
            None => Ok(()),
        }
    }
}

/// Where the content of a version is.
fn content_of(ctx: &JobContext, version: &DocumentVersion) -> BlobKey {
    ctx.content_key(VersionRef { document: version.document, version: version.id })
}

/// How long processing a file may take: the inspector's own timeout, and the time to read
/// gigabytes.
const TIMEOUT: Duration = Duration::from_mins(25);

/// Processing took too long.
#[derive(Debug, thiserror::Error)]
#[error("processing the file took longer than {} min", TIMEOUT.as_secs() / 60)]
struct OutOfTime;

/// The version has no bytes.
#[derive(Debug, thiserror::Error)]
#[error("its content is not in the object storage")]
struct ContentMissing;
