use plinth_domain::{
    BankTransaction, BankTransactionId, JsonObject, Money, PartyId, PaymentDraft, PaymentId,
    PaymentMethod, Permission, Share, Text,
};

use crate::{
    AuditRecord, Command, Context, Error, Expected, Recorded,
    payments::{FullPayment, RecordPayment},
    resource::Found,
};

plinth_domain::codes! {
    PAYMENT_DIFFERS = "bank_transaction.payment_differs",
        "The payment goes another way, has another amount or currency, or is in cash.";
}

/// Records the payment that a proposed transaction is.
#[derive(Debug)]
pub struct BookTransaction {
    /// The transaction.
    pub id: BankTransactionId,
    /// The version that the caller saw.
    pub expected: Expected,
    /// The party that paid, or was paid.
    pub party: PartyId,
    /// What it settles.
    pub shares: Vec<Share>,
    /// The reference of the payment.
    pub reference: Option<Text<140>>,
}

impl Command for BookTransaction {
    const NAME: &'static str = "bank_transaction.book";
    const PERMISSION: Permission = Permission::PaymentCreate;
    type Output = (BankTransaction, FullPayment);

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Self::Output>, Error> {
        ctx.access.require(Permission::BankTransactionRead)?;
        let before = ctx.unit.bank_transactions().expect(self.id, &self.expected).await?;
        let payment = payment(&before, (self.party, self.reference), self.shares)?;
        let Recorded { output: paid, audits } = payment.run(ctx).await?;
        let booked = before.clone().book(paid.payment.id, ctx.now)?;
        ctx.unit.bank_transactions().update(&booked).await?;
        let audit = AuditRecord::changed("bank_transaction.booked", &before, &booked)?;
        Ok(Recorded::new((booked, paid), audit).along_with(audits))
    }
}

/// The payment that a transaction is.
pub(super) fn payment(
    transaction: &BankTransaction,
    (party, reference): (PartyId, Option<Text<140>>),
    shares: Vec<Share>,
) -> Result<RecordPayment, Error> {
    let amount = Money::new(transaction.amount.saturating_abs(), transaction.currency);
    let amount = amount
        .map_err(|invalid| Error::conflict(invalid.code, "the bank's amount is out of range"))?;
    let draft = PaymentDraft {
        party,
        direction: transaction.direction(),
        amount,
        method: PaymentMethod::BankTransfer,
        reference,
        received_on: transaction.booked_on,
        note: transaction.remittance.clone(),
        metadata: JsonObject::default(),
    };
    Ok(RecordPayment { draft, shares })
}

/// Decides that a proposed transaction is a payment that was entered already.
#[derive(Debug)]
pub struct LinkTransaction {
    /// The transaction.
    pub id: BankTransactionId,
    /// The version that the caller saw.
    pub expected: Expected,
    /// The payment.
    pub payment: PaymentId,
}

impl Command for LinkTransaction {
    const NAME: &'static str = "bank_transaction.link";
    const PERMISSION: Permission = Permission::PaymentUpdate;
    type Output = BankTransaction;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<BankTransaction>, Error> {
        ctx.access.require(Permission::BankTransactionRead)?;
        // No reversal comes between.
        let payment = ctx.unit.payments().lock(self.payment).await?;
        let before = ctx.unit.bank_transactions().expect(self.id, &self.expected).await?;
        let linked = before.clone().link(self.payment, ctx.now)?;
        if !payment.is_some_and(|payment| before.may_be(&payment)) {
            let detail =
                "no payment with this identity, direction, amount and currency, and not in cash";
            return Err(Error::conflict(PAYMENT_DIFFERS, detail));
        }
        store(ctx, "bank_transaction.linked", &before, linked).await
    }
}

/// Decides that a proposed transaction pays no invoice.
#[derive(Debug)]
pub struct IgnoreTransaction {
    /// The transaction.
    pub id: BankTransactionId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for IgnoreTransaction {
    const NAME: &'static str = "bank_transaction.ignore";
    const PERMISSION: Permission = Permission::PaymentUpdate;
    type Output = BankTransaction;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<BankTransaction>, Error> {
        ctx.access.require(Permission::BankTransactionRead)?;
        let before = ctx.unit.bank_transactions().expect(self.id, &self.expected).await?;
        let ignored = before.clone().ignore(ctx.now)?;
        store(ctx, "bank_transaction.ignored", &before, ignored).await
    }
}

/// Takes a decision back: that a transaction pays nothing, a link, or a payment that was reversed.
#[derive(Debug)]
pub struct ReopenTransaction {
    /// The transaction.
    pub id: BankTransactionId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for ReopenTransaction {
    const NAME: &'static str = "bank_transaction.reopen";
    const PERMISSION: Permission = Permission::PaymentUpdate;
    type Output = BankTransaction;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<BankTransaction>, Error> {
        ctx.access.require(Permission::BankTransactionRead)?;
        let before = ctx.unit.bank_transactions().expect(self.id, &self.expected).await?;
        let payment = match before.payment {
            Some(payment) => Some(ctx.unit.payments().get(payment).await?),
            None => None,
        };
        let reopened = before.clone().reopen(payment.as_ref(), ctx.now)?;
        store(ctx, "bank_transaction.reopened", &before, reopened).await
    }
}

async fn store(
    ctx: &mut Context<'_>,
    action: &'static str,
    before: &BankTransaction,
    after: BankTransaction,
) -> Result<Recorded<BankTransaction>, Error> {
    let stored = ctx.unit.bank_transactions().update(&after).await;
    stored.map_err(Error::write::<BankTransaction>)?;
    Recorded::changed(action, before, after)
}
