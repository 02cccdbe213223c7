mod kind;
mod settings;

use chrono::TimeDelta;

use crate::{Comment, CommentId, CommentSubject, Id, OrganizationId, Revision, Timestamp, UserId};

pub use kind::NotificationKind;
pub use settings::{Channels, MailTiming, NotificationSettings, NotificationSettingsChanges};

/// The identity of a notification.
pub type NotificationId = Id<Notification>;

/// What a user is told in an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// The identity.
    pub id: NotificationId,
    /// The organization.
    pub organization: OrganizationId,
    /// Who is told.
    pub user: UserId,
    /// What it tells.
    pub kind: NotificationKind,
    /// The comment.
    pub comment: CommentId,
    /// What the comment is about.
    pub subject: CommentSubject,
    /// Who has written the comment.
    pub actor: UserId,
    /// Whether the inbox shows it; otherwise only a mail tells of it.
    pub in_app: bool,
    /// Whether the next digest counts it.
    pub in_digest: bool,
    /// Whether a mail of its own tells of it.
    pub mailed: bool,
    /// When the user has read it.
    pub read_at: Option<Timestamp>,
    /// The version, and when it was written.
    pub revision: Revision,
}

impl Notification {
    /// How long a notification is kept.
    pub const KEPT: TimeDelta = TimeDelta::days(90);

    /// How many mails of their own tell a user of notifications in one organization within
    /// [`Self::MAILS_WITHIN`]. The next digest has the others.
    pub const MAILS: u32 = 20;

    /// The time of [`Self::MAILS`].
    pub const MAILS_WITHIN: TimeDelta = TimeDelta::hours(1);

    /// Tells a user of a comment; `None` when the user wants neither the inbox nor a mail.
    #[must_use]
    pub fn of_comment(
        id: NotificationId,
        comment: &Comment,
        user: UserId,
        kind: NotificationKind,
        channels: Channels,
        at: Timestamp,
    ) -> Option<Self> {
        let is_told = channels.in_app || channels.mail != MailTiming::None;
        is_told.then(|| Self {
            id,
            organization: comment.organization,
            user,
            kind,
            comment: comment.id,
            subject: comment.subject,
            actor: comment.author,
            in_app: channels.in_app,
            in_digest: channels.mail == MailTiming::Daily,
            mailed: channels.mail == MailTiming::Immediately,
            read_at: None,
            revision: Revision::first(at),
        })
    }

    /// The notification once the user has read it. A second reading changes nothing.
    #[must_use]
    pub fn read(self, at: Timestamp) -> Self {
        if self.read_at.is_some() {
            return self;
        }
        Self { read_at: Some(at), revision: self.revision.next(at), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CommentBody, CommentDraft, CommentSubjectKind, Mentions};
    use uuid::Uuid;

    fn told(channels: Channels) -> Option<Notification> {
        let id = Uuid::nil();
        let draft = CommentDraft {
            subject: CommentSubject { kind: CommentSubjectKind::Invoice, id },
            body: CommentBody::parse("Paid?").unwrap(),
            mentions: Mentions::default(),
        };
        let (own, at) = (Id::from_uuid(id), Timestamp::UNIX_EPOCH);
        let comment = Comment::create(Id::from_uuid(id), own, Id::from_uuid(id), draft, at);
        let user = Id::from_uuid(Uuid::from_u128(2));
        let kind = NotificationKind::Mention;
        Notification::of_comment(Id::from_uuid(id), &comment, user, kind, channels, at)
    }

    #[test]
    fn a_notification_is_stored_for_the_inbox_or_a_mail_alone() {
        for (in_app, mail, stored) in [
            (true, MailTiming::None, Some((false, false))),
            (true, MailTiming::Immediately, Some((false, true))),
            (true, MailTiming::Daily, Some((true, false))),
            (false, MailTiming::Daily, Some((true, false))),
            (false, MailTiming::Immediately, Some((false, true))),
            (false, MailTiming::None, None),
        ] {
            let told = told(Channels { in_app, mail });
            let by = told.as_ref().map(|told| (told.in_digest, told.mailed));
            assert_eq!(by, stored, "{in_app} {mail:?}");
            assert!(told.is_none_or(|told| told.in_app == in_app));
        }
    }

    #[test]
    fn a_notification_is_read_once() {
        let told = told(Channels { in_app: true, mail: MailTiming::None }).unwrap();
        let at = |seconds| Timestamp::UNIX_EPOCH + TimeDelta::seconds(seconds);
        let read = told.read(at(1));
        assert_eq!(read.read_at, Some(at(1)));
        assert_eq!(read.clone().read(at(2)), read);
    }
}
