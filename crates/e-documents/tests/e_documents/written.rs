//! E-invoices of the organization: each kind is written, keeps the rules and is read back.

mod fixtures;
mod hybrid;
mod kinds;
mod random;
mod rules;
mod supporting;

use std::{env, fs, path::Path};

use bytes::Bytes;
use plinth_domain::{Invoice, InvoiceLine};
use plinth_e_documents::EInvoices;
use plinth_ports::e_documents::{
    EInvoiceProfile, EInvoiceWriter, OutgoingInvoice, OutgoingReferences, Unwritable, XmlSyntax,
};

const SYNTAXES: [(XmlSyntax, &str); 2] = [(XmlSyntax::Cii, "cii"), (XmlSyntax::Ubl, "ubl")];
const PROFILES: [(EInvoiceProfile, &str); 2] =
    [(EInvoiceProfile::En16931, "en16931"), (EInvoiceProfile::XRechnung, "xrechnung")];

/// An issued invoice.
#[derive(Debug, Clone)]
struct Fixture {
    name: &'static str,
    invoice: Invoice,
    lines: Vec<InvoiceLine>,
    references: OutgoingReferences,
}

impl Fixture {
    fn outgoing(&self) -> OutgoingInvoice<'_> {
        OutgoingInvoice { invoice: &self.invoice, lines: &self.lines, references: &self.references }
    }

    fn write(&self, syntax: XmlSyntax, profile: EInvoiceProfile) -> Result<Bytes, Unwritable> {
        EInvoices.write(self.outgoing(), syntax, profile)
    }

    fn text(&self, syntax: XmlSyntax, profile: EInvoiceProfile) -> String {
        String::from_utf8(self.write(syntax, profile).unwrap().into()).unwrap()
    }
}

/// Keeps a file for `./justw e-invoices`, which has it validated by another program.
fn keep(name: &str, bytes: &[u8]) {
    if let Some(folder) = env::var_os("E_INVOICES") {
        fs::write(Path::new(&folder).join(name), bytes).unwrap();
    }
}
