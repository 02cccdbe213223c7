//! The versions of documents.

use plinth_domain::{DocumentId, DocumentVersion, Id, JobId, OrganizationId, Revision};

use super::{Constraint, OnRemoval, Record, Reference, Unique};
use crate::{SortValue, page::sort_keys};

plinth_domain::codes! {
    DOCUMENT_CONCURRENT_VERSION = "document.concurrent_version",
        "Another version of the document was added at the same time.";
}

/// Another version of the document has the number.
pub const NUMBER_TAKEN: Constraint =
    Constraint("document_versions_organization_id_document_id_number_key");
/// The version's document does not exist.
pub const DOCUMENT: Constraint = Constraint("document_versions_organization_id_document_id_fkey");

sort_keys! {
    /// The order of a document's versions, by their UUIDv7 identities.
    DocumentVersionSort of DocumentVersion, by |v| v.id.uuid();
    CreatedAt = "created_at" => |_| SortValue::Identity,
}

/// Selects the versions of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocumentVersionFilter {
    /// Only versions of this document.
    pub document: Option<DocumentId>,
    /// Only the version that this job processes.
    pub job: Option<JobId>,
}

impl Record for DocumentVersion {
    const TABLE: &'static str = "document_versions";
    const UNIQUE: &'static [Unique<Self>] = &[Unique {
        constraint: NUMBER_TAKEN,
        code: DOCUMENT_CONCURRENT_VERSION,
        detail: "another version was added at the same time",
        value: |v| Some(format!("{} {}", v.document, v.number)),
    }];
    const REFERENCES: &'static [Reference<Self>] = &[Reference {
        constraint: DOCUMENT,
        field: "document_id",
        to: "documents",
        id: |v| Some(v.document.uuid()),
        on_removal: OnRemoval::Cascade,
    }];
    type Filter = DocumentVersionFilter;
    type Sort = DocumentVersionSort;

    fn id(&self) -> Id<Self> {
        self.id
    }
    fn revision(&self) -> &Revision {
        &self.revision
    }
    fn owned_by(self, _organization: OrganizationId) -> Self {
        self
    }
    fn matches(&self, filter: &DocumentVersionFilter) -> bool {
        filter.document.is_none_or(|document| self.document == document)
            && filter.job.is_none_or(|job| self.job == job)
    }
}
