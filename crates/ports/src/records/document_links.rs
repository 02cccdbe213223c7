//! Document links.

use plinth_domain::{DocumentId, DocumentLink, Id, OrganizationId, Revision};

use super::{Constraint, OnRemoval, Record, Reference};
use crate::{SortValue, page::sort_keys};

/// The document does not exist.
pub const DOCUMENT: Constraint = Constraint("document_links_organization_id_document_id_fkey");

sort_keys! {
    /// The orders of a list of document links.
    DocumentLinkSort of DocumentLink, by |record| record.id.uuid();
    CreatedAt = "created_at" => |record| SortValue::Time(record.revision.created_at),
}

/// Selects the document links of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocumentLinkFilter {
    /// Only links to this document.
    pub document: Option<DocumentId>,
}

impl Record for DocumentLink {
    const TABLE: &'static str = "document_links";
    const REFERENCES: &'static [Reference<Self>] = &[Reference {
        constraint: DOCUMENT,
        field: "document_id",
        to: "documents",
        id: |record| Some(record.document.uuid()),
        on_removal: OnRemoval::Cascade,
    }];
    type Filter = DocumentLinkFilter;
    type Sort = DocumentLinkSort;

    fn id(&self) -> Id<Self> {
        self.id
    }
    fn revision(&self) -> &Revision {
        &self.revision
    }
    fn owned_by(self, organization: OrganizationId) -> Self {
        Self { organization, ..self }
    }
    fn matches(&self, filter: &DocumentLinkFilter) -> bool {
        filter.document.is_none_or(|value| self.document == value)
    }
}
