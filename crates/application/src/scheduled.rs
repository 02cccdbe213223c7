use plinth_domain::{JobDraft, OrganizationId};

use crate::{Application, Error, JobKind};

/// How many organizations are read at once.
const PAGE: u32 = 200;

impl Application {
    /// A job for each organization: a write for an organization needs that organization's scope.
    pub(crate) async fn job_for_each<J: JobKind>(
        &self,
        job: &J,
    ) -> Result<Vec<(OrganizationId, JobDraft)>, Error> {
        let (mut jobs, mut after) = (Vec::new(), None);
        loop {
            // The cheapest list of all organizations.
            let page = self.ports.stores.system.retentions(after, PAGE).await?;
            for (organization, _) in &page {
                jobs.push((*organization, job.draft()?));
            }
            after = page.last().map(|(organization, _)| *organization);
            if page.len() < PAGE as usize {
                return Ok(jobs);
            }
        }
    }
}
