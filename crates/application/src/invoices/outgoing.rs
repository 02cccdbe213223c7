//! The e-invoice of an invoice that the organization issued.

mod writing;

use bytes::Bytes;
use plinth_domain::{
    Attachment, BlobKey, BlobLocation, Invoice, InvoiceDirection, InvoiceId, Permission,
};
use plinth_ports::{
    ReadUnit,
    e_documents::{InvoiceReference, OutgoingInvoice, OutgoingReferences, SupportingFile},
};
use sha2::{Digest, Sha256};

use super::FullInvoice;
use crate::{Error, Query, View, resource::Found};

pub use writing::EInvoice;

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
        let FullInvoice { invoice, lines, .. } = &self.full;
        OutgoingInvoice { invoice, lines, references: &self.references }
    }

    /// Where the supporting documents are stored, in their order.
    #[must_use]
    pub fn files(&self) -> Vec<BlobKey> {
        let organization = self.full.invoice.organization;
        let place = |one: &Attachment| BlobLocation::Content(one.document, one.version);
        self.full.attachments.iter().map(|one| BlobKey::new(organization, place(one))).collect()
    }

    /// The invoice with the bytes of its supporting documents, in their order; `None` where they are not
    /// those that were issued.
    #[must_use]
    pub fn with_files(mut self, contents: Vec<Bytes>) -> Option<Self> {
        let attachments = &self.full.attachments;
        let is_issued = |(one, content): (&Attachment, &Bytes)| {
            one.sha256 == Some(Sha256::digest(content).into())
        };
        let is_whole = attachments.len() == contents.len();
        if !is_whole || !attachments.iter().zip(&contents).all(is_issued) {
            return None;
        }
        let files = attachments.iter().cloned().zip(contents);
        let files = files.map(|(attachment, content)| SupportingFile { attachment, content });
        self.references.files = files.collect();
        Some(self)
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
        let references = references(view.unit, &invoice).await?;
        Ok(IssuedInvoice { full: FullInvoice::read(view.unit, invoice).await?, references })
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
