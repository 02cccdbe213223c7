//! The handler of a dead letter is called for every cause of death, so that no document waits for
//! ever.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use plinth_application::JobKind;
use plinth_domain::{JobDraft, JobId, JobState, Processing};
use plinth_jobs::{
    DocumentProcessor, Handler, Handlers, JobContext, JobFailure, Options, ReapLeases,
    ScheduledTask,
};
use plinth_ports::{Claim, JobQueue};

use crate::support::{DirectReader, Endless, Fixture, Run, TIMEOUT};

/// How an attempt ends; after `Ok` it never ends.
type Way = fn() -> Result<(), JobFailure>;

/// The result of the dead-letter call, by the number of earlier calls.
type DeadLetter = fn(usize) -> Result<(), JobFailure>;

/// Fails in a given way, and counts its dead-letter calls.
struct Hopeless {
    way: Way,
    dead_letter: DeadLetter,
    told: Arc<AtomicUsize>,
}

#[async_trait]
impl Handler for Hopeless {
    type Job = Run;

    fn timeout(&self) -> Duration {
        Duration::from_millis(50)
    }
    async fn run(&self, _job: Run, _ctx: JobContext) -> Result<(), JobFailure> {
        match (self.way)() {
            Ok(()) => std::future::pending().await,
            failed => failed,
        }
    }
    async fn dead_letter(&self, _job: Option<Run>, _ctx: JobContext) -> Result<(), JobFailure> {
        (self.dead_letter)(self.told.fetch_add(1, Ordering::SeqCst))
    }
}

/// The handler, and the number of its dead-letter calls.
fn hopeless(way: Way, dead_letter: DeadLetter) -> (Handlers, Arc<AtomicUsize>) {
    let told = Arc::new(AtomicUsize::new(0));
    let handler = Hopeless { way, dead_letter, told: Arc::clone(&told) };
    (Handlers::new().with(handler), told)
}

fn draft(max_attempts: u16) -> JobDraft {
    JobDraft { max_attempts, ..Run::default().draft().unwrap() }
}

/// Claims the job like a worker that crashes at once.
async fn claim_and_go(fixture: &Fixture) {
    let lease = Duration::from_millis(1);
    let claim = Claim { worker: "gone", lease, limit: 1, kinds: None };
    assert_eq!(fixture.store.claim(claim).await.unwrap().len(), 1);
    tokio::time::sleep(2 * lease).await;
}

/// Loses the worker at every attempt.
async fn lose_every_worker(fixture: &Fixture, reaper: &ReapLeases, job: JobId) {
    for _ in 0..fixture.find(job).await.max_attempts {
        claim_and_go(fixture).await;
        reaper.run().await.unwrap();
    }
}

#[tokio::test]
async fn however_the_last_attempt_fails_the_handler_hears_once_that_the_job_is_dead() {
    let ways: [(Way, u16); 4] = [
        (|| Err(JobFailure::retry("no")), 2),
        (|| Err(JobFailure::permanent("never")), 5),
        (|| panic!("on purpose"), 1),
        // The handler exceeds its timeout.
        (|| Ok(()), 1),
    ];
    for (way, max_attempts) in ways {
        let fixture = Fixture::new().await;
        let (handlers, told) = hopeless(way, |_| Ok(()));
        let worker = fixture.worker(handlers);
        let job = fixture.enqueue(draft(max_attempts)).await;
        fixture.until(job, JobState::Dead).await;
        assert_eq!(told.load(Ordering::SeqCst), 1);
        worker.stop().await;
    }
}

#[tokio::test]
async fn a_job_that_lost_every_worker_is_declared_dead_by_the_reaper() {
    let fixture = Fixture::new().await;
    let (handlers, told) = hopeless(|| Ok(()), |_| Ok(()));
    let job = fixture.enqueue(draft(3)).await;
    lose_every_worker(&fixture, &fixture.reaper(handlers), job).await;
    let dead = fixture.find(job).await;
    assert_eq!((dead.state, dead.attempt), (JobState::Dead, 3));
    assert_eq!(told.load(Ordering::SeqCst), 1);
    assert_eq!(fixture.journal(job).await, ["job.dead"]);
}

#[tokio::test]
async fn a_job_is_not_dead_before_its_handler_has_heard_of_it() {
    let fixture = Fixture::new().await;
    let not_at_first = |times| if times == 0 { Err(JobFailure::retry("away")) } else { Ok(()) };
    let (handlers, told) = hopeless(|| Err(JobFailure::permanent("never")), not_at_first);
    let reaper = fixture.reaper(handlers.clone());
    let quick = Duration::from_millis(50);
    let options = Options { lease: quick, poll: quick, ..Options::default() };
    let worker = fixture.worker_with(handlers, options);
    let job = fixture.enqueue(draft(1)).await;
    let look = async {
        while told.load(Ordering::SeqCst) == 0 {
            tokio::time::sleep(quick).await;
        }
        assert_eq!(fixture.find(job).await.state, JobState::Running);
        while fixture.find(job).await.state != JobState::Dead {
            reaper.run().await.unwrap();
            tokio::time::sleep(quick).await;
        }
    };
    tokio::time::timeout(TIMEOUT, look).await.unwrap();
    assert_eq!(told.load(Ordering::SeqCst), 2);
    assert_eq!(fixture.journal(job).await, ["job.dead"]);
    worker.stop().await;
}

#[tokio::test]
async fn a_handler_that_panics_on_a_dead_job_or_never_can_process_it_keeps_no_job_alive() {
    let ways: [DeadLetter; 2] =
        [|_| panic!("on purpose"), |_| Err(JobFailure::permanent("unreadable"))];
    for way in ways {
        let fixture = Fixture::new().await;
        let (handlers, _) = hopeless(|| Ok(()), way);
        let job = fixture.enqueue(draft(1)).await;
        lose_every_worker(&fixture, &fixture.reaper(handlers), job).await;
        assert_eq!(fixture.find(job).await.state, JobState::Dead);
    }
}

#[tokio::test]
async fn a_document_whose_workers_all_vanished_has_failed() {
    let fixture = Fixture::new().await;
    let processor = DocumentProcessor::new(
        Arc::new(Endless),
        Arc::new(DirectReader),
        Arc::clone(&fixture.blobs),
        1,
    );
    let handlers = Handlers::new().with(processor);
    let (document, job) = fixture.upload().await;
    let lease = Duration::from_secs(1);
    let options = Options { lease, poll: lease / 20, ..Options::default() };
    let worker = fixture.worker_with(handlers.clone(), options);
    let begin = async {
        while fixture.processing(document).await != Processing::Processing {
            tokio::time::sleep(lease / 20).await;
        }
    };
    tokio::time::timeout(TIMEOUT, begin).await.unwrap();
    worker.vanish().await;

    let reaper = fixture.reaper(handlers);
    let reap = async {
        while fixture.find(job).await.state == JobState::Running {
            reaper.run().await.unwrap();
            tokio::time::sleep(lease / 20).await;
        }
    };
    tokio::time::timeout(TIMEOUT, reap).await.unwrap();
    assert_eq!(fixture.processing(document).await, Processing::Processing);
    while fixture.find(job).await.state != JobState::Dead {
        claim_and_go(&fixture).await;
        reaper.run().await.unwrap();
    }
    let Processing::Failed(verdict) = fixture.processing(document).await else {
        panic!("it is still processed")
    };
    assert_eq!(verdict.code, "document.processing_failed");
}
