use plinth_domain::{Invoice, InvoiceId, Payment, PaymentId, Permission, Share, offset};

use super::{
    FullPayment, audit,
    settle::{check_count, check_day, next, store, targets},
};
use crate::{AuditRecord, Command, Context, Error, Expected, Recorded, invoices::FullInvoice};

/// Settles invoices by the credit that is left of a payment.
#[derive(Debug)]
pub struct AllocatePayment {
    /// The payment.
    pub id: PaymentId,
    /// The version that the caller saw.
    pub expected: Expected,
    /// What it settles.
    pub shares: Vec<Share>,
}

impl Command for AllocatePayment {
    const NAME: &'static str = "payment.allocate";
    const PERMISSION: Permission = Permission::PaymentUpdate;
    type Output = FullPayment;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<FullPayment>, Error> {
        let payment = ctx.unit.payments().lock(self.id).await?.ok_or(Error::NotFound("payment"))?;
        self.expected.check(&payment.revision)?;
        let earlier = ctx.unit.allocations().of_payment(self.id).await?;
        check_count(earlier.len() + 2 * self.shares.len())?;
        let (targets, _) = targets(ctx, &self.shares, None).await?;
        let on = check_day(ctx, None).await?.max(payment.received_on);
        let invoices: Vec<_> = targets.iter().map(|target| target.invoice.clone()).collect();
        let allocated = payment.clone().allocate(targets, &mut || ctx.id(), (on, ctx.now))?;
        let after = next(allocated.payment, &payment, ctx.now);
        ctx.unit.payments().update(&after).await.map_err(Error::write::<Payment>)?;
        ctx.unit.allocations().add(&allocated.allocations).await?;
        let others = store(ctx, "invoice.settled", &invoices, &allocated.invoices).await?;
        let audit = AuditRecord::changed("payment.allocated", &payment, &after)?;
        let full = FullPayment::recorded(audit, after, earlier, &allocated.allocations)?;
        Ok(full.along_with(others))
    }
}

/// Settles invoices by what is open of a credit note.
#[derive(Debug)]
pub struct ApplyCreditNote {
    /// The credit note.
    pub id: InvoiceId,
    /// The version that the caller saw.
    pub expected: Expected,
    /// What it settles.
    pub shares: Vec<Share>,
}

impl Command for ApplyCreditNote {
    const NAME: &'static str = "invoice.allocate";
    const PERMISSION: Permission = Permission::PaymentUpdate;
    type Output = FullInvoice;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<FullInvoice>, Error> {
        ctx.access.require(Permission::InvoiceRead)?;
        let (targets, note) = targets(ctx, &self.shares, Some(self.id)).await?;
        let before = note.ok_or(Error::NotFound("invoice"))?;
        self.expected.check(&before.revision)?;
        let earlier = ctx.unit.allocations().of_invoice(self.id).await?;
        check_count(earlier.len() + targets.len())?;
        let on = check_day(ctx, None).await?;
        let (mut note, mut invoices, mut settled) = (before.clone(), Vec::new(), Vec::new());
        let mut allocations = Vec::with_capacity(targets.len());
        for (index, target) in targets.into_iter().enumerate() {
            let share = (index, target.share);
            let (left, invoice, allocation) =
                offset(note, target.invoice.clone(), share, ctx.id(), (on, ctx.now))?;
            note = left;
            invoices.push(target.invoice);
            settled.push(invoice);
            allocations.push(allocation);
        }
        let note = Invoice { revision: before.revision.next(ctx.now), ..note };
        ctx.unit.invoices().update(&note).await.map_err(Error::write::<Invoice>)?;
        ctx.unit.allocations().add(&allocations).await?;
        let others = store(ctx, "invoice.settled", &invoices, &settled).await?;
        let audit = AuditRecord::changed("invoice.allocated", &before, &note)?;
        let audit = audit.beside("allocations", audit::allocations(&allocations))?;
        let full = FullInvoice::stored(ctx, note).await?;
        Ok(Recorded::new(full, audit).along_with(others))
    }
}
