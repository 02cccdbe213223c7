use async_trait::async_trait;
use plinth_domain::{
    Document, DocumentId, DocumentKind, DocumentVersion, DocumentVersionId, ProjectId, Timestamp,
};

use crate::{Page, PageRequest, Result, Search, SortValue};

super::sort_keys! {
    /// The orders of a list of documents.
    DocumentSort of Document, by |d| d.id.uuid();
    CreatedAt = "created_at" => |d| SortValue::Time(d.revision.created_at),
    UpdatedAt = "updated_at" => |d| SortValue::Time(d.revision.updated_at),
    Name = "name" => |d| SortValue::Text(d.name.as_str().to_owned()),
}

super::sort_keys! {
    /// The order of a document's versions: their identities carry their time.
    DocumentVersionSort of DocumentVersion, by |v| v.id.uuid();
    CreatedAt = "created_at" => |_| SortValue::Identity,
}

/// Which documents a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocumentFilter {
    /// Only those of this project.
    pub project: Option<ProjectId>,
    /// Only those of this kind.
    pub kind: Option<DocumentKind>,
    /// Only those whose newest version is in this state, by its name.
    pub status: Option<&'static str>,
    /// Only those with these words in their name or their text.
    pub search: Option<Search>,
}

/// Reads documents.
#[async_trait]
pub trait DocumentReader: Send {
    /// Finds one.
    async fn find(&mut self, id: DocumentId) -> Result<Option<Document>>;
    /// Lists them.
    async fn list(
        &mut self,
        filter: &DocumentFilter,
        page: &PageRequest<DocumentSort>,
    ) -> Result<Page<Document>>;
    /// Finds a version of a document.
    async fn find_version(&mut self, id: DocumentVersionId) -> Result<Option<DocumentVersion>>;
    /// Lists a document's versions.
    async fn versions(
        &mut self,
        document: DocumentId,
        page: &PageRequest<DocumentVersionSort>,
    ) -> Result<Page<DocumentVersion>>;
}

/// Reads and writes documents.
#[async_trait]
pub trait Documents: DocumentReader {
    /// Stores a new one with its first version.
    async fn insert(&mut self, document: &Document) -> Result<()>;
    /// Stores its next revision; `Stale` unless the one before it is stored.
    async fn update(&mut self, document: &Document) -> Result<()>;
    /// Stores another version of a document. Its number is unique:
    /// `document_versions_organization_id_document_id_number_key`.
    async fn insert_version(&mut self, version: &DocumentVersion) -> Result<()>;
    /// Stores a version's next revision; `Stale` unless the one before it is
    /// stored.
    async fn update_version(&mut self, version: &DocumentVersion) -> Result<()>;
    /// Stores what the search finds a document by: the text of its newest
    /// version, at most [`DOCUMENT_TEXT_BYTES`] of it.
    async fn index(&mut self, document: DocumentId, text: &str, at: Timestamp) -> Result<()>;
    /// Removes it with its versions, and answers which there were; `Stale`
    /// unless exactly this revision is stored.
    async fn remove(&mut self, document: &Document) -> Result<Vec<DocumentVersionId>>;
}

/// The most bytes of a document's text that the search looks at: 256 KiB. A
/// `tsvector` holds 1 MiB, and needs up to three bytes for each byte of text.
pub const DOCUMENT_TEXT_BYTES: usize = 256 * 1024;
