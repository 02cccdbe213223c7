use async_trait::async_trait;
use chrono::NaiveDate;
use plinth_domain::Invoice;
use plinth_ports::{OverdueNotices, RecordReader, Result};
use sea_orm::prelude::Uuid;

use crate::{row::named, scoped::ScopedTx};

/// A rival that reports the same invoice waits here, and then reports another one.
const TAKE: &str = "INSERT INTO overdue_notices (organization_id, invoice_id, due_on) \
    SELECT $1::uuid, i.id, i.due_on FROM invoices i \
    WHERE i.organization_id = $1 AND i.status IN ('issued', 'partially_paid') AND i.due_on < $2 \
        AND i.due_minor - i.settled_minor - i.written_off_minor > i.retained_minor \
        AND i.kind <> 'credit_note' AND NOT EXISTS (SELECT FROM overdue_notices n \
            WHERE n.organization_id = $1 AND n.invoice_id = i.id) \
    ORDER BY i.due_on, i.id LIMIT $3 \
    ON CONFLICT (organization_id, invoice_id) DO NOTHING RETURNING invoice_id";

#[async_trait]
impl OverdueNotices for ScopedTx {
    async fn take(&mut self, today: NaiveDate, limit: u32) -> Result<Vec<Invoice>> {
        let values = vec![today.into(), i64::from(limit).into()];
        let read = |row: &_| named::<Uuid>(row, "invoice_id");
        let ids = self.ask_within(TAKE, values, usize::MAX, read).await?.items;
        let mut invoices = Vec::with_capacity(ids.len());
        for id in ids {
            let found =
                RecordReader::<Invoice>::find(self, plinth_domain::Id::from_uuid(id)).await?;
            invoices.extend(found);
        }
        invoices.sort_by_key(|invoice| (invoice.content.due_on, invoice.id));
        Ok(invoices)
    }
}
