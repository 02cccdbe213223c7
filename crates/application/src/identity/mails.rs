//! The mails to an account.

use plinth_domain::{Id, Job, JobCause, User};
use plinth_ports::{MailKind, Origin, SystemUnit};

use crate::{
    Application, Error, JobKind,
    mail::{Link, SendMail, spoken},
};

impl Application {
    /// Enqueues a mail to the user of an account, in the organization that they joined first. A user
    /// without one gets none, and nor does anyone in an installation that sends none.
    pub(super) async fn write_to(
        &self,
        unit: &mut dyn SystemUnit,
        user: &User,
        kind: MailKind,
        origin: &Origin,
        worded: impl FnOnce(SendMail) -> SendMail + Send,
    ) -> Result<(), Error> {
        if self.ports.mail.is_none() {
            return Ok(());
        }
        let places = unit.affiliations(user.id).await?;
        let Some(place) = places.first() else { return Ok(()) };
        let language = place.organization.settings.locale.language();
        let mail = SendMail::new(kind, &user.email, language).greeting(user.name.as_str());
        let cause = JobCause {
            user: Some(user.id),
            request_id: origin.request_id.clone(),
            trace_parent: origin.trace_parent.clone(),
        };
        let now = unit.now();
        let id = Id::from_uuid(self.ports.ids.at(now));
        let draft = worded(mail).draft()?;
        let job = Job::queue(id, place.organization.id, draft, cause, now);
        Ok(unit.enqueue(&job).await?)
    }

    /// Tells a user that their password was changed.
    pub(super) async fn tell_password_changed(
        &self,
        unit: &mut dyn SystemUnit,
        user: &User,
        origin: &Origin,
    ) -> Result<(), Error> {
        let time = spoken(unit.now());
        self.write_to(unit, user, MailKind::PasswordChanged, origin, |mail| {
            mail.saying("time", time).leading_to(Link::Forgot)
        })
        .await
    }
}
