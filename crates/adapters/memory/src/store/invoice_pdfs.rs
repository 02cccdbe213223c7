use async_trait::async_trait;
use plinth_domain::{Document, DocumentId, Invoice, InvoiceId, InvoicePdf, Timestamp};
use plinth_ports::{
    InvoicePdfReader, InvoicePdfs, Result,
    records::invoice_pdfs::{DOCUMENT, DOCUMENT_TAKEN, INVOICE},
};

use super::unit::Unit;

#[async_trait]
impl InvoicePdfReader for Unit {
    async fn of(&mut self, invoice: InvoiceId) -> Result<Option<InvoicePdf>> {
        Ok(self.tables().records.invoice_pdfs.get(&(self.organization_id(), invoice)).cloned())
    }
}

#[async_trait]
impl InvoicePdfs for Unit {
    async fn has(&mut self, document: DocumentId) -> Result<bool> {
        let (organization, pdf) = (self.organization_id(), InvoicePdf::Rendered(document));
        let mut pdfs = self.tables().records.invoice_pdfs.of(organization);
        Ok(pdfs.any(|known| *known == pdf))
    }

    async fn put(&mut self, invoice: InvoiceId, pdf: &InvoicePdf, _at: Timestamp) -> Result<()> {
        let before = InvoicePdfReader::of(self, invoice).await?;
        let is_kept = matches!(before, Some(InvoicePdf::Rendered(_)));
        let has_invoice = self.record::<Invoice>(invoice).is_some();
        self.draft.forbid(!has_invoice, INVOICE.0)?;
        if let InvoicePdf::Rendered(document) = pdf {
            let is_missing = self.record::<Document>(*document).is_none();
            self.draft.forbid(is_missing, DOCUMENT.0)?;
            let is_taken = before.as_ref() != Some(pdf) && self.has(*document).await?;
            self.draft.forbid(is_taken, DOCUMENT_TAKEN.0)?;
        }
        self.draft.check(is_kept, "the PDF of an invoice never changes")?;
        let key = (self.organization_id(), invoice);
        self.draft.tables.records.invoice_pdfs.insert(key, pdf.clone());
        Ok(())
    }

    async fn forget(&mut self, invoice: InvoiceId) -> Result<()> {
        let found = InvoicePdfReader::of(self, invoice).await?;
        if matches!(found, Some(InvoicePdf::Unprintable(_))) {
            let key = (self.organization_id(), invoice);
            self.draft.tables.records.invoice_pdfs.remove(&key);
        }
        Ok(())
    }
}
