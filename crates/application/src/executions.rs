//! Executions: a model is called, and what it answers is kept.

mod begin;
mod bound;
mod callable_names;
mod calls;
mod cancel;
mod catalogue;
mod context;
mod embedding;
mod estimate;
mod finish;
mod finish_started;
mod flag;
mod follow;
mod held_texts;
mod input;
mod interrupt;
mod keeper;
mod live;
mod messages;
mod next_attempt;
mod parameters;
mod plan;
mod queue;
mod read;
mod record;
mod refuse;
mod retention;
mod run;
mod scores;
mod span;
mod start;
mod tokens;
mod tool_calls;
mod usage;

use plinth_domain::{Execution, FinishReason, Id, Permission};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::resource::Resource;

pub use bound::{BoundExecution, Said};
pub use callable_names::{CallableName, ListCallableNames};
pub(crate) use context::CODES as CONTEXT_CODES;
pub use follow::{Follower, Update, Watched};
pub use input::{ExecutionOrigin, NewExecution, Subject};
pub use interrupt::InterruptExecution;
pub(crate) use keeper::{CODES as KEEPER_CODES, Keeper};
pub use parameters::check_parameters;
pub(crate) use plan::{CODES, MODEL_DISABLED, MODEL_NOT_CHAT};
pub use queue::RunExecution;
pub(crate) use read::CODES as READ_CODES;
pub use read::{ExecutionDetails, GetExecution, ListExecutions};
pub use refuse::RefuseExecution;
pub use retention::{RemoveOldExecutions, RemovedExecutions, RetainExecutions};
pub use run::{Mode, Started};
pub(crate) use scores::CODES as SCORE_CODES;
pub use scores::{
    GetPromptScores, GivenScore, ListExecutionScores, RemoveExecutionScore, ScoreExecution,
};
pub(crate) use start::CODES as BUDGET_CODES;
pub use usage::{GetUsage, MAX_USAGE_DAYS, UsageDays};

impl Resource for Execution {
    const KIND: &'static str = "execution";
    const TOPIC: &'static str = "executions";
    const READ: Permission = Permission::ExecutionRead;
    fn id(&self) -> Uuid {
        self.id.uuid()
    }
    fn project(&self) -> Option<Uuid> {
        self.draft.project.map(Id::uuid)
    }
    /// Neither what was asked nor what was answered.
    fn audit_view(&self) -> impl Serialize {
        let Self { draft, answer, .. } = self;
        let usage = answer.usage;
        json!({
            "prompt_id": draft.prompt.map(|(prompt, _)| prompt.uuid()),
            "prompt_version": draft.prompt.map(|(_, version)| version),
            "project_id": draft.project.map(Id::uuid),
            "model_id": self.model.uuid(),
            "engine": draft.engine.name(),
            "parent_id": draft.parent.map(Id::uuid),
            "status": self.status.name(),
            "finish_reason": answer.finish.map(FinishReason::name),
            "tokens_input": usage.input,
            "tokens_output": usage.output,
            "cost_nano_usd": answer.cost,
            "latency_ms": answer.latency_ms,
            "error_code": self.failure.as_ref().map(|failure| &failure.code),
            "attempts": self.attempts,
            "version": self.revision.version.number(),
        })
    }
}
