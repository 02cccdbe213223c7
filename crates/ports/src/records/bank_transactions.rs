//! Transactions of bank statements.

use std::collections::HashSet;

use async_trait::async_trait;
use chrono::NaiveDate;
use plinth_domain::{
    BankTransaction, BankTransactionStatus, Currency, Id, OpenInvoice, OrganizationId, PartyId,
    PaymentDirection, PaymentId, Revision, Text,
};

use super::{Constraint, Record, RecordUpdater, Unique};
use crate::{OneOf, Result, Search, SortValue, page::sort_keys};

plinth_domain::codes! {
    BANK_TRANSACTION_KNOWN = "bank_transaction.known",
        "Another request imports the same transaction at this moment: try again.";
    PAYMENT_LINKED = "bank_transaction.payment_linked",
        "The payment is another transaction of the bank.";
}

/// The transaction is stored already.
pub const KNOWN: Constraint = Constraint("bank_transactions_organization_id_fingerprint_key");

/// A payment belongs to another transaction.
pub const LINKED: Constraint = Constraint("bank_transactions_organization_id_payment_id_key");

/// The days between the day of a payment, as a person entered it, and that of the bank.
pub const DAYS_APART: u64 = 10;
/// The most payments that are found for a transaction.
pub const MAX_ENTERED: usize = 10;

sort_keys! {
    /// The orders of a list of transactions.
    BankTransactionSort of BankTransaction, by |t| t.id.uuid();
    CreatedAt = "created_at" => |t| SortValue::Time(t.revision.created_at),
}

/// Selects the transactions of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BankTransactionFilter {
    /// Only transactions with one of these statuses.
    pub status: OneOf<BankTransactionStatus>,
    /// Only those that came in, or only those that went out.
    pub direction: Option<PaymentDirection>,
    /// Only those of the account with this IBAN.
    pub account: Option<Text<40>>,
    /// Only transactions with these words in the other side's name, the reference or the text.
    pub search: Option<Search>,
}

impl Record for BankTransaction {
    const TABLE: &'static str = "bank_transactions";
    const UNIQUE: &'static [Unique<Self>] = &[
        Unique {
            constraint: KNOWN,
            code: BANK_TRANSACTION_KNOWN,
            detail: "another request imports the same transaction",
            value: |t| Some(format!("{:?}", t.fingerprint)),
        },
        Unique {
            constraint: LINKED,
            code: PAYMENT_LINKED,
            detail: "the payment is another transaction of the bank",
            value: |t| t.payment.map(|payment| payment.uuid().to_string()),
        },
    ];
    const SEARCHED: bool = true;
    type Filter = BankTransactionFilter;
    type Sort = BankTransactionSort;

    fn id(&self) -> Id<Self> {
        self.id
    }
    fn revision(&self) -> &Revision {
        &self.revision
    }
    fn owned_by(self, organization: OrganizationId) -> Self {
        Self { organization, ..self }
    }
    fn matches(&self, filter: &BankTransactionFilter) -> bool {
        let direction = |direction| self.direction() == direction;
        filter.status.allows(&self.status)
            && filter.direction.is_none_or(direction)
            && filter.account.as_ref().is_none_or(|account| self.account.as_ref() == Some(account))
    }
    fn search(filter: &BankTransactionFilter) -> Option<&Search> {
        filter.search.as_ref()
    }
    fn searched(&self) -> String {
        let remittance = self.remittance.as_ref().map_or("", |text| text.as_str());
        [
            self.counterparty.as_ref().map_or("", Text::as_str),
            self.end_to_end_id.as_ref().map_or("", Text::as_str),
            remittance,
        ]
        .join(" ")
    }
}

/// What a transaction of the bank says about its payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paid {
    /// Who paid or was paid, where it is known.
    pub party: Option<PartyId>,
    /// Which way the money went.
    pub direction: PaymentDirection,
    /// How much, in minor units: above 0.
    pub amount: i64,
    /// In which currency.
    pub currency: Currency,
    /// On which day.
    pub on: NaiveDate,
}

/// Reads and writes transactions. None is ever removed.
#[async_trait]
pub trait BankTransactions: RecordUpdater<BankTransaction> {
    /// Stores a new transaction.
    async fn insert(&mut self, transaction: &BankTransaction) -> Result<()>;
    /// Those of the fingerprints that are stored already.
    async fn known(&mut self, fingerprints: &[[u8; 32]]) -> Result<HashSet<[u8; 32]>>;
    /// For each of these the payments that were entered by hand and may be it: not in cash, and without
    /// a transaction; within [`DAYS_APART`], the nearest first, at most [`MAX_ENTERED`].
    async fn entered(&mut self, paid: &[Paid]) -> Result<Vec<Vec<PaymentId>>>;
    /// The invoices and credit notes of which something is open, the latest first, at most `limit`.
    async fn open_invoices(&mut self, limit: u32) -> Result<Vec<OpenInvoice>>;
}
