use chrono::NaiveDate;
use uuid::Uuid;

use super::{AccountNumber, AccountUse, BookedParty, Region, TaxKey};
use crate::{Currency, Vat, named};

named! {
    /// What an entry is about.
    EntryKind {
        /// An invoice.
        Invoice = "invoice",
        /// A credit note.
        CreditNote = "credit_note",
        /// Money that settles a document on the day on which it was paid.
        Payment = "payment",
        /// Money that settles nothing on the day on which it was paid.
        Deposit = "deposit",
        /// Such money that settles a document later.
        Settlement = "settlement",
        /// A discount for early payment.
        CashDiscount = "cash_discount",
        /// What will not be paid.
        WriteOff = "write_off",
    }
}

/// An account in an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// What the account is for.
    pub purpose: AccountUse,
    /// Its number.
    pub account: AccountNumber,
    /// The account of the party, where this one collects those of the parties.
    pub party_account: Option<AccountNumber>,
}

impl Posted {
    /// Whether it collects the accounts of customers or suppliers.
    #[must_use]
    pub const fn is_collective(&self) -> bool {
        matches!(self.purpose, AccountUse::Receivables | AccountUse::Payables)
    }
}

/// One amount that is moved from the credit of an account to the debit of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The invoice, the payment or the allocation that it is made of.
    pub source: Uuid,
    /// Its place among the entries of the source, from 0.
    pub part: u16,
    /// What it is about.
    pub kind: EntryKind,
    /// The day on which it counts.
    pub on: NaiveDate,
    /// The number of the document; the reference of a payment that settles nothing.
    pub document: Option<String>,
    /// The number of the supplier.
    pub supplier_number: Option<String>,
    /// When the document is to be paid.
    pub due_on: Option<NaiveDate>,
    /// The account of the party, of the bank or of the cash.
    pub account: Posted,
    /// The account on the other side, from which the tax is taken out.
    pub contra: Posted,
    /// Whether `account` is the debit.
    pub is_debit: bool,
    /// The amount with tax in minor units, above 0.
    pub amount: i64,
    /// The currency.
    pub currency: Currency,
    /// How the amount is taxed.
    pub vat: Option<Vat>,
    /// The tax in the amount, in minor units.
    pub tax: i64,
    /// The key by which the tax is taken out of the amount.
    pub tax_key: Option<TaxKey>,
    /// The other side.
    pub party: BookedParty,
    /// Where the other side is.
    pub region: Option<Region>,
}

impl Entry {
    /// The account whose debit grows.
    #[must_use]
    pub const fn debit(&self) -> &Posted {
        if self.is_debit { &self.account } else { &self.contra }
    }

    /// The account whose credit grows.
    #[must_use]
    pub const fn credit(&self) -> &Posted {
        if self.is_debit { &self.contra } else { &self.account }
    }
}
