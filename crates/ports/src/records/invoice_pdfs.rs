//! The PDFs of issued invoices.

use async_trait::async_trait;
use plinth_domain::{DocumentId, InvoiceId, InvoicePdf, Timestamp};

use super::Constraint;
use crate::Result;

/// The document is the PDF of an invoice, and was to be removed; or it does not exist.
pub const DOCUMENT: Constraint = Constraint("invoice_pdfs_organization_id_document_id_fkey");
/// The invoice does not exist.
pub const INVOICE: Constraint = Constraint("invoice_pdfs_organization_id_id_fkey");
/// The document is the PDF of another invoice.
pub const DOCUMENT_TAKEN: Constraint = Constraint("invoice_pdfs_organization_id_document_id_key");

/// Reads what became of the PDFs of invoices.
#[async_trait]
pub trait InvoicePdfReader: Send {
    /// What became of the PDF of an invoice; `None` while it is not rendered.
    async fn of(&mut self, invoice: InvoiceId) -> Result<Option<InvoicePdf>>;
}

/// The PDFs of invoices.
#[async_trait]
pub trait InvoicePdfs: InvoicePdfReader {
    /// Whether the document is the PDF of an invoice.
    async fn has(&mut self, document: DocumentId) -> Result<bool>;
    /// Stores what became of the PDF of an invoice, and replaces a verdict.
    async fn put(&mut self, invoice: InvoiceId, pdf: &InvoicePdf, at: Timestamp) -> Result<()>;
    /// Removes the verdict on an invoice; it is no error when it has none.
    async fn forget(&mut self, invoice: InvoiceId) -> Result<()>;
}
