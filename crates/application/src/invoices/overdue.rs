//! Invoices that have become overdue.

use plinth_domain::{JobDraft, OrganizationId, Permission, Text};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Application, AuditRecord, Command, Context, Error, JobKind, Recorded};

/// How many invoices one transaction reports.
const BATCH: u32 = 100;

/// The job that reports an organization's invoices that have become overdue.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct ReportOverdue {}

impl JobKind for ReportOverdue {
    const KIND: &'static str = "invoice.overdue";
    const PRIORITY: i16 = -50;

    fn dedup_key(&self) -> Option<String> {
        Some(Self::KIND.to_owned())
    }
}

/// Reports some of the invoices that have become overdue, each once: an entry of the audit log, and
/// an event. The answer is whether there may be more.
#[derive(Debug, Clone, Copy)]
pub struct ReportOverdueInvoices;

impl Command for ReportOverdueInvoices {
    const NAME: &'static str = "invoice.report_overdue";
    const PERMISSION: Permission = Permission::InvoiceRead;
    type Output = bool;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<bool>, Error> {
        let organization = ctx.unit.organization().find().await?;
        let organization = organization.ok_or(Error::NotFound("organization"))?;
        let today = organization.settings.timezone.day(ctx.now);
        let invoices = ctx.unit.overdue_notices().take(today, BATCH).await?;
        let mut audits = Vec::with_capacity(invoices.len());
        for invoice in &invoices {
            let content = &invoice.content;
            audits.push(
                AuditRecord::about("invoice.overdue", invoice)
                    .beside("number", json!(invoice.number.as_ref().map(Text::as_str)))?
                    .beside("party_id", json!(content.party.uuid()))?
                    .beside("due_on", json!(content.due_on))?
                    .beside("open_minor", json!(invoice.open()))?
                    .beside("currency", json!(content.currency.as_str()))?,
            );
        }
        Ok(Recorded { output: invoices.len() == BATCH as usize, audits })
    }
}

impl Application {
    /// A job for each organization that reports its overdue invoices.
    pub async fn overdue_reports(&self) -> Result<Vec<(OrganizationId, JobDraft)>, Error> {
        self.job_for_each(&ReportOverdue {}).await
    }
}
