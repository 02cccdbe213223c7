use crate::{
    Name, OrganizationId, OrganizationSettings, Revision, SettingsChanges, Slug, Timestamp,
};

/// Whether an organization's members have access to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrganizationStatus {
    /// Its members have access.
    Active,
    /// No member has access until an operator reactivates it.
    Suspended,
}

impl OrganizationStatus {
    /// The name in the API and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
        }
    }

    /// Finds a status by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Active, Self::Suspended].into_iter().find(|s| s.name() == name)
    }
}

/// A tenant. Every record belongs to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// The identity.
    pub id: OrganizationId,
    /// The name.
    pub name: Name,
    /// The short name in URLs, unique in the installation.
    pub slug: Slug,
    /// The settings.
    pub settings: OrganizationSettings,
    /// Whether its members have access.
    pub status: OrganizationStatus,
    /// The revision.
    pub revision: Revision,
}

/// A change of an organization; `None` keeps the value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrganizationChanges {
    /// The new name.
    pub name: Option<Name>,
    /// The changed settings.
    pub settings: SettingsChanges,
}

impl Organization {
    /// A new organization with the default settings.
    #[must_use]
    pub fn found(id: OrganizationId, name: Name, slug: Slug, at: Timestamp) -> Self {
        Self {
            id,
            name,
            slug,
            settings: OrganizationSettings::default(),
            status: OrganizationStatus::Active,
            revision: Revision::first(at),
        }
    }

    /// The organization without access for its members; its jobs wait.
    #[must_use]
    pub fn suspend(self, at: Timestamp) -> Self {
        Self { status: OrganizationStatus::Suspended, revision: self.revision.next(at), ..self }
    }

    /// The organization with access for its members.
    #[must_use]
    pub fn reactivate(self, at: Timestamp) -> Self {
        Self { status: OrganizationStatus::Active, revision: self.revision.next(at), ..self }
    }

    /// The organization after a change.
    #[must_use]
    pub fn change(self, changes: OrganizationChanges, at: Timestamp) -> Self {
        Self {
            name: changes.name.unwrap_or(self.name),
            settings: self.settings.change(changes.settings),
            revision: self.revision.next(at),
            ..self
        }
    }
}
