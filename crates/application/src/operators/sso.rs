use plinth_domain::{OrganizationId, SsoConnection};
use plinth_ports::{Actor, Invalidation, Origin};

use crate::{
    Application, AuditRecord, Error,
    execute::{detached, use_case_span},
    resource::Action,
};

impl Application {
    /// Lets the members of an organization log in without its connection again. For the operator alone:
    /// no request of an organization may reach it. Returns whether the connection was required.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such organization, or it has no connection.
    pub async fn make_sso_optional(&self, organization: OrganizationId) -> Result<bool, Error> {
        let app = self.clone();
        detached(use_case_span("sso_connection.make_optional"), async move {
            let mut unit = app.ports.stores.system.begin().await?;
            let found = unit.lock_organization(organization).await?;
            found.ok_or(Error::NotFound("organization"))?;
            let found = unit.lock_sso(organization).await?;
            let before = found.ok_or(Error::NotFound("connection"))?;
            if !before.values.is_required {
                return Ok(false);
            }
            let after = before.clone().make_optional(unit.now());
            unit.update_sso(&after).await?;
            let action = Action::<SsoConnection>::UPDATED;
            let audit = AuditRecord::changed(action, &before, &after)?;
            let origin = Origin { request_id: app.request_id(), ..Origin::default() };
            let entry = audit.entry(Actor::System, origin, &*app.ports.ids, unit.now());
            unit.append(organization, &entry).await?;
            let committed = app.commit(unit).await;
            app.forget(Invalidation::Organization(organization)).await;
            committed.map(|()| true)
        })
        .await
    }
}
