//! Ends a queued execution that cannot be run.

use plinth_domain::{Answer, Cause, Ending, Execution, ExecutionId, Failure, Permission};

use super::{finish::end, plan::EXECUTION_NOT_RUNNABLE};
use crate::{Command, Context, Error, Recorded, resource::Resource};

/// Ends a queued execution as failed. One that runs or has ended stays as it is.
#[derive(Debug)]
pub struct RefuseExecution {
    pub(super) id: ExecutionId,
    pub(super) failure: Failure,
}

impl RefuseExecution {
    /// For an execution whose job is a dead letter.
    #[must_use]
    pub fn dead(id: ExecutionId) -> Self {
        let detail = "no worker could begin it";
        Self { id, failure: Failure::new(EXECUTION_NOT_RUNNABLE, detail) }
    }

    /// For an execution whose prompt or model is not there any more, say.
    pub(super) fn because(id: ExecutionId, error: &Error) -> Self {
        let code = error.code().unwrap_or(EXECUTION_NOT_RUNNABLE);
        Self { id, failure: Failure::new(code, &error.to_string()) }
    }
}

impl Command for RefuseExecution {
    const NAME: &'static str = "execution.refuse";
    const PERMISSION: Permission = Permission::ExecutionCreate;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let found = ctx.unit.executions().lock(self.id).await?;
        let before = found.ok_or(Error::NotFound(Execution::KIND))?;
        if before.started_at.is_some() || before.status.is_ended() {
            return Ok(Recorded::without_audit(()));
        }
        let cause = Some(Cause::Refused(self.failure));
        let ending = Ending { answer: Answer::default(), model: None, attempts: 0, cause };
        let (_, audits) = end(ctx, before, ending).await?;
        Ok(Recorded { output: (), audits })
    }
}
