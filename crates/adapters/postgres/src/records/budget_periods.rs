use std::collections::HashSet;

use async_trait::async_trait;
use chrono::NaiveDate;
use plinth_domain::{
    Budget, BudgetId, BudgetOrigin, BudgetPeriod, BudgetPeriodId, BudgetScope, BudgetSpending, Id,
    MAX_COST, Reservation, Settled,
};
use plinth_ports::{BudgetLedger, BudgetReader, Reserved, Result};
use sea_orm::Value;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::budgets::{Entity, columns};
use crate::{
    row::{FromRow, Row, named, stored},
    scoped::ScopedTx,
};

/// The budgets that count what is for the project `$2`, by the API key `$3`, of the prompt `$4`. The
/// keys that the key descends from are looked up once, and only where a budget may be theirs.
macro_rules! counting {
    () => {
        "b.organization_id = $1 AND (b.scope = 'organization' OR b.project_id = $2 \
         OR b.prompt_id = $4 OR b.api_key_id = ANY(ARRAY(WITH RECURSIVE keys AS \
            (SELECT id, parent_id FROM api_keys WHERE organization_id = $1 AND id = $3 \
            UNION SELECT k.id, k.parent_id FROM api_keys k JOIN keys c ON k.id = c.parent_id \
                WHERE k.organization_id = $1) \
            SELECT id FROM keys)))"
    };
}

const COUNTING: &str =
    concat!("SELECT ", columns!(), " FROM budgets b WHERE ", counting!(), " ORDER BY b.id");

const ALL: &str = concat!("SELECT ", columns!(), " FROM budgets b WHERE b.organization_id = $1");

/// `$3` is the day, `$4` the first of its month.
const SPENDING: &str = "SELECT p.budget_id, p.starts_on, p.spent_nano, p.reserved_nano \
    FROM budget_periods p JOIN budgets b ON b.organization_id = $1 AND b.id = p.budget_id \
    WHERE p.organization_id = $1 AND p.budget_id = ANY($2::uuid[]) \
        AND p.starts_on = CASE b.period WHEN 'month' THEN $4::date ELSE $3::date END";

/// `$5` is the day, `$6` the first of its month, `$7` the amount. It is held in each period that has
/// room for it, in the order of the budgets; every budget is answered, and where it was held. The
/// comparison is a difference, because a sum could be beyond `bigint`.
const HOLD: &str = concat!(
    "WITH held AS (INSERT INTO budget_periods (organization_id, budget_id, starts_on, spent_nano, \
        reserved_nano) \
    SELECT $1, b.id, CASE b.period WHEN 'month' THEN $6::date ELSE $5::date END, 0, $7::bigint \
    FROM budgets b WHERE ",
    counting!(),
    " AND b.hard_limit_nano >= $7 ORDER BY b.id \
    ON CONFLICT (organization_id, budget_id, starts_on) DO UPDATE SET \
        reserved_nano = budget_periods.reserved_nano + excluded.reserved_nano, \
        version = budget_periods.version + 1, updated_at = now() \
    WHERE excluded.reserved_nano <= (SELECT l.hard_limit_nano FROM budgets l \
        WHERE l.organization_id = $1 AND l.id = budget_periods.budget_id) \
        - budget_periods.spent_nano - budget_periods.reserved_nano \
    RETURNING id, budget_id) \
    SELECT ",
    columns!(),
    ", h.id AS held_id FROM budgets b LEFT JOIN held h ON h.budget_id = b.id WHERE ",
    counting!(),
    " ORDER BY b.id"
);

/// What was held in some periods only.
const RELEASE: &str = "UPDATE budget_periods SET reserved_nano = reserved_nano - $3 \
    WHERE organization_id = $1 AND id = ANY($2::uuid[])";

/// The rows are locked in the order of the budgets before any is changed.
const SETTLE: &str = concat!(
    "WITH locked AS MATERIALIZED (SELECT p.id FROM budget_periods p \
        WHERE p.organization_id = $1 AND p.id = ANY($2::uuid[]) ORDER BY p.budget_id FOR UPDATE), \
    settled AS (UPDATE budget_periods p SET \
        reserved_nano = greatest(p.reserved_nano - $3, 0), \
        spent_nano = least(p.spent_nano, 8000000000000000000) + $4, \
        version = p.version + 1, updated_at = now() \
        FROM locked WHERE p.organization_id = $1 AND p.id = locked.id \
        RETURNING p.budget_id, p.starts_on, p.spent_nano, p.reserved_nano) \
    SELECT ",
    columns!(),
    ", s.starts_on, s.spent_nano, s.reserved_nano FROM settled s \
    JOIN budgets b ON b.organization_id = $1 AND b.id = s.budget_id ORDER BY b.id"
);

fn origin(origin: BudgetOrigin) -> Vec<Value> {
    vec![
        origin.project.map(Id::uuid).into(),
        origin.api_key.map(Id::uuid).into(),
        origin.prompt.map(Id::uuid).into(),
    ]
}

fn budget(row: &PgRow) -> Result<Budget> {
    Budget::from_row(&Row::<Entity>::new(row))
}

fn spending(row: &PgRow) -> Result<BudgetSpending> {
    Ok(BudgetSpending {
        starts_on: named(row, "starts_on")?,
        spent: named(row, "spent_nano")?,
        reserved: named(row, "reserved_nano")?,
    })
}

#[async_trait]
impl BudgetReader for ScopedTx {
    async fn counting(&mut self, of: BudgetOrigin) -> Result<Vec<Budget>> {
        Ok(self.ask_within(COUNTING, origin(of), usize::MAX, budget).await?.items)
    }

    async fn scopes(&mut self) -> Result<HashSet<BudgetScope>> {
        let all = self.ask_within(ALL, Vec::new(), usize::MAX, budget).await?.items;
        Ok(all.into_iter().map(|budget| budget.scope).collect())
    }

    async fn spending(
        &mut self,
        budgets: &[BudgetId],
        day: NaiveDate,
    ) -> Result<Vec<(BudgetId, BudgetSpending)>> {
        let ids: Vec<Uuid> = budgets.iter().map(|id| id.uuid()).collect();
        let values = vec![ids.into(), day.into(), BudgetPeriod::Month.first_day(day).into()];
        let read = |row: &_| Ok((stored(row, "budget_id")?, spending(row)?));
        Ok(self.ask_within(SPENDING, values, usize::MAX, read).await?.items)
    }
}

#[async_trait]
impl BudgetLedger for ScopedTx {
    async fn reserve(&mut self, of: BudgetOrigin, day: NaiveDate, amount: i64) -> Result<Reserved> {
        let mut values = origin(of);
        values.extend([
            day.into(),
            BudgetPeriod::Month.first_day(day).into(),
            amount.clamp(0, MAX_COST).into(),
        ]);
        let read = |row: &_| Ok((budget(row)?, named::<Option<Uuid>>(row, "held_id")?));
        let asked = self.ask_within(HOLD, values, usize::MAX, read).await?.items;
        let periods: Vec<BudgetPeriodId> =
            asked.iter().filter_map(|(_, held)| held.map(Id::from_uuid)).collect();
        let Some((full, _)) = asked.into_iter().find(|(_, held)| held.is_none()) else {
            return Ok(Reserved::Held(Reservation { amount: amount.clamp(0, MAX_COST), periods }));
        };
        if !periods.is_empty() {
            let ids: Vec<Uuid> = periods.iter().map(|id| id.uuid()).collect();
            let values = vec![ids.into(), amount.clamp(0, MAX_COST).into()];
            self.ask(RELEASE, values).await?;
        }
        Ok(Reserved::Exceeded(full))
    }

    async fn settle(&mut self, held: &Reservation, cost: i64) -> Result<Vec<Settled>> {
        if held.periods.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<Uuid> = held.periods.iter().map(|id| id.uuid()).collect();
        let cost = cost.clamp(0, MAX_COST);
        let values = vec![ids.into(), held.amount.into(), cost.into()];
        let read = |row: &_| Ok(Settled::after(budget(row)?, spending(row)?, cost));
        Ok(self.ask_within(SETTLE, values, usize::MAX, read).await?.items)
    }
}
