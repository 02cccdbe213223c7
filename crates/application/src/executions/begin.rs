//! A worker begins a queued execution.

use plinth_domain::{Execution, ExecutionId, Permission};
use uuid::Uuid;

use super::keeper::LEASE;
use crate::{AuditRecord, Command, Context, Error, Recorded, resource::Resource};

/// Takes the lease of a queued execution. `None` where it runs or has ended.
#[derive(Debug)]
pub(super) struct BeginExecution {
    pub(super) id: ExecutionId,
    pub(super) holder: Uuid,
}

impl Command for BeginExecution {
    const NAME: &'static str = "execution.begin";
    const PERMISSION: Permission = Permission::ExecutionCreate;
    type Output = Option<Execution>;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Option<Execution>>, Error> {
        let executions = ctx.unit.executions();
        let found = executions.lock(self.id).await?;
        let before = found.ok_or(Error::NotFound(Execution::KIND))?;
        let Ok(after) = before.clone().begin(ctx.now) else {
            return Ok(Recorded::without_audit(None));
        };
        executions.lease(self.id, self.holder, LEASE).await?;
        executions.update(&after).await?;
        let audit = AuditRecord::changed("execution.started", &before, &after)?;
        Ok(Recorded::new(Some(after), audit))
    }
}
