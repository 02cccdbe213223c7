use plinth_domain::Password;
use plinth_ports::Invalidation;

use super::{
    tokens::{Descent, Means, SignedIn},
    verify::WRONG,
};
use crate::{
    Application, AuditRecord, Caller, Error,
    execute::{detached, use_case_span},
};

/// The old and the new password.
#[derive(Debug, Clone)]
pub struct ChangePassword {
    /// The current password.
    pub current: Password,
    /// The new password.
    pub new: Password,
}

impl Application {
    /// Changes the caller's password and ends all of their sessions in every organization. Returns
    /// a new session.
    pub async fn change_password(
        &self,
        caller: &Caller,
        change: ChangePassword,
    ) -> Result<SignedIn, Error> {
        let id = caller.session_user()?;
        let (app, caller) = (self.clone(), caller.clone());
        detached(use_case_span("auth.change_password"), async move {
            let verified = app.verify_caller(&caller, change.current).await?;
            let hash = app.hash(change.new, &caller.origin).await?;

            let mut unit = app.ports.stores.system.begin_for(caller.access.organization()).await?;
            let (account, session) = app.lock_caller(&mut *unit, &caller).await?;
            if !account.still_has_password_of(&verified) {
                return Err(WRONG);
            }
            let place = account.place(session.organization).ok_or(Error::INVALID_TOKEN)?;
            let now = app.ports.clock.now();
            let login = account.login.with_password(hash, now);
            unit.update_login(&login).await?;
            // Before the sessions: the order of locks.
            unit.lock_sso(session.organization).await?;
            unit.revoke_sessions(id, now).await?;
            let membership = place.membership;
            let origin = &caller.origin;
            // The password proves nothing new of an account with a second factor.
            let proved_at = if login.needs_factor() { session.proved_at } else { Some(unit.now()) };
            let by = Means::Session(session.connection);
            let descent = Descent::Renewal { of: session.family, proved_at, by };
            let tokens = app.open_session(&mut *unit, &membership, descent, origin).await?;
            let audit = AuditRecord::of("user.password_changed", "user", Some(id.uuid()));
            app.record(&mut *unit, &membership, audit, origin).await?;
            let home = account.places.first().map(|place| &place.organization);
            app.tell_password_changed(&mut *unit, home, &login.user, origin).await?;
            let committed = app.commit(unit).await;
            app.forget(Invalidation::User(id)).await;
            committed?;
            let (user, organization) = (login.user, place.organization);
            Ok(SignedIn { tokens, user, organization, membership })
        })
        .await
    }
}
