use std::collections::BTreeMap;

use chrono::NaiveDate;
use plinth_domain::{
    Allocation, Countered, Description, Invoice, InvoiceId, Money, Payment, PaymentId,
    PaymentMethod, Permission, Reversed, Text, Timestamp,
};

use super::{
    FullPayment,
    settle::{check_day, locked, store},
};
use crate::{AuditRecord, Command, Context, Error, Expected, Recorded, resource::Found};

/// Takes a payment back, with all that it settled. The answer is the payment that takes it back.
#[derive(Debug)]
pub struct ReversePayment {
    /// The payment.
    pub id: PaymentId,
    /// The version that the caller saw.
    pub expected: Expected,
    /// The day of the reversal; today, where it is absent.
    pub on: Option<NaiveDate>,
    /// The reference of the reversal.
    pub reference: Option<Text<140>>,
    /// Why.
    pub note: Option<Description>,
}

impl Command for ReversePayment {
    const NAME: &'static str = "payment.reverse";
    const PERMISSION: Permission = Permission::PaymentReverse;
    type Output = FullPayment;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<FullPayment>, Error> {
        let (refunded, before) = lock(ctx, self.id).await?;
        self.expected.check(&before.revision)?;
        let settled = ctx.unit.allocations().of_payment(self.id).await?;
        let ids: Vec<InvoiceId> = settled.iter().map(|allocation| allocation.invoice).collect();
        let invoices: Vec<Invoice> = locked(ctx, &ids).await?.into_values().collect();
        let today = check_day(ctx, self.on).await?;
        let received_on = self.on.unwrap_or(today).max(before.received_on);
        let countered = Countered { reference: self.reference, received_on, note: self.note };
        let id = ctx.id();
        let reversed =
            before.clone().reverse(id, &settled, countered, &mut || ctx.id(), ctx.now)?;
        let Reversed { payment, reversal, allocations } = reversed;
        ctx.unit.payments().update(&payment).await.map_err(Error::write::<Payment>)?;
        ctx.unit.payments().insert(&reversal).await.map_err(Error::write::<Payment>)?;
        ctx.unit.allocations().add(&allocations).await?;
        let after = taken_back(&invoices, &allocations, ctx.now)?;
        let mut others = store(ctx, "invoice.unsettled", &invoices, &after).await?;
        if let Some(refunded) = refunded {
            let restored = refunded.clone().refund_reversed(&before, ctx.now);
            ctx.unit.payments().update(&restored).await.map_err(Error::write::<Payment>)?;
            others.push(AuditRecord::changed("payment.refund_reversed", &refunded, &restored)?);
        }
        others.push(AuditRecord::changed("payment.reversed", &before, &payment)?);
        let audit = AuditRecord::created("payment.recorded", &reversal)?;
        let full = FullPayment::recorded(audit, reversal, Vec::new(), &allocations)?;
        Ok(full.along_with(others))
    }
}

/// The payment, and the one that it pays back, both locked: the older one first.
async fn lock(ctx: &mut Context<'_>, id: PaymentId) -> Result<(Option<Payment>, Payment), Error> {
    let refunded = match ctx.unit.payments().get(id).await?.refunds {
        Some(refunded) => ctx.unit.payments().lock(refunded).await?,
        None => None,
    };
    let own = ctx.unit.payments().lock(id).await?;
    Ok((refunded, own.ok_or(Error::NotFound("payment"))?))
}

/// The invoices without what is taken back of them.
fn taken_back(
    invoices: &[Invoice],
    allocations: &[Allocation],
    at: Timestamp,
) -> Result<Vec<Invoice>, Error> {
    let mut amounts: BTreeMap<InvoiceId, i64> = BTreeMap::new();
    for allocation in allocations {
        *amounts.entry(allocation.invoice).or_default() += allocation.amount;
    }
    let after = |invoice: &Invoice| {
        let amount = amounts.get(&invoice.id).copied().unwrap_or_default();
        invoice.clone().settle(amount, at).map_err(Error::from)
    };
    invoices.iter().map(after).collect()
}

/// Pays a part of the credit of a payment back. The answer is the payment that goes the other way.
#[derive(Debug)]
pub struct RefundPayment {
    /// The payment.
    pub id: PaymentId,
    /// The version that the caller saw.
    pub expected: Expected,
    /// How much is paid back.
    pub amount: Money,
    /// How it is paid.
    pub method: PaymentMethod,
    /// Day, reference and note of the refund.
    pub countered: Countered,
}

impl Command for RefundPayment {
    const NAME: &'static str = "payment.refund";
    const PERMISSION: Permission = Permission::PaymentCreate;
    type Output = FullPayment;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<FullPayment>, Error> {
        ctx.make_room::<Payment>().await?;
        let before = ctx.unit.payments().lock(self.id).await?;
        let before = before.ok_or(Error::NotFound("payment"))?;
        self.expected.check(&before.revision)?;
        check_day(ctx, Some(self.countered.received_on)).await?;
        let refunded =
            before.clone().refund(ctx.id(), self.amount, self.method, self.countered, ctx.now);
        let (after, refund) = refunded?;
        ctx.unit.payments().update(&after).await.map_err(Error::write::<Payment>)?;
        ctx.unit.payments().insert(&refund).await.map_err(Error::write::<Payment>)?;
        let audit = AuditRecord::created("payment.recorded", &refund)?;
        let other = AuditRecord::changed("payment.refunded", &before, &after)?;
        Ok(FullPayment::recorded(audit, refund, Vec::new(), &[])?.along_with(vec![other]))
    }
}
