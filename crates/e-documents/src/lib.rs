//! Reads and checks electronic documents: bank statements (CAMT.053) and invoices (EN 16931 in CII,
//! UBL, Factur-X). Bytes in, values out; no IO.
//!
//! The documents come from others. [`xml`] looks through each one first and refuses what would
//! take the parsers behind it long or much memory. All the same, only a confined process may link
//! this crate: a PDF is parsed before its invoice is found.
//!
//! A refusal is a [`plinth_ports::Unreadable`] with one of the codes of unreadable documents:
//! `document.malformed`, `document.too_complex`, `document.unsupported`.

#![forbid(unsafe_code)]

mod amount;
mod camt;
mod invoice;
mod refusal;
mod text;
mod xml;

pub use camt::read_statement;
pub use invoice::read_invoice;
pub use xml::XML_BYTES;
