use plinth_domain::{Evaluation, EvaluationId, Failure, Permission};

use super::{EVALUATION_UNENDED, EvaluationDetails, making::check_unended};
use crate::{
    AuditRecord, Command, Context, Error, Expected, Recorded,
    evaluations::RunEvaluation,
    resource::{Found, Resource},
};

/// The evaluation, locked until the transaction ends.
pub(super) async fn locked(ctx: &mut Context<'_>, id: EvaluationId) -> Result<Evaluation, Error> {
    let found = ctx.unit.evaluation_results().lock(id).await?;
    found.ok_or(Error::NotFound(Evaluation::KIND))
}

/// The evaluation with what its evaluators have found. The caller needs to be allowed to read it.
async fn shown(ctx: &mut Context<'_>, evaluation: Evaluation) -> Result<EvaluationDetails, Error> {
    let criteria = ctx.unit.evaluation_results().criteria(&[evaluation.id]).await?;
    Ok(EvaluationDetails { evaluation, criteria })
}

/// Ends an evaluation. What is done is kept, and it can be resumed.
#[derive(Debug, Clone, Copy)]
pub struct CancelEvaluation {
    /// The evaluation.
    pub id: EvaluationId,
}

impl Command for CancelEvaluation {
    const NAME: &'static str = "evaluation.cancel";
    const PERMISSION: Permission = Permission::EvaluationUpdate;
    type Output = EvaluationDetails;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<EvaluationDetails>, Error> {
        ctx.access.require(Permission::EvaluationRead)?;
        let before = locked(ctx, self.id).await?;
        let after = before.clone().cancel(ctx.now)?;
        ctx.unit.evaluations().update(&after).await?;
        let audit = AuditRecord::changed("evaluation.cancelled", &before, &after)?;
        Ok(Recorded::new(shown(ctx, after).await?, audit))
    }
}

/// Goes on with an evaluation that failed or was cancelled. No item is done twice.
#[derive(Debug, Clone, Copy)]
pub struct ResumeEvaluation {
    /// The evaluation.
    pub id: EvaluationId,
}

impl Command for ResumeEvaluation {
    const NAME: &'static str = "evaluation.resume";
    const PERMISSION: Permission = Permission::EvaluationUpdate;
    type Output = EvaluationDetails;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<EvaluationDetails>, Error> {
        ctx.access.require(Permission::ExecutionCreate)?;
        ctx.access.require(Permission::EvaluationRead)?;
        let before = locked(ctx, self.id).await?;
        let after = before.clone().resume(ctx.now)?;
        check_unended(ctx).await?;
        ctx.unit.evaluations().update(&after).await?;
        ctx.enqueue(RunEvaluation { evaluation: after.id }).await?;
        let audit = AuditRecord::changed("evaluation.resumed", &before, &after)?;
        Ok(Recorded::new(shown(ctx, after).await?, audit))
    }
}

/// Ends an evaluation that cannot go on. One that has ended stays as it is.
#[derive(Debug, Clone)]
pub struct FailEvaluation {
    /// The evaluation.
    pub id: EvaluationId,
    /// Why.
    pub failure: Failure,
}

impl Command for FailEvaluation {
    const NAME: &'static str = "evaluation.fail";
    const PERMISSION: Permission = Permission::EvaluationUpdate;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let Some(before) = ctx.unit.evaluation_results().lock(self.id).await? else {
            return Ok(Recorded::without_audit(()));
        };
        let Ok(after) = before.clone().fail(self.failure, ctx.now) else {
            return Ok(Recorded::without_audit(()));
        };
        ctx.unit.evaluations().update(&after).await?;
        let audit = AuditRecord::changed("evaluation.failed", &before, &after)?;
        Ok(Recorded::new((), audit))
    }
}

/// Removes an evaluation that has ended, with its results.
#[derive(Debug, Clone)]
pub struct RemoveEvaluation {
    /// The evaluation.
    pub id: EvaluationId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for RemoveEvaluation {
    const NAME: &'static str = "evaluation.remove";
    const PERMISSION: Permission = Permission::EvaluationDelete;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let evaluation = ctx.unit.evaluations().expect(self.id, &self.expected).await?;
        if !evaluation.status.is_ended() {
            return Err(Error::conflict(EVALUATION_UNENDED, "the evaluation has not ended"));
        }
        ctx.unit.evaluations().remove(&evaluation).await.map_err(Error::in_use)?;
        Ok(Recorded::new((), AuditRecord::removed("evaluation.removed", &evaluation)?))
    }
}
