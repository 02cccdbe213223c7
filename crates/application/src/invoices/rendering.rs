//! The making of an invoice's PDF by a worker.

mod outcome;
mod prepare;

use plinth_domain::{DocumentId, DocumentVersionId, InvoiceId, InvoicePdf, Job, Permission};
use serde::{Deserialize, Serialize};

use super::{
    held::locked,
    pdf::{INVOICE_RENDERED, expect_pdf},
};
use crate::{AuditRecord, Command, Context, Error, JobKind, Recorded, job_kind, resource::Found};

pub use outcome::{FailRendering, StorePdf};
pub use prepare::{PrepareRendering, Prepared, Printable};

/// The job that makes the PDF of an issued invoice. Its document and version are named beforehand, so
/// that each attempt stores the same file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenderInvoice {
    /// The invoice.
    #[serde(rename = "invoice_id", with = "job_kind::id")]
    pub invoice: InvoiceId,
    /// The document that the PDF becomes.
    #[serde(rename = "document_id", with = "job_kind::id")]
    pub document: DocumentId,
    /// Its only version.
    #[serde(rename = "version_id", with = "job_kind::id")]
    pub version: DocumentVersionId,
}

impl JobKind for RenderInvoice {
    const KIND: &'static str = "invoice.render";
    /// Over about eight minutes, like the inspection of a document.
    const MAX_ATTEMPTS: u16 = 10;

    fn dedup_key(&self) -> Option<String> {
        Some(format!("{}/{}", Self::KIND, self.invoice))
    }
}

impl RenderInvoice {
    /// The job for an invoice.
    pub(super) fn of(invoice: InvoiceId, ctx: &Context<'_>) -> Self {
        Self { invoice, document: ctx.id(), version: ctx.id() }
    }
}

/// Makes the PDF of an invoice again that could not be made: its logo or the template was corrected.
/// Answers the job, which may be one that is still open.
#[derive(Debug, Clone, Copy)]
pub struct RequestRendering {
    /// The invoice.
    pub id: InvoiceId,
}

impl Command for RequestRendering {
    const NAME: &'static str = "invoice.render";
    const PERMISSION: Permission = Permission::InvoiceIssue;
    type Output = Job;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Job>, Error> {
        ctx.access.require(Permission::JobRead)?;
        let invoice = locked(ctx, self.id).await?;
        expect_pdf(&invoice)?;
        if let Some(InvoicePdf::Rendered(_)) = ctx.unit.invoice_pdfs().of(invoice.id).await? {
            return Err(Error::conflict(INVOICE_RENDERED, "the invoice has its PDF"));
        }
        ctx.unit.invoice_pdfs().forget(invoice.id).await?;
        let job = ctx.enqueue(RenderInvoice::of(invoice.id, ctx)).await?;
        let job = ctx.unit.jobs().get(job).await?;
        Ok(Recorded::new(job, AuditRecord::about("invoice.rendering_requested", &invoice)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of an earlier version hold these texts.
    #[test]
    fn the_stored_payload_keeps_its_form() {
        let id = "01a1f990-3deb-7000-8000-000000000001";
        let stored = format!(r#"{{"invoice_id":"{id}","document_id":"{id}","version_id":"{id}"}}"#);
        let job: RenderInvoice = serde_json::from_str(&stored).unwrap();
        let draft = job.draft().unwrap();
        assert_eq!(draft.payload.as_str(), stored);
        assert_eq!(draft.dedup_key, Some(format!("invoice.render/{id}")));
    }
}
