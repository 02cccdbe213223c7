//! One process runs the schedules, and a change of leader neither loses nor duplicates a tick.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use plinth_application::{Error, JobKind};
use plinth_domain::{JobDraft, OrganizationId, Timestamp};
use plinth_jobs::{Dependencies, Schedule, ScheduledJobs, ScheduledTask, Scheduler, Work};
use plinth_memory::MemoryLeadership;
use plinth_ports::{Claim, JobQueue};
use tokio::{sync::Semaphore, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::support::{Fixture, Run, TIMEOUT};

/// Creates one job for each tick, and records the ticks.
struct Ticking {
    organization: OrganizationId,
    asked: Mutex<Vec<Timestamp>>,
}

#[async_trait]
impl ScheduledJobs for Ticking {
    async fn jobs(&self, tick: Timestamp) -> Result<Vec<(OrganizationId, JobDraft)>, Error> {
        self.asked.lock().unwrap().push(tick);
        Ok(vec![(self.organization, Run::default().draft()?)])
    }
}

struct Counting(Arc<Semaphore>);

#[async_trait]
impl ScheduledTask for Counting {
    async fn run(&self) -> Result<(), Error> {
        self.0.add_permits(1);
        Ok(())
    }
}

fn schedule(
    fixture: &Fixture,
    leadership: &MemoryLeadership,
    work: Work,
) -> (CancellationToken, JoinHandle<()>) {
    let each_second = vec![Schedule::new("test", "* * * * * *", work).unwrap()];
    let leadership = Arc::new(leadership.clone());
    let scheduler =
        Scheduler::new(Dependencies { leadership, ..fixture.needs.clone() }, each_second);
    let stop = CancellationToken::new();
    (stop.clone(), tokio::spawn(scheduler.run(stop)))
}

#[tokio::test]
async fn a_change_of_leader_neither_loses_nor_doubles_a_tick() {
    let fixture = Fixture::new().await;
    let leadership = MemoryLeadership::default();
    let organization = fixture.scope.organization();
    let ticking = Arc::new(Ticking { organization, asked: Mutex::default() });
    let work = || Work::Jobs(ticking.clone());
    let (first, second) =
        (schedule(&fixture, &leadership, work()), schedule(&fixture, &leadership, work()));
    let mut keys = Vec::new();
    let ticks = async |keys: &mut Vec<i64>, count: usize| {
        let wait = async {
            while keys.len() < count {
                let claim = Claim { worker: "w", lease: TIMEOUT, limit: 100, kinds: None };
                for leased in JobQueue::claim(&fixture.store, claim).await.unwrap() {
                    let key = leased.job.dedup_key.unwrap();
                    keys.push(key.strip_prefix("schedule:test:").unwrap().parse().unwrap());
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(TIMEOUT, wait).await.unwrap();
    };
    ticks(&mut keys, 2).await;
    // Either may be the leader; the other one continues after its last tick.
    first.0.cancel();
    first.1.await.unwrap();
    ticks(&mut keys, 6).await;
    second.0.cancel();
    second.1.await.unwrap();
    let set: BTreeSet<i64> = keys.iter().copied().collect();
    assert_eq!(set.len(), keys.len(), "doubled: {keys:?}");
    let (from, to) = (*set.first().unwrap(), *set.last().unwrap());
    assert_eq!(to - from + 1, i64::try_from(set.len()).unwrap(), "lost: {keys:?}");
}

#[tokio::test]
async fn a_scheduled_task_is_run_by_the_leader() {
    let fixture = Fixture::new().await;
    let leadership = MemoryLeadership::default();
    let done = Arc::new(Semaphore::new(0));
    let work = Work::Task(Arc::new(Counting(Arc::clone(&done))));
    let (stop, scheduler) = schedule(&fixture, &leadership, work);
    let ticks = tokio::time::timeout(TIMEOUT, done.acquire_many(2)).await;
    drop(ticks.unwrap().unwrap());
    stop.cancel();
    scheduler.await.unwrap();
}
