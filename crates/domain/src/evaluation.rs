//! An evaluation: a version of a prompt answers the items of a data set, and evaluators give scores.

mod criterion;
mod result;
mod status;

use crate::{
    ApiKeyId, DatasetId, DatasetItemId, Failure, Id, InvalidTransition, Lines, ModelId,
    OrganizationId, PromptId, Revision, Timestamp, UserId,
};

pub use criterion::{Criterion, Pinned};
pub use result::{EvaluationResult, EvaluationResultId};
pub use status::EvaluationStatus;

/// The identity of an evaluation.
pub type EvaluationId = Id<Evaluation>;

/// What an evaluation is about. It never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvaluationDraft {
    /// Why it was made.
    pub note: Option<Lines<1000>>,
    /// The data set.
    pub dataset: DatasetId,
    /// The moment of which it has the items.
    pub dataset_at: Timestamp,
    /// How many items there are.
    pub items: u32,
    /// The prompt and the number of its version.
    pub prompt: (PromptId, u16),
    /// The model that is asked first.
    pub model: ModelId,
    /// Whether it is another one than that of the version.
    pub other_model: bool,
    /// Who made it.
    pub created_by: UserId,
    /// The key by which it was made: the budgets of the key count what it executes.
    pub api_key: Option<ApiKeyId>,
}

/// What has been done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EvaluationProgress {
    /// The last item that is done: the items are taken in their order.
    pub cursor: Option<DatasetItemId>,
    /// How many items are done.
    pub done: u32,
    /// How many of them were not answered.
    pub unanswered: u32,
    /// Tokens of all requests.
    pub tokens_input: u64,
    /// Tokens of all answers.
    pub tokens_output: u64,
    /// What all calls have cost, those of judges included, in nano-USD; calls without a price are not in
    /// it.
    pub cost: i64,
}

impl EvaluationProgress {
    /// Both together; the cursor of the later one.
    #[must_use]
    pub fn plus(self, more: Self) -> Self {
        Self {
            cursor: more.cursor.or(self.cursor),
            done: self.done.saturating_add(more.done),
            unanswered: self.unanswered.saturating_add(more.unanswered),
            tokens_input: self.tokens_input.saturating_add(more.tokens_input),
            tokens_output: self.tokens_output.saturating_add(more.tokens_output),
            cost: self.cost.saturating_add(more.cost),
        }
    }
}

/// An evaluation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// The identity.
    pub id: EvaluationId,
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// What it is about.
    pub draft: EvaluationDraft,
    /// The state.
    pub status: EvaluationStatus,
    /// What has been done.
    pub progress: EvaluationProgress,
    /// Why it stopped.
    pub failure: Option<Failure>,
    /// When it began to run.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// The revision.
    pub revision: Revision,
}

impl Evaluation {
    /// The most evaluators of one evaluation.
    pub const MAX_EVALUATORS: usize = 10;

    /// A new evaluation, which waits for a worker.
    #[must_use]
    pub fn queue(
        id: EvaluationId,
        organization: OrganizationId,
        draft: EvaluationDraft,
        at: Timestamp,
    ) -> Self {
        Self {
            id,
            organization,
            draft,
            status: EvaluationStatus::Queued,
            progress: EvaluationProgress::default(),
            failure: None,
            started_at: None,
            ended_at: None,
            revision: Revision::first(at),
        }
    }

    /// A worker has begun.
    ///
    /// # Errors
    /// It has ended.
    pub fn start(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        if self.status.is_ended() {
            return Err(self.refused("start it"));
        }
        let (status, revision) = (EvaluationStatus::Running, self.revision.next(at));
        Ok(Self { status, started_at: self.started_at.or(Some(at)), revision, ..self })
    }

    /// More items are done.
    ///
    /// # Errors
    /// It does not run.
    pub fn advance(
        self,
        more: EvaluationProgress,
        at: Timestamp,
    ) -> Result<Self, InvalidTransition> {
        if self.status != EvaluationStatus::Running {
            return Err(self.refused("advance it"));
        }
        let progress = self.progress.plus(more);
        Ok(Self { progress, revision: self.revision.next(at), ..self })
    }

    /// All items are done.
    ///
    /// # Errors
    /// It does not run, or an item is missing.
    pub fn succeed(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        let is_complete = self.progress.done == self.draft.items;
        if self.status != EvaluationStatus::Running || !is_complete {
            return Err(self.refused("end it with success"));
        }
        Ok(self.end(EvaluationStatus::Succeeded, None, at))
    }

    /// It cannot go on. What is done is kept.
    ///
    /// # Errors
    /// It has ended.
    pub fn fail(self, failure: Failure, at: Timestamp) -> Result<Self, InvalidTransition> {
        if self.status.is_ended() {
            return Err(self.refused("end it with a failure"));
        }
        Ok(self.end(EvaluationStatus::Failed, Some(failure), at))
    }

    /// It shall not go on. What is done is kept.
    ///
    /// # Errors
    /// It has ended.
    pub fn cancel(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        if self.status.is_ended() {
            return Err(self.refused("cancel it"));
        }
        Ok(self.end(EvaluationStatus::Cancelled, None, at))
    }

    /// It goes on where it has ended, without an item done twice.
    ///
    /// # Errors
    /// It has not ended, or with success.
    pub fn resume(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        if !matches!(self.status, EvaluationStatus::Failed | EvaluationStatus::Cancelled) {
            return Err(self.refused("resume it"));
        }
        let (status, revision) = (EvaluationStatus::Queued, self.revision.next(at));
        Ok(Self { status, failure: None, ended_at: None, revision, ..self })
    }

    fn end(self, status: EvaluationStatus, failure: Option<Failure>, at: Timestamp) -> Self {
        let revision = self.revision.next(at);
        Self { status, failure, ended_at: Some(at), revision, ..self }
    }

    const fn refused(&self, attempted: &'static str) -> InvalidTransition {
        InvalidTransition { from: self.status.name(), attempted }
    }
}

#[cfg(test)]
mod tests;
