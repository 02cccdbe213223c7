use plinth_domain::{Currency, Invoice, InvoiceId, InvoiceStatus, LineDraft, Permission};
use plinth_ports::{Direction, InvoiceFilter, InvoiceSort, OneOf, PageRequest, Sort};

use super::{FullInvoice, draft::store};
use crate::{Command, Context, Error, Recorded, resource::Found};

plinth_domain::codes! {
    CREDIT_NOTES_MANY = "invoice.credit_notes_many", "An invoice has too many credit notes.";
}

/// The most credit notes on one invoice.
pub(super) const MAX_NOTES: u16 = 100;

/// Creates the draft of a credit note on an issued invoice.
#[derive(Debug)]
pub struct CreditInvoice {
    /// The invoice.
    pub id: InvoiceId,
    /// What is credited; all lines of the invoice, where it is absent.
    pub lines: Option<Vec<LineDraft>>,
    /// The currency of the amounts in the lines' discounts.
    pub stated_in: Option<Currency>,
}

impl Command for CreditInvoice {
    const NAME: &'static str = "invoice.credit";
    const PERMISSION: Permission = Permission::InvoiceCreate;
    type Output = FullInvoice;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<FullInvoice>, Error> {
        ctx.access.require(Permission::InvoiceRead)?;
        let original = ctx.unit.invoices().get(self.id).await?;
        let lines = ctx.unit.invoice_lines().of(self.id).await?;
        let note = original.credit(ctx.id(), lines, self.lines, self.stated_in, ctx.now)?;
        store(ctx, FullInvoice::plain(note)).await
    }
}

/// The credit notes on an invoice that were issued. The caller has locked the invoice, so none is
/// added.
pub(super) async fn earlier_notes(
    ctx: &mut Context<'_>,
    original: InvoiceId,
) -> Result<Vec<Invoice>, Error> {
    let issued = InvoiceStatus::ALL.iter().copied().filter(|status| status.is_booked());
    let filter = InvoiceFilter {
        corrects: Some(original),
        status: OneOf::new(issued.collect()).unwrap_or_default(),
        ..InvoiceFilter::default()
    };
    let page = PageRequest::first(
        MAX_NOTES,
        Sort { by: InvoiceSort::CreatedAt, direction: Direction::Ascending },
    );
    let found = ctx.unit.invoices().list(&filter, &page).await?;
    if found.items.len() >= usize::from(MAX_NOTES) {
        let detail = format!("at most {MAX_NOTES} credit notes on one invoice");
        return Err(Error::Conflict { code: CREDIT_NOTES_MANY, detail: detail.into() });
    }
    Ok(found.items)
}
