use plinth_domain::{Email, Password, Slug, User, UserStatus};
use plinth_ports::{Actor, Affiliation, Login, Origin, Outcome};

use super::{
    account::Account,
    tokens::{Descent, SignedIn},
};
use crate::{
    Application, AuditRecord, Error,
    execute::{detached, use_case_span},
    identity::{AUTH_INVALID_CREDENTIALS, AUTH_NO_ORGANIZATION},
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

pub(super) const WRONG: Error = Error::Unauthenticated {
    code: AUTH_INVALID_CREDENTIALS,
    detail: "e-mail address or password is wrong",
};

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
        self.throttle_login(origin, &credentials.email).await?;
        let (app, origin) = (self.clone(), origin.clone());
        detached(use_case_span("auth.login"), async move {
            let mut unit = app.ports.stores.system.begin().await?;
            let found = unit.find_login(&credentials.email).await?;
            // Hashing is slow, so no connection is held during it.
            drop(unit);
            let verified = app.verify(found, credentials.password, &origin).await?;
            app.enter(verified, credentials.organization, &origin).await
        })
        .await
    }

    /// Compares a password with the stored hash. A failure is audited.
    pub(super) async fn verify(
        &self,
        found: Option<Login>,
        password: Password,
        origin: &Origin,
    ) -> Result<Login, Error> {
        let hash = found.as_ref().and_then(|login| login.password.clone());
        let right = self.ports.security.hasher.verify(password, hash).await?;
        match found {
            Some(login) if right && login.user.status == UserStatus::Active => Ok(login),
            Some(login) => {
                self.note_failed_login(&login.user, origin);
                Err(WRONG)
            }
            None => Err(WRONG),
        }
    }

    async fn enter(
        &self,
        verified: Login,
        wanted: Option<Slug>,
        origin: &Origin,
    ) -> Result<SignedIn, Error> {
        let mut unit = self.ports.stores.system.begin().await?;
        let account = Account::lock(&mut *unit, verified.user.id).await?.ok_or(WRONG)?;
        if !account.still_has_password_of(&verified) {
            return Err(WRONG);
        }
        let place = account.place_called(wanted.as_ref());
        let Affiliation { membership, organization } = place.ok_or(Error::Refused {
            code: AUTH_NO_ORGANIZATION,
            detail: "the account is no member of such an organization".into(),
        })?;
        let user = account.login.user;
        let now = self.ports.clock.now();
        let tokens = self.open_session(&mut *unit, &membership, Descent::Login, now).await?;
        let audit = AuditRecord::of("session.opened", "user", Some(user.id.uuid()));
        self.record(&mut *unit, &membership, audit, origin, now).await?;
        self.commit(unit).await?;
        Ok(SignedIn { tokens, user, organization, membership })
    }

    /// Audits a failed login in every organization of the account, after the response: the response
    /// time must not reveal that the account exists.
    fn note_failed_login(&self, user: &User, origin: &Origin) {
        let (app, origin, user) = (self.clone(), origin.clone(), user.id);
        self.in_background(async move {
            let mut unit = app.ports.stores.system.begin().await?;
            let now = app.ports.clock.now();
            for place in unit.affiliations(user).await? {
                let id = Some(user.uuid());
                let audit = AuditRecord::of("session.refused", "user", id).ended(Outcome::Failed);
                let entry = audit.entry(Actor::System, origin.clone(), &*app.ports.ids, now);
                unit.append(place.organization.id, &entry).await?;
            }
            app.commit(unit).await
        });
    }
}
