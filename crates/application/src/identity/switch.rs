use plinth_domain::OrganizationId;
use plinth_ports::Affiliation;

use super::tokens::{Descent, SignedIn};
use crate::{
    Application, AuditRecord, Caller, Error,
    execute::{detached, use_case_span},
};

impl Application {
    /// Opens a session in another of the caller's organizations. It belongs to the same login, and
    /// the caller's current session stays valid.
    pub async fn switch(&self, caller: &Caller, to: OrganizationId) -> Result<SignedIn, Error> {
        let (app, caller) = (self.clone(), caller.clone());
        detached(use_case_span("auth.switch"), async move {
            let mut unit = app.ports.stores.system.begin_for(caller.access.organization()).await?;
            let (account, session) = app.lock_caller(&mut *unit, &caller).await?;
            let Some(Affiliation { membership, organization }) = account.place(to) else {
                drop(unit);
                let elsewhere =
                    app.place_elsewhere(account.login.user.id, |id, _| id == to).await?;
                return Err(elsewhere.unwrap_or(Error::NotFound("organization")));
            };
            let user = account.login.user;
            let descent = Descent::Switch { family: session.family };
            let tokens = app.open_session(&mut *unit, &membership, descent, &caller.origin).await?;
            let audit = AuditRecord::of("session.opened", "user", Some(user.id.uuid()));
            app.record(&mut *unit, &membership, audit, &caller.origin).await?;
            app.commit(unit).await?;
            Ok(SignedIn { tokens, user, organization, membership })
        })
        .await
    }
}
