//! No document waits for ever, and none leaves files behind.

use std::sync::Arc;

use async_trait::async_trait;
use futures::TryStreamExt;
use plinth_application::{Expected, documents::DeleteDocument, jobs::CancelJob};
use plinth_domain::{ContentType, DocumentId, JobState, Processing, ThumbnailSize};
use plinth_jobs::{
    DocumentProcessor, DocumentPurger, Handlers, ScheduledJobs, UnprocessedReporter,
    UnprocessedVersions,
};
use plinth_ports::{ByteStream, Findings, Inspection, Inspector, InspectorError, Thumbnail};
use tokio::sync::Semaphore;

use crate::support::{DirectReader, Fixture};

/// Inspects a file once it may, and finds a thumbnail.
struct Waiting {
    began: Semaphore,
    may: Semaphore,
}

#[async_trait]
impl Inspector for Waiting {
    async fn inspect(
        &self,
        content: ByteStream,
        _content_type: ContentType,
        _progress: &(dyn Fn(u8) + Send + Sync),
    ) -> Result<Inspection, InspectorError> {
        let bytes: Vec<_> =
            content.try_collect().await.map_err(|error| InspectorError(error.into()))?;
        self.began.add_permits(1);
        self.may.acquire().await.unwrap().forget();
        let size_bytes = bytes.iter().map(|piece| piece.len() as u64).sum();
        let thumbnail = Thumbnail { size: ThumbnailSize::Small, bytes: b"picture".to_vec().into() };
        let findings = Findings { thumbnails: vec![thumbnail], ..Findings::default() };
        Ok(Inspection { sha256: [0; 32], size_bytes, findings: Ok(findings) })
    }
}

async fn delete(fixture: &Fixture, document: DocumentId) {
    let delete = DeleteDocument { id: document, expected: Expected::ANY };
    fixture.application.execute(&fixture.caller(), delete).await.unwrap();
}

#[tokio::test]
async fn thumbnails_that_are_stored_after_the_purge_are_removed() {
    let fixture = Fixture::new().await;
    let inspector = Arc::new(Waiting { began: Semaphore::new(0), may: Semaphore::new(0) });
    let blobs = Arc::clone(&fixture.blobs);
    let handlers = Handlers::new()
        .with(DocumentProcessor::new(inspector.clone(), Arc::new(DirectReader), blobs.clone(), 1))
        .with(DocumentPurger::new(blobs.clone()));
    let (document, job) = fixture.upload().await;
    let worker = fixture.worker(handlers);
    inspector.began.acquire().await.unwrap().forget();
    delete(&fixture, document).await;
    fixture.until_all_ended("document.purge").await;
    inspector.may.add_permits(1);
    fixture.until(job, JobState::Succeeded).await;
    let left: Vec<_> = blobs.list().try_collect().await.unwrap();
    assert!(left.is_empty(), "{left:?}");
    worker.stop().await;
}

/// A worker of another version, or an operator, may have written it.
#[tokio::test]
async fn a_document_whose_job_cannot_be_read_has_failed() {
    let fixture = Fixture::new().await;
    let inspector = Arc::new(Waiting { began: Semaphore::new(0), may: Semaphore::new(9) });
    let (document, job) = fixture.upload().await;
    fixture.spoil_payload(job).await;
    let processor =
        DocumentProcessor::new(inspector, Arc::new(DirectReader), Arc::clone(&fixture.blobs), 1);
    let worker = fixture.worker(Handlers::new().with(processor));
    fixture.until(job, JobState::Dead).await;
    assert!(matches!(fixture.processing(document).await, Processing::Failed(_)));
    worker.stop().await;
}

#[tokio::test]
async fn a_document_whose_job_was_cancelled_has_failed_after_the_next_tick() {
    let fixture = Fixture::new().await;
    let (document, job) = fixture.upload().await;
    let tick = UnprocessedVersions(fixture.application.clone());
    let now = fixture.application.now();
    assert!(tick.jobs(now).await.unwrap().is_empty(), "its job is open");

    let cancel = CancelJob { id: job, expected: Expected::ANY };
    fixture.application.execute(&fixture.caller(), cancel).await.unwrap();
    let jobs = tick.jobs(now).await.unwrap();
    let [(organization, draft)] = &jobs[..] else { panic!("{jobs:?}") };
    assert_eq!(*organization, fixture.scope.organization());
    let worker = fixture.worker(Handlers::new().with(UnprocessedReporter));
    let reporting = fixture.enqueue(draft.clone()).await;
    fixture.until(reporting, JobState::Succeeded).await;
    let Processing::Failed(verdict) = fixture.processing(document).await else {
        panic!("it still waits")
    };
    assert_eq!(verdict.code, "document.processing_failed");
    assert!(tick.jobs(now).await.unwrap().is_empty());
    worker.stop().await;
}
