use plinth_domain::{Job, JobId, Permission};
use plinth_ports::records::jobs::DEDUP_KEY_TAKEN;

use super::NOT_FOUND;
use crate::{AuditRecord, Command, Context, Error, Expected, Recorded, jobs::JOB_DUPLICATE};

/// Queues a job anew that has failed, is dead, or was called off.
#[derive(Debug, Clone, Copy)]
pub struct RetryJob {
    /// Which.
    pub id: JobId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for RetryJob {
    const NAME: &'static str = "job.retry";
    const PERMISSION: Permission = Permission::JobRetry;
    type Output = Job;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Job>, Error> {
        let before = ctx.unit.jobs().lock(self.id).await?.ok_or(NOT_FOUND)?;
        self.expected.check(&before.revision)?;
        let after = before.clone().retry(ctx.now)?;
        let duplicate =
            Error::on_conflict(DEDUP_KEY_TAKEN, JOB_DUPLICATE, "another job does the same already");
        ctx.unit.jobs().update(&after).await.map_err(duplicate)?;
        ctx.wake_workers = true;
        let audit = AuditRecord::changed("job.retried", &before, &after)?;
        Ok(Recorded::new(after, audit))
    }
}
