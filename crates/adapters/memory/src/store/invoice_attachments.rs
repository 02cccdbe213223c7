use async_trait::async_trait;
use plinth_domain::{Attachment, Document, Invoice, InvoiceId, InvoiceStatus};
use plinth_ports::{
    InvoiceAttachmentReader, InvoiceAttachments, Result,
    records::invoice_attachments::{DOCUMENT, INVOICE},
};

use super::unit::Unit;

#[async_trait]
impl InvoiceAttachmentReader for Unit {
    async fn of(&mut self, invoice: InvoiceId) -> Result<Vec<Attachment>> {
        let key = (self.organization_id(), invoice);
        let found = self.tables().records.invoice_attachments.get(&key);
        Ok(found.cloned().unwrap_or_default())
    }
}

#[async_trait]
impl InvoiceAttachments for Unit {
    async fn insert(&mut self, invoice: InvoiceId, all: &[Attachment]) -> Result<()> {
        let found = self.record::<Invoice>(invoice).map(|invoice| invoice.status);
        let is_draft = found.is_none_or(|status| status == InvoiceStatus::Draft);
        self.draft.forbid(found.is_none() && !all.is_empty(), INVOICE.0)?;
        for one in all {
            let is_missing = self.record::<Document>(one.document).is_none();
            self.draft.forbid(is_missing, DOCUMENT.0)?;
        }
        self.draft.check(!is_draft, "what an issued invoice lists never changes")?;
        let key = (self.organization_id(), invoice);
        self.draft.tables.records.invoice_attachments.insert(key, all.to_vec());
        Ok(())
    }

    async fn replace(&mut self, invoice: InvoiceId, all: &[Attachment]) -> Result<()> {
        InvoiceAttachments::insert(self, invoice, all).await
    }
}
