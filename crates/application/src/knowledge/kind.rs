use plinth_domain::Permission;

/// A kind of record that a search over everything finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is named after its record")]
pub enum SearchKind {
    Project,
    Party,
    Document,
    Contract,
    Invoice,
    Prompt,
    Model,
}

impl SearchKind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Project,
        Self::Party,
        Self::Document,
        Self::Contract,
        Self::Invoice,
        Self::Prompt,
        Self::Model,
    ];
    /// The name of each kind.
    pub const NAMES: [&'static str; 7] =
        ["project", "party", "document", "contract", "invoice", "prompt", "model"];

    /// The name in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// Finds a kind by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The permission without which none is found.
    #[must_use]
    pub const fn permission(self) -> Permission {
        match self {
            Self::Project => Permission::ProjectRead,
            Self::Party => Permission::PartyRead,
            Self::Document => Permission::DocumentRead,
            Self::Contract => Permission::ContractRead,
            Self::Invoice => Permission::InvoiceRead,
            Self::Prompt => Permission::PromptRead,
            Self::Model => Permission::ModelRead,
        }
    }

    /// Whether it may belong to a project.
    pub(super) const fn has_project(self) -> bool {
        matches!(self, Self::Project | Self::Document | Self::Contract | Self::Invoice)
    }
}
