//! Invoices and credit notes.

pub(crate) mod approve;
pub(crate) mod attachments;
mod audit;
mod batch;
pub(crate) mod close;
pub(crate) mod credit;
pub(crate) mod days;
mod draft;
pub(crate) mod held;
pub(crate) mod incoming;
pub(crate) mod issue;
pub(crate) mod logo;
pub(crate) mod on_contract;
pub(crate) mod outgoing;
mod overdue;
pub(crate) mod pdf;
mod print;
mod printable;
mod rendering;

use std::borrow::Borrow;

use plinth_domain::{
    Attachment, DocumentId, Id, Invoice, InvoiceChanges, InvoiceError, InvoiceId, InvoiceLine,
    Permission,
};
use plinth_ports::{InvoiceFilter, InvoiceSort, Page, PageRequest, ReadUnit};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    AuditRecord, Context, Error, MetadataPatch, Query, Reading, Recorded, View,
    resource::{Found, Resource},
};

pub use approve::ApproveInvoice;
pub use batch::CreateInvoices;
pub use close::{VoidInvoice, WriteOffInvoice};
pub use credit::CreditInvoice;
pub use draft::{CreateInvoice, DuplicateInvoice, RemoveInvoice, UpdateInvoice};
pub use incoming::ReceiveInvoice;
pub use issue::IssueInvoice;
pub use logo::LogoFile;
pub use outgoing::{EInvoice, GetIssuedInvoice, IssuedInvoice};
pub use overdue::{ReportOverdue, ReportOverdueInvoices};
pub use pdf::{INVOICE_NOT_RENDERED, OpenInvoicePdf};
pub use rendering::{
    FailRendering, PrepareRendering, Prepared, Printable, RenderInvoice, RequestRendering, StorePdf,
};

impl Resource for Invoice {
    const KIND: &'static str = "invoice";
    const TOPIC: &'static str = "invoices";
    const READ: Permission = Permission::InvoiceRead;

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn project(&self) -> Option<Uuid> {
        self.content.project.map(Id::uuid)
    }

    fn audit_view(&self) -> impl Serialize {
        audit::invoice(self)
    }
}

impl From<InvoiceError> for Error {
    fn from(error: InvoiceError) -> Self {
        match error {
            InvoiceError::Transition(transition) => transition.into(),
            InvoiceError::Invalid(place, invalid) => Self::field(&place.pointer(), invalid),
        }
    }
}

/// An invoice with its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FullInvoice {
    /// The invoice.
    pub invoice: Invoice,
    /// Its lines, in their order.
    pub lines: Vec<InvoiceLine>,
    /// The supporting documents that it lists.
    pub attachments: Vec<Attachment>,
}

impl Borrow<Invoice> for FullInvoice {
    fn borrow(&self) -> &Invoice {
        &self.invoice
    }
}

impl FullInvoice {
    /// A draft that lists no supporting documents.
    fn plain((invoice, lines): (Invoice, Vec<InvoiceLine>)) -> Self {
        Self { invoice, lines, attachments: Vec::new() }
    }

    /// The invoice with what is stored beside it.
    pub(crate) async fn read(unit: &mut dyn ReadUnit, invoice: Invoice) -> Result<Self, Error> {
        let lines = unit.invoice_lines().of(invoice.id).await?;
        let attachments = unit.invoice_attachments().of(invoice.id).await?;
        Ok(Self { invoice, lines, attachments })
    }

    /// The invoice after a change, with what is stored beside it.
    pub(crate) async fn stored(ctx: &mut Context<'_>, invoice: Invoice) -> Result<Self, Error> {
        let lines = ctx.unit.invoice_lines().of(invoice.id).await?;
        let attachments = ctx.unit.invoice_attachments().of(invoice.id).await?;
        Ok(Self { invoice, lines, attachments })
    }

    /// The invoice after a change, with its audit record.
    pub(crate) fn changed(
        action: &'static str,
        before: &Invoice,
        full: Self,
    ) -> Result<Recorded<Self>, Error> {
        let audit = AuditRecord::changed(action, before, &full.invoice)?;
        let audit = full.with_attachments(audit)?;
        Ok(Recorded::new(full, audit))
    }

    /// The audit record with the supporting documents, where there are some.
    fn with_attachments(&self, audit: AuditRecord) -> Result<AuditRecord, Error> {
        if self.attachments.is_empty() {
            return Ok(audit);
        }
        audit.beside("attachments", attachments::audited(&self.attachments))
    }
}

/// A change of a draft, and a merge patch on its metadata.
#[derive(Debug)]
pub struct InvoiceUpdate {
    /// The values that change.
    pub changes: InvoiceChanges,
    /// The merge patch; `None` where the metadata stay.
    pub metadata: Option<MetadataPatch>,
    /// The documents that it lists from now on; `None` where they stay.
    pub attachments: Option<Vec<DocumentId>>,
}

/// Reads one invoice with its lines.
#[derive(Debug, Clone, Copy)]
pub struct GetInvoice {
    /// The invoice.
    pub id: InvoiceId,
}

impl Query for GetInvoice {
    const NAME: &'static str = "invoice.get";
    const PERMISSION: Permission = Permission::InvoiceRead;
    type Output = FullInvoice;

    async fn run(self, view: &mut View<'_>) -> Result<FullInvoice, Error> {
        let invoice = view.unit.invoices().get(self.id).await?;
        FullInvoice::read(view.unit, invoice).await
    }
}

/// Lists invoices without their lines.
#[derive(Debug)]
pub struct ListInvoices {
    /// Selects the invoices.
    pub filter: InvoiceFilter,
    /// The order and the position.
    pub page: PageRequest<InvoiceSort>,
}

impl Query for ListInvoices {
    const NAME: &'static str = "invoice.list";
    const PERMISSION: Permission = Permission::InvoiceRead;
    type Output = Page<Invoice>;

    fn reading(&self) -> Reading {
        let no_filter = InvoiceFilter { number: self.filter.number.clone(), ..Default::default() };
        Reading::page(&self.page, self.filter != no_filter)
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<Invoice>, Error> {
        Ok(view.unit.invoices().list(&self.filter, &self.page).await?)
    }
}
