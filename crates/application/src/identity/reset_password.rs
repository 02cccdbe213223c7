use chrono::TimeDelta;
use plinth_domain::{Email, Password, UserStatus};
use plinth_ports::{Invalidation, Login, MailKind, Origin, SystemUnit};

use super::{AUTH_INVALID_LINK, account::Account};
use crate::{
    Application, Error,
    execute::{detached, use_case_span},
    mail::{GivenProof, Link},
};

/// How long a link to a new password works.
const VALID: TimeDelta = TimeDelta::hours(1);

impl Application {
    /// Sends a mail by which the account of this address gets a new password. The answer and its
    /// time are the same for an address without an account: all else happens after it.
    ///
    /// # Errors
    /// [`Error::NO_MAIL`] in an installation that sends none, or when a client or an address has
    /// asked too often.
    pub async fn forgot_password(&self, origin: &Origin, email: Email) -> Result<(), Error> {
        if self.ports.mail.is_none() {
            return Err(Error::NO_MAIL);
        }
        self.throttle_address(origin).await?;
        // It counts as a failed login: neither tells more than the other.
        self.begin_attempt(origin, &email).await?;
        let (app, origin) = (self.clone(), origin.clone());
        self.in_background(self.ports.ids.next(), async move {
            let mut unit = app.ports.stores.system.begin().await?;
            let found = unit.find_login(&email).await?;
            // An account without a password is that of a provider, of a registration that is not
            // complete, or of a service.
            let is_person = |Login { user, password, .. }: &Login| {
                let has_login = password.is_some() || user.email_verified_at.is_some();
                user.status == UserStatus::Active && has_login
            };
            if let Some(login) = found.filter(is_person) {
                app.send_new_password(&mut *unit, &login, &origin).await?;
                app.commit(unit).await?;
            }
            Ok(())
        });
        Ok(())
    }

    async fn send_new_password(
        &self,
        unit: &mut dyn SystemUnit,
        login: &Login,
        origin: &Origin,
    ) -> Result<(), Error> {
        let expires_at = unit.now() + VALID;
        let (user, password_version) = (login.user.id, login.password_version);
        let link = Link::Password { user, password_version, expires_at };
        let minutes = VALID.num_minutes().to_string();
        let places = unit.affiliations(user).await?;
        let home = places.first().map(|place| &place.organization);
        self.write_to(unit, home, &login.user, MailKind::ResetPassword, origin, |mail| {
            mail.saying("minutes", minutes).leading_to(link)
        })
        .await
    }

    /// Gives an account a new password, by the token of a mail. It ends all sessions of the account,
    /// and proves its address. A second factor stays. Where the address was only claimed until
    /// then, the account's API keys, second factor and identities at providers end, too: they may be
    /// of another person.
    pub async fn reset_password(
        &self,
        origin: &Origin,
        token: &str,
        password: Password,
    ) -> Result<(), Error> {
        self.throttle_address(origin).await?;
        let given = GivenProof::parse(token).ok_or(INVALID_LINK)?;
        let (app, origin) = (self.clone(), origin.clone());
        detached(use_case_span("auth.reset_password"), async move {
            let mut unit = app.ports.stores.system.begin().await?;
            let found = unit.find_user(given.user).await?.ok_or(INVALID_LINK)?;
            app.check_new_password(&given, &found)?;
            // Hashing is slow, so no connection is held during it.
            drop(unit);
            let hash = app.hash(password, &origin).await?;

            let mut unit = app.ports.stores.system.begin().await?;
            let account = Account::lock(&mut *unit, given.user).await?.ok_or(INVALID_LINK)?;
            app.check_new_password(&given, &account.login)?;
            let now = unit.now();
            let was_claimed = account.login.user.email_verified_at.is_none();
            let mut login = account.login.with_password(hash, now);
            login.user.email_verified_at = login.user.email_verified_at.or(Some(now));
            if was_claimed {
                login.factor = None;
            }
            unit.update_login(&login).await?;
            unit.revoke_sessions(given.user, now).await?;
            if was_claimed {
                unit.remove_identities(given.user).await?;
                app.end_api_keys(&mut *unit, given.user, &origin).await?;
            }
            let (places, action) = (&account.places, "user.password_reset");
            app.record_everywhere(&mut *unit, places, action, &origin).await?;
            let home = places.first().map(|place| &place.organization);
            app.tell_password_changed(&mut *unit, home, &login.user, &origin).await?;
            let committed = app.commit(unit).await;
            app.forget(Invalidation::User(given.user)).await;
            committed
        })
        .await
    }

    pub(super) fn check_new_password(
        &self,
        given: &GivenProof,
        login: &Login,
    ) -> Result<(), Error> {
        let (key, now) = (&self.ports.security.key, self.ports.clock.now());
        if given.allows_password(key, login.password_version, now) {
            Ok(())
        } else {
            Err(INVALID_LINK)
        }
    }
}

/// The same for a link that was used, one that is too old, and a text that is none.
pub(super) const INVALID_LINK: Error = Error::Unauthenticated {
    code: AUTH_INVALID_LINK,
    detail: "the link was used, is too old, or is none",
};
