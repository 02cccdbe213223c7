//! Calls the handler of a job that becomes a dead letter.

use std::{error::Error, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt;
use plinth_application::Application;
use plinth_domain::Job;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::{Handlers, JobContext, Progress};

/// The timeout of a handler.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Calls the handler of a job that becomes a dead letter. Returns whether the job may be settled as
/// dead; if not, its lease expires, and the reaper calls the handler again.
pub(crate) async fn report(
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
    let reported = AssertUnwindSafe(handler.dead_letter(context)).catch_unwind();
    match timeout(TIMEOUT, reported).await {
        Ok(Ok(Ok(()))) => true,
        Ok(Ok(Err(failure))) => {
            let error = failure.source();
            tracing::warn!(error, "the handler could not process a dead job");
            failure.is_permanent()
        }
        // A retry would panic again.
        Ok(Err(_panic)) => {
            tracing::error!("handler panicked on a dead job");
            true
        }
        Err(late) => {
            let error = &late as &dyn Error;
            tracing::warn!(error, "the handler could not process a dead job");
            false
        }
    }
}
