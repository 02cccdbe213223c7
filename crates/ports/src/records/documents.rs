//! Documents.

use plinth_domain::{Document, DocumentKind, Id, OrganizationId, ProjectId, Revision};

use super::{Constraint, OnRemoval, Record, Reference, project_grants::is_among};
use crate::{OneOf, Search, SortValue, page::sort_keys};

/// The document's project does not exist, or has documents and was to be
/// removed.
pub const PROJECT: Constraint = Constraint("documents_organization_id_project_id_fkey");

sort_keys! {
    /// The orders of a list of documents.
    DocumentSort of Document, by |d| d.id.uuid();
    CreatedAt = "created_at" => |d| SortValue::Time(d.revision.created_at),
    UpdatedAt = "updated_at" => |d| SortValue::Time(d.revision.updated_at),
    Name = "name" => |d| SortValue::Text(d.name.as_str().to_owned()),
}

/// Selects the documents of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocumentFilter {
    /// Only documents of this project.
    pub project: Option<ProjectId>,
    /// Only documents that roles on these projects open: those in them, without the PDFs of invoices.
    pub among: Option<Vec<ProjectId>>,
    /// Only documents of one of these kinds.
    pub kind: OneOf<DocumentKind>,
    /// Only documents whose newest version has one of these processing states, by their names.
    pub status: OneOf<&'static str>,
    /// Only documents with these words in their name, or all of them in their
    /// text.
    pub search: Option<Search>,
}

/// A document is read together with its newest version, which is a separate record. A new document
/// and its first version are stored in one unit of work.
impl Record for Document {
    const TABLE: &'static str = "documents";
    const REFERENCES: &'static [Reference<Self>] = &[Reference {
        constraint: PROJECT,
        field: "project_id",
        to: "projects",
        id: |d| d.project.map(Id::uuid),
        on_removal: OnRemoval::Restrict,
    }];
    const SEARCHED: bool = true;
    type Filter = DocumentFilter;
    type Sort = DocumentSort;

    fn id(&self) -> Id<Self> {
        self.id
    }
    fn revision(&self) -> &Revision {
        &self.revision
    }
    fn owned_by(self, organization: OrganizationId) -> Self {
        Self { organization, ..self }
    }
    fn matches(&self, filter: &DocumentFilter) -> bool {
        filter.project.is_none_or(|project| self.project == Some(project))
            && filter.among.as_ref().is_none_or(|among| is_among(self.project, among))
            && filter.kind.allows(&self.kind())
            && filter.status.allows(&self.current.processing.name())
    }
    fn search(filter: &DocumentFilter) -> Option<&Search> {
        filter.search.as_ref()
    }
    fn searched(&self) -> String {
        self.name.as_str().to_owned()
    }
}
