use std::time::Duration;

use async_trait::async_trait;
use plinth_application::documents::LoseContent;

use super::OneVersion;
use crate::{Handler, JobContext, JobFailure};

/// The kind of job that says of a version that its bytes are gone.
pub const LOST: &str = "document.lost";

/// Says of a version whose bytes the object storage has lost that it failed.
pub struct ReportLostContent;

#[async_trait]
impl Handler for ReportLostContent {
    fn kind(&self) -> &'static str {
        LOST
    }

    fn timeout(&self) -> Duration {
        Duration::from_mins(1)
    }

    async fn run(&self, job: JobContext) -> Result<(), JobFailure> {
        let of = job.payload::<OneVersion>()?.into();
        Ok(job.execute(LoseContent(of)).await?)
    }
}
