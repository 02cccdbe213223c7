//! The jobs of evaluations.

use std::time::Duration;

use async_trait::async_trait;
use plinth_application::{
    Error,
    evaluations::{EVALUATION_INTERRUPTED, EvaluationStopped, FailEvaluation, RunEvaluation},
};
use plinth_domain::Failure;

use crate::{Handler, JobContext, JobFailure};

/// Runs evaluations. An attempt goes on where the last one ended.
///
/// A few at once: each has several executions at once, and other kinds of jobs need the slots.
pub struct EvaluationRunner;

#[async_trait]
impl Handler for EvaluationRunner {
    type Job = RunEvaluation;

    /// For 100,000 items, of which sixteen are answered at once, three seconds for each.
    fn timeout(&self) -> Duration {
        Duration::from_hours(6)
    }

    fn at_once(&self) -> Option<usize> {
        Some(2)
    }

    async fn run(&self, job: RunEvaluation, ctx: JobContext) -> Result<(), JobFailure> {
        let (app, caller, progress) = (ctx.application(), ctx.caller(), ctx.progress().clone());
        let told = move |percent| progress.set(percent);
        let run = app.run_evaluation(caller, job.evaluation, ctx.cancelled(), told);
        match run.await {
            Ok(()) | Err(EvaluationStopped::Failed(Error::NotFound(_))) => Ok(()),
            Err(EvaluationStopped::Failed(error)) => Err(JobFailure::from(error)),
            // Another worker goes on with it, and this attempt does not count.
            Err(stopping) => Err(JobFailure::Busy(stopping.into())),
        }
    }

    /// Without an attempt left, a running evaluation would never end.
    async fn dead_letter(
        &self,
        job: Option<RunEvaluation>,
        ctx: JobContext,
    ) -> Result<(), JobFailure> {
        if let Some(RunEvaluation { evaluation: id }) = job {
            let detail = "the job of the evaluation has failed; the evaluation can be resumed";
            let code = EVALUATION_INTERRUPTED.name().to_owned();
            let failure = Failure { code, detail: detail.to_owned() };
            ctx.execute(FailEvaluation { id, failure }).await?;
        }
        Ok(())
    }
}
