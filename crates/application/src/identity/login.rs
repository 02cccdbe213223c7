use plinth_domain::{Email, Membership, Password, Slug, User, UserId};
use plinth_ports::{Affiliation, Login, Origin, PasswordHash, SystemUnit};

use super::{
    account::Account,
    tokens::{Descent, Entry, Means, SignedIn, TokenPair},
    verify::{Verified, WRONG},
};
use crate::{
    Application, AuditRecord, Challenge, Error,
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
    /// The organization to log in to; `None` for the one joined first, of those that admit the login.
    pub organization: Option<Slug>,
}

impl Application {
    /// Logs in with a password. An account with a second factor gets a challenge instead
    /// ([`Error::SecondFactor`]).
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
    pub(super) async fn find_login(&self, email: &Email) -> Result<Option<(Login, bool)>, Error> {
        let mut unit = self.ports.stores.system.begin().await?;
        let found = unit.find_login(email).await?;
        drop(unit);
        // Always, so that the time does not tell where an account is.
        let elsewhere = self.find_login_elsewhere(email).await;
        let here = found.map(|login| (login, true));
        Ok(here.or(elsewhere.map(|login| (login, false))))
    }

    /// The error for a user who is no member of the wanted organization in this cell.
    pub(super) async fn not_here(&self, user: UserId, wanted: Option<&Slug>) -> Error {
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

    /// Opens a session, or asks for the second factor. `fresh` replaces the hash of the password.
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
        let Some(place) = account.place_for(&mut *unit, wanted.as_ref()).await? else {
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
        if login.needs_factor() {
            unit.commit().await?;
            let key = &self.ports.security.key;
            let challenge = Challenge::new(key, &login, organization.id, None, now);
            return Err(Error::SecondFactor { challenge });
        }
        let (user, home) = (login.user, account.places.first());
        let entry = Entry { proved_at: unit.now(), by: Means::Own };
        let tokens = self.open_login(&mut *unit, &user, home, &membership, entry, origin).await?;
        self.commit(unit).await?;
        Ok(SignedIn { tokens, user, organization, membership })
    }

    /// Opens a session of a user who has shown who they are, and tells them of a new device. `home` is
    /// the organization that they joined first.
    pub(super) async fn open_login(
        &self,
        unit: &mut dyn SystemUnit,
        user: &User,
        home: Option<&Affiliation>,
        membership: &Membership,
        entry: Entry,
        origin: &Origin,
    ) -> Result<TokenPair, Error> {
        if self.is_new_device(unit, user.id, origin).await? {
            let home = home.map(|place| &place.organization);
            self.tell_new_device(unit, home, user, origin).await?;
        }
        let descent = Descent::Login { proved_at: Some(entry.proved_at), by: entry.by };
        let tokens = self.open_session(unit, membership, descent, origin).await?;
        let audit = AuditRecord::of("session.opened", "user", Some(user.id.uuid()));
        self.record(unit, membership, audit, origin).await?;
        Ok(tokens)
    }
}
