//! Runs the schedules in one of the processes.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use futures::{FutureExt, future::join_all};
use plinth_application::Error;
use plinth_domain::{Job, Timestamp};
use plinth_ports::Signal;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::{Dependencies, Schedule, Work, leading::while_leading};

/// The name of the lead of the process that runs the schedules.
const LEAD_NAME: &str = "schedules";

/// The delay before a schedule that failed is tried again.
const RETRY: Duration = Duration::from_secs(3);

/// The longest sleep, because the clock may be set meanwhile.
const MAX_SLEEP: TimeDelta = TimeDelta::seconds(30);

/// Runs schedules while this process is the leader.
pub struct Scheduler {
    needs: Dependencies,
    schedules: Vec<Schedule>,
}

impl Scheduler {
    /// A scheduler for these schedules.
    #[must_use]
    pub const fn new(needs: Dependencies, schedules: Vec<Schedule>) -> Self {
        Self { needs, schedules }
    }

    /// Runs until `stop`: as the leader, or waiting for the lead.
    pub async fn run(self, stop: CancellationToken) {
        let leadership = Arc::clone(&self.needs.leadership);
        let work = || {
            join_all(self.schedules.iter().map(|schedule| self.follow(schedule))).map(drop).boxed()
        };
        while_leading(&*leadership, LEAD_NAME, &stop, work).await;
    }

    /// Runs one schedule, each tick at its time.
    async fn follow(&self, schedule: &Schedule) {
        loop {
            if let Err(error) = self.catch_up(schedule).await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    schedule = schedule.name,
                    "scheduled task failed"
                );
                sleep(RETRY).await;
            }
            let now = self.needs.application.now();
            let next = schedule.next(now).map_or(MAX_SLEEP, |tick| tick - now);
            sleep(next.min(MAX_SLEEP).to_std().unwrap_or_default()).await;
        }
    }

    /// Runs the ticks that are due.
    async fn catch_up(&self, schedule: &Schedule) -> Result<(), Error> {
        let now = self.needs.application.now();
        let Some(last) = self.needs.queue.last_tick(schedule.name).await? else {
            // A new schedule starts now.
            self.needs.queue.tick(schedule.name, now, &[]).await?;
            return Ok(());
        };
        let due = schedule.due(last, now);
        match &schedule.work {
            Work::Task(task) => {
                if let Some(tick) = due.last() {
                    task.run().await?;
                    self.needs.queue.tick(schedule.name, *tick, &[]).await?;
                }
            }
            Work::Jobs(source) => {
                for tick in due {
                    let jobs = source.jobs(tick).await?;
                    let jobs = jobs.into_iter().map(|(organization, mut draft)| {
                        draft.dedup_key.get_or_insert_with(|| key(schedule.name, tick));
                        self.needs.application.new_job(organization, draft)
                    });
                    let jobs: Vec<Job> = jobs.collect();
                    if self.needs.queue.tick(schedule.name, tick, &jobs).await? && !jobs.is_empty()
                    {
                        self.needs.bus.publish(Signal::Jobs);
                    }
                }
            }
        }
        Ok(())
    }
}

/// The dedup key of a tick's jobs.
fn key(schedule: &str, tick: Timestamp) -> String {
    format!("schedule:{schedule}:{}", tick.timestamp())
}
