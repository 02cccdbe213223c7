use plinth_domain::{Email, Password, Slug, UserId};
use plinth_ports::{Affiliation, Login, Origin, PasswordHash};

use super::{
    account::Account,
    tokens::{Descent, SignedIn},
    verify::{Verified, WRONG},
};
use crate::{
    Application, AuditRecord, Error,
    execute::{detached, use_case_span},
    identity::AUTH_NO_ORGANIZATION,
};

/// The credentials of a user.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The address of the account.
    pub email: Email,
    /// The password.
    pub password: Password,
    /// The organization to log in to; `None` for the one joined first.
    pub organization: Option<Slug>,
}

impl Application {
    /// Logs in with a password.
    ///
    /// A wrong password, an unknown address and a disabled account get the same error after the
    /// same work.
    pub async fn login(
        &self,
        origin: &Origin,
        credentials: Credentials,
    ) -> Result<SignedIn, Error> {
        self.throttle_address(origin).await?;
        let (app, origin) = (self.clone(), origin.clone());
        detached(use_case_span("auth.login"), async move {
            let Credentials { email, password, organization } = credentials;
            let attempt = app.begin_attempt(&origin, &email).await?;
            let found = match app.find_login(&email).await {
                Ok(found) => found,
                Err(error) => {
                    app.take_back(attempt).await;
                    return Err(error);
                }
            };
            let is_here = found.as_ref().is_some_and(|(_, is_here)| *is_here);
            let found = found.map(|(login, _)| login);
            let verified = app.verify(found, password.clone(), &origin, attempt).await?;
            if !is_here {
                let user = verified.login.user.id;
                return Err(app.not_here(user, organization.as_ref()).await);
            }
            let fresh =
                if verified.is_outdated { Some(app.hash(password, &origin).await?) } else { None };
            app.enter(verified, fresh, organization, &origin).await
        })
        .await
    }

    /// Finds an account. Hashing is slow, so no connection is held until then.
    /// The second value: whether it is an account of this cell.
    async fn find_login(&self, email: &Email) -> Result<Option<(Login, bool)>, Error> {
        let mut unit = self.ports.stores.system.begin().await?;
        let found = unit.find_login(email).await?;
        drop(unit);
        // Always, so that the time does not tell where an account is.
        let elsewhere = self.find_login_elsewhere(email).await;
        let here = found.map(|login| (login, true));
        Ok(here.or(elsewhere.map(|login| (login, false))))
    }

    /// The error for a user who is no member of the wanted organization in this cell.
    async fn not_here(&self, user: UserId, wanted: Option<&Slug>) -> Error {
        let is_wanted = |_, slug: &Slug| wanted.is_none_or(|wanted| wanted == slug);
        match self.place_elsewhere(user, is_wanted).await {
            Ok(Some(elsewhere)) => elsewhere,
            Ok(None) => Error::Refused {
                code: AUTH_NO_ORGANIZATION,
                detail: "the account is no member of such an organization".into(),
            },
            Err(error) => error,
        }
    }

    /// Opens a session. `fresh` replaces the hash of the password.
    async fn enter(
        &self,
        verified: Verified,
        fresh: Option<PasswordHash>,
        wanted: Option<Slug>,
        origin: &Origin,
    ) -> Result<SignedIn, Error> {
        let mut unit = self.ports.stores.system.begin().await?;
        let account = Account::lock(&mut *unit, verified.login.user.id).await?.ok_or(WRONG)?;
        if !account.still_has_password_of(&verified.login) {
            return Err(WRONG);
        }
        let Some(place) = account.place_called(wanted.as_ref()) else {
            drop(unit);
            return Err(self.not_here(account.login.user.id, wanted.as_ref()).await);
        };
        let Affiliation { membership, organization } = place;
        let now = self.ports.clock.now();
        let mut login = account.login;
        if let Some(hash) = fresh {
            login = login.with_hash(hash, now);
            unit.update_login(&login).await?;
        }
        let user = login.user;
        let tokens = self.open_session(&mut *unit, &membership, Descent::Login, origin).await?;
        let audit = AuditRecord::of("session.opened", "user", Some(user.id.uuid()));
        self.record(&mut *unit, &membership, audit, origin).await?;
        self.commit(unit).await?;
        Ok(SignedIn { tokens, user, organization, membership })
    }
}
