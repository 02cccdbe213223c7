//! What an organization lets its executions cost.

mod ledger;

use chrono::{Datelike, NaiveDate};

use crate::{
    ApiKeyId, Id, Invalid, OrganizationId, ProjectId, PromptId, Revision, Timestamp, codes, named,
};

pub use ledger::{BudgetPeriodId, BudgetSpending, MAX_COST, Reservation, Settled};

/// The highest limit of a budget, in nano-USD (10^-9 USD): a billion USD.
pub const MAX_BUDGET: i64 = 1_000_000_000_000_000_000;

named! {
    /// How long a limit counts. Days and months are those of the organization's time zone.
    BudgetPeriod {
        /// A day.
        Day = "day",
        /// A calendar month.
        Month = "month",
    }
}

impl BudgetPeriod {
    /// The first day of the period that has this day.
    #[must_use]
    pub fn first_day(self, day: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => day,
            Self::Month => day.with_day(1).unwrap_or(day),
        }
    }

    /// How many days are left of the period on this day, which counts.
    #[must_use]
    pub fn days_left(self, day: NaiveDate) -> u32 {
        match self {
            Self::Day => 1,
            Self::Month => u32::from(day.num_days_in_month()) - day.day0(),
        }
    }
}

/// Which executions a budget counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BudgetScope {
    /// All of the organization.
    Organization,
    /// Those for a project.
    Project(ProjectId),
    /// Those of an API key, and of the keys that descend from it.
    ApiKey(ApiKeyId),
    /// Those of a prompt.
    Prompt(PromptId),
}

impl BudgetScope {
    /// The names of the scopes.
    pub const NAMES: [&str; 4] = ["organization", "project", "api_key", "prompt"];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Project(_) => "project",
            Self::ApiKey(_) => "api_key",
            Self::Prompt(_) => "prompt",
        }
    }

    /// The project of a budget for one.
    #[must_use]
    pub const fn project(self) -> Option<ProjectId> {
        if let Self::Project(id) = self { Some(id) } else { None }
    }

    /// The API key of a budget for one.
    #[must_use]
    pub const fn api_key(self) -> Option<ApiKeyId> {
        if let Self::ApiKey(id) = self { Some(id) } else { None }
    }

    /// The prompt of a budget for one.
    #[must_use]
    pub const fn prompt(self) -> Option<PromptId> {
        if let Self::Prompt(id) = self { Some(id) } else { None }
    }

    /// Whether an execution of this origin counts. Which keys the origin's descends from is not known
    /// here.
    #[must_use]
    pub fn counts(self, origin: BudgetOrigin) -> bool {
        match self {
            Self::Organization => true,
            Self::Project(id) => origin.project == Some(id),
            Self::ApiKey(id) => origin.api_key == Some(id),
            Self::Prompt(id) => origin.prompt == Some(id),
        }
    }
}

/// What an execution is for, and who asks for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BudgetOrigin {
    /// The project.
    pub project: Option<ProjectId>,
    /// The API key. Budgets of the keys that it descends from count the execution, too.
    pub api_key: Option<ApiKeyId>,
    /// The prompt.
    pub prompt: Option<PromptId>,
}

/// The values of a new budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BudgetDraft {
    /// Which executions it counts.
    pub scope: BudgetScope,
    /// How long the limit counts.
    pub period: BudgetPeriod,
    /// The most that a period may cost, in nano-USD: 0 to [`MAX_BUDGET`].
    pub hard_limit: i64,
    /// The part of the limit from which on is warned, in percent: 1 to 100.
    pub soft_percent: u8,
}

/// A change of a budget; absent fields keep their values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BudgetChanges {
    /// The new limit.
    pub hard_limit: Option<i64>,
    /// The new part from which on is warned.
    pub soft_percent: Option<u8>,
}

/// The identity of a budget.
pub type BudgetId = Id<Budget>;

/// A limit of what executions cost in a period. An organization has one for each scope and period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// The identity.
    pub id: BudgetId,
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// Which executions it counts.
    pub scope: BudgetScope,
    /// How long the limit counts.
    pub period: BudgetPeriod,
    /// The most that a period may cost, in nano-USD.
    pub hard_limit: i64,
    /// The part of the limit from which on is warned, in percent.
    pub soft_percent: u8,
    /// The revision.
    pub revision: Revision,
}

impl Budget {
    /// The part of the limit from which on is warned where nothing is said.
    pub const SOFT_PERCENT: u8 = 80;

    /// A new budget.
    #[must_use]
    pub const fn create(
        id: BudgetId,
        organization: OrganizationId,
        draft: BudgetDraft,
        at: Timestamp,
    ) -> Self {
        let BudgetDraft { scope, period, hard_limit, soft_percent } = draft;
        let revision = Revision::first(at);
        Self { id, organization, scope, period, hard_limit, soft_percent, revision }
    }

    /// The budget after a change.
    #[must_use]
    pub fn change(self, changes: BudgetChanges, at: Timestamp) -> Self {
        Self {
            hard_limit: changes.hard_limit.unwrap_or(self.hard_limit),
            soft_percent: changes.soft_percent.unwrap_or(self.soft_percent),
            revision: self.revision.next(at),
            ..self
        }
    }

    /// The cost from which on is warned, in nano-USD.
    #[must_use]
    pub fn soft_limit(&self) -> i64 {
        let part = i128::from(self.hard_limit) * i128::from(self.soft_percent) / 100;
        i64::try_from(part).unwrap_or(self.hard_limit)
    }

    /// Checks a limit.
    pub fn check_limit(nano: i64) -> Result<i64, Invalid> {
        if (0..=MAX_BUDGET).contains(&nano) {
            return Ok(nano);
        }
        Err(Invalid::new(codes::NUMBER_OUT_OF_RANGE, format!("0 to {MAX_BUDGET} nano-USD")))
    }

    /// Checks the part from which on is warned.
    pub fn check_percent(percent: u8) -> Result<u8, Invalid> {
        if (1..=100).contains(&percent) {
            return Ok(percent);
        }
        Err(Invalid::new(codes::NUMBER_OUT_OF_RANGE, "1 to 100 percent"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_begins_with_its_first_day() {
        let day = NaiveDate::from_ymd_opt(2028, 2, 29).unwrap();
        assert_eq!(BudgetPeriod::Day.first_day(day), day);
        assert_eq!(BudgetPeriod::Month.first_day(day).to_string(), "2028-02-01");
    }

    #[test]
    fn a_budget_counts_what_is_of_its_scope() {
        let id = |n| uuid::Uuid::from_u128(n);
        let origin = BudgetOrigin {
            project: Some(Id::from_uuid(id(1))),
            api_key: None,
            prompt: Some(Id::from_uuid(id(1))),
        };
        assert!(BudgetScope::Organization.counts(origin));
        assert!(BudgetScope::Project(Id::from_uuid(id(1))).counts(origin));
        assert!(!BudgetScope::Project(Id::from_uuid(id(2))).counts(origin));
        assert!(!BudgetScope::ApiKey(Id::from_uuid(id(1))).counts(origin));
        assert!(BudgetScope::Prompt(Id::from_uuid(id(1))).counts(origin));
    }

    #[test]
    fn the_soft_limit_is_a_part_of_the_hard_one() {
        let draft = BudgetDraft {
            scope: BudgetScope::Organization,
            period: BudgetPeriod::Day,
            hard_limit: MAX_BUDGET,
            soft_percent: 80,
        };
        let id = uuid::Uuid::nil();
        let at = Timestamp::UNIX_EPOCH;
        let budget = Budget::create(Id::from_uuid(id), Id::from_uuid(id), draft, at);
        assert_eq!(budget.soft_limit(), MAX_BUDGET / 5 * 4);
        let less = BudgetChanges { hard_limit: Some(10), ..Default::default() };
        assert_eq!(budget.change(less, at).soft_limit(), 8);
        assert!(Budget::check_limit(-1).is_err() && Budget::check_limit(MAX_BUDGET + 1).is_err());
        assert!(Budget::check_percent(0).is_err() && Budget::check_percent(101).is_err());
    }
}
