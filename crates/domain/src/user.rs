use crate::{Email, Id, Language, Locale, Name, Revision, Timestamp, Timezone};

/// Whether a user can log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserStatus {
    /// The user can log in.
    Active,
    /// The user cannot log in, in any organization.
    Disabled,
}

impl UserStatus {
    /// The name in the API and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    /// Finds a status by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Active, Self::Disabled].into_iter().find(|s| s.name() == name)
    }
}

/// The identity of a user.
pub type UserId = Id<User>;

/// A person with a login, who can be a member of several organizations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The identity.
    pub id: UserId,
    /// The e-mail address, unique in the installation.
    pub email: Email,
    /// The name.
    pub name: Name,
    /// Whether the user can log in.
    pub status: UserStatus,
    /// The time at which the user proved that the address is theirs; `None` while it is only
    /// claimed.
    pub email_verified_at: Option<Timestamp>,
    /// The language of what is written to the user; `None` for that of the organization.
    pub locale: Option<Locale>,
    /// The time zone of the user's clocks; `None` for UTC.
    pub time_zone: Option<Timezone>,
    /// The revision.
    pub revision: Revision,
}

impl User {
    /// An active user whose address is only claimed.
    #[must_use]
    pub fn new(id: UserId, email: Email, name: Name, at: Timestamp) -> Self {
        Self {
            id,
            email,
            name,
            status: UserStatus::Active,
            email_verified_at: None,
            locale: None,
            time_zone: None,
            revision: Revision::first(at),
        }
    }

    /// The language of what is written to the user, who reads `other` unless they have chosen one.
    #[must_use]
    pub fn language_or(&self, other: Language) -> Language {
        self.locale.as_ref().map_or(other, Locale::language)
    }

    /// A time on the user's clocks, with the name of their zone: `2026-12-01 10:30 Europe/Berlin`.
    #[must_use]
    pub fn clock(&self, at: Timestamp) -> String {
        match self.time_zone {
            Some(zone) => format!("{} {}", zone.local(at).format("%Y-%m-%d %H:%M"), zone.as_str()),
            None => at.format("%Y-%m-%d %H:%M UTC").to_string(),
        }
    }

    /// The next revision after the user has gone: without a name, an address or a choice, and never
    /// to log in again. The address is one that no mail reaches (RFC 2606, 2).
    #[must_use]
    pub fn erase(self, at: Timestamp) -> Self {
        Self {
            id: self.id,
            email: Email::unreachable(self.id.uuid()),
            name: Name::placeholder("Deleted user"),
            status: UserStatus::Disabled,
            email_verified_at: None,
            locale: None,
            time_zone: None,
            revision: self.revision.next(at),
        }
    }
}
