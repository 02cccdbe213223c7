use plinth_domain::{Allocation, AllocationKind, Invoice, InvoiceId, Permission};

use super::{
    audit,
    settle::{check_count, check_day, locked, store},
};
use crate::{AuditRecord, Command, Context, Error, Expected, Recorded, invoices::FullInvoice};

plinth_domain::codes! {
    NOTHING_ALLOCATED = "invoice.nothing_allocated",
        "The credit note settles nothing of the invoice that could be taken back.";
}

/// Takes back what a credit note settles of an invoice that it does not correct.
#[derive(Debug)]
pub struct TakeCreditNoteBack {
    /// The credit note.
    pub id: InvoiceId,
    /// The version that the caller saw.
    pub expected: Expected,
    /// The invoice that it settled.
    pub invoice: InvoiceId,
}

impl Command for TakeCreditNoteBack {
    const NAME: &'static str = "invoice.take_back";
    const PERMISSION: Permission = Permission::PaymentReverse;
    type Output = FullInvoice;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<FullInvoice>, Error> {
        ctx.access.require(Permission::InvoiceRead)?;
        let mut invoices = locked(ctx, &[self.id, self.invoice]).await?;
        let before = invoices.remove(&self.id).ok_or(Error::NotFound("invoice"))?;
        self.expected.check(&before.revision)?;
        let other = invoices.remove(&self.invoice);
        let other = other.ok_or_else(|| Error::unknown_reference("invoice_id"))?;
        let earlier = ctx.unit.allocations().of_invoice(self.id).await?;
        check_count(earlier.len() + 1)?;
        let of_both = earlier
            .iter()
            .filter(|one| one.credit_note == Some(self.id) && one.invoice == self.invoice);
        let amount: i64 = of_both.clone().map(|one| one.amount).sum();
        let last = of_both.map(|one| one.on).max();
        if amount == 0 || before.corrects == Some(self.invoice) {
            let detail = "the credit note settles nothing of it, or was issued for it";
            return Err(Error::conflict(NOTHING_ALLOCATED, detail));
        }
        let today = check_day(ctx, None).await?;
        let on = last.map_or(today, |last| last.max(today));
        let note = before.clone().settle(-amount, ctx.now)?;
        let after = other.clone().settle(-amount, ctx.now)?;
        let by = (AllocationKind::CreditNote, Some(self.id));
        let taken = Allocation::without_payment(ctx.id(), self.invoice, by, -amount, (on, ctx.now));
        ctx.unit.invoices().update(&note).await.map_err(Error::write::<Invoice>)?;
        ctx.unit.allocations().add(&[taken]).await?;
        let others = store(ctx, "invoice.unsettled", &[other], &[after]).await?;
        let audit = AuditRecord::changed("invoice.allocation_reversed", &before, &note)?;
        let audit = audit.beside("allocations", audit::allocations(&[taken]))?;
        let full = FullInvoice::stored(ctx, note).await?;
        Ok(Recorded::new(full, audit).along_with(others))
    }
}
