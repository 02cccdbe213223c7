//! Budgets: what an organization lets its executions cost.

use std::borrow::Borrow;

use chrono::NaiveDate;
use plinth_domain::{Budget, BudgetChanges, BudgetDraft, BudgetId, BudgetSpending, Permission};
use plinth_ports::{
    BudgetFilter, BudgetReader, BudgetSort, OrganizationReader, Page, PageRequest, StoreError,
    records::budgets::API_KEY,
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    AuditRecord, Command, Context, Error, Expected, Query, Reading, Recorded, View,
    resource::{Action, Found, Resource},
};

impl Resource for Budget {
    const KIND: &'static str = "budget";
    const TOPIC: &'static str = "budgets";
    const READ: Permission = Permission::BudgetRead;

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn project(&self) -> Option<Uuid> {
        self.scope.project().map(plinth_domain::Id::uuid)
    }

    fn audit_view(&self) -> impl Serialize {
        #[derive(Serialize)]
        struct AuditView {
            scope: &'static str,
            project_id: Option<Uuid>,
            api_key_id: Option<Uuid>,
            prompt_id: Option<Uuid>,
            period: &'static str,
            hard_limit_nano_usd: i64,
            soft_percent: u8,
            version: i64,
        }
        AuditView {
            scope: self.scope.name(),
            project_id: self.scope.project().map(plinth_domain::Id::uuid),
            api_key_id: self.scope.api_key().map(plinth_domain::Id::uuid),
            prompt_id: self.scope.prompt().map(plinth_domain::Id::uuid),
            period: self.period.name(),
            hard_limit_nano_usd: self.hard_limit,
            soft_percent: self.soft_percent,
            version: self.revision.version.number(),
        }
    }
}

/// A budget with what its current period has cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetState {
    /// The budget.
    pub budget: Budget,
    /// The current period.
    pub spending: BudgetSpending,
}

impl Borrow<Budget> for BudgetState {
    fn borrow(&self) -> &Budget {
        &self.budget
    }
}

/// Adds what the periods that have this day have cost.
async fn with_spending(
    reader: &mut dyn BudgetReader,
    budgets: Vec<Budget>,
    day: NaiveDate,
) -> Result<Vec<BudgetState>, Error> {
    let ids: Vec<BudgetId> = budgets.iter().map(|budget| budget.id).collect();
    let known = if ids.is_empty() { Vec::new() } else { reader.spending(&ids, day).await? };
    let state = |budget: Budget| {
        let spending = known.iter().find(|(id, _)| *id == budget.id).map(|(_, spending)| *spending);
        let unspent =
            BudgetSpending { starts_on: budget.period.first_day(day), spent: 0, reserved: 0 };
        BudgetState { spending: spending.unwrap_or(unspent), budget }
    };
    Ok(budgets.into_iter().map(state).collect())
}

/// The day in the organization's time zone.
pub(crate) async fn today(
    organization: &mut dyn OrganizationReader,
    now: plinth_domain::Timestamp,
) -> Result<NaiveDate, Error> {
    let organization = organization.find().await?;
    let organization = organization.ok_or(Error::NotFound("organization"))?;
    Ok(organization.settings.timezone.day(now))
}

/// One budget, as a list of one.
fn only(states: Vec<BudgetState>) -> Result<BudgetState, Error> {
    states.into_iter().next().ok_or_else(|| Error::internal("the budget is gone"))
}

/// Reads one budget.
#[derive(Debug, Clone, Copy)]
pub struct GetBudget {
    /// The budget.
    pub id: BudgetId,
}

impl Query for GetBudget {
    const NAME: &'static str = "budget.get";
    const PERMISSION: Permission = Permission::BudgetRead;
    type Output = BudgetState;

    async fn run(self, view: &mut View<'_>) -> Result<BudgetState, Error> {
        let budget = view.unit.budgets().get(self.id).await?;
        let day = today(view.unit.organization(), view.now).await?;
        only(with_spending(view.unit.budget_periods(), vec![budget], day).await?)
    }
}

/// Lists budgets.
#[derive(Debug, Clone)]
pub struct ListBudgets {
    /// Selects the budgets.
    pub filter: BudgetFilter,
    /// The order and the position.
    pub page: PageRequest<BudgetSort>,
}

impl Query for ListBudgets {
    const NAME: &'static str = "budget.list";
    const PERMISSION: Permission = Permission::BudgetRead;
    type Output = Page<BudgetState>;

    fn reading(&self) -> Reading {
        // Several questions in any case.
        match Reading::page(&self.page, self.filter != BudgetFilter::default()) {
            Reading::Once => Reading::Together,
            other => other,
        }
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<BudgetState>, Error> {
        let Page { items, next, total } =
            view.unit.budgets().list(&self.filter, &self.page).await?;
        let day = today(view.unit.organization(), view.now).await?;
        let items = with_spending(view.unit.budget_periods(), items, day).await?;
        Ok(Page { items, next, total })
    }
}

/// Creates a budget.
#[derive(Debug, Clone, Copy)]
pub struct CreateBudget {
    /// Its values.
    pub draft: BudgetDraft,
}

impl Command for CreateBudget {
    const NAME: &'static str = Action::<Budget>::CREATE;
    const PERMISSION: Permission = Permission::BudgetCreate;
    type Output = BudgetState;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<BudgetState>, Error> {
        ctx.make_room::<Budget>().await?;
        let budget = Budget::create(ctx.id(), ctx.organization(), self.draft, ctx.now);
        ctx.unit.budgets().insert(&budget).await.map_err(written)?;
        let audit = AuditRecord::created(Action::<Budget>::CREATED, &budget)?;
        recorded(ctx, budget, audit).await
    }
}

/// Changes a budget.
#[derive(Debug, Clone)]
pub struct UpdateBudget {
    /// The budget.
    pub id: BudgetId,
    /// The version that the caller saw.
    pub expected: Expected,
    /// The new values.
    pub changes: BudgetChanges,
}

impl Command for UpdateBudget {
    const NAME: &'static str = Action::<Budget>::UPDATE;
    const PERMISSION: Permission = Permission::BudgetUpdate;
    type Output = BudgetState;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<BudgetState>, Error> {
        let before = ctx.unit.budgets().expect(self.id, &self.expected).await?;
        let after = before.clone().change(self.changes, ctx.now);
        ctx.unit.budgets().update(&after).await?;
        let audit = AuditRecord::changed(Action::<Budget>::UPDATED, &before, &after)?;
        recorded(ctx, after, audit).await
    }
}

/// Removes a budget permanently: what it counted is limited no more.
#[derive(Debug, Clone)]
pub struct RemoveBudget {
    /// The budget.
    pub id: BudgetId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for RemoveBudget {
    const NAME: &'static str = Action::<Budget>::REMOVE;
    const PERMISSION: Permission = Permission::BudgetDelete;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let budget = ctx.unit.budgets().expect(self.id, &self.expected).await?;
        ctx.unit.budgets().remove(&budget).await.map_err(Error::in_use)?;
        Ok(Recorded::new((), AuditRecord::removed(Action::<Budget>::REMOVED, &budget)?))
    }
}

async fn recorded(
    ctx: &mut Context<'_>,
    budget: Budget,
    audit: AuditRecord,
) -> Result<Recorded<BudgetState>, Error> {
    let day = today(ctx.unit.organization(), ctx.now).await?;
    let state = only(with_spending(ctx.unit.budget_periods(), vec![budget], day).await?)?;
    Ok(Recorded::new(state, audit))
}

/// The error of a write: API keys are referred to, too.
fn written(error: StoreError) -> Error {
    if API_KEY.is_violated_in(&error) {
        return Error::unknown_reference("api_key_id");
    }
    Error::write::<Budget>(error)
}
