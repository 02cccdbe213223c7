use plinth_domain::{Organization, OrganizationId, OrganizationStatus};
use plinth_ports::{Actor, Invalidation, Origin};

use crate::{
    Application, AuditRecord, Error,
    execute::{detached, use_case_span},
};

impl Application {
    /// Ends the access of an organization's members, and lets its jobs wait. For the operator alone: no
    /// request may reach it. Returns whether it had access.
    pub async fn suspend(&self, organization: OrganizationId) -> Result<bool, Error> {
        self.set_status(organization, OrganizationStatus::Suspended).await
    }

    /// Gives an organization's members access again. For the operator alone: no request may reach it.
    /// Returns whether it was suspended.
    pub async fn reactivate(&self, organization: OrganizationId) -> Result<bool, Error> {
        self.set_status(organization, OrganizationStatus::Active).await
    }

    /// Finds an organization in any state. For the operator alone: no request may reach it.
    pub async fn find_organization(
        &self,
        organization: OrganizationId,
    ) -> Result<Organization, Error> {
        let mut unit = self.ports.stores.system.begin().await?;
        let found = unit.lock_organization(organization).await?;
        found.ok_or(Error::NotFound("organization"))
    }

    async fn set_status(
        &self,
        organization: OrganizationId,
        status: OrganizationStatus,
    ) -> Result<bool, Error> {
        let app = self.clone();
        let (name, change): (_, fn(Organization, _) -> _) = match status {
            OrganizationStatus::Active => ("organization.reactivated", Organization::reactivate),
            OrganizationStatus::Suspended => ("organization.suspended", Organization::suspend),
        };
        detached(use_case_span(name), async move {
            let mut unit = app.ports.stores.system.begin().await?;
            let found = unit.lock_organization(organization).await?;
            let before = found.ok_or(Error::NotFound("organization"))?;
            if before.status == status {
                return Ok(false);
            }
            let after = change(before.clone(), unit.now());
            unit.update_organization(&after).await?;
            let audit = AuditRecord::changed(name, &before, &after)?;
            let origin = Origin { request_id: app.request_id(), trace_parent: None, address: None };
            let entry = audit.entry(Actor::System, origin, &*app.ports.ids, unit.now());
            unit.append(organization, &entry).await?;
            let committed = app.commit(unit).await;
            app.forget(Invalidation::Organization(organization)).await;
            committed.map(|()| true)
        })
        .await
    }
}
