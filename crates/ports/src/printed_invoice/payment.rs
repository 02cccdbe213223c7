//! What is deducted, due later, and how it is paid.

/// A partial invoice that a final one deducts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedDeduction {
    /// Its number.
    pub number: String,
    /// Its day of issue.
    pub issued_on: String,
    /// Its net total.
    pub net: String,
    /// Its tax.
    pub tax: String,
    /// Its total with tax.
    pub gross: String,
}

/// The part of the amount due that the buyer retains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedRetention {
    /// The share: `5 %`.
    pub rate: String,
    /// The amount.
    pub amount: String,
    /// What is paid now.
    pub payable: String,
    /// The day on which it falls due.
    pub until: Option<String>,
}

/// A discount for payment until a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedCashDiscount {
    /// The last day.
    pub until: String,
    /// The rate: `2 %`.
    pub rate: String,
    /// The discount.
    pub discount: String,
    /// What is paid with the discount.
    pub payable: String,
}

/// A SEPA credit transfer, for the QR code of EPC069-12.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditTransfer {
    /// The name of the account's holder; the code has its first 70 characters.
    pub name: String,
    /// The account.
    pub iban: String,
    /// The bank's identifier.
    pub bic: Option<String>,
    /// The amount in euro cents.
    pub cents: u64,
    /// What the payer's bank passes on.
    pub reference: TransferReference,
}

/// The reference of a transfer: one of both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransferReference {
    /// A creditor reference (ISO 11649): `RF18…`.
    Creditor(String),
    /// A text; the code has its first 140 characters.
    Text(String),
}
