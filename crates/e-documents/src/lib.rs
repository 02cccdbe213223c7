//! Reads electronic documents, bank statements (CAMT.053) and invoices (EN 16931 in CII, UBL,
//! Factur-X), and writes invoices. Bytes in, values out, and the other way round; no IO.
//!
//! The documents that are read come from others. [`xml`] looks through each one first and refuses
//! what would take the parsers behind it long or much memory. All the same, only a confined process
//! may call [`read_statement`] and [`read_invoice`]: a PDF is parsed before its invoice is found.
//!
//! [`EInvoices`] writes the organization's own invoices, and parses nothing but the PDF that was
//! rendered for one of them. Any process may call it.
//!
//! A refusal to read is a [`plinth_ports::Unreadable`] with one of the codes of unreadable documents:
//! `document.malformed`, `document.too_complex`, `document.unsupported`.

#![forbid(unsafe_code)]

mod amount;
mod camt;
mod invoice;
mod refusal;
mod text;
mod write;
mod xml;

pub use camt::read_statement;
pub use invoice::read_invoice;
pub use write::EInvoices;
pub use xml::{INVOICE_BYTES, XML_BYTES};
