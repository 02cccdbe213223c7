use plinth_domain::{OrganizationId, Principal};
use plinth_ports::Affiliation;

use super::tokens::{Descent, SignedIn};
use crate::{
    Application, AuditRecord, Caller, Error,
    execute::{detached, use_case_span},
};

impl Application {
    /// Opens a session in another of the caller's organizations. The caller's current session stays
    /// valid.
    pub async fn switch(&self, caller: &Caller, to: OrganizationId) -> Result<SignedIn, Error> {
        let Principal::User(user) = caller.access.principal() else {
            return Err(Error::USERS_ONLY);
        };
        let (app, origin) = (self.clone(), caller.origin.clone());
        detached(use_case_span("auth.switch"), async move {
            let mut unit = app.ports.stores.system.begin().await?;
            let login = unit.find_user(user).await?.ok_or(Error::INVALID_TOKEN)?;
            let places = unit.affiliations(user).await?;
            let place = places.into_iter().find(|place| place.organization.id == to);
            let Affiliation { membership, organization } =
                place.ok_or(Error::NotFound("organization"))?;
            let now = app.ports.clock.now();
            let tokens = app.open_session(&mut *unit, &membership, Descent::Login, now).await?;
            let audit = AuditRecord::of("session.opened", "user", Some(user.uuid()));
            app.record(&mut *unit, &membership, audit, &origin, now).await?;
            app.commit(unit).await?;
            Ok(SignedIn { tokens, user: login.user, organization, membership })
        })
        .await
    }
}
