use plinth_domain::{Job, JobId, JobState, Permission};

use super::NOT_FOUND;
use crate::{AuditRecord, Command, Context, Error, Expected, Recorded};

/// Calls a job off: at once while it waits; one that runs is asked to stop.
#[derive(Debug, Clone, Copy)]
pub struct CancelJob {
    /// Which.
    pub id: JobId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for CancelJob {
    const NAME: &'static str = "job.cancel";
    const PERMISSION: Permission = Permission::JobCancel;
    type Output = Job;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Job>, Error> {
        let before = ctx.unit.jobs().lock(self.id).await?.ok_or(NOT_FOUND)?;
        self.expected.check(&before.revision)?;
        let after = before.clone().cancel(ctx.now)?;
        ctx.unit.jobs().update(&after).await?;
        let action = match after.state {
            JobState::Cancelled => "job.cancelled",
            _ => "job.cancel_requested",
        };
        let audit = AuditRecord::changed(action, &before, &after)?;
        Ok(Recorded::new(after, audit))
    }
}
