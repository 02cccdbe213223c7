//! Starts a run.

use plinth_domain::{
    AgentGraphName, AgentModel, AgentRun, AgentRunDraft, AgentRunId, Forbidden, JsonObject,
    Permission,
};

use super::queue::RunAgent;
use crate::{AuditRecord, Command, Context, Error, Recorded};

plinth_domain::codes! {
    AGENTS_OFF = "agents.off", "This installation has no agents sidecar.";
    AGENT_RUNS_TOO_MANY = "agent_runs.too_many",
        "The organization has as many runs as it may that have not ended: 1,000.";
    AGENT_TOO_LONG = "agent.too_long", "The run has as many events as it may: 20,000.";
    AGENT_SPENDING_LIMIT = "agent.spending_limit",
        "The executions of the run have cost as much as its spending limit.";
    AGENT_KEY_ENDED = "agent_run.key_ended",
        "The rights of those who started the run have ended, or the key of the run was revoked.";
}

/// How many runs of an organization may be open, those that wait for an answer included.
const OPEN: u64 = 1000;

/// Starts a run; a worker runs it.
#[derive(Debug, Clone)]
pub struct StartAgentRun {
    /// What runs.
    pub graph: AgentGraphName,
    /// What it works on.
    pub input: JsonObject,
    /// The model that the graph asks.
    pub model: AgentModel,
    /// The most that the run may cost, in nano-USD.
    pub spending_limit: Option<i64>,
}

impl Command for StartAgentRun {
    const NAME: &'static str = "agent_run.start";
    const PERMISSION: Permission = Permission::AgentRunCreate;
    type Output = AgentRun;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<AgentRun>, Error> {
        if !ctx.policy.has_agents {
            return Err(Error::conflict(AGENTS_OFF, "this installation has no agents sidecar"));
        }
        ctx.check_needs(self.graph)?;
        let runs = ctx.unit.agent_runs();
        if runs.open().await? >= OPEN {
            let detail = "the organization has as many open runs as it may";
            return Err(Error::Exhausted { code: AGENT_RUNS_TOO_MANY, detail });
        }
        let draft = AgentRunDraft {
            graph: self.graph,
            input: self.input,
            model: self.model,
            spending_limit: self.spending_limit,
            user: ctx.person()?,
            started_by: ctx.access.principal().api_key(),
            permissions: self.graph.needs(),
        };
        let id: AgentRunId = ctx.id();
        let run = AgentRun::queue(id, ctx.organization(), draft, ctx.now);
        ctx.unit.agent_runs().insert(&run).await.map_err(Error::write::<AgentRun>)?;
        ctx.enqueue(RunAgent { run: id }).await?;
        let audit = AuditRecord::created("agent_run.started", &run)?;
        Ok(Recorded::new(run, audit))
    }
}

impl Context<'_> {
    /// Checks that the caller may do all that a run of the graph does: the run does it for them.
    pub(super) fn check_needs(&self, graph: AgentGraphName) -> Result<(), Error> {
        let own = self.access.permissions();
        match graph.needs().iter().find(|permission| !own.contains(*permission)) {
            Some(missing) => Err(Forbidden::Permission(missing).into()),
            None => Ok(()),
        }
    }
}
