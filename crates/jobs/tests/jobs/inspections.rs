//! How many files are inspected at once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use futures::StreamExt;
use plinth_domain::{ContentType, JobState, Processing};
use plinth_jobs::{DocumentProcessor, Handlers};
use plinth_ports::{ByteStream, Findings, Inspection, Inspector, InspectorError};

use crate::support::{DirectReader, Endless, Fixture, Run, does};

/// Counts the files that are inspected at once.
#[derive(Default)]
struct Counting {
    now: AtomicUsize,
    most: AtomicUsize,
}

#[async_trait]
impl Inspector for Counting {
    async fn inspect(
        &self,
        mut content: ByteStream,
        _content_type: ContentType,
        _progress: &(dyn Fn(u8) + Send + Sync),
    ) -> Result<Inspection, InspectorError> {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        let mut size_bytes = 0;
        while let Some(piece) = content.next().await {
            size_bytes += piece.map_err(|error| InspectorError(error.into()))?.len() as u64;
        }
        // The others would begin meanwhile.
        tokio::time::sleep(Duration::from_millis(30)).await;
        self.now.fetch_sub(1, Ordering::SeqCst);
        Ok(Inspection { sha256: [0; 32], size_bytes, findings: Ok(Findings::default()) })
    }
}

#[tokio::test]
async fn slow_files_leave_slots_to_other_jobs_and_wait_in_the_queue() {
    let fixture = Fixture::new().await;
    let processor = DocumentProcessor::new(
        Arc::new(Endless),
        Arc::new(DirectReader),
        Arc::clone(&fixture.blobs),
        1,
    );
    let mut uploaded = Vec::new();
    for _ in 0..20 {
        uploaded.push(fixture.upload().await.1);
    }
    let handlers = Handlers::new().with(processor).with(does::<Run, _, _>(async |_| Ok(())));
    let worker = fixture.worker(handlers);
    for _ in 0..40 {
        let other = fixture.job::<Run>().await;
        fixture.until(other, JobState::Succeeded).await;
    }
    let mut running = 0;
    for job in uploaded {
        running += usize::from(fixture.find(job).await.state == JobState::Running);
    }
    assert_eq!(running, 4, "two for each place and two more are in hand");
    worker.stop().await;
}

/// Fails as after a kill from outside, or a timeout of wall-clock time.
struct Unlucky;

#[async_trait]
impl Inspector for Unlucky {
    async fn inspect(
        &self,
        _content: ByteStream,
        _content_type: ContentType,
        _progress: &(dyn Fn(u8) + Send + Sync),
    ) -> Result<Inspection, InspectorError> {
        Err(InspectorError("the process was killed".into()))
    }
}

#[tokio::test]
async fn a_file_whose_inspection_never_came_to_an_end_has_failed_and_is_not_rejected() {
    let fixture = Fixture::new().await;
    let processor = DocumentProcessor::new(
        Arc::new(Unlucky),
        Arc::new(DirectReader),
        Arc::clone(&fixture.blobs),
        1,
    );
    let (document, job) = fixture.upload().await;
    let (another, retried) = fixture.upload().await;
    fixture.leave_one_attempt(job).await;
    let worker = fixture.worker(Handlers::new().with(processor));
    fixture.until(job, JobState::Dead).await;
    fixture.until(retried, JobState::Failed).await;
    assert!(matches!(fixture.processing(document).await, Processing::Failed(_)));
    assert_eq!(fixture.processing(another).await, Processing::Processing);
    worker.stop().await;
}

#[tokio::test]
async fn no_more_files_are_inspected_at_once_than_the_machine_can_read() {
    for places in [1, 2] {
        let fixture = Fixture::new().await;
        let inspector = Arc::new(Counting::default());
        let processor = DocumentProcessor::new(
            inspector.clone(),
            Arc::new(DirectReader),
            Arc::clone(&fixture.blobs),
            places,
        );
        let mut uploaded = Vec::new();
        for _ in 0..6 {
            uploaded.push(fixture.upload().await);
        }
        let worker = fixture.worker(Handlers::new().with(processor));
        for (document, job) in uploaded {
            fixture.until(job, JobState::Succeeded).await;
            // The hash is not that of the file.
            assert!(matches!(fixture.processing(document).await, Processing::Rejected(_)));
        }
        assert_eq!(inspector.most.load(Ordering::SeqCst), places);
        worker.stop().await;
    }
}
