use chrono::TimeDelta;
use plinth_domain::{Organization, User, UserStatus};
use plinth_ports::{MailKind, Origin, SystemUnit};

use super::reset_password::INVALID_LINK;
use crate::{
    Application, Caller, Error,
    execute::{detached, use_case_span},
    mail::{GivenProof, Link},
};

/// How long a link that proves an address works.
const VALID: TimeDelta = TimeDelta::days(1);

impl Application {
    /// Sends the caller a mail by which they prove their address.
    ///
    /// # Errors
    /// [`Error::NO_MAIL`] in an installation that sends none.
    pub async fn request_email_verification(&self, caller: &Caller) -> Result<(), Error> {
        let id = caller.session_user()?;
        if self.ports.mail.is_none() {
            return Err(Error::NO_MAIL);
        }
        self.throttle_address(&caller.origin).await?;
        let mut unit = self.ports.stores.system.begin_for(caller.access.organization()).await?;
        let login = unit.find_user(id).await?.ok_or(Error::INVALID_TOKEN)?;
        if login.user.email_verified_at.is_some() {
            return Ok(());
        }
        let places = unit.affiliations(id).await?;
        let home = places.first().map(|place| &place.organization);
        self.send_email_verification(&mut *unit, home, &login.user, &caller.origin).await?;
        self.commit(unit).await
    }

    /// Enqueues the mail by which a user proves their address.
    pub(super) async fn send_email_verification(
        &self,
        unit: &mut dyn SystemUnit,
        home: Option<&Organization>,
        user: &User,
        origin: &Origin,
    ) -> Result<(), Error> {
        let expires_at = unit.now() + VALID;
        let email = user.email.as_str().to_owned();
        let link = Link::Address { user: user.id, email, expires_at };
        let hours = VALID.num_hours().to_string();
        self.write_to(unit, home, user, MailKind::VerifyEmail, origin, |mail| {
            mail.saying("hours", hours).leading_to(link)
        })
        .await
    }

    /// Records that the address of an account is its user's, by the token of a mail. A second use
    /// changes nothing.
    pub async fn verify_email(&self, origin: &Origin, token: &str) -> Result<(), Error> {
        self.throttle_address(origin).await?;
        let given = GivenProof::parse(token).ok_or(INVALID_LINK)?;
        let (app, origin) = (self.clone(), origin.clone());
        detached(use_case_span("auth.verify_email"), async move {
            let mut unit = app.ports.stores.system.begin().await?;
            let found = unit.lock_user(given.user).await?;
            let mut login = found
                .filter(|login| login.user.status == UserStatus::Active)
                .ok_or(INVALID_LINK)?;
            let now = unit.now();
            if !given.proves_address(&app.ports.security.key, &login.user.email, now) {
                return Err(INVALID_LINK);
            }
            if login.user.email_verified_at.is_some() {
                return Ok(());
            }
            login.user.email_verified_at = Some(now);
            login.user.revision = login.user.revision.next(now);
            unit.update_login(&login).await?;
            let places = unit.affiliations(given.user).await?;
            app.record_everywhere(&mut *unit, &places, "user.email_verified", &origin).await?;
            app.commit(unit).await
        })
        .await
    }
}
