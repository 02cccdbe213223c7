use plinth_domain::{Document, Permission};
use plinth_ports::{DocumentFilter, DocumentSort, Page, PageRequest};

use crate::{Error, Query, View};

/// Lists documents.
#[derive(Debug, Clone)]
pub struct ListDocuments {
    /// Which.
    pub filter: DocumentFilter,
    /// In which order, and from where.
    pub page: PageRequest<DocumentSort>,
}

impl Query for ListDocuments {
    const NAME: &'static str = "document.list";
    const PERMISSION: Permission = Permission::DocumentRead;
    type Output = Page<Document>;

    async fn run(self, view: &mut View<'_>) -> Result<Page<Document>, Error> {
        Ok(view.unit.documents().list(&self.filter, &self.page).await?)
    }
}
