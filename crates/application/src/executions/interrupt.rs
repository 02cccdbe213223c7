//! Ends executions whose process is gone.

use plinth_domain::{
    Answer, Cause, Ending, ExecutionId, JobDraft, MAX_OUTPUT_BYTES, ModelId, ModelPrice,
    OUTPUT_IN_ROW, OrganizationId, Permission, TokenUsage, UsageSource,
};
use plinth_ports::ModelChoice;
use serde::{Deserialize, Serialize};

use super::{embedding::embedded_tokens, finish::end, tokens::tokens};
use crate::{Application, Command, Context, Error, JobKind, Recorded, job_kind};

/// How many executions one tick ends.
const BATCH: u32 = 500;

/// Ends an execution that lost its lease, with what came until then. It is never run again by itself.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct InterruptExecution {
    /// The execution.
    #[serde(with = "job_kind::id")]
    pub execution: ExecutionId,
}

impl JobKind for InterruptExecution {
    const KIND: &'static str = "execution.interrupt";
    const PRIORITY: i16 = 50;

    fn dedup_key(&self) -> Option<String> {
        Some(format!("execution.interrupt/{}", self.execution))
    }
}

impl Command for InterruptExecution {
    const NAME: &'static str = "execution.interrupt";
    const PERMISSION: Permission = Permission::ExecutionCreate;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let executions = ctx.unit.executions();
        let Some(before) = executions.lock(self.execution).await? else {
            return Ok(Recorded::without_audit(()));
        };
        // Its process may have extended the lease since it was found.
        let is_lost = !before.status.is_ended()
            && before.started_at.is_some()
            && !executions.is_running(self.execution).await?;
        if !is_lost {
            return Ok(Recorded::without_audit(()));
        }
        let pieces = executions.pieces(self.execution, 0, MAX_OUTPUT_BYTES).await?;
        let text: String = pieces.into_iter().map(|piece| piece.text).collect();
        if text.len() <= OUTPUT_IN_ROW {
            executions.remove_pieces(self.execution).await?;
        }
        let usage = TokenUsage {
            input: embedded_tokens(&before.draft.input)
                .unwrap_or_else(|| tokens(before.draft.input.as_str().len())),
            output: tokens(text.len()),
            ..TokenUsage::default()
        };
        let latency = before.started_at.map(|started| (ctx.now - started).num_milliseconds());
        let answer = Answer {
            characters: u32::try_from(text.chars().count()).unwrap_or(u32::MAX),
            text,
            usage,
            usage_source: UsageSource::Estimated,
            cost: price(ctx, before.draft.model).await?.map(|price| price.cost(usage)),
            latency_ms: latency.map(|ms| u32::try_from(ms).unwrap_or(u32::MAX)),
            ..Answer::default()
        };
        let cause = Some(Cause::Interrupted);
        let attempts = before.attempts.max(1);
        let ending = Ending { answer, model: None, attempts, cause };
        let (_, audits) = end(ctx, before, ending).await?;
        Ok(Recorded { output: (), audits })
    }
}

/// The price of a model; `None` where none is known. Which of the models was asked when the process
/// went is not known: the first one stands for all.
async fn price(ctx: &mut Context<'_>, model: ModelId) -> Result<Option<ModelPrice>, Error> {
    let choice = ModelChoice::Id(model);
    let found = ctx.unit.model_catalogue().callable(&choice, Some(&[]), ctx.now).await?;
    Ok(found.into_iter().next().and_then(|callable| callable.price))
}

impl Application {
    /// A job for each execution whose lease has expired: a write for an organization needs that
    /// organization's scope.
    pub async fn lost_executions(&self) -> Result<Vec<(OrganizationId, JobDraft)>, Error> {
        let lost = self.ports.stores.executions.expired(BATCH).await?;
        let job = |(owner, execution)| Ok((owner, InterruptExecution { execution }.draft()?));
        lost.into_iter().map(job).collect()
    }
}
