//! Invoices that were received as documents.

mod content;
mod findings;
mod original;
mod reading;
mod supplier;
mod texts;
mod values;

use plinth_domain::{
    DocumentId, Invoice, InvoiceLine, PartyId, Permission, ReceivedDraft, ReceivedFindings,
};
use plinth_ports::e_documents::ReceivedInvoice;

use super::{FullInvoice, credit::earlier_notes, draft::store, held::refused};
use crate::{Command, Context, Error, Recorded};

plinth_domain::codes! {
    E_INVOICE_UNBOOKABLE = "e_invoice.unbookable",
        "A received e-invoice states something that no invoice here can state, or lacks its number, \
         its supplier or its totals.";
    E_INVOICE_ORIGINAL_MISSING = "e_invoice.original_missing",
        "The invoice that a received credit note corrects is not found: the note names none, or not \
         exactly one booked invoice of the supplier is named.";
}

/// Makes the draft of an incoming invoice from what a document states.
#[derive(Debug)]
pub struct ReceiveInvoice {
    /// The document.
    pub document: DocumentId,
    /// What it states.
    pub received: Box<ReceivedInvoice>,
    /// The supplier; the one that the document names, where it is absent.
    pub party: Option<PartyId>,
}

impl Command for ReceiveInvoice {
    const NAME: &'static str = "invoice.receive";
    const PERMISSION: Permission = Permission::InvoiceCreate;
    type Output = FullInvoice;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<FullInvoice>, Error> {
        ctx.access.require(Permission::DocumentRead)?;
        let organization = ctx.unit.organization().find().await?;
        let organization = organization.ok_or(Error::NotFound("organization"))?;
        let findings = findings::of(&self.received, &organization);
        if self.received.is_credit_note {
            return self.note(ctx, findings).await;
        }
        let (party, audit) = match self.party {
            Some(party) => (party, None),
            None => supplier::of(ctx, &self.received).await?,
        };
        let draft = content::draft(&self.received, party, self.document, findings)?;
        let stored = store(ctx, FullInvoice::plain(received(ctx, draft)?)).await?;
        Ok(stored.along_with(audit.into_iter().collect()))
    }
}

impl ReceiveInvoice {
    /// The draft of a credit note on the invoice that the document names.
    async fn note(
        self,
        ctx: &mut Context<'_>,
        findings: ReceivedFindings,
    ) -> Result<Recorded<FullInvoice>, Error> {
        let original = original::of(ctx, &self.received, self.party).await?;
        let lines = ctx.unit.invoice_lines().of(original.id).await?;
        let party = original.content.party;
        let draft = content::draft(&self.received, party, self.document, findings)?;
        let (invoice, mut lines) = received(ctx, original::note(draft, &original, &lines)?)?;
        let earlier = earlier_notes(ctx, original.id).await?;
        let invoice = invoice.fit_into(&mut lines, &original, &earlier).map_err(refused)?;
        store(ctx, FullInvoice::plain((invoice, lines))).await
    }
}

fn received(ctx: &Context<'_>, draft: ReceivedDraft) -> Result<(Invoice, Vec<InvoiceLine>), Error> {
    Invoice::received(ctx.id(), ctx.organization(), draft, ctx.now).map_err(refused)
}

fn unbookable(detail: impl Into<String>) -> Error {
    Error::Conflict { code: E_INVOICE_UNBOOKABLE, detail: detail.into().into() }
}
