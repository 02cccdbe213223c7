//! Answers the question of a run.

use plinth_domain::{AGENT_RUN_ANSWERED, AgentRun, AgentRunId, JsonObject, Permission};
use plinth_ports::NewAgentEvent;

use super::{
    events::{object, text},
    finish::lock,
    queue::RunAgent,
};
use crate::{AuditRecord, Command, Context, Error, Recorded};

/// Answers the question of a waiting run, which goes on. The first answer counts.
#[derive(Debug, Clone)]
pub struct ResumeAgentRun {
    /// The run.
    pub id: AgentRunId,
    /// The identity of the question.
    pub question: String,
    /// The answer.
    pub answer: JsonObject,
}

impl Command for ResumeAgentRun {
    const NAME: &'static str = "agent_run.resume";
    const PERMISSION: Permission = Permission::AgentRunResume;
    type Output = AgentRun;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<AgentRun>, Error> {
        let before = lock(ctx, self.id).await?;
        // An answer lets the run do what its graph does.
        ctx.check_needs(before.draft.graph)?;
        let Some(after) = before.clone().answer(&self.question, ctx.now) else {
            let detail = "the run does not wait for an answer to this question";
            return Err(Error::conflict(AGENT_RUN_ANSWERED, detail));
        };
        let data = object([
            ("id", text(&self.question)),
            ("answer", self.answer.as_str().to_owned()),
            ("answered_by", text(&ctx.person()?.to_string())),
        ]);
        let event = NewAgentEvent { kind: "answer", data };
        let runs = ctx.unit.agent_runs();
        runs.update(&after).await?;
        runs.keep_answer(after.id, &self.question, self.answer.as_str()).await?;
        runs.append(after.id, None, &[event], ctx.now).await?;
        ctx.enqueue(RunAgent { run: after.id }).await?;
        let audit = AuditRecord::changed("agent_run.resumed", &before, &after)?;
        Ok(Recorded::new(after, audit))
    }
}
