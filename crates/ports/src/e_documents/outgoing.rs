use bytes::Bytes;
use plinth_domain::{Attachment, Code, Invoice, InvoiceLine, Schedule, codes};

use super::InvoiceReference;
use crate::TransferReference;

codes! {
    E_INVOICE_INCOMPLETE = "e_invoice.incomplete",
        "The invoice lacks what the profile of the e-invoice demands, or breaks one of its rules.";
    E_INVOICE_AMOUNT = "e_invoice.amount",
        "An e-invoice has amounts of two decimals and at most 10^12 units of its currency.";
    E_INVOICE_INEXPRESSIBLE = "e_invoice.inexpressible",
        "The syntax has no place for something that the invoice states: use the other syntax.";
    E_INVOICE_PDF = "e_invoice.pdf",
        "The e-invoice cannot be put into this PDF: it is no PDF/A-3, or has an e-invoice already.";
}

/// The codes of e-invoices that cannot be written.
pub const E_INVOICE_CODES: &[Code] = CODES;

/// An issued invoice of the organization, as an e-invoice states it.
#[derive(Debug, Clone, Copy)]
pub struct OutgoingInvoice<'a> {
    /// The invoice: issued, receivable, with its number and its parties.
    pub invoice: &'a Invoice,
    /// Its lines.
    pub lines: &'a [InvoiceLine],
    /// What the record of the invoice only refers to.
    pub references: &'a OutgoingReferences,
}

/// What an e-invoice states beside the record of the invoice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutgoingReferences {
    /// The invoice that a credit note corrects (BG-3).
    pub preceding: Vec<InvoiceReference>,
    /// The supply of the corrected invoice, for a credit note that states none itself.
    pub corrected_supply: Option<Schedule>,
    /// The number of the contract (BT-12).
    pub contract: Option<String>,
    /// The code of the project (BT-11).
    pub project: Option<String>,
    /// The supporting documents (BG-24).
    pub files: Vec<SupportingFile>,
    /// The reference that the payment is to carry (BT-83); the invoice's number without it.
    pub transfer: Option<TransferReference>,
}

/// A supporting document with its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupportingFile {
    /// What it is.
    pub attachment: Attachment,
    /// Its bytes.
    pub content: Bytes,
}

/// The XML of an e-invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum XmlSyntax {
    /// UN/CEFACT Cross Industry Invoice D16B.
    Cii,
    /// OASIS UBL 2.1.
    Ubl,
}

impl XmlSyntax {
    /// Finds a syntax by its name in the API.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "cii" => Some(Self::Cii),
            "ubl" => Some(Self::Ubl),
            _ => None,
        }
    }
}

/// The rules that an e-invoice keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EInvoiceProfile {
    /// The European standard EN 16931.
    En16931,
    /// XRechnung 3.0, which German authorities demand.
    XRechnung,
}

impl EInvoiceProfile {
    /// Finds a profile by its name in the API.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "en16931" => Some(Self::En16931),
            "xrechnung" => Some(Self::XRechnung),
            _ => None,
        }
    }
}

/// Why an e-invoice cannot be written. A retry has the same result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Unwritable {
    /// One of [`E_INVOICE_CODES`].
    pub code: Code,
    /// An explanation for the seller, with the rules that are broken: `BR-DE-1`.
    pub detail: String,
}

/// Writes e-invoices. It only calculates; the same input has the same bytes for its result.
pub trait EInvoiceWriter: Send + Sync {
    /// Writes the XML of an invoice.
    fn write(
        &self,
        invoice: OutgoingInvoice<'_>,
        syntax: XmlSyntax,
        profile: EInvoiceProfile,
    ) -> Result<Bytes, Unwritable>;

    /// Puts the CII of an invoice (EN 16931) into its PDF/A-3, which becomes a Factur-X.
    fn embed(&self, invoice: OutgoingInvoice<'_>, pdf: &[u8]) -> Result<Bytes, Unwritable>;
}
