//! What executions have cost, added up.

use chrono::NaiveDate;
use plinth_domain::{Execution, ExecutionStatus, ProjectId, Timestamp};
use uuid::Uuid;

/// How usage is grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageBy {
    /// By prompt.
    Prompt,
    /// By the model that answered, or was asked last.
    Model,
    /// By API key.
    ApiKey,
    /// By the user who caused it.
    User,
    /// By the project that it is for.
    Project,
}

impl UsageBy {
    /// All groupings.
    pub const ALL: [Self; 5] = [Self::Prompt, Self::Model, Self::ApiKey, Self::User, Self::Project];

    /// The name in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prompt => "prompt",
            Self::Model => "model",
            Self::ApiKey => "api_key",
            Self::User => "user",
            Self::Project => "project",
        }
    }

    /// Finds a grouping by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.name() == name)
    }

    /// The record that an execution counts for.
    #[must_use]
    pub fn record(self, execution: &Execution) -> Option<Uuid> {
        let draft = &execution.draft;
        match self {
            Self::Prompt => draft.prompt.map(|(prompt, _)| prompt.uuid()),
            Self::Model => Some(execution.model.uuid()),
            Self::ApiKey => draft.api_key.map(plinth_domain::Id::uuid),
            Self::User => draft.user.map(plinth_domain::Id::uuid),
            Self::Project => draft.project.map(plinth_domain::Id::uuid),
        }
    }
}

/// What is added up. Executions count for the period in which they were created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageQuery {
    /// The periods, in their order and without gaps: the first day of each, and when it begins. At
    /// least one.
    pub periods: Vec<(NaiveDate, Timestamp)>,
    /// When the last period ends.
    pub until: Timestamp,
    /// How it is grouped within a period.
    pub by: Option<UsageBy>,
    /// Only executions for this project.
    pub project: Option<ProjectId>,
    /// The most rows.
    pub limit: u32,
}

/// What the executions of a period, and of a record, have cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageRow {
    /// The first day of the period.
    pub starts_on: NaiveDate,
    /// The record; `None` for executions without one, and where they are not grouped.
    pub record: Option<Uuid>,
    /// Its name, as it is now; `None` where it is gone.
    pub name: Option<String>,
    /// The sums.
    pub sums: UsageSums,
}

/// Sums over executions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UsageSums {
    /// All executions, also those that have not ended.
    pub executions: u64,
    /// Those that succeeded.
    pub succeeded: u64,
    /// Those that failed or timed out.
    pub failed: u64,
    /// Those that were cancelled.
    pub cancelled: u64,
    /// Those that have ended and whose cost is unknown, since a price was.
    pub unpriced: u64,
    /// The tokens of what was asked, with those of a cache.
    pub tokens_input: u64,
    /// The tokens that were read from a cache.
    pub tokens_cached: u64,
    /// The tokens of the answers.
    pub tokens_output: u64,
    /// The cost in nano-USD, as far as it is known; at most `i64::MAX`.
    pub cost: i64,
}

impl UsageSums {
    /// Adds an execution.
    pub fn add(&mut self, execution: &Execution) {
        let (status, answer) = (execution.status, &execution.answer);
        self.executions += 1;
        self.succeeded += u64::from(status == ExecutionStatus::Succeeded);
        let failed = [ExecutionStatus::Failed, ExecutionStatus::TimedOut].contains(&status);
        self.failed += u64::from(failed);
        self.cancelled += u64::from(status == ExecutionStatus::Cancelled);
        self.unpriced += u64::from(status.is_ended() && answer.cost.is_none());
        self.tokens_input += u64::from(answer.usage.input);
        self.tokens_cached += u64::from(answer.usage.cached);
        self.tokens_output += u64::from(answer.usage.output);
        self.cost = self.cost.saturating_add(answer.cost.unwrap_or_default());
    }
}
