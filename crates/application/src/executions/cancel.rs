//! Cancels an execution, over any process.

use plinth_domain::{Answer, Cause, Ending, Execution, ExecutionId, Permission};

use std::time::Duration;

use plinth_ports::{IdempotencyKey, StoredReply};

use super::{finish::end, follow::Watched, run::Started};
use crate::{
    Application, AuditRecord, Caller, Command, Context, Error, Recorded, Rendered,
    resource::Resource,
};

/// How long a cancelled execution is waited for.
const CANCELLING: Duration = Duration::from_secs(5);

/// Cancels an execution: at once while it is queued; a running one is asked to end, and keeps what
/// came until then.
#[derive(Debug, Clone, Copy)]
struct CancelExecution {
    id: ExecutionId,
}

impl Command for CancelExecution {
    const NAME: &'static str = "execution.cancel";
    const PERMISSION: Permission = Permission::ExecutionCancel;
    type Output = Execution;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Execution>, Error> {
        let executions = ctx.unit.executions();
        let found = executions.lock(self.id).await?;
        let before = found.ok_or(Error::NotFound(Execution::KIND))?;
        if before.started_at.is_some() && !before.status.is_ended() {
            executions.ask_to_cancel(self.id).await?;
            ctx.wake_executions = true;
            let audit = AuditRecord::about("execution.cancel_requested", &before);
            return Ok(Recorded::new(before, audit));
        }
        let cause = Some(Cause::Cancelled);
        let ending = Ending { answer: Answer::default(), model: None, attempts: 0, cause };
        let (output, audits) = end(ctx, before, ending).await?;
        Ok(Recorded { output, audits })
    }
}

impl Application {
    /// Cancels an execution over any process, and waits until it has ended.
    ///
    /// # Errors
    /// [`Error::NotFound`]; a conflict where it had ended before.
    pub async fn cancel_execution(
        &self,
        caller: &Caller,
        key: Option<IdempotencyKey>,
        id: ExecutionId,
    ) -> Result<Started, Error> {
        let scope = self.admit(caller, CancelExecution::PERMISSION, CancelExecution::NAME)?;
        let asked = |_: &Execution| {
            let reply = StoredReply { status: 200, etag: None, location: None, body: Vec::new() };
            Ok(Rendered { reply, redacted: None })
        };
        let answer = self.execute_once(caller, key, CancelExecution { id }, asked).await?;
        let watched = Watched::new(id, scope, caller.clone());
        self.await_execution(&watched, CANCELLING).await?;
        Ok(Started { watched, replayed: answer.replayed })
    }
}
