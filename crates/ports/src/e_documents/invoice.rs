use chrono::NaiveDate;
use plinth_domain::Currency;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{BankAccount, Warning, wire};

/// An invoice that was received, with the values that it states: nothing is computed again.
///
/// All amounts are in minor units of [`currency`](Self::currency), unless stated otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivedInvoice {
    /// How it is written.
    pub syntax: InvoiceSyntax,
    /// The specification that it claims to follow (BT-24).
    pub specification: Option<String>,
    /// The supplier's number (BT-1).
    pub number: Option<String>,
    /// The kind of document (UNCL 1001: 380 invoice, 381 credit note).
    pub type_code: Option<String>,
    /// Whether it is a credit note: its amounts reduce what is owed.
    pub is_credit_note: bool,
    /// The day of issue.
    pub issued_on: Option<NaiveDate>,
    /// The day on which the payment is due.
    pub due_on: Option<NaiveDate>,
    /// The day of the delivery.
    pub delivered_on: Option<NaiveDate>,
    /// The first day of the period that is invoiced.
    pub period_from: Option<NaiveDate>,
    /// The last day of the period that is invoiced.
    pub period_until: Option<NaiveDate>,
    /// The currency (BT-5).
    #[serde(with = "wire::currency")]
    pub currency: Currency,
    /// The seller.
    pub seller: ReceivedParty,
    /// The buyer.
    pub buyer: ReceivedParty,
    /// The payee, when that is not the seller.
    pub payee: Option<String>,
    /// The buyer's reference, such as a Leitweg-ID (BT-10).
    pub buyer_reference: Option<String>,
    /// The buyer's order (BT-13).
    pub order_reference: Option<String>,
    /// The contract (BT-12).
    pub contract_reference: Option<String>,
    /// The project (BT-11).
    pub project_reference: Option<String>,
    /// The invoices that it refers to (BG-3).
    pub preceding: Vec<InvoiceReference>,
    /// How it is to be paid.
    pub payment: ReceivedPayment,
    /// The terms of payment; each line break is kept (BT-20).
    pub payment_terms: Option<String>,
    /// The notes (BT-22).
    pub notes: Vec<String>,
    /// The lines.
    pub lines: Vec<ReceivedLine>,
    /// The allowances of the document.
    pub allowances: Vec<ReceivedAllowance>,
    /// The charges of the document.
    pub charges: Vec<ReceivedAllowance>,
    /// The VAT by category and rate.
    pub vat: Vec<ReceivedVat>,
    /// The totals.
    pub totals: ReceivedTotals,
    /// The names of the files that are attached to it (BG-24).
    pub attachments: Vec<String>,
    /// What breaks the rules of its specification, or could not be read.
    pub warnings: Vec<Warning>,
}

/// How an electronic invoice is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceSyntax {
    /// OASIS UBL 2.1, an Invoice or a `CreditNote`.
    Ubl,
    /// UN/CEFACT Cross Industry Invoice D16B.
    Cii,
    /// CII inside a PDF: Factur-X or `ZUGFeRD` 2.
    HybridPdf,
}

/// The seller or the buyer of a received invoice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivedParty {
    /// The legal name.
    pub name: Option<String>,
    /// The VAT identifier.
    pub vat_id: Option<String>,
    /// The number at the local tax office (BT-32).
    pub tax_number: Option<String>,
    /// The number in a register of companies (BT-30, BT-47).
    pub registration: Option<String>,
    /// Street, house and further lines of the address.
    pub address_lines: Vec<String>,
    /// The post code.
    pub post_code: Option<String>,
    /// The city.
    pub city: Option<String>,
    /// The country (ISO 3166-1 alpha-2).
    pub country: Option<String>,
    /// The e-mail address of the contact, or the electronic address of scheme EM.
    pub email: Option<String>,
    /// The name of the contact.
    pub contact: Option<String>,
}

/// An invoice that another one refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceReference {
    /// The number.
    pub number: String,
    /// The day of issue.
    pub issued_on: Option<NaiveDate>,
}

/// How a received invoice is to be paid.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivedPayment {
    /// The means of payment (UNCL 4461: 58 SEPA credit transfer).
    pub means_code: Option<String>,
    /// The text that the payment is to carry.
    pub remittance: Option<String>,
    /// The accounts to pay to, each with its BIC.
    pub accounts: Vec<(BankAccount, Option<String>)>,
    /// The mandate, when the seller collects the amount.
    pub mandate_id: Option<String>,
}

/// A line of a received invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivedLine {
    /// The line's number.
    pub position: String,
    /// The name of the item.
    pub name: String,
    /// A description.
    pub description: Option<String>,
    /// The quantity.
    pub quantity: Decimal,
    /// The unit (UN/ECE Recommendation 20).
    pub unit: String,
    /// The net price of [`price_quantity`](Self::price_quantity) units.
    pub price: Decimal,
    /// The number of units that the price is for; 1 unless stated.
    pub price_quantity: Option<Decimal>,
    /// The sum of the line's allowances and charges, an allowance being negative, in minor units.
    pub adjustment_minor: i64,
    /// The net amount in minor units.
    pub net_minor: i64,
    /// The VAT category (UNCL 5305).
    pub vat_category: String,
    /// The VAT rate in percent.
    pub vat_percent: Option<Decimal>,
}

/// An allowance or a charge of a received invoice; the amount is positive in both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivedAllowance {
    /// The amount in minor units, without VAT.
    pub amount_minor: i64,
    /// The reason.
    pub reason: Option<String>,
    /// The VAT category (UNCL 5305).
    pub vat_category: String,
    /// The VAT rate in percent.
    pub vat_percent: Option<Decimal>,
}

/// The VAT of one category and rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivedVat {
    /// The VAT category (UNCL 5305).
    pub category: String,
    /// The VAT rate in percent.
    pub percent: Option<Decimal>,
    /// The net amount in minor units.
    pub net_minor: i64,
    /// The VAT in minor units.
    pub vat_minor: i64,
    /// Why no VAT is charged.
    pub exemption: Option<String>,
}

/// The totals of a received invoice in minor units; `None` where it states none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivedTotals {
    /// The sum of the lines' net amounts (BT-106).
    pub lines_minor: Option<i64>,
    /// The total without VAT (BT-109).
    pub net_minor: Option<i64>,
    /// The VAT (BT-110).
    pub vat_minor: Option<i64>,
    /// The total with VAT (BT-112).
    pub gross_minor: Option<i64>,
    /// What is already paid (BT-113).
    pub prepaid_minor: Option<i64>,
    /// The rounding of the amount due (BT-114).
    pub rounding_minor: Option<i64>,
    /// The amount due (BT-115).
    pub due_minor: Option<i64>,
}
