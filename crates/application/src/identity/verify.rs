use plinth_domain::{Password, UserId, UserStatus};
use plinth_ports::{Actor, Login, Match, Origin, Outcome, PasswordHash};

use super::{AUTH_INVALID_CREDENTIALS, throttle::Attempt};
use crate::{Application, AuditRecord, Caller, Error};

pub(super) const WRONG: Error = Error::Unauthenticated {
    code: AUTH_INVALID_CREDENTIALS,
    detail: "e-mail address or password is wrong",
};

/// An account whose password was verified.
pub(super) struct Verified {
    pub(super) login: Login,
    /// Whether the stored hash has another cost than new ones.
    pub(super) is_outdated: bool,
}

impl Application {
    /// Compares a password with that of an account. A failure is audited, and the attempt counts.
    pub(super) async fn verify(
        &self,
        found: Option<Login>,
        password: Password,
        origin: &Origin,
        attempt: Attempt,
    ) -> Result<Verified, Error> {
        match self.compare(found.as_ref(), password, origin).await {
            Ok(Match::No) => {
                if let Some(login) = found {
                    self.note_failed_login(login.user.id, origin);
                }
                Err(WRONG)
            }
            Ok(matched) => {
                self.take_back(attempt).await;
                let login = found.ok_or(WRONG)?;
                Ok(Verified { login, is_outdated: matched == Match::Outdated })
            }
            Err(error) => {
                self.take_back(attempt).await;
                Err(error)
            }
        }
    }

    /// Compares a password with that of the caller's account, as at a login: what follows needs more
    /// than a token. The account is locked later, and then compared with the one that this returns.
    pub(super) async fn verify_caller(
        &self,
        caller: &Caller,
        password: Password,
    ) -> Result<Login, Error> {
        let id = caller.session_user()?;
        let mut unit = self.ports.stores.system.begin_for(caller.access.organization()).await?;
        let login = unit.find_user(id).await?.ok_or(Error::INVALID_TOKEN)?;
        // Hashing is slow, so no connection is held during it.
        drop(unit);
        self.throttle_address(&caller.origin).await?;
        let attempt = self.begin_attempt(&caller.origin, &login.user.email).await?;
        Ok(self.verify(Some(login), password, &caller.origin, attempt).await?.login)
    }

    /// Compares a password with that of an account. No password matches an absent or disabled
    /// account, after the same work.
    pub(super) async fn compare(
        &self,
        found: Option<&Login>,
        password: Password,
        origin: &Origin,
    ) -> Result<Match, Error> {
        let hash = found.and_then(|login| login.password.clone());
        let (hasher, typed) = (&self.ports.security.hasher, password.as_typed());
        let mut matched = hasher.verify(password, hash.clone(), origin.block()).await?;
        // An earlier version hashed what was typed. Tried also without an account, for the same work.
        if let (Match::No, Some(typed)) = (matched, typed)
            && hasher.verify(typed, hash, origin.block()).await? != Match::No
        {
            matched = Match::Outdated;
        }
        let is_active = found.is_some_and(|login| login.user.status == UserStatus::Active);
        Ok(if is_active { matched } else { Match::No })
    }

    /// Hashes a new password.
    pub(super) async fn hash(
        &self,
        password: Password,
        origin: &Origin,
    ) -> Result<PasswordHash, Error> {
        Ok(self.ports.security.hasher.hash(password, origin.block()).await?)
    }

    /// Audits a failed login in every organization of the account, after the response: the response
    /// time must not reveal that the account exists.
    pub(super) fn note_failed_login(&self, user: UserId, origin: &Origin) {
        let (app, origin) = (self.clone(), origin.clone());
        self.in_background(user.uuid(), async move {
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
