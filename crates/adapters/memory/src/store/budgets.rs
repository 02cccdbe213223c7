//! What is held and spent of budgets.

use std::collections::HashSet;

use async_trait::async_trait;
use chrono::{Datelike, NaiveDate};
use plinth_domain::{
    Budget, BudgetId, BudgetOrigin, BudgetPeriodId, BudgetScope, BudgetSpending, Id, MAX_COST,
    OrganizationId, Reservation, Settled,
};
use plinth_ports::{
    BudgetLedger, BudgetReader, Constraint, Reserved, Result, records::budgets::API_KEY,
};

use uuid::Uuid;

use super::{
    record_tables::{RecordTables, Stored},
    rows::BudgetPeriodRow,
    unit::Unit,
};

impl Stored for Budget {
    fn lacks(&self, tables: &RecordTables, organization: OrganizationId) -> Option<Constraint> {
        let key = self.scope.api_key()?;
        (!tables.api_keys.contains(&(organization, key))).then_some(API_KEY)
    }

    fn removed(&self, tables: &mut RecordTables, organization: OrganizationId) {
        tables
            .budget_periods
            .retain(|(owner, _), row| *owner != organization || row.budget != self.id);
    }
}

#[async_trait]
impl BudgetReader for Unit {
    async fn counting(&mut self, of: BudgetOrigin) -> Result<Vec<Budget>> {
        let mut origins = vec![of];
        let mut key = of.api_key;
        while let Some(parent) = key.and_then(|key| self.record(key)).and_then(|key| key.parent) {
            key = Some(parent);
            origins.push(BudgetOrigin { api_key: key, ..of });
        }
        let counts = |budget: &&Budget| origins.iter().any(|of| budget.scope.counts(*of));
        Ok(self.records::<Budget>().filter(counts).cloned().collect())
    }

    async fn scopes(&mut self) -> Result<HashSet<BudgetScope>> {
        Ok(self.records::<Budget>().map(|budget| budget.scope).collect())
    }

    async fn spending(
        &mut self,
        budgets: &[BudgetId],
        day: NaiveDate,
    ) -> Result<Vec<(BudgetId, BudgetSpending)>> {
        let budgets = budgets.iter().filter_map(|id| self.record(*id));
        let found = budgets.filter_map(|budget| {
            let (_, row) = self.period(budget, day)?;
            Some((budget.id, row.spending))
        });
        Ok(found.collect())
    }
}

#[async_trait]
impl BudgetLedger for Unit {
    async fn reserve(&mut self, of: BudgetOrigin, day: NaiveDate, amount: i64) -> Result<Reserved> {
        let (budgets, amount) = (self.counting(of).await?, amount.clamp(0, MAX_COST));
        let left = |budget: &Budget| {
            let used = self
                .period(budget, day)
                .map_or(0, |(_, row)| row.spending.spent.saturating_add(row.spending.reserved));
            budget.hard_limit.saturating_sub(used)
        };
        if let Some(full) = budgets.iter().find(|budget| left(budget) < amount) {
            return Ok(Reserved::Exceeded(full.clone()));
        }
        let periods = budgets.iter().map(|budget| self.hold(budget, day, amount)).collect();
        Ok(Reserved::Held(Reservation { amount, periods }))
    }

    async fn settle(&mut self, held: &Reservation, cost: i64) -> Result<Vec<Settled>> {
        let (organization, cost) = (self.organization_id(), cost.clamp(0, MAX_COST));
        let mut settled = Vec::new();
        for period in &held.periods {
            let rows = &mut self.draft.tables.records.budget_periods;
            let Some(row) = rows.get_mut(&(organization, *period)) else { continue };
            row.spending.reserved = (row.spending.reserved - held.amount).max(0);
            row.spending.spent = row.spending.spent.min(8 * MAX_COST) + cost;
            let row = *row;
            let budget = self.record(row.budget).cloned();
            settled.extend(budget.map(|budget| Settled::after(budget, row.spending, cost)));
        }
        Ok(settled)
    }
}

impl Unit {
    /// The row of the period of a budget that has this day.
    fn period(&self, budget: &Budget, day: NaiveDate) -> Option<(BudgetPeriodId, BudgetPeriodRow)> {
        let starts_on = budget.period.first_day(day);
        let organization = self.organization_id();
        let mut rows = self.tables().records.budget_periods.iter();
        let is = |owner: OrganizationId, row: &BudgetPeriodRow| {
            owner == organization && row.budget == budget.id && row.spending.starts_on == starts_on
        };
        rows.find(|((owner, _), row)| is(*owner, row)).map(|((_, id), row)| (*id, *row))
    }

    fn hold(&mut self, budget: &Budget, day: NaiveDate, amount: i64) -> BudgetPeriodId {
        let starts_on = budget.period.first_day(day);
        let new = || {
            let days = u128::from(starts_on.num_days_from_ce().unsigned_abs());
            let id = Uuid::from_u128(budget.id.uuid().as_u128() ^ days << 64);
            let spending = BudgetSpending { starts_on, spent: 0, reserved: 0 };
            (Id::from_uuid(id), BudgetPeriodRow { budget: budget.id, spending })
        };
        let (id, mut row) = self.period(budget, day).unwrap_or_else(new);
        row.spending.reserved += amount;
        let key = (self.organization_id(), id);
        self.draft.tables.records.budget_periods.insert(key, row);
        id
    }
}
