use chrono::{DateTime, NaiveDate, Utc};
use plinth_application::budgets::BudgetState;
use plinth_domain::{
    Budget, BudgetChanges, BudgetDraft, BudgetPeriod, BudgetScope, Id, Invalid, codes,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    json::{Faults, Form, Merge},
    values::{BudgetPeriodName, identity, known, names},
};

names! {
    /// Which executions a budget counts.
    BudgetScopeName = Organization, Project, ApiKey, Prompt
}

/// What a budget's current period has cost, in nano-USD (a billionth of a US dollar).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BudgetSpendingView {
    /// The first day of the period, in the organization's time zone.
    starts_on: NaiveDate,
    /// The cost of the executions that have ended.
    #[schema(minimum = 0)]
    spent_nano_usd: i64,
    /// What is held for those that run.
    #[schema(minimum = 0)]
    reserved_nano_usd: i64,
}

/// A limit of what executions cost in a period.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BudgetView {
    id: Uuid,
    #[schema(value_type = BudgetScopeName)]
    scope: &'static str,
    /// Of a budget for a project.
    project_id: Option<Uuid>,
    /// Of a budget for an API key.
    api_key_id: Option<Uuid>,
    /// Of a budget for a prompt.
    prompt_id: Option<Uuid>,
    #[schema(value_type = BudgetPeriodName)]
    period: &'static str,
    /// The most that a period may cost.
    #[schema(example = 50_000_000_000_i64)]
    hard_limit_nano_usd: i64,
    /// The part of the limit from which on is warned.
    #[schema(minimum = 1, maximum = 100)]
    soft_percent: u8,
    current: BudgetSpendingView,
    /// Increases by one with each change; the `ETag` is this number in quotes.
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<BudgetState> for BudgetView {
    fn from(BudgetState { budget, spending }: BudgetState) -> Self {
        Self {
            id: budget.id.uuid(),
            scope: budget.scope.name(),
            project_id: budget.scope.project().map(Id::uuid),
            api_key_id: budget.scope.api_key().map(Id::uuid),
            prompt_id: budget.scope.prompt().map(Id::uuid),
            period: budget.period.name(),
            hard_limit_nano_usd: budget.hard_limit,
            soft_percent: budget.soft_percent,
            current: BudgetSpendingView {
                starts_on: spending.starts_on,
                spent_nano_usd: spending.spent,
                reserved_nano_usd: spending.reserved,
            },
            version: budget.revision.version.number(),
            created_at: budget.revision.created_at,
            updated_at: budget.revision.updated_at,
        }
    }
}

/// A new budget. The organization has one for each scope and period.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewBudget {
    #[schema(value_type = BudgetScopeName)]
    scope: String,
    /// Of a budget for a project, and of no other.
    #[schema(value_type = Option<Uuid>)]
    project_id: Option<String>,
    /// Of a budget for an API key, and of no other.
    #[schema(value_type = Option<Uuid>)]
    api_key_id: Option<String>,
    /// Of a budget for a prompt, and of no other.
    #[schema(value_type = Option<Uuid>)]
    prompt_id: Option<String>,
    #[schema(value_type = BudgetPeriodName)]
    period: String,
    /// The most that a period may cost, in nano-USD (a billionth of a US dollar).
    #[schema(minimum = 0, maximum = 1_000_000_000_000_000_000_i64, example = 50_000_000_000_i64)]
    hard_limit_nano_usd: i64,
    /// The part of the limit from which on is warned. Defaults to 80.
    #[schema(minimum = 1, maximum = 100)]
    soft_percent: Option<u8>,
}

impl Form for NewBudget {
    type Value = BudgetDraft;

    fn check(self, f: &mut Faults) -> Option<BudgetDraft> {
        let name = f.check("/scope", known(&self.scope, named, &BudgetScope::NAMES));
        let project = f.check_some("/project_id", self.project_id, |text| identity(&text));
        let api_key = f.check_some("/api_key_id", self.api_key_id, |text| identity(&text));
        let prompt = f.check_some("/prompt_id", self.prompt_id, |text| identity(&text));
        let period =
            f.check("/period", known(&self.period, BudgetPeriod::from_name, BudgetPeriod::NAMES));
        let limit = f.check("/hard_limit_nano_usd", Budget::check_limit(self.hard_limit_nano_usd));
        let percent = f.check_some("/soft_percent", self.soft_percent, Budget::check_percent);
        let (name, project, api_key, prompt) = (name?, project?, api_key?, prompt?);
        let scope = match name {
            "project" => required(f, "/project_id", project).map(BudgetScope::Project),
            "api_key" => required(f, "/api_key_id", api_key).map(BudgetScope::ApiKey),
            "prompt" => required(f, "/prompt_id", prompt).map(BudgetScope::Prompt),
            _ => Some(BudgetScope::Organization),
        };
        let others = [
            ("project", "/project_id", project.is_some()),
            ("api_key", "/api_key_id", api_key.is_some()),
            ("prompt", "/prompt_id", prompt.is_some()),
        ];
        for (of, pointer, is_given) in others {
            if is_given && of != name {
                let detail = format!("a budget of the scope {name} has none");
                f.check::<()>(pointer, Err(Invalid::new(codes::VALUE_UNKNOWN, detail)));
            }
        }
        Some(BudgetDraft {
            scope: scope?,
            period: period?,
            hard_limit: limit?,
            soft_percent: percent?.unwrap_or(Budget::SOFT_PERCENT),
        })
    }
}

/// A change to a budget: a merge patch (RFC 7396). Scope and period never change.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BudgetPatch {
    #[serde(default)]
    #[schema(value_type = i64, minimum = 0, maximum = 1_000_000_000_000_000_000_i64)]
    hard_limit_nano_usd: Merge<i64>,
    #[serde(default)]
    #[schema(value_type = u8, minimum = 1, maximum = 100)]
    soft_percent: Merge<u8>,
}

impl Form for BudgetPatch {
    type Value = BudgetChanges;

    fn check(self, f: &mut Faults) -> Option<BudgetChanges> {
        let limit =
            self.hard_limit_nano_usd.required(f, "/hard_limit_nano_usd", Budget::check_limit);
        let percent = self.soft_percent.required(f, "/soft_percent", Budget::check_percent);
        Some(BudgetChanges { hard_limit: limit?, soft_percent: percent? })
    }
}

fn named(text: &str) -> Option<&'static str> {
    BudgetScope::NAMES.into_iter().find(|name| *name == text)
}

fn required<T>(f: &mut Faults, pointer: &str, value: Option<T>) -> Option<T> {
    let missing = || Invalid::new(codes::FIELD_REQUIRED, "a budget of this scope needs it");
    f.check(pointer, value.ok_or_else(missing))
}
