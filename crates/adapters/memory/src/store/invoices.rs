use async_trait::async_trait;
use plinth_domain::{Invoice, InvoiceId, InvoiceLine, OrganizationId};
use plinth_ports::{InvoiceLineReader, InvoiceLines, Result};

use super::{
    record_tables::{RecordTables, Stored},
    unit::Unit,
};

impl Stored for Invoice {
    fn removed(&self, tables: &mut RecordTables, organization: OrganizationId) {
        tables.invoice_lines.remove(&(organization, self.id));
    }
}

#[async_trait]
impl InvoiceLineReader for Unit {
    async fn of(&mut self, invoice: InvoiceId) -> Result<Vec<InvoiceLine>> {
        let lines = self.tables().records.invoice_lines.get(&(self.organization_id(), invoice));
        Ok(lines.cloned().unwrap_or_default())
    }
}

#[async_trait]
impl InvoiceLines for Unit {
    async fn insert(&mut self, invoice: InvoiceId, lines: &[InvoiceLine]) -> Result<()> {
        let missing = self.record(invoice).is_none();
        self.draft.forbid(missing, "invoice_lines_organization_id_invoice_id_fkey")?;
        let key = (self.organization_id(), invoice);
        self.draft.tables.records.invoice_lines.insert(key, lines.to_vec());
        Ok(())
    }

    async fn replace(&mut self, invoice: InvoiceId, lines: &[InvoiceLine]) -> Result<()> {
        InvoiceLines::insert(self, invoice, lines).await
    }

    /// Units of work run one after another, so there is nothing to lock.
    async fn lock(&mut self, invoice: InvoiceId) -> Result<Option<Invoice>> {
        Ok(self.record(invoice).cloned())
    }
}
