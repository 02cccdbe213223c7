//! Sees to it that what is scheduled is done, by one process of all.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use futures::future::join_all;
use plinth_application::{Application, Error};
use plinth_domain::{Id, Job, JobCause, Timestamp};
use plinth_ports::{JobQueue, Lead, Leadership, Signal};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::{Errand, Schedule};

/// The matter in which the leader leads.
const MATTER: &str = "schedules";

/// How long those who do not lead wait before they try again, and how often the
/// one who leads asks whether it still does.
const TURN: Duration = Duration::from_secs(3);

/// The longest rest between two looks at the clock, which may be set.
const REST: TimeDelta = TimeDelta::seconds(30);

/// Does what is scheduled, when it leads.
pub struct Scheduler {
    application: Application,
    queue: Arc<dyn JobQueue>,
    leadership: Arc<dyn Leadership>,
    schedules: Vec<Schedule>,
}

impl Scheduler {
    /// A scheduler that leads nobody yet.
    #[must_use]
    pub fn new(
        application: Application,
        queue: Arc<dyn JobQueue>,
        leadership: Arc<dyn Leadership>,
        schedules: Vec<Schedule>,
    ) -> Self {
        Self { application, queue, leadership, schedules }
    }

    /// Leads or waits for the lead, until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let work = async {
            loop {
                match self.leadership.try_lead(MATTER).await {
                    Ok(Some(lead)) => self.lead(lead).await,
                    Ok(None) => {}
                    Err(error) => {
                        tracing::warn!(
                            error = &error as &dyn std::error::Error,
                            "the lead could not be asked for"
                        );
                    }
                }
                sleep(TURN).await;
            }
        };
        stop.run_until_cancelled(work).await;
    }

    /// Leads until the lead is lost.
    async fn lead(&self, mut lead: Box<dyn Lead>) {
        tracing::info!("leading the schedules");
        let held = async {
            while lead.is_held().await {
                sleep(TURN).await;
            }
        };
        tokio::select! {
            () = held => tracing::warn!("the lead is lost"),
            _ = join_all(self.schedules.iter().map(|schedule| self.follow(schedule))) => {}
        }
    }

    /// Does one schedule's ticks, each in its time.
    async fn follow(&self, schedule: &Schedule) {
        loop {
            if let Err(error) = self.catch_up(schedule).await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    schedule = schedule.name,
                    "a schedule stumbled"
                );
                sleep(TURN).await;
            }
            let now = self.application.ports().clock.now();
            let next = schedule.next(now).map_or(REST, |tick| tick - now);
            sleep(next.min(REST).to_std().unwrap_or_default()).await;
        }
    }

    /// Does what is due.
    async fn catch_up(&self, schedule: &Schedule) -> Result<(), Error> {
        let now = self.application.ports().clock.now();
        let Some(last) = self.queue.last_tick(schedule.name).await? else {
            // New: its time begins now.
            self.queue.tick(schedule.name, now, &[]).await?;
            return Ok(());
        };
        let due = schedule.due(last, now);
        match &schedule.errand {
            Errand::Chore(chore) => {
                if let Some(tick) = due.last() {
                    chore.run().await?;
                    self.queue.tick(schedule.name, *tick, &[]).await?;
                }
            }
            Errand::Jobs(errand) => {
                for tick in due {
                    let jobs = errand.jobs(tick).await?;
                    let jobs = jobs.into_iter().map(|(organization, mut draft)| {
                        draft.dedup_key.get_or_insert_with(|| key(schedule.name, tick));
                        let id = Id::from_uuid(self.application.ports().ids.next());
                        Job::queue(id, organization, draft, JobCause::default(), now)
                    });
                    let jobs: Vec<Job> = jobs.collect();
                    if self.queue.tick(schedule.name, tick, &jobs).await? && !jobs.is_empty() {
                        self.application.ports().bus.publish(Signal::Jobs);
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
