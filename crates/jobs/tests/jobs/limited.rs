//! Kinds of which a worker runs only a few at once.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use plinth_domain::{Job, JobState, Timestamp};
use plinth_jobs::{Handler, Handlers, JobContext, JobFailure, Options};
use plinth_memory::MemoryStore;
use plinth_ports::{
    Backlog, Claim, Held, JobQueue, Lease, LeasedJob, Reap, Reaped, Result, Settlement,
};
use tokio::time::sleep;

use crate::support::{Fixture, Run, TIMEOUT};

/// Runs three at once, which end while the next ones are claimed.
struct Few;

#[async_trait]
impl Handler for Few {
    type Job = Run;

    fn timeout(&self) -> Duration {
        TIMEOUT
    }

    fn at_once(&self) -> Option<usize> {
        Some(3)
    }

    async fn run(&self, _job: Run, ctx: JobContext) -> Result<(), JobFailure> {
        // Some end before the others.
        let [.., last] = ctx.job().id.uuid().into_bytes();
        sleep(Duration::from_millis(u64::from(last) / 16)).await;
        Ok(())
    }
}

/// A queue that is further away than the memory: a claim takes longer than a job.
struct Remote(MemoryStore);

#[async_trait]
impl JobQueue for Remote {
    async fn claim(&self, claim: Claim<'_>) -> Result<Vec<LeasedJob>> {
        sleep(Duration::from_millis(20)).await;
        self.0.claim(claim).await
    }

    async fn heartbeat(&self, leases: &[Lease], time: Duration) -> Result<Vec<Held>> {
        self.0.heartbeat(leases, time).await
    }

    async fn report(&self, lease: Lease, percent: u8) -> Result<bool> {
        self.0.report(lease, percent).await
    }

    async fn settle(&self, settlements: Vec<Settlement>) -> Result<Vec<Lease>> {
        self.0.settle(settlements).await
    }

    async fn reap(&self, reap: Reap<'_>) -> Result<Reaped> {
        self.0.reap(reap).await
    }

    async fn backlog(&self) -> Result<Vec<Backlog>> {
        self.0.backlog().await
    }

    async fn last_tick(&self, schedule: &str) -> Result<Option<Timestamp>> {
        self.0.last_tick(schedule).await
    }

    async fn tick(&self, schedule: &str, at: Timestamp, jobs: &[Job]) -> Result<bool> {
        self.0.tick(schedule, at, jobs).await
    }
}

#[tokio::test]
async fn a_kind_with_a_limit_is_worked_off_without_waiting_for_a_poll() {
    let mut fixture = Fixture::new().await;
    fixture.needs.queue = Arc::new(Remote(fixture.store.clone()));
    let mut ids = Vec::new();
    for _ in 0..50 {
        ids.push(fixture.job::<Run>().await);
    }
    let options = Options { poll: Duration::from_mins(10), ..Options::default() };
    let worker = fixture.worker_with(Handlers::new().with(Few), options);
    for id in ids {
        fixture.until(id, JobState::Succeeded).await;
    }
    worker.stop().await;
}
