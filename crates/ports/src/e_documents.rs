//! Electronic documents from others, as the values that they state: bank statements and invoices.
//!
//! These values cross the border of the process that reads the document, so they have `serde`.

mod invoice;
mod outgoing;
mod statement;
mod wire;

use async_trait::async_trait;
use bytes::Bytes;
use plinth_domain::ContentType;
use serde::{Deserialize, Serialize};

pub use invoice::{
    InvoiceReference, InvoiceSyntax, ReceivedAllowance, ReceivedInvoice, ReceivedLine,
    ReceivedParty, ReceivedPayment, ReceivedTotals, ReceivedVat,
};
pub use outgoing::{
    E_INVOICE_AMOUNT, E_INVOICE_CODES, E_INVOICE_INCOMPLETE, E_INVOICE_INEXPRESSIBLE,
    E_INVOICE_PDF, EInvoiceProfile, EInvoiceWriter, OutgoingInvoice, OutgoingReferences,
    SupportingFile, Unwritable, XmlSyntax,
};
pub use statement::{
    Balance, BankAccount, BankStatement, BankTransaction, CreditorReference, Fingerprint,
};

use crate::{InspectorError, Unreadable};

/// A fault of a document that was read all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The rule that is broken (`BR-CO-15`), or the kind of fault (`balance`).
    pub code: String,
    /// An explanation for the accountant.
    pub text: String,
}

/// The largest file that is looked into for an e-invoice, in bytes.
pub const E_INVOICE_BYTES: u64 = 16 * 1024 * 1024;

/// Reads electronic documents from untrusted sources.
#[async_trait]
pub trait EDocumentReader: Send + Sync {
    /// The statements of a CAMT.053 message (ISO 20022, `camt.053.001.02` to `.13`). One message may
    /// list a transaction in several statements.
    async fn read_statement(
        &self,
        content: Bytes,
    ) -> Result<Result<Vec<BankStatement>, Unreadable>, InspectorError>;

    /// The invoice in a CII or UBL file, or in a Factur-X PDF.
    async fn read_invoice(
        &self,
        content: Bytes,
        content_type: ContentType,
    ) -> Result<Result<ReceivedInvoice, Unreadable>, InspectorError>;
}
