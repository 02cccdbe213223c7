//! A worker runs each job to a recorded outcome, regardless of its handler's behaviour.

use std::{
    marker::PhantomData,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use plinth_application::{JobKind, projects::CreateProject};
use plinth_domain::{
    Description, JobDraft, JobId, JobState, JsonObject, Name, ProjectCode, ProjectDraft,
    ProjectStatus, Schedule,
};
use plinth_jobs::{Handler, Handlers, JobContext, JobFailure, Options, ScheduledTask};
use plinth_ports::{Claim, JobQueue};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use crate::support::{Does, Fixture, New, Panic, Run, TIMEOUT, does};

#[tokio::test]
async fn a_job_is_done_and_the_journal_says_so() {
    let fixture = Fixture::new().await;
    let worker = fixture.worker(Handlers::new().with(does::<Run, _, _>(async |_| Ok(()))));
    let id = fixture.job::<Run>().await;
    let done = fixture.until(id, JobState::Succeeded).await;
    assert_eq!((done.attempt, done.progress), (1, 100));
    assert_eq!(fixture.journal(id).await, ["job.succeeded"]);
    worker.stop().await;
}

#[tokio::test]
async fn what_may_go_better_is_tried_again_and_what_never_will_is_dead() {
    let fixture = Fixture::new().await;
    let attempts = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&attempts);
    let wobbly = does::<Run, _, _>(move |_| {
        let first = count.fetch_add(1, Ordering::SeqCst) == 0;
        async move { if first { Err(JobFailure::retry("not yet")) } else { Ok(()) } }
    });
    let hopeless = does::<Panic, _, _>(async |_| Err(JobFailure::permanent("never")));
    let worker = fixture.worker(Handlers::new().with(wobbly).with(hopeless));
    let (wobbly, hopeless) = (fixture.job::<Run>().await, fixture.job::<Panic>().await);

    let dead = fixture.until(hopeless, JobState::Dead).await;
    assert_eq!((dead.attempt, dead.error.as_deref()), (1, Some("never")));
    assert_eq!(fixture.journal(hopeless).await, ["job.dead"]);
    let done = fixture.until(wobbly, JobState::Succeeded).await;
    assert_eq!((done.attempt, done.error), (2, None));
    assert_eq!(fixture.journal(wobbly).await, ["job.succeeded"]);
    worker.stop().await;
}

#[tokio::test]
async fn the_last_attempt_that_fails_is_the_end() {
    let fixture = Fixture::new().await;
    let worker = fixture
        .worker(Handlers::new().with(does::<Run, _, _>(async |_| Err(JobFailure::retry("no")))));
    let draft = JobDraft { max_attempts: 2, ..Run::default().draft().unwrap() };
    let id = fixture.enqueue(draft).await;
    let dead = fixture.until(id, JobState::Dead).await;
    assert_eq!((dead.attempt, dead.error.as_deref()), (2, Some("no")));
    worker.stop().await;
}

/// A payload with a field.
#[derive(Serialize, Deserialize)]
struct Reading {
    page: u32,
}

impl JobKind for Reading {
    const KIND: &'static str = "test.reading";
}

/// Dead jobs, each with the page of its payload if that can be decoded.
type DeadPages = Arc<std::sync::Mutex<Vec<(JobId, Option<u32>)>>>;

/// Records dead jobs.
struct Reader(DeadPages);

#[async_trait]
impl Handler for Reader {
    type Job = Reading;
    fn timeout(&self) -> Duration {
        TIMEOUT
    }
    async fn run(&self, job: Reading, _ctx: JobContext) -> Result<(), JobFailure> {
        Err(JobFailure::permanent(format!("page {} is missing", job.page)))
    }
    async fn dead_letter(&self, job: Option<Reading>, ctx: JobContext) -> Result<(), JobFailure> {
        self.0.lock().unwrap().push((ctx.job().id, job.map(|job| job.page)));
        Ok(())
    }
}

#[tokio::test]
async fn a_payload_that_cannot_be_read_makes_its_own_job_dead_and_its_handler_hears_of_it() {
    let fixture = Fixture::new().await;
    let heard = Arc::default();
    let worker = fixture.worker(Handlers::new().with(Reader(Arc::clone(&heard))));
    let payload = JsonObject::from_parsed(r#"{"page": "first"}"#.to_owned());
    let poisoned = JobDraft { payload, ..Reading { page: 1 }.draft().unwrap() };
    let poisoned = fixture.enqueue(poisoned).await;
    let read = fixture.enqueue(Reading { page: 2 }.draft().unwrap()).await;
    let dead = fixture.until(poisoned, JobState::Dead).await;
    assert_eq!((dead.attempt, dead.error.as_deref()), (1, Some("the payload cannot be read")));
    let dead = fixture.until(read, JobState::Dead).await;
    assert_eq!(dead.error.as_deref(), Some("page 2 is missing"));
    let mut heard = heard.lock().unwrap().clone();
    heard.sort_unstable_by_key(|(_, page)| *page);
    assert_eq!(heard, [(poisoned, None), (read, Some(2))]);
    worker.stop().await;
}

#[tokio::test]
async fn a_panic_fails_its_own_job_only() {
    let fixture = Fixture::new().await;
    let panics = does::<Panic, _, _>(async |_| panic!("on purpose"));
    let fine = does::<Run, _, _>(async |_| Ok(()));
    let worker = fixture.worker(Handlers::new().with(panics).with(fine));
    let draft = JobDraft { max_attempts: 1, ..Panic::default().draft().unwrap() };
    let panicked = fixture.enqueue(draft).await;
    let fine = fixture.job::<Run>().await;
    fixture.until(fine, JobState::Succeeded).await;
    let dead = fixture.until(panicked, JobState::Dead).await;
    assert_eq!(dead.error.as_deref(), Some("handler panicked"));
    worker.stop().await;
}

#[tokio::test]
async fn an_older_worker_leaves_the_kinds_alone_that_only_a_newer_one_knows() {
    let fixture = Fixture::new().await;
    let old = || Handlers::new().with(does::<Run, _, _>(async |_| Ok(())));
    let older = fixture.worker(old());
    let reaper = fixture.reaper(old());
    let draft = JobDraft { max_attempts: 1, ..New::default().draft().unwrap() };
    let (waiting, lost) = (fixture.enqueue(draft.clone()).await, fixture.enqueue(draft).await);
    // A newer worker claimed one of the two for its last attempt, and crashed.
    let newer = Some(&[New::KIND][..]);
    let lease = Duration::from_millis(1);
    let claim = Claim { worker: "newer", lease, limit: 1, kinds: newer };
    let taken = JobQueue::claim(&fixture.store, claim).await.unwrap().remove(0).job.id;
    let waiting = if taken == waiting { lost } else { waiting };
    tokio::time::sleep(2 * lease).await;
    // The older worker polls the queue, and runs the jobs of its known kind.
    for _ in 0..3 {
        let known = fixture.job::<Run>().await;
        fixture.until(known, JobState::Succeeded).await;
        reaper.run().await.unwrap();
    }
    let untouched = fixture.find(waiting).await;
    assert_eq!((untouched.state, untouched.attempt), (JobState::Queued, 0));
    let expired = fixture.find(taken).await;
    assert_eq!((expired.state, expired.error), (JobState::Running, None));

    let new = || old().with(does::<New, _, _>(async |_| Ok(())));
    let newer = fixture.worker(new());
    fixture.until(waiting, JobState::Succeeded).await;
    fixture.reaper(new()).run().await.unwrap();
    fixture.until(taken, JobState::Dead).await;
    assert_eq!(fixture.journal(taken).await, ["job.dead"]);
    older.stop().await;
    newer.stop().await;
}

#[tokio::test]
async fn an_attempt_that_takes_too_long_is_over_before_the_next_one_begins() {
    let fixture = Fixture::new().await;
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (running, peak) = (Arc::clone(&now), Arc::clone(&most));
    let slow = Does {
        kind: PhantomData::<Run>,
        timeout: Duration::from_millis(50),
        work: move |_| {
            let running = Arc::clone(&running);
            peak.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            // Dropped together with the handler's future.
            let leave = Leave(running);
            async move {
                tokio::time::sleep(TIMEOUT).await;
                drop(leave);
                Ok(())
            }
        },
    };
    let worker = fixture.worker(Handlers::new().with(slow));
    let draft = JobDraft { max_attempts: 2, ..Run::default().draft().unwrap() };
    let id = fixture.enqueue(draft).await;
    let dead = fixture.until(id, JobState::Dead).await;
    assert_eq!((dead.attempt, dead.error.as_deref()), (2, Some("timed out after 0.05 s")));
    assert_eq!((now.load(Ordering::SeqCst), most.load(Ordering::SeqCst)), (0, 1));
    worker.stop().await;
}

struct Leave(Arc<AtomicUsize>);

impl Drop for Leave {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn a_job_that_is_called_off_hears_of_it_while_it_runs() {
    let fixture = Fixture::new().await;
    let waits = does::<Run, _, _>(async |job| {
        job.progress().set(40);
        job.cancelled().cancelled().await;
        Err(JobFailure::retry("called off"))
    });
    let worker = fixture.worker(Handlers::new().with(waits));
    let id = fixture.job::<Run>().await;
    fixture.until_job(id, |job| job.progress == 40).await;
    let mut unit = plinth_ports::Store::begin(&fixture.store, fixture.scope).await.unwrap();
    let job = unit.jobs().lock(id).await.unwrap().unwrap();
    let at = job.revision.updated_at;
    unit.jobs().update(&job.cancel(at).unwrap()).await.unwrap();
    unit.commit().await.unwrap();
    fixture.until(id, JobState::Cancelled).await;
    assert_eq!(fixture.journal(id).await, ["job.cancelled"]);
    worker.stop().await;
}

#[tokio::test]
async fn a_worker_that_stops_gives_back_what_it_cannot_finish() {
    let fixture = Fixture::new().await;
    let begun = Arc::new(Notify::new());
    let tell = Arc::clone(&begun);
    let waits = does::<Run, _, _>(move |_| {
        tell.notify_one();
        std::future::pending()
    });
    let worker = fixture.worker(Handlers::new().with(waits));
    let id = fixture.job::<Run>().await;
    tokio::time::timeout(TIMEOUT, begun.notified()).await.unwrap();
    worker.stop().await;
    let waiting = fixture.find(id).await;
    assert_eq!((waiting.state, waiting.attempt), (JobState::Queued, 0));
    assert!(fixture.journal(id).await.is_empty());

    let worker = fixture.worker(Handlers::new().with(does::<Run, _, _>(async |_| Ok(()))));
    assert_eq!(fixture.until(id, JobState::Succeeded).await.attempt, 1);
    worker.stop().await;
}

#[tokio::test]
async fn a_worker_that_stops_lets_what_runs_come_to_its_end() {
    let fixture = Fixture::new().await;
    let begun = Arc::new(Notify::new());
    let tell = Arc::clone(&begun);
    let waits = does::<Run, _, _>(move |_| {
        tell.notify_one();
        async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            Ok(())
        }
    });
    let options = Options { grace: TIMEOUT, ..Options::default() };
    let worker = fixture.worker_with(Handlers::new().with(waits), options);
    let id = fixture.job::<Run>().await;
    tokio::time::timeout(TIMEOUT, begun.notified()).await.unwrap();
    worker.stop().await;
    assert_eq!(fixture.find(id).await.state, JobState::Succeeded);
}

#[tokio::test]
async fn what_is_done_once_is_not_done_again_by_the_next_attempt() {
    let fixture = Fixture::new().await;
    let outputs = Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = Arc::clone(&outputs);
    let makes = does::<Run, _, _>(move |job| {
        let seen = Arc::clone(&seen);
        async move {
            let draft = ProjectDraft {
                code: ProjectCode::parse(&format!("P-{}", job.job().attempt)).unwrap(),
                name: Name::parse("Made by a job").unwrap(),
                description: None::<Description>,
                status: ProjectStatus::Planned,
                schedule: Schedule::default(),
                metadata: JsonObject::default(),
            };
            let made = job.once("make", CreateProject { draft }).await?;
            seen.lock().unwrap().push(made.is_some());
            if job.job().attempt == 1 { Err(JobFailure::retry("after it")) } else { Ok(()) }
        }
    });
    let worker = fixture.worker(Handlers::new().with(makes));
    let id = fixture.job::<Run>().await;
    fixture.until(id, JobState::Succeeded).await;
    assert_eq!(*outputs.lock().unwrap(), [true, false]);
    worker.stop().await;
}

#[tokio::test]
async fn as_many_jobs_run_at_once_as_the_worker_has_places() {
    let fixture = Fixture::new().await;
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (running, peak) = (Arc::clone(&now), Arc::clone(&most));
    let counts = does::<Run, _, _>(move |_| {
        let running = Arc::clone(&running);
        peak.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            running.fetch_sub(1, Ordering::SeqCst);
            Ok(())
        }
    });
    let mut ids = Vec::new();
    for _ in 0..40 {
        ids.push(fixture.job::<Run>().await);
    }
    let options = Options { concurrency: 3, ..Options::default() };
    let worker = fixture.worker_with(Handlers::new().with(counts), options);
    for id in ids {
        fixture.until(id, JobState::Succeeded).await;
    }
    assert_eq!(most.load(Ordering::SeqCst), 3);
    worker.stop().await;
}
