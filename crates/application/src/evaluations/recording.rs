use plinth_domain::{
    Criterion, DatasetItemId, Evaluation, EvaluationId, EvaluationProgress, EvaluationResult,
    EvaluationStatus, ExecutionId, Failure, Permission,
};

use super::{comparing::Verdict, ending::locked};
use crate::{AuditRecord, Command, Context, Error, Recorded};

/// What became of one item.
#[derive(Debug, Clone)]
pub(super) struct Answered {
    pub(super) item: DatasetItemId,
    pub(super) execution: Option<ExecutionId>,
    /// Why it was not answered.
    pub(super) failure: Option<Failure>,
    /// For each evaluator, in their order.
    pub(super) verdicts: Vec<(Verdict, Option<ExecutionId>)>,
    /// Tokens and cost, those of judges included.
    pub(super) used: EvaluationProgress,
}

/// Begins to run an evaluation, or goes on with it. `None` where it has ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct StartEvaluation {
    pub(super) id: EvaluationId,
}

impl Command for StartEvaluation {
    const NAME: &'static str = "evaluation.start";
    const PERMISSION: Permission = Permission::EvaluationUpdate;
    type Output = Option<(Evaluation, Vec<Criterion>)>;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Self::Output>, Error> {
        let before = locked(ctx, self.id).await?;
        let criteria = ctx.unit.evaluation_results().criteria(&[self.id]).await?;
        if before.status == EvaluationStatus::Running {
            // Another attempt goes on where the last one ended.
            return Ok(Recorded::without_audit(Some((before, criteria))));
        }
        let Ok(after) = before.clone().start(ctx.now) else {
            return Ok(Recorded::without_audit(None));
        };
        ctx.unit.evaluations().update(&after).await?;
        let audit = AuditRecord::changed("evaluation.started", &before, &after)?;
        Ok(Recorded::new(Some((after, criteria)), audit))
    }
}

/// Stores what became of the next items, in one commit. `None` where the evaluation does not run any
/// more, or where another attempt was faster.
#[derive(Debug, Clone)]
pub(super) struct RecordResults {
    pub(super) id: EvaluationId,
    /// The last item that was done before.
    pub(super) after: Option<DatasetItemId>,
    /// In the order of the items.
    pub(super) answered: Vec<Answered>,
}

impl Command for RecordResults {
    const NAME: &'static str = "evaluation.record";
    const PERMISSION: Permission = Permission::EvaluationUpdate;
    type Output = Option<Evaluation>;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Option<Evaluation>>, Error> {
        let before = locked(ctx, self.id).await?;
        if before.progress.cursor != self.after {
            return Ok(Recorded::without_audit(None));
        }
        let mut criteria = ctx.unit.evaluation_results().criteria(&[self.id]).await?;
        let mut more = EvaluationProgress::default();
        let mut results = Vec::new();
        for answered in self.answered {
            more = more.plus(EvaluationProgress {
                cursor: Some(answered.item),
                done: 1,
                unanswered: answered.failure.is_some().into(),
                ..answered.used
            });
            for (criterion, (verdict, judge)) in criteria.iter_mut().zip(answered.verdicts) {
                let score = verdict.as_ref().ok().map(|(score, _)| *score);
                criterion.count(score);
                let threshold = criterion.pinned.definition.threshold();
                let (reason, failure) = match verdict {
                    Ok((_, reason)) => (reason, None),
                    Err(failure) => (None, Some(failure)),
                };
                results.push(EvaluationResult {
                    id: ctx.id(),
                    evaluation: self.id,
                    item: answered.item,
                    position: criterion.position,
                    evaluator: criterion.pinned.evaluator,
                    score,
                    passed: score.map(|score| score >= threshold),
                    reason,
                    failure,
                    execution: answered.execution,
                    judge,
                    created_at: ctx.now,
                });
            }
        }
        // Identities of one moment are not in the order in which they are made, if other units make some,
        // too.
        let mut ids: Vec<_> = results.iter().map(|result| result.id).collect();
        ids.sort_unstable_by_key(|id| id.uuid());
        for (result, id) in results.iter_mut().zip(ids) {
            result.id = id;
        }
        let Ok(after) = before.advance(more, ctx.now) else {
            return Ok(Recorded::without_audit(None));
        };
        ctx.unit.evaluations().update(&after).await?;
        ctx.unit.evaluation_results().add_results(&results, &criteria).await?;
        Ok(Recorded::without_audit(Some(after)))
    }
}

/// Ends an evaluation all of whose items are done.
#[derive(Debug, Clone, Copy)]
pub(super) struct SucceedEvaluation {
    pub(super) id: EvaluationId,
}

impl Command for SucceedEvaluation {
    const NAME: &'static str = "evaluation.succeed";
    const PERMISSION: Permission = Permission::EvaluationUpdate;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let before = locked(ctx, self.id).await?;
        let Ok(after) = before.clone().succeed(ctx.now) else {
            return Ok(Recorded::without_audit(()));
        };
        ctx.unit.evaluations().update(&after).await?;
        let audit = AuditRecord::changed("evaluation.succeeded", &before, &after)?;
        Ok(Recorded::new((), audit))
    }
}
