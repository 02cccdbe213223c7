//! An invoice as it is printed. Every number, date and amount is a text in the language of the
//! invoice, with its currency where it needs one; amounts of deductions carry their sign.

mod letter;
mod payment;

pub use letter::{PrintedDetails, PrintedSeller};
pub use payment::{
    CreditTransfer, PrintedCashDiscount, PrintedDeduction, PrintedRetention, TransferReference,
};

/// The heading, which the template words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrintedKind {
    /// An invoice.
    Standard,
    /// A progress invoice.
    Partial,
    /// The last invoice of a contract, which deducts the partial ones.
    Final,
    /// A credit note: it corrects an issued invoice.
    CreditNote,
}

/// One invoice in the words in which it is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedInvoice {
    /// The language of the template's own texts: `de`, `en`, or another one that a fork adds.
    pub language: String,
    /// The kind.
    pub kind: PrintedKind,
    /// The number.
    pub number: String,
    /// The code of the currency (ISO 4217).
    pub currency: String,
    /// The seller.
    pub seller: PrintedSeller,
    /// The buyer's name and address, a line each, as it stands in the window of an envelope.
    pub buyer: Vec<String>,
    /// What identifies the invoice for its readers.
    pub details: PrintedDetails,
    /// The text above the positions.
    pub introduction: Option<String>,
    /// The positions.
    pub lines: Vec<PrintedLine>,
    /// Discounts and charges of the whole invoice.
    pub adjustments: Vec<PrintedAdjustment>,
    /// The taxes by category and rate.
    pub taxes: Vec<PrintedTax>,
    /// The totals.
    pub totals: PrintedTotals,
    /// The partial invoices that a final invoice deducts.
    pub deductions: Vec<PrintedDeduction>,
    /// The part that is due later.
    pub retention: Option<PrintedRetention>,
    /// Discounts for early payment, the earliest first.
    pub cash_discounts: Vec<PrintedCashDiscount>,
    /// The code that a banking app reads; only for invoices in euros.
    pub credit_transfer: Option<CreditTransfer>,
    /// Texts below the totals, a paragraph each.
    pub notes: Vec<String>,
}

/// One position.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PrintedLine {
    /// The number of the position.
    pub position: String,
    /// The name.
    pub text: String,
    /// More about it.
    pub description: Option<String>,
    /// The quantity.
    pub quantity: String,
    /// The unit.
    pub unit: String,
    /// The price of one unit.
    pub unit_price: String,
    /// The discount or charge of the position, already part of the amount: `- 5 %`.
    pub adjustment: Option<String>,
    /// The rate of tax.
    pub tax_rate: String,
    /// The net amount.
    pub amount: String,
    /// The sum of the amounts up to this position, which is carried to the next page.
    pub carried: String,
}

/// A discount or charge of the whole invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedAdjustment {
    /// Why.
    pub reason: String,
    /// The rate of tax.
    pub tax_rate: String,
    /// The net amount.
    pub amount: String,
}

/// The tax of one category and rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedTax {
    /// The category (UNCL5305): `S`, `AE`.
    pub category: String,
    /// The rate.
    pub rate: String,
    /// The amount that is taxed.
    pub net: String,
    /// The tax.
    pub tax: String,
    /// Why there is no tax; without it the template words the category.
    pub reason: Option<String>,
}

/// The totals.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PrintedTotals {
    /// The sum of the positions.
    pub lines: String,
    /// The net total.
    pub net: String,
    /// The tax.
    pub tax: String,
    /// The total with tax.
    pub gross: String,
    /// What has been paid or is deducted.
    pub prepaid: Option<String>,
    /// The rounding of the amount due.
    pub rounding: Option<String>,
    /// The amount due.
    pub due: String,
}
