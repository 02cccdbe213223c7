use plinth_domain::{Document, DocumentId, DocumentVersion, Permission};
use plinth_ports::{DocumentVersionFilter, DocumentVersionSort, Page, PageRequest};

use super::NOT_FOUND;
use crate::{Error, Query, View};

/// Reads one document.
#[derive(Debug, Clone, Copy)]
pub struct GetDocument {
    /// Which.
    pub id: DocumentId,
}

impl Query for GetDocument {
    const NAME: &'static str = "document.get";
    const PERMISSION: Permission = Permission::DocumentRead;
    type Output = Document;

    async fn run(self, view: &mut View<'_>) -> Result<Document, Error> {
        view.unit.documents().find(self.id).await?.ok_or(NOT_FOUND)
    }
}

/// Lists a document's versions.
#[derive(Debug, Clone)]
pub struct ListDocumentVersions {
    /// The document.
    pub id: DocumentId,
    /// In which order, and from where.
    pub page: PageRequest<DocumentVersionSort>,
}

impl Query for ListDocumentVersions {
    const NAME: &'static str = "document.versions";
    const PERMISSION: Permission = Permission::DocumentRead;
    type Output = Page<DocumentVersion>;

    async fn run(self, view: &mut View<'_>) -> Result<Page<DocumentVersion>, Error> {
        view.unit.documents().find(self.id).await?.ok_or(NOT_FOUND)?;
        let filter = DocumentVersionFilter { document: Some(self.id) };
        Ok(view.unit.document_versions().list(&filter, &self.page).await?)
    }
}
