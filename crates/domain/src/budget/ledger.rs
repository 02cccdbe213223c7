use chrono::NaiveDate;

use super::{Budget, MAX_BUDGET};
use crate::Id;

/// The most that one execution is counted for, in nano-USD.
pub const MAX_COST: i64 = MAX_BUDGET;

/// What a budget's period has cost so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BudgetSpending {
    /// The first day of the period, in the organization's time zone.
    pub starts_on: NaiveDate,
    /// The cost of the executions that have ended, in nano-USD.
    pub spent: i64,
    /// What is held for those that run, in nano-USD.
    pub reserved: i64,
}

/// The type parameter of [`BudgetPeriodId`].
pub enum BudgetPeriodRow {}
/// The identity of a period of a budget.
pub type BudgetPeriodId = Id<BudgetPeriodRow>;

/// What is held for one execution in each budget that counts it. The execution keeps it until it is
/// settled, once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reservation {
    /// What is held in each period, in nano-USD.
    pub amount: i64,
    /// The periods of the budgets, in the order of the budgets' identities.
    pub periods: Vec<BudgetPeriodId>,
}

/// A budget after an execution was settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The budget.
    pub budget: Budget,
    /// What its period has cost now.
    pub spending: BudgetSpending,
    /// Whether the soft limit was reached by this execution, and not before.
    pub is_warned: bool,
}

impl Settled {
    /// The budget after `cost` was added to what its period had cost.
    #[must_use]
    pub fn after(budget: Budget, spending: BudgetSpending, cost: i64) -> Self {
        let soft = budget.soft_limit();
        let before = spending.spent.saturating_sub(cost);
        let is_warned = cost > 0 && before < soft && soft <= spending.spent;
        Self { budget, spending, is_warned }
    }
}
