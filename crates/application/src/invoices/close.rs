use plinth_domain::{Allocation, AllocationKind, Invoice, InvoiceId, Permission};

use super::{
    FullInvoice,
    held::{check_open, hold_settings, locked},
    on_contract::check_void,
};
use crate::{Command, Context, Error, Expected, Recorded};

plinth_domain::codes! {
    INVOICE_OFFSET = "invoice.offset",
        "A credit note settled a part of another invoice once: correct it by a credit note.";
}

/// Withdraws an issued invoice of which nothing is settled.
#[derive(Debug)]
pub struct VoidInvoice {
    /// The invoice.
    pub id: InvoiceId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for VoidInvoice {
    const NAME: &'static str = "invoice.void";
    const PERMISSION: Permission = Permission::InvoiceVoid;
    type Output = FullInvoice;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<FullInvoice>, Error> {
        let before = locked(ctx, self.id).await?;
        self.expected.check(&before.revision)?;
        let after = before.clone().void(ctx.now)?;
        check_void(ctx, &before).await?;
        // What was open on the days between is a sum of them.
        let settled = ctx.unit.allocations().of_invoice(self.id).await?;
        if settled.iter().any(|one| one.credit_note.is_some()) {
            let detail = "a credit note and another invoice were settled by each other";
            return Err(Error::conflict(INVOICE_OFFSET, detail));
        }
        let (settings, _) = hold_settings(ctx).await?;
        if let Some(on) = before.content.booked_on {
            check_open(&settings, on)?;
        }
        store(ctx, "invoice.voided", &before, after).await
    }
}

/// Gives up what is open on an invoice.
#[derive(Debug)]
pub struct WriteOffInvoice {
    /// The invoice.
    pub id: InvoiceId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for WriteOffInvoice {
    const NAME: &'static str = "invoice.write_off";
    const PERMISSION: Permission = Permission::InvoiceWriteOff;
    type Output = FullInvoice;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<FullInvoice>, Error> {
        let before = locked(ctx, self.id).await?;
        self.expected.check(&before.revision)?;
        let after = before.clone().write_off(ctx.now)?;
        let (settings, today) = hold_settings(ctx).await?;
        check_open(&settings, today)?;
        let amount = after.settlement.written_off - before.settlement.written_off;
        let (by, when) = ((AllocationKind::WriteOff, None), (today, ctx.now));
        let given_up = Allocation::without_payment(ctx.id(), self.id, by, amount, when);
        ctx.unit.allocations().add(&[given_up]).await?;
        store(ctx, "invoice.written_off", &before, after).await
    }
}

async fn store(
    ctx: &mut Context<'_>,
    action: &'static str,
    before: &Invoice,
    after: Invoice,
) -> Result<Recorded<FullInvoice>, Error> {
    ctx.unit.invoices().update(&after).await.map_err(Error::write::<Invoice>)?;
    let full = FullInvoice::stored(ctx, after).await?;
    FullInvoice::changed(action, before, full)
}
