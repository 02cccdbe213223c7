use async_trait::async_trait;
use chrono::NaiveDate;
use plinth_domain::{Invoice, InvoiceKind};
use plinth_ports::{OverdueNotices, Result};

use super::unit::Unit;

#[async_trait]
impl OverdueNotices for Unit {
    async fn take(&mut self, today: NaiveDate, limit: u32) -> Result<Vec<Invoice>> {
        let organization = self.organization_id();
        let told = &self.tables().records.overdue_notices;
        let is_new = |invoice: &&Invoice| {
            invoice.is_overdue(today)
                && invoice.content.kind != InvoiceKind::CreditNote
                && !told.contains(&(organization, invoice.id))
        };
        let mut found: Vec<Invoice> = self.records::<Invoice>().filter(is_new).cloned().collect();
        found.sort_by_key(|invoice| (invoice.content.due_on, invoice.id));
        found.truncate(limit as usize);
        for invoice in &found {
            self.draft.tables.records.overdue_notices.insert((organization, invoice.id), today);
        }
        Ok(found)
    }
}
