//! The usual end of an execution: nothing but the process that runs it has changed it.

use plinth_domain::{Attempt, Ending, Execution, Permission};
use uuid::Uuid;

use super::finish::action;
use crate::{AuditRecord, Command, Context, Error, Recorded, Writing};

/// Ends an execution whose text is in its row alone, and for which no budget holds anything: all of it
/// is one message to the store.
///
/// # Errors
/// [`Error::Stale`] where another process has ended it.
#[derive(Debug)]
pub(super) struct FinishStarted {
    /// The execution as it began.
    pub(super) started: Execution,
    pub(super) holder: Uuid,
    pub(super) ending: Ending,
    pub(super) attempts: Vec<Attempt>,
}

impl Command for FinishStarted {
    const NAME: &'static str = "execution.finish";
    const PERMISSION: Permission = Permission::ExecutionCreate;
    type Output = Execution;

    fn writing(&self) -> Writing {
        Writing::Deferred(Error::from)
    }

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Execution>, Error> {
        let Self { started, holder, ending, attempts } = self;
        let ended = started.clone().end(ending, ctx.now)?;
        let executions = ctx.unit.executions();
        executions.finish(&ended, holder, started.revision.version).await?;
        executions.add_attempts(&attempts).await?;
        ctx.ended = Some(ended.status);
        let audit = AuditRecord::changed(action(ended.status), &started, &ended)?;
        Ok(Recorded::new(ended, audit))
    }
}
