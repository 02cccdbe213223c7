use plinth_domain::{Job, JobId, Permission};

use super::NOT_FOUND;
use crate::{Error, Query, View};

/// Reads one job.
#[derive(Debug, Clone, Copy)]
pub struct GetJob {
    /// Which.
    pub id: JobId,
}

impl Query for GetJob {
    const NAME: &'static str = "job.get";
    const PERMISSION: Permission = Permission::JobRead;
    type Output = Job;

    async fn run(self, view: &mut View<'_>) -> Result<Job, Error> {
        view.unit.jobs().find(self.id).await?.ok_or(NOT_FOUND)
    }
}
