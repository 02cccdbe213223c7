//! Another address for an account, which both ends confirm: first the new one, by a link that is mailed
//! there, then the one of before, if it was proven. Until then nothing changes, so nothing has to be
//! taken back.
//!
//! The links are signed and not stored. The second one is only made after the first one was used.

use chrono::TimeDelta;
use plinth_domain::{Email, Id, Password, Timestamp, User, UserStatus};
use plinth_ports::{Invalidation, Login, MailKind, Origin, SystemUnit};

use super::{account::Account, register::taken, reset_password::INVALID_LINK, verify::WRONG};
use crate::{
    Application, Caller, Error,
    execute::{detached, use_case_span},
    identity::AUTH_EMAIL_TAKEN,
    mail::{End, GivenMove, Link, Move},
};

/// How long the link to each end works.
const VALID: TimeDelta = TimeDelta::days(1);

/// Another address for the caller's account.
#[derive(Debug, Clone)]
pub struct ChangeEmail {
    /// The new address.
    pub email: Email,
    /// The current password.
    pub password: Password,
}

/// What the confirmation of one end has led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailChange {
    /// The account has the new address.
    Done,
    /// The address of before was sent a link.
    AwaitsCurrentAddress,
}

impl Application {
    /// Sends a link to a new address of the caller's account, and a notice to the present one. The
    /// answer is the same for an address that has an account already: no link goes there.
    ///
    /// # Errors
    /// [`Error::NO_MAIL`] in an installation that sends none.
    pub async fn change_email(&self, caller: &Caller, change: ChangeEmail) -> Result<(), Error> {
        caller.session_user()?;
        if self.ports.mail.is_none() {
            return Err(Error::NO_MAIL);
        }
        let (app, caller) = (self.clone(), caller.clone());
        detached(use_case_span("user.change_email"), async move {
            let verified = app.verify_caller(&caller, change.password).await?;
            let mut unit = app.ports.stores.system.begin_for(caller.access.organization()).await?;
            let (account, session) = app.lock_caller(&mut *unit, &caller).await?;
            if !account.still_has_password_of(&verified) {
                return Err(WRONG);
            }
            let origin = &caller.origin;
            let (login, places) = (&account.login, &account.places);
            let asked = Move {
                user: login.user.id,
                from: login.user.email.clone(),
                to: change.email,
                password_version: login.password_version,
                kept: session.family,
                expires_at: unit.now() + VALID,
            };
            app.record_everywhere(&mut *unit, places, "user.email_change_requested", origin)
                .await?;
            let home = places.first().map(|place| &place.organization);
            let (time, new) = (login.user.clock(unit.now()), asked.to.as_str().to_owned());
            let kind = MailKind::EmailChangeRequested;
            app.write_to(&mut *unit, home, &login.user, kind, origin, |mail| {
                mail.saying("time", time).saying("new_address", new).leading_to(Link::Forgot)
            })
            .await?;
            app.commit(unit).await?;
            app.send_to_new_address(asked, origin);
            Ok(())
        })
        .await
    }

    /// After the answer, whose time must not tell whether the address has an account.
    fn send_to_new_address(&self, asked: Move, origin: &Origin) {
        let (app, origin) = (self.clone(), origin.clone());
        self.in_background(asked.user.uuid(), async move {
            let mut unit = app.ports.stores.system.begin().await?;
            let is_taken = unit.find_login(&asked.to).await?.is_some();
            if is_taken || app.find_login_elsewhere(&asked.to).await.is_some() {
                return Ok(());
            }
            let Some(login) = unit.find_user(asked.user).await? else { return Ok(()) };
            let to = User { email: asked.to.clone(), ..login.user };
            app.send_move(&mut *unit, &to, MailKind::ChangeEmail, End::New, asked, &origin).await?;
            app.commit(unit).await
        });
    }

    /// Enqueues a mail to one end of a change.
    async fn send_move(
        &self,
        unit: &mut dyn SystemUnit,
        to: &User,
        kind: MailKind,
        end: End,
        asked: Move,
        origin: &Origin,
    ) -> Result<(), Error> {
        let places = unit.affiliations(to.id).await?;
        let home = places.first().map(|place| &place.organization);
        let (hours, new) = (VALID.num_hours().to_string(), asked.to.as_str().to_owned());
        self.write_to(unit, home, to, kind, origin, |mail| {
            let mail = mail.saying("hours", hours).leading_to(Link::of_move(end, asked));
            if end == End::Old { mail.saying("new_address", new) } else { mail }
        })
        .await
    }

    /// Confirms one end of a change by the token of its mail. After that of the new address, the
    /// address of before is asked, if it was proven; the last confirmation changes the address, and
    /// ends all sessions but those of the login by which the change was asked for.
    pub async fn confirm_email(&self, origin: &Origin, token: &str) -> Result<EmailChange, Error> {
        self.throttle_address(origin).await?;
        let given = GivenMove::parse(token).ok_or(INVALID_LINK)?;
        let (app, origin) = (self.clone(), origin.clone());
        detached(use_case_span("user.confirm_email"), async move {
            let mut unit = app.ports.stores.system.begin().await?;
            let login = unit.find_user(given.user).await?.ok_or(INVALID_LINK)?;
            let (end, asked) = app.check_move(&given, &login, unit.now())?;
            if end == End::New && login.user.email_verified_at.is_some() {
                let asked = Move { expires_at: unit.now() + VALID, ..asked };
                let (to, kind) = (&login.user, MailKind::ConfirmEmailChange);
                app.send_move(&mut *unit, to, kind, End::Old, asked, &origin).await?;
                app.commit(unit).await?;
                return Ok(EmailChange::AwaitsCurrentAddress);
            }
            // The directory of all cells is asked outside of any transaction.
            drop(unit);
            app.claim_address(&login, &asked.to).await?;
            app.move_account(&given, &origin).await?;
            Ok(EmailChange::Done)
        })
        .await
    }

    fn check_move(
        &self,
        given: &GivenMove,
        login: &Login,
        now: Timestamp,
    ) -> Result<(End, Move), Error> {
        if login.user.status != UserStatus::Active {
            return Err(INVALID_LINK);
        }
        let key = &self.ports.security.key;
        given.checked(key, &login.user.email, login.password_version, now).ok_or(INVALID_LINK)
    }

    /// Claims a new address in all cells together. The claim has an identity of its own, because the
    /// user's has the address of before; it ends when the directory hears of the change.
    async fn claim_address(&self, login: &Login, to: &Email) -> Result<(), Error> {
        let id = Id::from_uuid(self.ports.ids.next());
        let claimant = User { id, email: to.clone(), ..login.user.clone() };
        let claimed = self.claim(&claimant, login.password.as_ref(), None).await;
        claimed.map_err(taken).map_err(not_told)
    }

    async fn move_account(&self, given: &GivenMove, origin: &Origin) -> Result<(), Error> {
        let mut unit = self.ports.stores.system.begin().await?;
        let account = Account::lock(&mut *unit, given.user).await?.ok_or(INVALID_LINK)?;
        let now = unit.now();
        let (end, asked) = self.check_move(given, &account.login, now)?;
        if end == End::New && account.login.user.email_verified_at.is_some() {
            return Err(INVALID_LINK);
        }
        let (before, mut login) = (account.login.user.clone(), account.login);
        login.user.email = asked.to;
        login.user.email_verified_at = Some(now);
        login.user.revision = login.user.revision.next(now);
        unit.update_login(&login).await.map_err(taken).map_err(not_told)?;
        unit.revoke_other_families(before.id, asked.kept, now).await?;
        let places = &account.places;
        self.record_everywhere(&mut *unit, places, "user.email_changed", origin).await?;
        let home = places.first().map(|place| &place.organization);
        let (time, new) = (before.clock(now), login.user.email.as_str().to_owned());
        self.write_to(&mut *unit, home, &before, MailKind::EmailChanged, origin, |mail| {
            mail.saying("time", time).saying("new_address", new)
        })
        .await?;
        let committed = self.commit(unit).await;
        self.forget(Invalidation::User(before.id)).await;
        committed
    }
}

/// An address that another account has got meanwhile is not told: the link just works no more.
fn not_told(error: Error) -> Error {
    match error {
        Error::Conflict { code: AUTH_EMAIL_TAKEN, .. } => INVALID_LINK,
        other => other,
    }
}
