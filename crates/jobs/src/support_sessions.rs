//! The job of support sessions.

use std::time::Duration;

use async_trait::async_trait;
use plinth_application::support_access::{CloseSupportSession, EndSupportSession};

use crate::{Handler, JobContext, JobFailure};

/// Tells of the end of a support session whose time is over.
pub struct SupportSessionCloser;

#[async_trait]
impl Handler for SupportSessionCloser {
    type Job = EndSupportSession;

    fn timeout(&self) -> Duration {
        Duration::from_mins(1)
    }

    async fn run(&self, job: EndSupportSession, ctx: JobContext) -> Result<(), JobFailure> {
        Ok(ctx.execute(CloseSupportSession { session: job.session }).await?)
    }
}
