//! The identities of the caller's account.

use plinth_ports::{MAX_USER_IDENTITIES, UserIdentity, UserIdentityId};

use super::{
    IDENTITY_LAST, IDENTITY_TAKEN, IDENTITY_TOO_MANY, begin::BegunOidc, complete::OidcAnswer,
    sso::refuse_sso, state::Purpose,
};
use crate::{
    Application, Caller, Error,
    execute::{detached, use_case_span},
    identity::second_factor::check_fresh,
};

impl Application {
    /// The identities by which the caller logs in, the oldest first.
    pub async fn user_identities(&self, caller: &Caller) -> Result<Vec<UserIdentity>, Error> {
        let user = caller.session_user()?;
        let organization = caller.access.organization();
        let mut unit = self.ports.stores.system.begin_for(organization).await?;
        let session = unit.session_of_access_token(organization, &caller.credential).await?;
        refuse_sso(&session.ok_or(Error::INVALID_TOKEN)?)?;
        Ok(unit.identities(user).await?)
    }

    /// Begins to link an identity at a provider to the caller's account. It needs a fresh proof.
    pub async fn begin_oidc_link(
        &self,
        caller: &Caller,
        provider: &str,
        reauthenticates: bool,
    ) -> Result<BegunOidc, Error> {
        let user = caller.session_user()?;
        self.throttle_address(&caller.origin).await?;
        let mut unit = self.ports.stores.system.begin_for(caller.access.organization()).await?;
        let (_, session) = self.lock_caller(&mut *unit, caller).await?;
        check_fresh(&session, unit.now())?;
        drop(unit);
        let provider = self.oidc_provider(provider)?;
        self.begin_oidc(provider, Purpose::Link(user), reauthenticates).await
    }

    /// Links an identity to the account of the caller, who has begun it. An identity that the account
    /// has already is returned as it is.
    pub async fn complete_oidc_link(
        &self,
        caller: &Caller,
        answer: OidcAnswer,
    ) -> Result<UserIdentity, Error> {
        let user = caller.session_user()?;
        self.throttle_address(&caller.origin).await?;
        let (app, caller) = (self.clone(), caller.clone());
        detached(use_case_span("user.link_identity"), async move {
            let provider = app.oidc_provider(&answer.provider)?;
            let purpose = Purpose::Link(user);
            let confirmed = app.confirm_identity(provider, &answer, purpose, None).await?;
            let mut unit = app.ports.stores.system.begin_for(caller.access.organization()).await?;
            let (account, session) = app.lock_caller(&mut *unit, &caller).await?;
            refuse_sso(&session)?;
            match unit.find_identity(&confirmed.issuer, &confirmed.subject).await? {
                Some(known) if known.user == user => return Ok(known),
                Some(_) => {
                    let detail = "the identity is linked to another account";
                    return Err(Error::conflict(IDENTITY_TAKEN, detail));
                }
                None => {}
            }
            if unit.identities(user).await?.len() >= MAX_USER_IDENTITIES {
                let detail = "the account has as many identities as it may";
                return Err(Error::conflict(IDENTITY_TOO_MANY, detail));
            }
            let identity = app.new_identity(&confirmed, user, unit.now());
            app.link(&mut *unit, &account, &identity, &caller.origin).await?;
            app.commit(unit).await?;
            Ok(identity)
        })
        .await
    }

    /// Removes an identity from the caller's account. It needs a fresh proof.
    ///
    /// # Errors
    /// [`IDENTITY_LAST`] when the account could not be logged in to without it.
    pub async fn remove_user_identity(
        &self,
        caller: &Caller,
        id: UserIdentityId,
    ) -> Result<(), Error> {
        let user = caller.session_user()?;
        let (app, caller) = (self.clone(), caller.clone());
        detached(use_case_span("user.unlink_identity"), async move {
            let mut unit = app.ports.stores.system.begin_for(caller.access.organization()).await?;
            let (account, session) = app.lock_caller(&mut *unit, &caller).await?;
            let identities = unit.identities(user).await?;
            if !identities.iter().any(|identity| identity.id == id) {
                return Err(Error::NotFound("identity"));
            }
            check_fresh(&session, unit.now())?;
            if account.login.password.is_none() && identities.len() == 1 {
                let detail = "it is the only way to log in to the account";
                return Err(Error::conflict(IDENTITY_LAST, detail));
            }
            unit.remove_identity(user, id).await?;
            let (places, origin) = (&account.places, &caller.origin);
            app.record_everywhere(&mut *unit, places, "user.identity_unlinked", origin).await?;
            app.commit(unit).await
        })
        .await
    }
}
