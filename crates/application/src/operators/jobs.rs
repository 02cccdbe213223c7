use plinth_domain::{Job, JobId, OrganizationId};
use plinth_ports::{DeadJob, NewestFirst, Page, Signal};

use super::{Deed, Operator};
use crate::{
    Application, AuditRecord, Error,
    execute::{detached, use_case_span},
};

impl Application {
    /// Lists the jobs that have used up their attempts, of one organization or of all.
    pub async fn dead_jobs(
        &self,
        organization: Option<OrganizationId>,
        page: &NewestFirst,
    ) -> Result<Page<DeadJob>, Error> {
        let mut unit = self.ports.stores.system.begin().await?;
        Ok(unit.dead_jobs(organization, page).await?)
    }

    /// Enqueues a failed, dead or cancelled job again, with all its attempts.
    pub async fn retry_job(
        &self,
        operator: &Operator,
        organization: OrganizationId,
        job: JobId,
    ) -> Result<Job, Error> {
        let (app, operator) = (self.clone(), operator.clone());
        detached(use_case_span("operator.retry_job"), async move {
            let mut unit = app.ports.stores.system.begin().await?;
            let found = unit.lock_job(organization, job).await?;
            let before = found.ok_or(Error::NotFound("job"))?;
            let after = before.clone().retry(unit.now())?;
            unit.update_job(&after).await.map_err(Error::write::<Job>)?;
            let audit = AuditRecord::changed("job.retried", &before, &after)?;
            app.tell_organization(&mut *unit, &operator, organization, (audit, None)).await?;
            let deed = Deed {
                action: "job.retried",
                organization: Some(organization),
                target: Some(job.uuid()),
                reason: None,
            };
            app.log_deed(&mut *unit, &operator, deed).await?;
            app.commit(unit).await?;
            app.ports.bus.publish(Signal::Jobs);
            Ok(after)
        })
        .await
    }
}
