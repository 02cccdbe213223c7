//! The e-invoice of an invoice that the organization issued.

use std::sync::Arc;

use bytes::Bytes;
use plinth_domain::{Invoice, InvoiceDirection, InvoiceId, Permission};
use plinth_ports::{
    ReadUnit,
    e_documents::{
        EInvoiceProfile, InvoiceReference, OutgoingInvoice, OutgoingReferences, XmlSyntax,
    },
};

use super::FullInvoice;
use crate::{Application, Error, Query, View, resource::Found};

plinth_domain::codes! {
    E_INVOICE_NONE = "e_invoice.none",
        "A draft, an incoming and a withdrawn invoice have no e-invoice.";
}

/// An issued invoice with what its e-invoice states beside it.
#[derive(Debug)]
pub struct IssuedInvoice {
    /// The invoice and its lines.
    pub full: FullInvoice,
    /// What its record only refers to.
    pub references: OutgoingReferences,
}

impl IssuedInvoice {
    /// As the writer of e-invoices takes it.
    #[must_use]
    pub fn outgoing(&self) -> OutgoingInvoice<'_> {
        let FullInvoice { invoice, lines } = &self.full;
        OutgoingInvoice { invoice, lines, references: &self.references }
    }
}

/// Reads what an e-invoice is written from.
#[derive(Debug, Clone, Copy)]
pub struct GetIssuedInvoice {
    /// The invoice.
    pub id: InvoiceId,
}

impl Query for GetIssuedInvoice {
    const NAME: &'static str = "invoice.e_invoice";
    const PERMISSION: Permission = Permission::InvoiceRead;
    type Output = IssuedInvoice;

    async fn run(self, view: &mut View<'_>) -> Result<IssuedInvoice, Error> {
        let invoice = view.unit.invoices().get(self.id).await?;
        let is_own = invoice.content.direction == InvoiceDirection::Receivable;
        if !is_own || !invoice.status.is_booked() {
            let detail = "only an issued invoice of the organization has an e-invoice";
            return Err(Error::conflict(E_INVOICE_NONE, detail));
        }
        let lines = view.unit.invoice_lines().of(self.id).await?;
        let references = references(view.unit, &invoice).await?;
        Ok(IssuedInvoice { full: FullInvoice { invoice, lines }, references })
    }
}

/// What an issued invoice refers to.
pub(super) async fn references(
    unit: &mut dyn ReadUnit,
    invoice: &Invoice,
) -> Result<OutgoingReferences, Error> {
    let mut references = OutgoingReferences::default();
    if let Some(id) = invoice.corrects {
        let original = unit.invoices().get(id).await?;
        references.corrected_supply = Some(original.content.service);
        let issued_on = original.content.issued_on;
        let number = original.number.map(|number| number.as_str().to_owned());
        references.preceding.extend(number.map(|number| InvoiceReference { number, issued_on }));
    }
    if let Some(id) = invoice.content.contract {
        let contract = unit.contracts().get(id).await?;
        references.contract = contract.number.map(|number| number.as_str().to_owned());
    }
    if let Some(id) = invoice.content.project {
        let project = unit.projects().get(id).await?;
        references.project = Some(project.code.as_str().to_owned());
    }
    Ok(references)
}

impl Application {
    /// Writes the e-invoice of an issued invoice.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the invoice lacks what the profile demands, or when the syntax has no
    /// place for what it states.
    pub async fn write_e_invoice(
        &self,
        issued: IssuedInvoice,
        syntax: XmlSyntax,
        profile: EInvoiceProfile,
    ) -> Result<Bytes, Error> {
        let writer = Arc::clone(&self.ports.e_invoices);
        // 500 lines take a few milliseconds, in which a thread of requests serves others.
        let writing =
            tokio::task::spawn_blocking(move || writer.write(issued.outgoing(), syntax, profile));
        let written = writing.await.map_err(|error| Error::Internal(error.into()))?;
        written.map_err(|unwritable| Error::Conflict {
            code: unwritable.code,
            detail: unwritable.detail.into(),
        })
    }
}
