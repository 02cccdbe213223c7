//! One execution of a prompt or of messages: from its start to its one end.

mod answer;
mod attempt;
mod context;
mod ending;
mod score;
mod values;

use crate::{
    ApiKeyId, BudgetOrigin, Id, InvalidTransition, JsonObject, ModelId, OrganizationId, ProjectId,
    PromptId, Reservation, Revision, Timestamp, UserId,
};

pub use answer::{Answer, UsageSource};
pub use attempt::Attempt;
pub use context::{ExecutionContext, UsedChunk, VectorUse};
pub(crate) use ending::CODES;
pub use ending::{Cause, EXECUTION_CANCELLED, EXECUTION_INTERRUPTED, Ending, Failure};
pub(crate) use score::CODES as SCORE_CODES;
pub use score::{
    ExecutionScore, ExecutionScoreId, MAX_EXECUTION_SCORES, ScoreKind, ScoreName, ScoreNumber,
    ScoreSource, ScoreValue,
};
pub use values::{
    Engine, ExecutionStatus, ExecutionTags, MAX_INPUT_BYTES, MAX_OUTPUT_BYTES, OUTPUT_IN_ROW,
};

/// The identity of an execution.
pub type ExecutionId = Id<Execution>;

/// The values of a new execution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecutionDraft {
    /// The prompt and the number of its version; `None` for messages that the caller gives.
    pub prompt: Option<(PromptId, u16)>,
    /// The project that it is for.
    pub project: Option<ProjectId>,
    /// The model that is asked first.
    pub model: ModelId,
    /// What runs it.
    pub engine: Engine,
    /// The variables of the prompt, or the messages.
    pub input: JsonObject,
    /// What it is given of the documents; `None` where nothing was asked for.
    pub context: Option<ExecutionContext>,
    /// The caller's marks.
    pub tags: ExecutionTags,
    /// The execution that caused it.
    pub parent: Option<ExecutionId>,
    /// The user who caused it.
    pub user: Option<UserId>,
    /// The key by which it was caused.
    pub api_key: Option<ApiKeyId>,
    /// The trace that it belongs to (W3C Trace Context), 32 hexadecimal digits.
    pub trace: Option<String>,
}

impl ExecutionDraft {
    /// By what budgets count it.
    #[must_use]
    pub fn budget_origin(&self) -> BudgetOrigin {
        let prompt = self.prompt.map(|(prompt, _)| prompt);
        BudgetOrigin { project: self.project, api_key: self.api_key, prompt }
    }
}

/// An execution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Execution {
    /// The identity.
    pub id: ExecutionId,
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// What is executed.
    pub draft: ExecutionDraft,
    /// The state.
    pub status: ExecutionStatus,
    /// When a process began to run it.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// The model that answered, or was asked last.
    pub model: ModelId,
    /// What the model answered, once it has ended.
    pub answer: Answer,
    /// Why it did not succeed.
    pub failure: Option<Failure>,
    /// How many calls of models there were.
    pub attempts: u16,
    /// What budgets hold for it until it ends.
    pub reservation: Reservation,
    /// When its texts were removed, because they are kept no longer.
    pub content_removed_at: Option<Timestamp>,
    /// The revision.
    pub revision: Revision,
}

impl Execution {
    /// A new execution that waits for a worker.
    #[must_use]
    pub fn queue(
        id: ExecutionId,
        organization: OrganizationId,
        draft: ExecutionDraft,
        at: Timestamp,
    ) -> Self {
        Self {
            id,
            organization,
            model: draft.model,
            draft,
            status: ExecutionStatus::Queued,
            started_at: None,
            ended_at: None,
            answer: Answer::default(),
            failure: None,
            attempts: 0,
            reservation: Reservation::default(),
            content_removed_at: None,
            revision: Revision::first(at),
        }
    }

    /// A new execution that runs at once.
    #[must_use]
    pub fn start(
        id: ExecutionId,
        organization: OrganizationId,
        draft: ExecutionDraft,
        at: Timestamp,
    ) -> Self {
        let queued = Self::queue(id, organization, draft, at);
        Self { status: ExecutionStatus::Running, started_at: Some(at), ..queued }
    }

    /// The same execution, for which budgets hold this.
    #[must_use]
    pub fn holding(self, reservation: Reservation) -> Self {
        Self { reservation, ..self }
    }

    /// Runs a queued execution.
    pub fn begin(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        if self.status != ExecutionStatus::Queued {
            return Err(self.refused("begin it"));
        }
        Ok(Self {
            status: ExecutionStatus::Running,
            started_at: Some(at),
            revision: self.revision.next(at),
            ..self
        })
    }

    /// Ends an execution; what budgets hold for it is settled. An ended one never changes: the first
    /// end holds.
    pub fn end(self, ending: Ending, at: Timestamp) -> Result<Self, InvalidTransition> {
        if self.status.is_ended() {
            return Err(self.refused("end it"));
        }
        let (status, failure) = ending.outcome();
        Ok(Self {
            status,
            ended_at: Some(at),
            model: ending.model.unwrap_or(self.model),
            answer: ending.answer,
            failure,
            attempts: ending.attempts,
            reservation: Reservation::default(),
            revision: self.revision.next(at),
            ..self
        })
    }

    /// The same execution without its texts: what it was asked and given, what was answered, and the
    /// words of its failure. Tokens, cost and lengths stay.
    #[must_use]
    pub fn without_content(self, at: Timestamp) -> Self {
        let draft = ExecutionDraft { input: JsonObject::default(), context: None, ..self.draft };
        let answer = Answer { text: String::new(), tool_calls: None, ..self.answer };
        let failure =
            self.failure.map(|Failure { code, .. }| Failure { code, detail: String::new() });
        Self {
            draft,
            answer,
            failure,
            content_removed_at: Some(at),
            revision: self.revision.next(at),
            ..self
        }
    }

    const fn refused(&self, attempted: &'static str) -> InvalidTransition {
        InvalidTransition { from: self.status.name(), attempted }
    }
}

#[cfg(test)]
mod tests;
