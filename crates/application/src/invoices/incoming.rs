//! Invoices that were received as documents.

mod content;
mod reading;
mod supplier;
mod texts;
mod values;

use plinth_domain::{DocumentId, Invoice, PartyId, Permission};
use plinth_ports::e_documents::ReceivedInvoice;

use super::{FullInvoice, draft::store, held::refused};
use crate::{Command, Context, Error, Recorded};

plinth_domain::codes! {
    E_INVOICE_UNBOOKABLE = "e_invoice.unbookable",
        "A received e-invoice states something that no invoice here can state, or lacks its number, \
         its supplier or its totals.";
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
        let (party, audit) = match self.party {
            Some(party) => (party, None),
            None => supplier::of(ctx, &self.received).await?,
        };
        let draft = content::draft(&self.received, party, self.document)?;
        let (id, organization) = (ctx.id(), ctx.organization());
        let (invoice, lines) =
            Invoice::received(id, organization, draft, ctx.now).map_err(refused)?;
        let stored = store(ctx, FullInvoice { invoice, lines }).await?;
        Ok(stored.along_with(audit.into_iter().collect()))
    }
}

fn unbookable(detail: impl Into<String>) -> Error {
    Error::Conflict { code: E_INVOICE_UNBOOKABLE, detail: detail.into().into() }
}
