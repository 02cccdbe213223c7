use super::kind::NotificationKind;
use crate::{OrganizationId, Revision, Timestamp, UserId, Version};

/// When a mail tells of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MailTiming {
    /// Never.
    None,
    /// At once, in a mail of its own.
    Immediately,
    /// In the digest of the day, unless it was read by then.
    Daily,
}

impl MailTiming {
    /// Every timing.
    pub const ALL: [Self; 3] = [Self::None, Self::Immediately, Self::Daily];

    /// Its name in the API and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Immediately => "immediately",
            Self::Daily => "daily",
        }
    }

    /// Finds a timing by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|timing| timing.name() == name)
    }
}

/// The ways by which a user is told of one kind of notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Channels {
    /// Whether the inbox shows it.
    pub in_app: bool,
    /// When a mail tells of it.
    pub mail: MailTiming,
}

/// How a user is told of notifications in an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotificationSettings {
    /// The organization.
    pub organization: OrganizationId,
    /// The user.
    pub user: UserId,
    /// Of comments that mention the user.
    pub mention: Channels,
    /// Of comments on records that the user has commented on before.
    pub reply: Channels,
    /// The version, which is 0 until the user has changed the settings.
    pub revision: Revision,
}

/// A change to the settings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NotificationSettingsChanges {
    /// Sets `mention.in_app`.
    pub mention_in_app: Option<bool>,
    /// Sets `mention.mail`.
    pub mention_mail: Option<MailTiming>,
    /// Sets `reply.in_app`.
    pub reply_in_app: Option<bool>,
    /// Sets `reply.mail`.
    pub reply_mail: Option<MailTiming>,
}

impl NotificationSettings {
    /// The settings of a user who has changed none.
    #[must_use]
    pub const fn default_of(organization: OrganizationId, user: UserId) -> Self {
        let at = Timestamp::UNIX_EPOCH;
        Self {
            organization,
            user,
            mention: Channels { in_app: true, mail: MailTiming::Immediately },
            reply: Channels { in_app: true, mail: MailTiming::Daily },
            revision: Revision { version: Version::from_number(0), created_at: at, updated_at: at },
        }
    }

    /// The ways by which the user is told of this kind.
    #[must_use]
    pub const fn channels(&self, kind: NotificationKind) -> Channels {
        match kind {
            NotificationKind::Mention => self.mention,
            NotificationKind::Reply => self.reply,
        }
    }

    /// The settings after a change.
    #[must_use]
    pub fn change(self, changes: NotificationSettingsChanges, at: Timestamp) -> Self {
        let first = self.revision.version == Version::from_number(0);
        let set = |before: Channels, in_app: Option<bool>, mail: Option<MailTiming>| Channels {
            in_app: in_app.unwrap_or(before.in_app),
            mail: mail.unwrap_or(before.mail),
        };
        Self {
            mention: set(self.mention, changes.mention_in_app, changes.mention_mail),
            reply: set(self.reply, changes.reply_in_app, changes.reply_mail),
            revision: if first { Revision::first(at) } else { self.revision.next(at) },
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Id;
    use uuid::Uuid;

    #[test]
    fn a_change_keeps_what_it_does_not_name_and_counts_from_the_defaults() {
        let id = Uuid::nil();
        let before = NotificationSettings::default_of(Id::from_uuid(id), Id::from_uuid(id));
        assert_eq!(before.revision.version, Version::from_number(0));
        let changes = NotificationSettingsChanges {
            mention_mail: Some(MailTiming::Daily),
            reply_in_app: Some(false),
            ..NotificationSettingsChanges::default()
        };
        let after = before.change(changes, Timestamp::UNIX_EPOCH);
        assert_eq!(after.revision, Revision::first(Timestamp::UNIX_EPOCH));
        let mention = after.channels(NotificationKind::Mention);
        assert_eq!(mention, Channels { in_app: true, mail: MailTiming::Daily });
        let reply = after.channels(NotificationKind::Reply);
        assert_eq!(reply, Channels { in_app: false, mail: before.reply.mail });
        let next = after.change(NotificationSettingsChanges::default(), Timestamp::UNIX_EPOCH);
        assert_eq!(next.revision.previous(), after.revision.version);
    }

    #[test]
    fn every_name_leads_back_to_its_timing() {
        for timing in MailTiming::ALL {
            assert_eq!(MailTiming::from_name(timing.name()), Some(timing));
        }
    }
}
