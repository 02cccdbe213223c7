use plinth_domain::{Job, Permission};
use plinth_ports::{JobFilter, JobSort, Page, PageRequest};

use crate::{Error, Query, View};

/// Lists jobs.
#[derive(Debug, Clone)]
pub struct ListJobs {
    /// Which.
    pub filter: JobFilter,
    /// In which order, and from where.
    pub page: PageRequest<JobSort>,
}

impl Query for ListJobs {
    const NAME: &'static str = "job.list";
    const PERMISSION: Permission = Permission::JobRead;
    type Output = Page<Job>;

    async fn run(self, view: &mut View<'_>) -> Result<Page<Job>, Error> {
        Ok(view.unit.jobs().list(&self.filter, &self.page).await?)
    }
}
