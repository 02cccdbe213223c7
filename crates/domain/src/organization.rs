use crate::{
    Name, OrganizationId, OrganizationSettings, Revision, SettingsChanges, Slug, Timestamp,
};

/// Whether an organization's members may work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrganizationStatus {
    /// They may.
    Active,
    /// Nobody gets in until an operator lifts it.
    Suspended,
}

impl OrganizationStatus {
    /// Its name in the API and in the database.
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

/// A tenant: everything else belongs to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Names it.
    pub id: OrganizationId,
    /// What it is called.
    pub name: Name,
    /// Its short name for addresses.
    pub slug: Slug,
    /// How it wants to work.
    pub settings: OrganizationSettings,
    /// Whether its members may work.
    pub status: OrganizationStatus,
    /// When and how often it was written.
    pub revision: Revision,
}

/// What a change says about an organization; `None` leaves a part as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrganizationChanges {
    /// Another name.
    pub name: Option<Name>,
    /// Other settings.
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
