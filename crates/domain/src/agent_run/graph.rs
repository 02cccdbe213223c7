use crate::{Permission, PermissionSet};

/// A graph that a run goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AgentGraphName {
    /// Answers a question from documents, with the passages that the answer rests on.
    DocumentQa,
    /// Reads a supplier's invoice, asks a person, and creates the draft of a payable invoice.
    InvoiceReader,
}

impl AgentGraphName {
    /// Every graph.
    pub const ALL: [Self; 2] = [Self::DocumentQa, Self::InvoiceReader];

    /// The name in the API, in the database and in the sidecar.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DocumentQa => "document_qa",
            Self::InvoiceReader => "invoice_reader",
        }
    }

    /// The graph of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|graph| graph.name() == name)
    }

    /// What a run of the graph needs, and all that its key may do.
    #[must_use]
    pub fn needs(self) -> PermissionSet {
        let own: &[Permission] = match self {
            Self::DocumentQa => &[Permission::SearchRead, Permission::DocumentRead],
            Self::InvoiceReader => {
                &[Permission::DocumentRead, Permission::PartyRead, Permission::InvoiceCreate]
            }
        };
        own.iter().copied().chain([Permission::ExecutionCreate]).collect()
    }
}
