//! Stores an execution before a model is called.

use plinth_domain::{
    BudgetOrigin, Execution, ExecutionDraft, ExecutionId, Permission, Reservation,
};
use plinth_ports::Reserved;
use uuid::Uuid;

use super::{keeper::LEASE, queue::RunExecution};
use crate::{AuditRecord, Command, Context, Error, Recorded, budgets::today};

plinth_domain::codes! {
    BUDGET_EXCEEDED = "budget.exceeded", "The execution may cost more than a budget has left.";
    BUDGET_PRICE_UNKNOWN = "budget.price_unknown",
        "A budget counts the execution, and a price of its models is unknown.";
}

/// Stores a new execution: running under a lease of this process, or queued with the job that runs it.
#[derive(Debug)]
pub(super) struct StartExecution {
    pub(super) draft: ExecutionDraft,
    /// The process that runs it; `None` for a worker.
    pub(super) holder: Option<Uuid>,
    /// What it may cost, in nano-USD; `None` where a price is unknown.
    pub(super) estimate: Option<i64>,
}

impl Command for StartExecution {
    const NAME: &'static str = "execution.start";
    const PERMISSION: Permission = Permission::ExecutionCreate;
    type Output = Execution;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Execution>, Error> {
        let id: ExecutionId = ctx.id();
        let organization = ctx.organization();
        let reservation = self.hold(ctx).await?;
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
    /// Holds what the execution may cost in each budget that counts it.
    async fn hold(&self, ctx: &mut Context<'_>) -> Result<Reservation, Error> {
        let Self { draft, estimate, .. } = self;
        let origin = BudgetOrigin {
            project: None,
            api_key: draft.api_key,
            prompt: draft.prompt.map(|(prompt, _)| prompt),
        };
        let Some(estimate) = *estimate else {
            let counting = ctx.unit.budget_periods().counting(origin).await?;
            if counting.is_empty() {
                return Ok(Reservation::default());
            }
            let detail = "a budget counts the execution, and a price of its models is unknown";
            return Err(Error::conflict(BUDGET_PRICE_UNKNOWN, detail));
        };
        let day = today(ctx.unit.organization(), ctx.now).await?;
        match ctx.unit.budget_periods().reserve(origin, day, estimate).await? {
            Reserved::Held(reservation) => Ok(reservation),
            Reserved::Exceeded(_) => {
                let detail = "the execution may cost more than a budget has left";
                Err(Error::Exhausted { code: BUDGET_EXCEEDED, detail })
            }
        }
    }
}
