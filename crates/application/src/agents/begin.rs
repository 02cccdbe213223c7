//! A worker begins the next part of a run.

use chrono::TimeDelta;
use plinth_domain::{AgentRun, AgentRunEnding, AgentRunId, Failure, Permission};
use plinth_ports::{AgentProgress, NewAgentEvent};
use serde_json::json;
use uuid::Uuid;

use super::start::AGENT_KEY_ENDED;
use crate::{Command, Context, Error, Recorded, Token, resource::Resource};

/// Begins the next part. `None` where the run waits or has ended.
#[derive(Debug)]
pub(super) struct BeginPart {
    pub(super) id: AgentRunId,
    pub(super) holder: Uuid,
    /// How long the part may take.
    pub(super) time: TimeDelta,
}

/// A part that has begun.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) run: AgentRun,
    pub(super) secret: Token,
    pub(super) progress: AgentProgress,
}

impl Command for BeginPart {
    const NAME: &'static str = "agent_run.begin";
    const PERMISSION: Permission = Permission::AgentRunCreate;
    type Output = Option<Begun>;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Option<Begun>>, Error> {
        // A revocation takes the same lock, so it ends the key that is made before it.
        ctx.lock_rights(Self::PERMISSION).await?;
        let found = ctx.unit.agent_runs().lock(self.id).await?;
        let before = found.ok_or(Error::NotFound(AgentRun::KIND))?;
        if !before.may_begin() {
            return Ok(Recorded::without_audit(None));
        }
        let Some((key, secret)) = ctx.open_run_key(&before, self.time).await? else {
            let detail = "those who started the run may not do it any more";
            let ending = AgentRunEnding::Failed(Failure::new(AGENT_KEY_ENDED, detail));
            let audits = ctx.end_run(before, ending).await?;
            return Ok(Recorded { output: None, audits });
        };
        let run = before.begin(key.id, ctx.now)?;
        let runs = ctx.unit.agent_runs();
        runs.update(&run).await?;
        runs.hold(run.id, Some(self.holder)).await?;
        let progress = runs.progress(run.id).await?;
        let from = match &progress {
            AgentProgress { answer: Some(_), .. } => "answer",
            AgentProgress { checkpoint: Some(_), .. } => "checkpoint",
            AgentProgress { .. } => "beginning",
        };
        let data = json!({ "number": run.parts, "from": from }).to_string();
        let event = NewAgentEvent { kind: "part", data };
        runs.append(run.id, Some(self.holder), &[event], ctx.now).await?;
        Ok(Recorded::without_audit(Some(Begun { run, secret, progress })))
    }
}
