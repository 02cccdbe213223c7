use plinth_ports::{Actor, Invalidation};

use crate::{
    Application, AuditRecord, Caller, Error,
    execute::{detached, use_case_span},
};

impl Application {
    /// Revokes the caller's session and all other sessions of the same login, in every
    /// organization.
    pub async fn logout(&self, caller: &Caller) -> Result<(), Error> {
        let user = caller.session_user()?;
        let (app, caller) = (self.clone(), caller.clone());
        detached(use_case_span("auth.logout"), async move {
            let mut unit = app.ports.stores.system.begin_for(caller.access.organization()).await?;
            let (_, session) = app.lock_caller(&mut *unit, &caller).await?;
            let now = app.ports.clock.now();
            unit.revoke_family(user, session.family, now).await?;
            let audit = AuditRecord::of("session.closed", "user", Some(user.uuid()));
            let actor = Actor::User(user.uuid());
            let entry = audit.entry(actor, caller.origin.clone(), &*app.ports.ids, unit.now());
            unit.append(session.organization, &entry).await?;
            let committed = app.commit(unit).await;
            app.forget(Invalidation::User(user)).await;
            committed
        })
        .await
    }
}
