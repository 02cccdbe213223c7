//! The searched text of documents.

use async_trait::async_trait;
use plinth_domain::{DocumentId, DocumentVersionId, Timestamp, search::SearchableText};

use super::Constraint;
use crate::Result;

/// The document whose text was to be stored does not exist.
pub const DOCUMENT: Constraint = Constraint("document_texts_organization_id_id_fkey");

/// The longest text of a document that is searched, in bytes: 1 MiB.
pub const DOCUMENT_TEXT_BYTES: usize = SearchableText::MAX_BYTES;

/// The searched text of documents, and the identities by which their files are
/// found.
#[async_trait]
pub trait DocumentContents: Send {
    /// Stores the text of the document's newest version, and replaces the previous text.
    async fn index(
        &mut self,
        document: DocumentId,
        text: &SearchableText,
        at: Timestamp,
    ) -> Result<()>;
    /// Removes the text of the document; it is no error when it has none.
    async fn remove(&mut self, document: DocumentId) -> Result<()>;
    /// The identities of all versions of the document, in no particular order.
    async fn version_ids(&mut self, document: DocumentId) -> Result<Vec<DocumentVersionId>>;
}
