//! Transactions of bank statements, and what they pay.

mod matching;

use chrono::NaiveDate;

use crate::{
    Currency, Description, Id, InvalidTransition, InvoiceId, OrganizationId, Payment,
    PaymentDirection, PaymentId, PaymentMethod, PaymentStatus, Revision, Text, Timestamp, named,
};
pub use matching::{MAX_CANDIDATES, Match, OpenInvoice, OpenInvoices};

/// The identity of a bank transaction.
pub type BankTransactionId = Id<BankTransaction>;

named! {
    /// What became of a transaction.
    BankTransactionStatus {
        /// A person decides what it pays.
        Proposed = "proposed",
        /// A payment was recorded for it.
        Booked = "booked",
        /// It is no payment of an invoice.
        Ignored = "ignored",
    }
}

/// One booked transaction of a bank account, as the bank states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankTransaction {
    /// The identity.
    pub id: BankTransactionId,
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// What became of it.
    pub status: BankTransactionStatus,
    /// What identifies it in every statement that lists it: unique in the organization.
    pub fingerprint: [u8; 32],
    /// The IBAN of the organization's account, or its other identification.
    pub account: Option<Text<40>>,
    /// The amount in minor units: below 0 when it left the account.
    pub amount: i64,
    /// The currency of the amount.
    pub currency: Currency,
    /// The day of booking.
    pub booked_on: NaiveDate,
    /// Whether it takes an earlier transaction back.
    pub is_reversal: bool,
    /// The name of the other side.
    pub counterparty: Option<Text<140>>,
    /// The account of the other side.
    pub counterparty_account: Option<Text<40>>,
    /// The reference that the payer's order carries from end to end.
    pub end_to_end_id: Option<Text<140>>,
    /// What the payer wrote, a line each.
    pub remittance: Option<Description>,
    /// The invoices that it names, or may mean.
    pub candidates: Vec<InvoiceId>,
    /// A payment that was entered by hand, and may be this one.
    pub candidate_payment: Option<PaymentId>,
    /// The payment that it is.
    pub payment: Option<PaymentId>,
    /// Whether the payment was there before, and a person has linked it.
    pub is_linked: bool,
    /// The revision.
    pub revision: Revision,
}

impl BankTransaction {
    /// Which way the money went.
    #[must_use]
    pub const fn direction(&self) -> PaymentDirection {
        PaymentDirection::of(self.amount)
    }

    /// Whether the payment may be this transaction: it is not in cash, and goes the same way with the
    /// same amount. One that was reversed has a transaction, too.
    #[must_use]
    pub fn may_be(&self, payment: &Payment) -> bool {
        payment.method != PaymentMethod::Cash
            && payment.direction == self.direction()
            && payment.currency == self.currency
            && payment.amount.unsigned_abs() == self.amount.unsigned_abs()
    }

    /// The transaction with the payment that it is.
    pub fn book(self, payment: PaymentId, at: Timestamp) -> Result<Self, InvalidTransition> {
        self.expect_proposed("book it")?;
        let (status, revision) = (BankTransactionStatus::Booked, self.revision.next(at));
        Ok(Self { status, payment: Some(payment), revision, ..self })
    }

    /// The transaction as one that pays no invoice.
    pub fn ignore(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        self.expect_proposed("ignore it")?;
        let (status, revision) = (BankTransactionStatus::Ignored, self.revision.next(at));
        Ok(Self { status, revision, ..self })
    }

    /// The transaction with a payment that was there before.
    pub fn link(self, payment: PaymentId, at: Timestamp) -> Result<Self, InvalidTransition> {
        Ok(Self { is_linked: true, ..self.book(payment, at)? })
    }

    /// A decision that is taken back: that it pays nothing, a link, or a payment that was reversed.
    pub fn reopen(
        self,
        payment: Option<&Payment>,
        at: Timestamp,
    ) -> Result<Self, InvalidTransition> {
        let is_decided = self.status == BankTransactionStatus::Ignored
            || self.is_linked
            || payment.is_some_and(|payment| payment.status == PaymentStatus::Reversed);
        if !is_decided {
            let (from, attempted) = (self.status.name(), "reopen it");
            return Err(InvalidTransition { from, attempted });
        }
        let (status, revision) = (BankTransactionStatus::Proposed, self.revision.next(at));
        Ok(Self { status, payment: None, is_linked: false, revision, ..self })
    }

    fn expect_proposed(&self, attempted: &'static str) -> Result<(), InvalidTransition> {
        match self.status {
            BankTransactionStatus::Proposed => Ok(()),
            other => Err(InvalidTransition { from: other.name(), attempted }),
        }
    }
}
