use async_trait::async_trait;
use plinth_domain::{
    Document, DocumentId, DocumentVersion, DocumentVersionId, InvoicePdf, OrganizationId,
    Timestamp, search::SearchableText,
};
use plinth_ports::{
    Constraint, DocumentContents, DocumentFilter, Record, Result, Search,
    records::{document_contents::DOCUMENT, invoice_attachments, invoice_pdfs},
};

use super::{
    document_chunks,
    record_tables::{RecordTables, Stored},
    search,
    unit::Unit,
};

impl Stored for Document {
    /// A document is also found by all words in its text.
    fn is_found(&self, tables: &RecordTables, words: &Search) -> bool {
        let text = tables.document_texts.get(&(self.organization, self.id));
        search::is_in(words, &self.folded())
            || text.is_some_and(|text| search::has_all_words(words, text))
    }

    /// Roles on projects open no PDF of an invoice.
    fn is_listed(&self, tables: &RecordTables, filter: &DocumentFilter) -> bool {
        filter.among.is_none() || !is_pdf(tables, self.organization, self.id)
    }

    /// The PDF of an invoice, and what it lists, stays as long as the invoice.
    fn is_needed(&self, tables: &RecordTables, organization: OrganizationId) -> Option<Constraint> {
        if is_pdf(tables, organization, self.id) {
            return Some(invoice_pdfs::DOCUMENT);
        }
        let mut listed = tables.invoice_attachments.of(organization).flatten();
        listed.any(|one| one.document == self.id).then_some(invoice_attachments::DOCUMENT)
    }

    fn removed(&self, tables: &mut RecordTables, organization: OrganizationId) {
        tables.document_texts.remove(&(organization, self.id));
        document_chunks::remove(tables, organization, self.id);
    }
}

/// Whether the document is the PDF of an invoice.
pub(super) fn is_pdf(
    tables: &RecordTables,
    organization: OrganizationId,
    document: DocumentId,
) -> bool {
    let pdf = InvoicePdf::Rendered(document);
    tables.invoice_pdfs.of(organization).any(|known| *known == pdf)
}

#[async_trait]
impl DocumentContents for Unit {
    async fn index(
        &mut self,
        document: DocumentId,
        text: &SearchableText,
        _at: Timestamp,
    ) -> Result<()> {
        let missing = self.record(document).is_none();
        self.draft.forbid(missing, DOCUMENT.0)?;
        let key = (self.organization_id(), document);
        self.draft.tables.records.document_texts.insert(key, text.clone());
        Ok(())
    }

    async fn remove(&mut self, document: DocumentId) -> Result<()> {
        let key = (self.organization_id(), document);
        self.draft.tables.records.document_texts.remove(&key);
        Ok(())
    }

    async fn version_ids(&mut self, document: DocumentId) -> Result<Vec<DocumentVersionId>> {
        let versions = self.records::<DocumentVersion>();
        Ok(versions.filter(|v| v.document == document).map(|version| version.id).collect())
    }
}
