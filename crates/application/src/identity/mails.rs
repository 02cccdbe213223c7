//! The mails to an account.

use plinth_domain::{Id, Job, Organization, User};
use plinth_ports::{MailKind, Origin, SystemUnit};

use crate::{
    Application, Error, JobKind,
    job_kind::cause,
    mail::{Link, SendMail},
};

impl Application {
    /// Enqueues a mail to the user of an account, in `home`, the organization that they joined first.
    /// A user without one gets none, and nor does anyone in an installation that sends none.
    pub(super) async fn write_to(
        &self,
        unit: &mut dyn SystemUnit,
        home: Option<&Organization>,
        user: &User,
        kind: MailKind,
        origin: &Origin,
        worded: impl FnOnce(SendMail) -> SendMail + Send,
    ) -> Result<(), Error> {
        let Some(home) = home.filter(|_| self.ports.mail.is_some()) else { return Ok(()) };
        let language = user.language_or(home.settings.locale.language());
        let mail = SendMail::new(kind, &user.email, language).greeting(user.name.as_str());
        let cause = cause(Some(user.id), origin);
        let now = unit.now();
        let id = Id::from_uuid(self.ports.ids.at(now));
        let draft = worded(mail).draft()?;
        let job = Job::queue(id, home.id, draft, cause, now);
        Ok(unit.enqueue(&job).await?)
    }

    /// Tells a user that an identity at a provider logs in to their account.
    pub(super) async fn tell_identity_linked(
        &self,
        unit: &mut dyn SystemUnit,
        home: Option<&Organization>,
        user: &User,
        issuer: &str,
        origin: &Origin,
    ) -> Result<(), Error> {
        let time = user.clock(unit.now());
        let provider = self.oidc_providers().iter().find(|provider| provider.issuer == issuer);
        let name = provider.map_or(issuer, |provider| &*provider.name).to_owned();
        self.write_to(unit, home, user, MailKind::IdentityLinked, origin, |mail| {
            mail.saying("provider", name).saying("time", time)
        })
        .await
    }

    /// Tells a user that their password was changed.
    pub(super) async fn tell_password_changed(
        &self,
        unit: &mut dyn SystemUnit,
        home: Option<&Organization>,
        user: &User,
        origin: &Origin,
    ) -> Result<(), Error> {
        let time = user.clock(unit.now());
        self.write_to(unit, home, user, MailKind::PasswordChanged, origin, |mail| {
            mail.saying("time", time).leading_to(Link::Forgot)
        })
        .await
    }
}
