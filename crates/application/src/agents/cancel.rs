//! Cancels a run, over any process.

use plinth_domain::{AgentRun, AgentRunEnding, AgentRunId, Permission};

use super::finish::lock;
use crate::{Command, Context, Error, Recorded};

/// Cancels a run at once. The worker that runs a part of it hears of it by a signal, or asks twice a
/// second, and drops the part, which closes the requests to models and tools.
#[derive(Debug, Clone, Copy)]
pub struct CancelAgentRun {
    /// The run.
    pub id: AgentRunId,
}

impl Command for CancelAgentRun {
    const NAME: &'static str = "agent_run.cancel";
    const PERMISSION: Permission = Permission::AgentRunCancel;
    type Output = AgentRun;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<AgentRun>, Error> {
        let before = lock(ctx, self.id).await?;
        let audits = ctx.end_run(before, AgentRunEnding::Cancelled).await?;
        ctx.wake_executions = true;
        let output = lock(ctx, self.id).await?;
        Ok(Recorded { output, audits })
    }
}
