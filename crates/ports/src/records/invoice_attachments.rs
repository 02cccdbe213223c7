//! The supporting documents of invoices.

use async_trait::async_trait;
use plinth_domain::{Attachment, InvoiceId};

use super::Constraint;
use crate::Result;

/// An invoice lists the document, which was to be removed; or it does not exist.
pub const DOCUMENT: Constraint = Constraint("invoice_attachments_organization_id_document_id_fkey");
/// The invoice does not exist.
pub const INVOICE: Constraint = Constraint("invoice_attachments_organization_id_invoice_id_fkey");

/// Reads the supporting documents of invoices.
#[async_trait]
pub trait InvoiceAttachmentReader: Send {
    /// Those of an invoice, in their order.
    async fn of(&mut self, invoice: InvoiceId) -> Result<Vec<Attachment>>;
}

/// The supporting documents of invoices.
#[async_trait]
pub trait InvoiceAttachments: InvoiceAttachmentReader {
    /// Stores those of a new invoice.
    async fn insert(&mut self, invoice: InvoiceId, all: &[Attachment]) -> Result<()>;
    /// Replaces those of a draft.
    async fn replace(&mut self, invoice: InvoiceId, all: &[Attachment]) -> Result<()>;
}
