use plinth_domain::{OrganizationId, Session};
use plinth_ports::Affiliation;

use super::{
    oidc::refuse_sso,
    tokens::{Descent, Means, SignedIn},
};
use crate::{
    Application, AuditRecord, Caller, Error,
    execute::{detached, use_case_span},
};

impl Application {
    /// Opens a session in another of the caller's organizations. It belongs to the same login, and
    /// the caller's current session stays valid. A session that the connection of an organization has
    /// opened stays in that organization: its provider is trusted there only.
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
            let Session { family, proved_at, .. } = session;
            let by = if to == session.organization {
                Means::Session(session.connection)
            } else {
                refuse_sso(&session)?;
                Means::Own
            };
            let descent = Descent::Switch { family, proved_at, by };
            let tokens = app.open_session(&mut *unit, &membership, descent, &caller.origin).await?;
            let audit = AuditRecord::of("session.opened", "user", Some(user.id.uuid()));
            app.record(&mut *unit, &membership, audit, &caller.origin).await?;
            app.commit(unit).await?;
            Ok(SignedIn { tokens, user, organization, membership })
        })
        .await
    }
}
