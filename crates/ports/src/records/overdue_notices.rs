//! Which invoices were reported as overdue.

use async_trait::async_trait;
use chrono::NaiveDate;
use plinth_domain::Invoice;

use crate::Result;

/// Remembers which invoices were reported as overdue.
#[async_trait]
pub trait OverdueNotices: Send {
    /// Up to `limit` invoices that are open after their due date and were not reported yet, those due
    /// first. They count as reported from the commit on. Credit notes are not among them.
    async fn take(&mut self, today: NaiveDate, limit: u32) -> Result<Vec<Invoice>>;
}
