//! Budgets, and what is held and spent of them.

use std::collections::HashSet;

use async_trait::async_trait;
use chrono::NaiveDate;
use plinth_domain::{
    Budget, BudgetId, BudgetOrigin, BudgetPeriod, BudgetScope, BudgetSpending, Id, OrganizationId,
    Reservation, Revision, Settled,
};

use super::{Constraint, OnRemoval, Record, Reference, Unique};
use crate::{OneOf, Result, SortValue, page::sort_keys};

plinth_domain::codes! {
    BUDGET_EXISTS = "budget.exists", "Another budget has this scope and this period.";
}

/// Another budget of the organization has the scope and the period.
pub const SCOPE_TAKEN: Constraint = Constraint("budgets_scope_key");
/// The project does not exist.
pub const PROJECT: Constraint = Constraint("budgets_organization_id_project_id_fkey");
/// The API key does not exist.
pub const API_KEY: Constraint = Constraint("budgets_organization_id_api_key_id_fkey");
/// The prompt does not exist.
pub const PROMPT: Constraint = Constraint("budgets_organization_id_prompt_id_fkey");

sort_keys! {
    /// The orders of a list of budgets.
    BudgetSort of Budget, by |b| b.id.uuid();
    CreatedAt = "created_at" => |b| SortValue::Time(b.revision.created_at),
    UpdatedAt = "updated_at" => |b| SortValue::Time(b.revision.updated_at),
}

/// Selects the budgets of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BudgetFilter {
    /// Only budgets with one of these names of a scope.
    pub scope: OneOf<&'static str>,
    /// Only budgets with one of these periods.
    pub period: OneOf<BudgetPeriod>,
}

impl Record for Budget {
    const TABLE: &'static str = "budgets";
    const UNIQUE: &'static [Unique<Self>] = &[Unique {
        constraint: SCOPE_TAKEN,
        code: BUDGET_EXISTS,
        detail: "another budget has this scope and this period",
        value: |b| Some(format!("{:?} {}", b.scope, b.period.name())),
    }];
    // An API key is a reference, too. None is ever removed.
    const REFERENCES: &'static [Reference<Self>] = &[
        Reference {
            constraint: PROJECT,
            field: "project_id",
            to: "projects",
            id: |b| b.scope.project().map(Id::uuid),
            on_removal: OnRemoval::Restrict,
        },
        Reference {
            constraint: PROMPT,
            field: "prompt_id",
            to: "prompts",
            id: |b| b.scope.prompt().map(Id::uuid),
            on_removal: OnRemoval::Restrict,
        },
    ];
    type Filter = BudgetFilter;
    type Sort = BudgetSort;

    fn id(&self) -> Id<Self> {
        self.id
    }
    fn revision(&self) -> &Revision {
        &self.revision
    }
    fn owned_by(self, organization: OrganizationId) -> Self {
        Self { organization, ..self }
    }
    fn matches(&self, filter: &BudgetFilter) -> bool {
        filter.scope.allows(&self.scope.name()) && filter.period.allows(&self.period)
    }
}

/// Whether a reservation fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reserved {
    /// It is held in each budget that counts the execution; in none, where there is none.
    Held(Reservation),
    /// It would exceed this budget, the first one of several. Nothing is held.
    Exceeded(Budget),
}

/// Reads budgets and what they have cost.
#[async_trait]
pub trait BudgetReader: Send {
    /// The budgets that count an execution of this origin, in the order of their identities.
    async fn counting(&mut self, origin: BudgetOrigin) -> Result<Vec<Budget>>;
    /// The scopes of all budgets.
    async fn scopes(&mut self) -> Result<HashSet<BudgetScope>>;
    /// What the periods of budgets that have this day have cost; one that has cost nothing is missing.
    async fn spending(
        &mut self,
        budgets: &[BudgetId],
        day: NaiveDate,
    ) -> Result<Vec<(BudgetId, BudgetSpending)>>;
}

/// Holds and settles what executions cost.
///
/// **The order of locks.** Periods are locked in the order of their budgets' identities, and stay
/// locked until the transaction ends: an execution reserves and settles last.
#[async_trait]
pub trait BudgetLedger: BudgetReader {
    /// Holds `amount` nano-USD, 0 to [`MAX_COST`](plinth_domain::MAX_COST), in the periods that have
    /// this day, of all budgets that count an execution of this origin; or in none of them, where what
    /// is spent and held of one would exceed its limit.
    async fn reserve(
        &mut self,
        origin: BudgetOrigin,
        day: NaiveDate,
        amount: i64,
    ) -> Result<Reserved>;
    /// Frees what was held, and adds what the execution cost, at most
    /// [`MAX_COST`](plinth_domain::MAX_COST). A budget that was removed is left out.
    async fn settle(&mut self, held: &Reservation, cost: i64) -> Result<Vec<Settled>>;
}
