//! Stores an execution before a model is called.

use std::time::Duration;

use plinth_domain::{
    Execution, ExecutionDraft, ExecutionId, MAX_COST, Permission, PlanLimit, Reservation,
};
use plinth_ports::{Counted, Reserved};
use uuid::Uuid;

use super::{
    estimate::{Estimate, dearest},
    keeper::LEASE,
    plan::Plan,
    queue::RunExecution,
};
use crate::{AuditRecord, Command, Context, Error, Recorded, Writing, budgets::today};

plinth_domain::codes! {
    BUDGET_EXCEEDED = "budget.exceeded", "The execution may cost more than a budget has left.";
    BUDGET_PRICE_UNKNOWN = "budget.price_unknown",
        "A budget counts the execution, and a price of its models is unknown.";
}

/// Stores a new execution: running under a lease of this process, or queued with the job that runs it.
#[derive(Debug)]
pub(super) struct StartExecution {
    draft: ExecutionDraft,
    /// The process that runs it; `None` for a worker.
    holder: Option<Uuid>,
    /// What it may cost by each of its models; `None` where a price is unknown.
    estimates: Option<Vec<Estimate>>,
    /// Whether a budget may count it.
    is_counted: bool,
}

impl Command for StartExecution {
    const NAME: &'static str = "execution.start";
    const PERMISSION: Permission = Permission::ExecutionCreate;
    type Output = Execution;

    fn writing(&self) -> Writing {
        if self.holder.is_some() && !self.is_counted {
            Writing::Deferred(Error::write::<Execution>)
        } else {
            Writing::Together
        }
    }

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Execution>, Error> {
        ctx.check_bound(self.draft.prompt.map(|(prompt, _)| prompt)).await?;
        let id: ExecutionId = ctx.id();
        let organization = ctx.organization();
        let most = make_room(ctx, self.estimates.as_deref()).await?;
        let reservation = if self.is_counted {
            self.hold(ctx).await?
        } else {
            Reservation { amount: most, periods: Vec::new() }
        };
        let Self { draft, holder, .. } = self;
        let (execution, action) = match holder {
            Some(_) => (Execution::start(id, organization, draft, ctx.now), "execution.started"),
            None => (Execution::queue(id, organization, draft, ctx.now), "execution.queued"),
        };
        let execution = execution.holding(reservation);
        let lease = holder.map(|holder| (holder, LEASE));
        let executions = ctx.unit.executions();
        executions.insert(&execution, lease).await.map_err(Error::write::<Execution>)?;
        if holder.is_none() {
            ctx.enqueue(RunExecution { execution: id }).await?;
        }
        let audit = AuditRecord::created(action, &execution)?;
        Ok(Recorded::new(execution, audit))
    }
}

impl StartExecution {
    /// The start of what was planned.
    pub(super) fn of(draft: ExecutionDraft, plan: &Plan, holder: Option<Uuid>) -> Self {
        Self { draft, holder, estimates: plan.estimates(), is_counted: plan.is_counted }
    }

    async fn hold(&self, ctx: &mut Context<'_>) -> Result<Reservation, Error> {
        hold(ctx, &self.draft, self.estimates.as_deref()).await
    }
}

/// Refuses one more execution than the organization's plan allows. Returns what the execution may cost at
/// most, in nano-USD, where a plan limits that: it counts from now on until the execution has ended. An execution
/// without a known price counts with nothing.
pub(super) async fn make_room(
    ctx: &mut Context<'_>,
    estimates: Option<&[Estimate]>,
) -> Result<i64, Error> {
    ctx.make_room_for(Counted::Executions, 1).await?;
    if !ctx.plans.have(PlanLimit::AiNanoUsdPerMonth) {
        return Ok(0);
    }
    let most = estimates.map_or(0, |estimates| dearest(estimates, &[])).clamp(0, MAX_COST);
    ctx.make_room_for(Counted::AiCost, most.unsigned_abs()).await?;
    Ok(most)
}

/// Holds what an execution may cost in each budget that counts it. The estimates are `None` where a
/// price is unknown.
pub(super) async fn hold(
    ctx: &mut Context<'_>,
    draft: &ExecutionDraft,
    estimates: Option<&[Estimate]>,
) -> Result<Reservation, Error> {
    let origin = draft.budget_origin();
    let Some(estimates) = estimates else {
        let counting = ctx.unit.budget_periods().counting(origin).await?;
        if counting.is_empty() {
            return Ok(Reservation::default());
        }
        let detail = "a budget counts the execution, and a price of its models is unknown";
        return Err(Error::conflict(BUDGET_PRICE_UNKNOWN, detail));
    };
    let longest = match draft.prompt {
        Some(version) => {
            let models: Vec<_> = estimates.iter().map(|estimate| estimate.model).collect();
            ctx.unit.answer_lengths().longest(version, &models).await?
        }
        None => Vec::new(),
    };
    let estimate = dearest(estimates, &longest);
    let day = today(ctx.unit.organization(), ctx.now).await?;
    match ctx.unit.budget_periods().reserve(origin, day, estimate).await? {
        Reserved::Held(reservation) => Ok(reservation),
        Reserved::Exceeded(budget) => {
            let (scope, period) = (budget.scope.name(), budget.period.name());
            let detail = format!(
                "the execution may cost more than the {scope} budget {} has left this {period}",
                budget.id
            );
            let retry_after = Duration::from_hours(24) * budget.period.days_left(day);
            Err(Error::UsedUp { code: BUDGET_EXCEEDED, detail: detail.into(), retry_after })
        }
    }
}
