use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use plinth_application::Error;
use plinth_domain::{JobDraft, OrganizationId, Timestamp};

/// How far back ticks that were missed are made up for, each of them; of older
/// ones only the last.
const MEMORY: TimeDelta = TimeDelta::minutes(10);

/// Something that the leader does.
#[async_trait]
pub trait Chore: Send + Sync {
    /// Does it. It may be done twice for one tick, when the leader changes.
    async fn run(&self) -> Result<(), Error>;
}

/// Says for whom a schedule makes jobs.
#[async_trait]
pub trait JobsOf: Send + Sync {
    /// The jobs of one tick. They are made once, whoever leads; one without a
    /// dedup key gets that of its schedule and tick.
    async fn jobs(&self, tick: Timestamp) -> Result<Vec<(OrganizationId, JobDraft)>, Error>;
}

/// What a schedule is for.
#[derive(Clone)]
pub enum Errand {
    /// The leader does it.
    Chore(Arc<dyn Chore>),
    /// Jobs do it.
    Jobs(Arc<dyn JobsOf>),
}

/// Something that is done again and again.
#[derive(Clone)]
pub struct Schedule {
    /// Names it, for good: 1 to 100 bytes.
    pub(crate) name: &'static str,
    pub(crate) cron: cron::Schedule,
    pub(crate) errand: Errand,
}

/// This is no cron expression.
#[derive(Debug, thiserror::Error)]
#[error("the schedule {name} has no valid cron expression")]
pub struct InvalidSchedule {
    /// The schedule.
    name: &'static str,
    /// What is wrong.
    #[source]
    source: cron::error::Error,
}

impl Schedule {
    /// A schedule by a cron expression with seconds, in UTC:
    /// `sec min hour day month weekday`.
    pub fn new(name: &'static str, cron: &str, errand: Errand) -> Result<Self, InvalidSchedule> {
        let cron = cron.parse().map_err(|source| InvalidSchedule { name, source })?;
        Ok(Self { name, cron, errand })
    }

    /// The ticks that are due, the oldest first.
    pub(crate) fn due(&self, last: Timestamp, now: Timestamp) -> Vec<Timestamp> {
        let recent = (now - MEMORY).max(last);
        let ticks: Vec<_> = self.cron.after(&recent).take_while(|tick| *tick <= now).collect();
        if ticks.is_empty() && recent > last {
            let before = self.cron.after(&recent).next_back();
            return before.filter(|tick| *tick > last && *tick <= now).into_iter().collect();
        }
        ticks
    }

    /// The first tick behind this moment.
    pub(crate) fn next(&self, now: Timestamp) -> Option<Timestamp> {
        self.cron.after(&now).next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nothing;

    #[async_trait]
    impl Chore for Nothing {
        async fn run(&self) -> Result<(), Error> {
            Ok(())
        }
    }

    fn schedule(cron: &str) -> Schedule {
        Schedule::new("test", cron, Errand::Chore(Arc::new(Nothing))).unwrap()
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
    fn a_schedule_that_nobody_understands_is_refused() {
        let error = Schedule::new("test", "now and then", Errand::Chore(Arc::new(Nothing)));
        assert!(error.is_err());
    }
}
