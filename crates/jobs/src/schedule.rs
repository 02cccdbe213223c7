use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use plinth_application::Error;
use plinth_domain::{JobDraft, OrganizationId, Timestamp};

/// Missed ticks of this time are all caught up; of older ones only the last.
const CATCH_UP: TimeDelta = TimeDelta::minutes(10);

/// A task that the leader runs in its own process.
#[async_trait]
pub trait ScheduledTask: Send + Sync {
    /// Runs it. When the leader changes, it may run twice for one tick.
    async fn run(&self) -> Result<(), Error>;
}

/// Creates the jobs of a schedule.
#[async_trait]
pub trait ScheduledJobs: Send + Sync {
    /// The jobs of one tick. They are enqueued once, even if the leader changes. A job without a
    /// deduplication key gets one from its schedule and tick.
    async fn jobs(&self, tick: Timestamp) -> Result<Vec<(OrganizationId, JobDraft)>, Error>;
}

/// The work at each tick of a schedule.
#[derive(Clone)]
pub enum Work {
    /// The leader runs a task.
    Task(Arc<dyn ScheduledTask>),
    /// Jobs are enqueued.
    Jobs(Arc<dyn ScheduledJobs>),
}

/// Work at the times of a cron expression.
#[derive(Clone)]
pub struct Schedule {
    /// The name in the database, 1 to 100 bytes. It must not change.
    pub(crate) name: &'static str,
    pub(crate) cron: cron::Schedule,
    pub(crate) work: Work,
}

/// The cron expression cannot be parsed.
#[derive(Debug, thiserror::Error)]
#[error("the schedule {name} has no valid cron expression")]
pub struct InvalidSchedule {
    /// The schedule.
    name: &'static str,
    /// The error of the parser.
    #[source]
    source: cron::error::Error,
}

impl Schedule {
    /// A schedule by a cron expression with seconds, in UTC:
    /// `sec min hour day month weekday`.
    pub fn new(name: &'static str, cron: &str, work: Work) -> Result<Self, InvalidSchedule> {
        let cron = cron.parse().map_err(|source| InvalidSchedule { name, source })?;
        Ok(Self { name, cron, work })
    }

    /// The ticks that are due, the oldest first.
    pub(crate) fn due(&self, last: Timestamp, now: Timestamp) -> Vec<Timestamp> {
        let recent = (now - CATCH_UP).max(last);
        let ticks: Vec<_> = self.cron.after(&recent).take_while(|tick| *tick <= now).collect();
        if ticks.is_empty() && recent > last {
            let before = self.cron.after(&recent).next_back();
            return before.filter(|tick| *tick > last && *tick <= now).into_iter().collect();
        }
        ticks
    }

    /// The first tick after `now`.
    pub(crate) fn next(&self, now: Timestamp) -> Option<Timestamp> {
        self.cron.after(&now).next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nothing;

    #[async_trait]
    impl ScheduledTask for Nothing {
        async fn run(&self) -> Result<(), Error> {
            Ok(())
        }
    }

    fn schedule(cron: &str) -> Schedule {
        Schedule::new("test", cron, Work::Task(Arc::new(Nothing))).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn every_tick_of_the_last_minutes_is_due_and_of_older_ones_the_last() {
        let minutely = schedule("0 * * * * *");
        let due = |last, now| minutely.due(at(last), at(now));
        assert!(due("2026-11-20T10:00:00Z", "2026-11-20T10:00:59Z").is_empty());
        assert_eq!(
            due("2026-11-20T10:00:00Z", "2026-11-20T10:02:00Z"),
            [at("2026-11-20T10:01:00Z"), at("2026-11-20T10:02:00Z")]
        );
        assert_eq!(due("2026-01-01T00:00:00Z", "2026-11-20T10:00:30Z").len(), 10);

        let nightly = schedule("0 0 3 * * *");
        let due = |last, now| nightly.due(at(last), at(now));
        assert_eq!(
            due("2026-11-17T03:00:00Z", "2026-11-20T10:00:00Z"),
            [at("2026-11-20T03:00:00Z")]
        );
        assert!(due("2026-11-20T03:00:00Z", "2026-11-20T10:00:00Z").is_empty());
    }

    #[test]
    fn a_schedule_that_cannot_be_parsed_is_refused() {
        let error = Schedule::new("test", "now and then", Work::Task(Arc::new(Nothing)));
        assert!(error.is_err());
    }
}
