//! Registrations that are completed by a mail (`security.registration = "confirmed"`): the answer does
//! not tell which addresses have an account, and the account gets its password from the one who reads
//! its mail.
//!
//! The account and its organization are stored at once, without a password, so that nothing can be done
//! with them before.

use chrono::TimeDelta;
use plinth_domain::{Organization, Password, User, UserStatus};
use plinth_ports::{Affiliation, Invalidation, Login, MailKind, Origin, SystemUnit};

use super::{
    account::Account,
    register::{Founding, Registration},
    reset_password::INVALID_LINK,
    tokens::{Descent, Means, SignedIn},
};
use crate::{
    Application, AuditRecord, Error,
    execute::{detached, use_case_span},
    identity::AUTH_EMAIL_TAKEN,
    mail::{GivenProof, Link},
    organizations::ORGANIZATION_SLUG_TAKEN,
};

/// How long the link that completes a registration works.
const VALID: TimeDelta = TimeDelta::days(1);

impl Application {
    /// Whether registrations are completed by a mail.
    #[must_use]
    pub const fn confirms_registrations(&self) -> bool {
        self.policy.confirms_registrations
    }

    /// Sends a mail to the address of a registration: a link that completes it, or the news that the
    /// address has an account. The answer and its time are the same: all else happens after it. The
    /// password counts for nothing; the link asks for one.
    ///
    /// # Errors
    /// [`Error::NO_MAIL`] in an installation that sends none, or when a client or an address has
    /// asked too often.
    pub async fn request_registration(
        &self,
        origin: &Origin,
        registration: Registration,
    ) -> Result<(), Error> {
        if self.ports.mail.is_none() {
            return Err(Error::NO_MAIL);
        }
        self.throttle_address(origin).await?;
        // It counts as a failed login, which bounds the mails to an address.
        self.begin_attempt(origin, &registration.email).await?;
        let (app, origin) = (self.clone(), origin.clone());
        self.in_background(self.ports.ids.next(), async move {
            let mut unit = app.ports.stores.system.begin().await?;
            let found = unit.find_login(&registration.email).await?;
            drop(unit);
            match found {
                Some(known) => app.mail_known(&known, &origin).await,
                // An account of another cell.
                None if app.find_login_elsewhere(&registration.email).await.is_some() => Ok(()),
                None => app.found_pending(registration, &origin).await,
            }
        });
        Ok(())
    }

    /// Stores an account without a password, and mails the link by which it gets one.
    async fn found_pending(
        &self,
        registration: Registration,
        origin: &Origin,
    ) -> Result<(), Error> {
        let founding = self.founding(registration.clone());
        let (founding, mut unit) = match self.found(&founding, None, origin).await {
            Ok(unit) => (founding, unit),
            // Of two at once.
            Err(Error::Conflict { code: AUTH_EMAIL_TAKEN, .. }) => return Ok(()),
            // The answer was sent: the organization gets a slug of its name.
            Err(Error::Conflict { code: ORGANIZATION_SLUG_TAKEN, .. }) => {
                let founding = self.founding(Registration { slug: None, ..registration });
                let unit = self.found(&founding, None, origin).await?;
                (founding, unit)
            }
            Err(error) => return Err(error),
        };
        let Founding { user, organization, .. } = founding;
        // The version of an account's first password.
        self.mail_link(&mut *unit, Some(&organization), &user, 1, origin).await?;
        self.commit(unit).await
    }

    /// Enqueues the mail with the link that completes a registration.
    async fn mail_link(
        &self,
        unit: &mut dyn SystemUnit,
        home: Option<&Organization>,
        user: &User,
        password_version: i64,
        origin: &Origin,
    ) -> Result<(), Error> {
        let expires_at = unit.now() + VALID;
        let link = Link::Registration { user: user.id, password_version, expires_at };
        let hours = VALID.num_hours().to_string();
        self.write_to(unit, home, user, MailKind::CompleteRegistration, origin, |mail| {
            mail.saying("hours", hours).leading_to(link)
        })
        .await
    }

    /// Tells the holder of an account that there is one, or sends its link again while it waits.
    async fn mail_known(&self, known: &Login, origin: &Origin) -> Result<(), Error> {
        let Login { user, password_version, .. } = known;
        if user.status != UserStatus::Active {
            return Ok(());
        }
        let mut unit = self.ports.stores.system.begin().await?;
        let places = unit.affiliations(user.id).await?;
        let home = places.first().map(|place| &place.organization);
        if is_pending(known) {
            self.mail_link(&mut *unit, home, user, *password_version, origin).await?;
        } else {
            let kind = MailKind::AlreadyRegistered;
            self.write_to(&mut *unit, home, user, kind, origin, |mail| {
                mail.leading_to(Link::Forgot)
            })
            .await?;
        }
        self.commit(unit).await
    }

    /// Completes a registration by the token of its mail: the account gets its password, its address
    /// is proven, and the user is logged in.
    pub async fn complete_registration(
        &self,
        origin: &Origin,
        token: &str,
        password: Password,
    ) -> Result<SignedIn, Error> {
        self.throttle_address(origin).await?;
        let given = GivenProof::parse(token).ok_or(INVALID_LINK)?;
        let (app, origin) = (self.clone(), origin.clone());
        detached(use_case_span("auth.complete_registration"), async move {
            let mut unit = app.ports.stores.system.begin().await?;
            let found = unit.find_user(given.user).await?.ok_or(INVALID_LINK)?;
            app.check_pending(&given, &found)?;
            // Hashing is slow, so no connection is held during it.
            drop(unit);
            let hash = app.hash(password, &origin).await?;

            let mut unit = app.ports.stores.system.begin().await?;
            let account = Account::lock(&mut *unit, given.user).await?.ok_or(INVALID_LINK)?;
            app.check_pending(&given, &account.login)?;
            let place = account.place_called(None).ok_or(INVALID_LINK)?;
            let Affiliation { membership, organization } = place;
            let now = unit.now();
            let mut login = account.login.with_password(hash, now);
            login.user.email_verified_at = Some(now);
            unit.update_login(&login).await?;
            let descent = Descent::Login { proved_at: Some(unit.now()), by: Means::Own };
            let tokens = app.open_session(&mut *unit, &membership, descent, &origin).await?;
            let id = login.user.id.uuid();
            let audit = AuditRecord::of("user.registration_completed", "user", Some(id));
            app.record(&mut *unit, &membership, audit, &origin).await?;
            app.commit(unit).await?;
            app.forget(Invalidation::User(login.user.id)).await;
            Ok(SignedIn { tokens, user: login.user, organization, membership })
        })
        .await
    }

    fn check_pending(&self, given: &GivenProof, login: &Login) -> Result<(), Error> {
        self.check_new_password(given, login)?;
        if is_pending(login) { Ok(()) } else { Err(INVALID_LINK) }
    }
}

/// Whether an account waits for its password.
fn is_pending(login: &Login) -> bool {
    login.password.is_none() && login.user.email_verified_at.is_none()
}
