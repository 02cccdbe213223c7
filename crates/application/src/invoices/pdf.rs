//! The PDF of an issued invoice.

use std::borrow::Cow;

use plinth_domain::{
    Code, Invoice, InvoiceDirection, InvoiceId, InvoicePdf, InvoiceStatus, Permission, Verdict,
};
use plinth_ports::{RENDERING_CODES, Unprintable};

use crate::{
    Error, Query, View,
    documents::{Download, NOT_FOUND},
    resource::Found,
};

plinth_domain::codes! {
    INVOICE_NO_PDF = "invoice.no_pdf",
        "Only an issued invoice of the organization itself has a PDF.";
    INVOICE_NOT_RENDERED = "invoice.not_rendered",
        "The PDF of the invoice is not made yet: ask again after Retry-After.";
    INVOICE_RENDERED = "invoice.rendered", "The invoice has its PDF, which never changes.";
    INVOICE_RENDERING_FAILED = "invoice.rendering_failed",
        "Every attempt to make the PDF failed; its job says more.";
}

/// Opens the PDF of an invoice.
#[derive(Debug, Clone, Copy)]
pub struct OpenInvoicePdf {
    /// The invoice.
    pub id: InvoiceId,
}

impl Query for OpenInvoicePdf {
    const NAME: &'static str = "invoice.open_pdf";
    const PERMISSION: Permission = Permission::InvoiceRead;
    type Output = Download;

    async fn run(self, view: &mut View<'_>) -> Result<Download, Error> {
        expect_pdf(&view.unit.invoices().get(self.id).await?)?;
        match view.unit.invoice_pdfs().of(self.id).await? {
            None => Err(Error::conflict(INVOICE_NOT_RENDERED, "the PDF is not made yet")),
            Some(InvoicePdf::Unprintable(verdict)) => Err(unprintable(verdict)),
            Some(InvoicePdf::Rendered(document)) => {
                let document = view.unit.documents().find(document).await?.ok_or(NOT_FOUND)?;
                Download::newest(document)
            }
        }
    }
}

/// Checks that the invoice has, or will have, a PDF.
pub(super) fn expect_pdf(invoice: &Invoice) -> Result<(), Error> {
    let is_own = invoice.content.direction == InvoiceDirection::Receivable;
    if is_own && invoice.status != InvoiceStatus::Draft {
        return Ok(());
    }
    let detail = "only an issued invoice of the organization itself has a PDF";
    Err(Error::conflict(INVOICE_NO_PDF, detail))
}

/// The invoice cannot be printed.
pub(super) fn refused(why: Unprintable) -> Error {
    Error::Conflict { code: why.code, detail: Cow::Owned(why.detail) }
}

/// A stored verdict. Its code may be one of an earlier version.
fn unprintable(verdict: Verdict) -> Error {
    let mut known = RENDERING_CODES.iter().copied();
    let code: Option<Code> = known.find(|code| code.name() == verdict.code);
    let code = code.unwrap_or(INVOICE_RENDERING_FAILED);
    Error::Conflict { code, detail: Cow::Owned(verdict.detail) }
}
