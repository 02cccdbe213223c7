//! Stores what a part comes to.

use plinth_domain::{
    AgentQuestion, AgentRun, AgentRunEnding, AgentRunId, AgentRunStatus, Failure, Permission,
};
use plinth_ports::{AgentFault, NewAgentEvent};
use serde_json::json;
use uuid::Uuid;

use super::events::{PartEnding, object, text};
use crate::{AuditRecord, Command, Context, Error, Recorded, resource::Resource};

/// Adds what happened in a part. Answers whether the part still belongs to the holder.
#[derive(Debug)]
pub(super) struct KeepEvents {
    pub(super) id: AgentRunId,
    pub(super) holder: Uuid,
    pub(super) events: Vec<NewAgentEvent>,
    pub(super) checkpoint: Option<String>,
}

impl Command for KeepEvents {
    const NAME: &'static str = "agent_run.keep_events";
    const PERMISSION: Permission = Permission::AgentRunCreate;
    type Output = bool;

    /// Without an audit record: the audit log has the beginning and the end.
    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<bool>, Error> {
        Ok(Recorded::without_audit(self.keep(ctx).await?))
    }
}

impl KeepEvents {
    async fn keep(&self, ctx: &mut Context<'_>) -> Result<bool, Error> {
        let runs = ctx.unit.agent_runs();
        let is_held = runs.append(self.id, Some(self.holder), &self.events, ctx.now).await?;
        if let (true, Some(state)) = (is_held, &self.checkpoint) {
            runs.keep_checkpoint(self.id, state).await?;
        }
        Ok(is_held)
    }
}

/// Ends a part, with its last events. It changes nothing where the part belongs to another holder.
#[derive(Debug)]
pub(super) struct EndPart {
    pub(super) last: KeepEvents,
    pub(super) ending: PartEnding,
}

impl Command for EndPart {
    const NAME: &'static str = "agent_run.end_part";
    const PERMISSION: Permission = Permission::AgentRunCreate;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let before = lock(ctx, self.last.id).await?;
        if before.status != AgentRunStatus::Running || !self.last.keep(ctx).await? {
            return Ok(Recorded::without_audit(()));
        }
        let audits = match self.ending {
            PartEnding::Asked(question) => ctx.ask(before, question).await?,
            PartEnding::Ended(ending) => ctx.end_run(before, ending).await?,
            PartEnding::Requeued => {
                let after = before.requeue(ctx.now)?;
                ctx.leave(&after).await?;
                Vec::new()
            }
        };
        Ok(Recorded { output: (), audits })
    }
}

/// Ends a run whose last job is dead: without a worker it would wait for ever.
#[derive(Debug)]
pub struct AbandonAgentRun {
    /// The run.
    pub id: AgentRunId,
}

impl Command for AbandonAgentRun {
    const NAME: &'static str = "agent_run.abandon";
    const PERMISSION: Permission = Permission::AgentRunCreate;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let before = lock(ctx, self.id).await?;
        if !before.may_begin() {
            return Ok(Recorded::without_audit(()));
        }
        let fault = AgentFault::Lost(String::new());
        let detail = "every attempt to run it failed; its job says more";
        let ending = AgentRunEnding::Failed(Failure::new(fault.code(), detail));
        let audits = ctx.end_run(before, ending).await?;
        Ok(Recorded { output: (), audits })
    }
}

pub(super) async fn lock(ctx: &mut Context<'_>, id: AgentRunId) -> Result<AgentRun, Error> {
    ctx.unit.agent_runs().lock(id).await?.ok_or(Error::NotFound(AgentRun::KIND))
}

impl Context<'_> {
    async fn ask(
        &mut self,
        before: AgentRun,
        question: AgentQuestion,
    ) -> Result<Vec<AuditRecord>, Error> {
        let asked =
            [("id", text(question.id.as_str())), ("question", question.body.as_str().to_owned())];
        let data = object(asked);
        let after = before.clone().ask(question, self.now)?;
        self.leave(&after).await?;
        let event = NewAgentEvent { kind: "question", data };
        self.unit.agent_runs().append(after.id, None, &[event], self.now).await?;
        Ok(vec![AuditRecord::changed("agent_run.waiting", &before, &after)?])
    }

    /// Ends a locked run, with its key.
    pub(super) async fn end_run(
        &mut self,
        before: AgentRun,
        ending: AgentRunEnding,
    ) -> Result<Vec<AuditRecord>, Error> {
        let after = before.clone().end(ending, self.now)?;
        self.leave(&after).await?;
        let failure = after.failure.as_ref();
        let error = failure.map(|f| json!({ "code": f.code, "detail": f.detail }));
        let data = json!({ "status": after.status.name(), "error": error }).to_string();
        let event = NewAgentEvent { kind: "ended", data };
        let runs = self.unit.agent_runs();
        runs.append(after.id, None, &[event], self.now).await?;
        runs.drop_checkpoint(after.id).await?;
        let action = match after.status {
            AgentRunStatus::Succeeded => "agent_run.succeeded",
            AgentRunStatus::Cancelled => "agent_run.cancelled",
            _ => "agent_run.failed",
        };
        Ok(vec![AuditRecord::changed(action, &before, &after)?])
    }

    /// Stores a run whose part has ended: nothing holds it, and its key is closed.
    async fn leave(&mut self, after: &AgentRun) -> Result<(), Error> {
        let runs = self.unit.agent_runs();
        runs.update(after).await?;
        runs.hold(after.id, None).await?;
        self.close_run_key(after).await
    }
}
