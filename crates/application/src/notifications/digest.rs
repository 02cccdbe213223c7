//! The mails of a day: one to each user with something unread.

use plinth_domain::{JobDraft, MemberKind, OrganizationId, Permission, Timestamp};
use plinth_ports::{MailKind, NotificationDigest};
use serde::{Deserialize, Serialize};

use crate::{
    Application, Command, Context, Error, JobKind, Recorded, SendMail,
    mail::{Link, language_of},
};

/// The job that sends the digests of an organization.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct SendDigests {
    /// What came until then is in these digests, and what comes later in the next ones: so a second
    /// attempt sends no second mail of a day.
    before: Timestamp,
}

impl JobKind for SendDigests {
    const KIND: &'static str = "notification.digest";
    const PRIORITY: i16 = -50;

    fn dedup_key(&self) -> Option<String> {
        Some(Self::KIND.to_owned())
    }
}

impl SendDigests {
    /// The end of the time that the digests are about.
    #[must_use]
    pub const fn before(&self) -> Timestamp {
        self.before
    }
}

/// Sends one user's digest: takes what it counts, and enqueues the mail. The answer is whether there
/// may be another user.
#[derive(Debug, Clone, Copy)]
pub struct SendNextDigest {
    /// The end of the time that it is about.
    pub before: Timestamp,
}

impl Command for SendNextDigest {
    const NAME: &'static str = "notification.send_digest";
    const PERMISSION: Permission = Permission::NotificationUpdate;
    type Output = bool;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<bool>, Error> {
        let digest = ctx.unit.notifications().take_digest(self.before).await?;
        let Some(digest) = digest else { return Ok(Recorded::without_audit(false)) };
        if digest.mentions + digest.replies > 0 {
            mail(ctx, digest).await?;
        }
        Ok(Recorded::without_audit(true))
    }
}

/// Enqueues the mail to an active member who is a person.
async fn mail(ctx: &mut Context<'_>, digest: NotificationDigest) -> Result<(), Error> {
    if ctx.mail.is_none() {
        return Ok(());
    }
    let (organization, member) = ctx.mail_parties(digest.user).await?;
    let membership = &member.membership;
    if !membership.is_active() || membership.kind == MemberKind::Service {
        return Ok(());
    }
    let language = language_of(&organization, &member);
    let mail = SendMail::new(MailKind::NotificationDigest, &member.email, language)
        .greeting(member.name.as_str())
        .saying("organization", organization.name.as_str())
        .saying("mentions", digest.mentions.to_string())
        .saying("replies", digest.replies.to_string())
        .leading_to(Link::Notifications);
    ctx.enqueue(mail).await.map(drop)
}

impl Application {
    /// A job for each organization that sends its digests about the time before this moment.
    pub async fn digests(
        &self,
        before: Timestamp,
    ) -> Result<Vec<(OrganizationId, JobDraft)>, Error> {
        self.job_for_each(&SendDigests { before }).await
    }
}
