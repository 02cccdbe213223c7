use crate::{Email, Id, Name, Revision, Timestamp};

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
    /// The revision.
    pub revision: Revision,
}
