//! The last word on a job that is dead.

use std::{error::Error, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt;
use plinth_application::Application;
use plinth_domain::Job;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::{Handlers, JobContext, Progress};

/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Lets the handler of a job tell whoever waits for it that it is dead. Answers
/// whether the job may be noted as dead; else its lease is left to run out, and
/// the reaper lets the handler try again.
pub(crate) async fn give_up(
    application: &Application,
    handlers: &Handlers,
    job: &Arc<Job>,
    cancelled: CancellationToken,
) -> bool {
    let Some((_, handler)) = handlers.find(&job.kind) else { return true };
    let (application, progress) = (application.clone(), Progress::default());
    let Some(context) = JobContext::new(application, Arc::clone(job), progress, cancelled) else {
        return true;
    };
    let telling = AssertUnwindSafe(handler.dead_letter(context)).catch_unwind();
    match timeout(PATIENCE, telling).await {
        Ok(Ok(Ok(()))) => true,
        Ok(Ok(Err(failure))) => {
            let error = failure.source();
            tracing::warn!(error, "nobody could be told that a job is dead");
            failure.is_permanent()
        }
        // It would do so again.
        Ok(Err(_panic)) => {
            tracing::error!("a handler broke down when it was to give a job up");
            true
        }
        Err(late) => {
            let error = &late as &dyn Error;
            tracing::warn!(error, "nobody could be told that a job is dead");
            false
        }
    }
}
