use async_trait::async_trait;
use plinth_domain::{Document, DocumentId, DocumentVersion, DocumentVersionId, Timestamp, Version};
use plinth_ports::{
    DocumentFilter, DocumentReader, DocumentSort, DocumentVersionSort, Documents, Page,
    PageRequest, Result,
};

use super::{lists, search, tables::expect, unit::Unit};

#[async_trait]
impl DocumentReader for Unit {
    async fn find(&mut self, id: DocumentId) -> Result<Option<Document>> {
        Ok(self.tables().documents.get(&(self.organization_id(), id)).cloned())
    }

    async fn list(
        &mut self,
        filter: &DocumentFilter,
        page: &PageRequest<DocumentSort>,
    ) -> Result<Page<Document>> {
        let documents = self.tables().documents.of(self.organization_id());
        Ok(lists::page(documents.filter(|document| self.shows(filter, document)).cloned(), page))
    }

    async fn find_version(&mut self, id: DocumentVersionId) -> Result<Option<DocumentVersion>> {
        Ok(self.tables().document_versions.get(&(self.organization_id(), id)).cloned())
    }

    async fn versions(
        &mut self,
        document: DocumentId,
        page: &PageRequest<DocumentVersionSort>,
    ) -> Result<Page<DocumentVersion>> {
        let versions = self.tables().document_versions.of(self.organization_id());
        Ok(lists::page(versions.filter(|version| version.document == document).cloned(), page))
    }
}

#[async_trait]
impl Documents for Unit {
    async fn insert(&mut self, document: &Document) -> Result<()> {
        let exists = self.stored_document(document.id).is_some();
        self.draft.forbid(exists, "documents_pkey")?;
        self.store_document(document)?;
        self.insert_version(&document.current).await
    }

    async fn update(&mut self, document: &Document) -> Result<()> {
        expect(self.stored_document(document.id), document.revision.previous())?;
        self.store_document(document)
    }

    async fn insert_version(&mut self, version: &DocumentVersion) -> Result<()> {
        let organization = self.organization_id();
        let mut others = self.tables().document_versions.of(organization);
        let taken = others
            .any(|other| other.document == version.document && other.number == version.number);
        drop(others);
        let constraint = "document_versions_organization_id_document_id_number_key";
        self.draft.forbid(taken, constraint)?;
        let homeless = self.stored_document(version.document).is_none();
        self.draft.forbid(homeless, "document_versions_organization_id_document_id_fkey")?;
        self.draft.tables.document_versions.insert((organization, version.id), version.clone());
        Ok(())
    }

    async fn update_version(&mut self, version: &DocumentVersion) -> Result<()> {
        let key = (self.organization_id(), version.id);
        let stored = self.tables().document_versions.get(&key).map(|row| row.revision.version);
        expect(stored, version.revision.previous())?;
        self.draft.tables.document_versions.insert(key, version.clone());
        Ok(())
    }

    async fn index(&mut self, document: DocumentId, text: &str, _at: Timestamp) -> Result<()> {
        let homeless = self.stored_document(document).is_none();
        self.draft.forbid(homeless, "document_texts_organization_id_id_fkey")?;
        let key = (self.organization_id(), document);
        self.draft.tables.document_texts.insert(key, text.to_lowercase());
        Ok(())
    }

    async fn remove(&mut self, document: &Document) -> Result<Vec<DocumentVersionId>> {
        expect(self.stored_document(document.id), document.revision.version)?;
        let organization = self.organization_id();
        let tables = &mut self.draft.tables;
        let mut versions = Vec::new();
        tables.document_versions.retain(|(owner, id), version| {
            let goes = *owner == organization && version.document == document.id;
            if goes {
                versions.push(*id);
            }
            !goes
        });
        tables.document_texts.remove(&(organization, document.id));
        tables.documents.remove(&(organization, document.id));
        Ok(versions)
    }
}

impl Unit {
    /// The version under which the document is stored.
    fn stored_document(&self, id: DocumentId) -> Option<Version> {
        let stored = self.tables().documents.get(&(self.organization_id(), id));
        stored.map(|document| document.revision.version)
    }

    fn store_document(&mut self, document: &Document) -> Result<()> {
        let organization = self.organization_id();
        let strange = document
            .project
            .is_some_and(|id| !self.tables().records.has("projects", organization, id.uuid()));
        self.draft.forbid(strange, "documents_organization_id_project_id_fkey")?;
        let row = Document { organization, ..document.clone() };
        self.draft.tables.documents.insert((organization, document.id), row);
        Ok(())
    }

    fn shows(&self, filter: &DocumentFilter, document: &Document) -> bool {
        let text = self.tables().document_texts.get(&(document.organization, document.id));
        filter.project.is_none_or(|project| document.project == Some(project))
            && filter.kind.is_none_or(|kind| document.kind() == kind)
            && filter.status.is_none_or(|status| document.current.processing.name() == status)
            && filter.search.as_ref().is_none_or(|words| {
                let name = document.name.as_str().to_lowercase();
                search::is_in(words, &name)
                    || text.is_some_and(|text| search::has_all_words(words, text))
            })
    }
}
