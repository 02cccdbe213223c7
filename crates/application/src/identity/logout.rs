use plinth_domain::Principal;
use plinth_ports::Invalidation;

use crate::{
    Application, AuditRecord, Caller, Error,
    execute::{detached, use_case_span},
};

impl Application {
    /// Revokes the caller's session and all other sessions of the same login.
    pub async fn logout(&self, caller: &Caller) -> Result<(), Error> {
        let Principal::User(user) = caller.access.principal() else {
            return Err(Error::USERS_ONLY);
        };
        let (app, caller) = (self.clone(), caller.clone());
        detached(use_case_span("auth.logout"), async move {
            let found = app.ports.stores.system.find_session(&caller.credential).await?;
            let found = found.ok_or(Error::INVALID_TOKEN)?;
            let (session, membership) = (found.credential, found.membership);
            let now = app.ports.clock.now();
            let mut unit = app.ports.stores.system.begin().await?;
            unit.revoke_family(session.organization, session.family, now).await?;
            let audit = AuditRecord::of("session.closed", "user", Some(user.uuid()));
            app.record(&mut *unit, &membership, audit, &caller.origin, now).await?;
            let committed = app.commit(unit).await;
            app.ports.security.cache.forget(Invalidation::Member(session.organization, user));
            committed
        })
        .await
    }
}
