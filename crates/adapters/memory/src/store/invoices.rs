use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use plinth_domain::{
    ContractId, Invoice, InvoiceId, InvoiceLine, InvoiceStatus, OrganizationId,
    billing::BilledPosition,
};
use plinth_ports::{InvoiceLineReader, InvoiceLines, Record, Result};

use super::{
    record_tables::{RecordTables, Stored},
    unit::Unit,
};

impl Stored for Invoice {
    /// An issued invoice never changes; only what is settled does.
    fn may_become(&self, next: Option<&Self>) -> bool {
        let is_kept = |next: &Self| {
            let (status, settlement, revision) = (self.status, self.settlement, self.revision);
            let dunning_blocked = self.dunning_blocked;
            let same = Self { status, settlement, dunning_blocked, revision, ..next.clone() };
            next.status != InvoiceStatus::Draft && same.owned_by(self.organization) == *self
        };
        self.status == InvoiceStatus::Draft || next.is_some_and(is_kept)
    }

    fn removed(&self, tables: &mut RecordTables, organization: OrganizationId) {
        tables.invoice_lines.remove(&(organization, self.id));
        tables.invoice_attachments.remove(&(organization, self.id));
    }
}

#[async_trait]
impl InvoiceLineReader for Unit {
    async fn of(&mut self, invoice: InvoiceId) -> Result<Vec<InvoiceLine>> {
        let lines = self.tables().records.invoice_lines.get(&(self.organization_id(), invoice));
        Ok(lines.cloned().unwrap_or_default())
    }

    async fn billed(&mut self, contract: ContractId) -> Result<Vec<BilledPosition>> {
        let on = |invoice: &&Invoice| {
            invoice.content.contract == Some(contract) && invoice.status.is_booked()
        };
        let ids: Vec<InvoiceId> = self.records().filter(on).map(|invoice| invoice.id).collect();
        let mut billed = BTreeMap::new();
        for invoice in ids {
            for line in self.of(invoice).await? {
                if let Some(position) = line.draft.contract_position {
                    *billed.entry((invoice, position)).or_default() += line.net;
                }
            }
        }
        let one = |((invoice, position), net)| BilledPosition { invoice, position, net };
        Ok(billed.into_iter().map(one).collect())
    }
}

#[async_trait]
impl InvoiceLines for Unit {
    async fn insert(&mut self, invoice: InvoiceId, lines: &[InvoiceLine]) -> Result<()> {
        let found = self.record(invoice).map(|invoice| invoice.status);
        let is_draft = found.is_none_or(|status| status == InvoiceStatus::Draft);
        self.draft.forbid(found.is_none(), "invoice_lines_organization_id_invoice_id_fkey")?;
        self.draft.check(!is_draft, "the lines of an issued invoice never change")?;
        let key = (self.organization_id(), invoice);
        self.draft.tables.records.invoice_lines.insert(key, lines.to_vec());
        Ok(())
    }

    async fn replace(&mut self, invoice: InvoiceId, lines: &[InvoiceLine]) -> Result<()> {
        InvoiceLines::insert(self, invoice, lines).await
    }

    /// Units of work run one after another, so there is nothing to lock.
    async fn lock(&mut self, invoices: &[InvoiceId]) -> Result<Vec<Invoice>> {
        let ids: BTreeSet<_> = invoices.iter().copied().collect();
        Ok(ids.into_iter().filter_map(|id| self.record(id).cloned()).collect())
    }
}
