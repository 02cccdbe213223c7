//! The daily digests of notifications.

use std::time::Duration;

use async_trait::async_trait;
use plinth_application::{
    Application, Error,
    notifications::{SendDigests, SendNextDigest},
};
use plinth_domain::{JobDraft, OrganizationId, Timestamp};
use tokio_util::sync::CancellationToken;

use crate::{Handler, JobContext, JobFailure, ScheduledJobs};

/// Enqueues a job for each organization that sends its digests.
pub struct NotificationDigests(pub Application);

#[async_trait]
impl ScheduledJobs for NotificationDigests {
    async fn jobs(&self, tick: Timestamp) -> Result<Vec<(OrganizationId, JobDraft)>, Error> {
        self.0.digests(tick).await
    }
}

/// Sends the digests of an organization, one user after the other.
pub struct DigestSender;

#[async_trait]
impl Handler for DigestSender {
    type Job = SendDigests;

    /// The users who are left get theirs by the next attempt, which a timeout causes.
    fn timeout(&self) -> Duration {
        Duration::from_mins(10)
    }

    async fn run(&self, job: SendDigests, ctx: JobContext) -> Result<(), JobFailure> {
        let next = SendNextDigest { before: job.before() };
        while ctx.execute(next).await? {
            go_on(ctx.cancelled())?;
        }
        Ok(())
    }
}

/// Fails an attempt that is asked to stop, so that another one goes on: each user's part is committed.
fn go_on(cancelled: &CancellationToken) -> Result<(), JobFailure> {
    if cancelled.is_cancelled() {
        return Err(JobFailure::retry("not all digests are sent yet"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_that_is_asked_to_stop_between_two_users_does_not_succeed() {
        let cancelled = CancellationToken::new();
        go_on(&cancelled).unwrap();
        cancelled.cancel();
        assert!(matches!(go_on(&cancelled), Err(JobFailure::Retry(_))));
    }
}
