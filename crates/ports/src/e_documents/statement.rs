use chrono::NaiveDate;
use plinth_domain::{Currency, Money};
use serde::{Deserialize, Serialize};

use super::{Warning, wire};

/// One statement of one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankStatement {
    /// The bank's identification (`Stmt/Id`). Banks use one again, so it identifies nothing.
    pub id: String,
    /// The account.
    pub account: BankAccount,
    /// The account's currency.
    #[serde(with = "wire::currency")]
    pub currency: Currency,
    /// The booked balance at the start (`OPBD`, or `PRCD` of the statement before).
    pub opening: Option<Balance>,
    /// The booked balance at the end (`CLBD`).
    pub closing: Option<Balance>,
    /// Whether the opening balance and the booked entries make the closing balance; `None` when
    /// one of them is not stated, or the statement has several currencies.
    pub adds_up: Option<bool>,
    /// The booked transactions, in the order of the statement.
    pub transactions: Vec<BankTransaction>,
    /// How many entries are left out, because they are not booked (pending, for information).
    pub not_booked: usize,
    /// What is wrong with the statement, although it could be read.
    pub warnings: Vec<Warning>,
}

/// An account, as a statement names it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankAccount {
    /// The IBAN, without blanks.
    pub iban: Option<String>,
    /// Another identification, where there is no IBAN.
    pub other: Option<String>,
}

/// A balance at the end of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// The amount; negative when the account is overdrawn.
    #[serde(with = "wire::money")]
    pub amount: Money,
    /// The day.
    pub on: NaiveDate,
}

/// What identifies a transaction in every statement that lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Fingerprint(pub [u8; 32]);

/// One payment that the bank has booked: a `TxDtls`, or an entry without details.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankTransaction {
    /// Equal in all statements that list this transaction, and different for two alike
    /// transactions of one statement.
    pub fingerprint: Fingerprint,
    /// The amount: positive when it was credited to the account, negative when it was debited.
    #[serde(with = "wire::money")]
    pub amount: Money,
    /// The day of booking, as the bank states it, without regard to a time zone.
    pub booked_on: NaiveDate,
    /// The day from which the amount bears interest.
    pub valued_on: Option<NaiveDate>,
    /// Whether it takes an earlier transaction back: a reversal (`RvslInd`) or a return
    /// (`RtrInf`).
    pub reversal: bool,
    /// The reason of a return (ISO 20022 external code, such as `AC04`), or its text.
    pub return_reason: Option<String>,
    /// How many transactions the bank booked as one sum without their amounts. `Some` means that
    /// the amount is no single payment: payers and references are unknown.
    pub batch: Option<u32>,
    /// The payer of a credit, the payee of a debit; in a reversal, those of the transaction that is
    /// taken back.
    pub counterparty: Option<String>,
    /// The counterparty's account.
    pub counterparty_account: BankAccount,
    /// The reference that the payer's order carries from end to end.
    pub end_to_end_id: Option<String>,
    /// The mandate of a direct debit.
    pub mandate_id: Option<String>,
    /// The bank's own reference.
    pub bank_reference: Option<String>,
    /// The number of the entry within the statement.
    pub entry_reference: Option<String>,
    /// The structured references (`Strd/CdtrRefInf/Ref`).
    pub creditor_references: Vec<CreditorReference>,
    /// The numbers of documents that the payer names (`Strd/RfrdDocInf/Nb`).
    pub document_numbers: Vec<String>,
    /// The lines of the unstructured remittance text. Banks split them anywhere, also within a
    /// number: [`plinth_domain::remittance::mentions`] reads over the splits.
    pub remittance: Vec<String>,
    /// The bank's additional text about the transaction or its entry.
    pub note: Option<String>,
}

/// A structured reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditorReference {
    /// The reference, without blanks.
    pub text: String,
    /// Whether it is a valid RF reference (ISO 11649, mod 97).
    pub is_rf: bool,
}
