use crate::{Email, Name, Revision, UserId};

/// Whether a person may log in at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserStatus {
    /// May log in.
    Active,
    /// May not, in any organization.
    Disabled,
}

impl UserStatus {
    /// Its name in the API and in the database.
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

/// A person. One person can be a member of several organizations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Names them.
    pub id: UserId,
    /// Their address, unique in the installation.
    pub email: Email,
    /// What they are called.
    pub name: Name,
    /// Whether they may log in.
    pub status: UserStatus,
    /// When and how often they were written.
    pub revision: Revision,
}
