//! Writes the e-invoices of the organization (EN 16931): UBL, CII, and CII in a PDF (Factur-X).
//!
//! Every amount is the domain's: `en16931` checks and writes, and calculates nothing.

mod amounts;
mod hybrid;
mod lines;
mod model;
mod parties;
mod payment;
mod references;
mod texts;
mod totals;

use bytes::Bytes;
use en16931::{
    Invoice,
    profiles::{En16931, XRechnung},
    validation::profile::{ProfileMarker, Validated},
};
use en16931_formats::Syntax;
use plinth_ports::e_documents::{
    E_INVOICE_INCOMPLETE, E_INVOICE_INEXPRESSIBLE, EInvoiceProfile, EInvoiceWriter,
    OutgoingInvoice, Unwritable, XmlSyntax,
};

/// The longest explanation, in characters.
const DETAIL: usize = 1_000;

/// Writes e-invoices.
#[derive(Debug, Clone, Copy, Default)]
pub struct EInvoices;

impl EInvoiceWriter for EInvoices {
    fn write(
        &self,
        invoice: OutgoingInvoice<'_>,
        syntax: XmlSyntax,
        profile: EInvoiceProfile,
    ) -> Result<Bytes, Unwritable> {
        let model = model::of(invoice, syntax, profile)?;
        match profile {
            EInvoiceProfile::En16931 => xml(&checked::<En16931>(model)?, syntax),
            EInvoiceProfile::XRechnung => xml(&checked::<XRechnung>(model)?, syntax),
        }
    }

    fn embed(&self, invoice: OutgoingInvoice<'_>, pdf: &[u8]) -> Result<Bytes, Unwritable> {
        let model = model::of(invoice, XmlSyntax::Cii, EInvoiceProfile::En16931)?;
        let checked = checked::<En16931>(model)?;
        // It answers what CII has no place for; the embedding does not.
        xml(&checked, XmlSyntax::Cii)?;
        hybrid::embed(invoice, &checked, pdf)
    }
}

/// The invoice, if it keeps the rules of the profile.
fn checked<P: ProfileMarker>(mut model: Invoice) -> Result<Validated<P>, Unwritable> {
    model.specification_id = Some(P::PROFILE.specification_id.to_owned());
    Validated::<P>::new(model).map_err(|rejected| {
        let broken = rejected.report().fatal().map(|finding| {
            format!("{} ({}): {}", finding.rule.as_str(), finding.path, finding.message)
        });
        refused(E_INVOICE_INCOMPLETE, &broken.collect::<Vec<_>>().join("; "))
    })
}

fn xml<P: ProfileMarker>(checked: &Validated<P>, syntax: XmlSyntax) -> Result<Bytes, Unwritable> {
    let syntax = match syntax {
        XmlSyntax::Cii => Syntax::Cii,
        XmlSyntax::Ubl => Syntax::Ubl,
    };
    let written = en16931_formats::write(checked, syntax);
    if !written.entries.is_empty() {
        let lost = written.entries.iter().map(|entry| format!("{}: {}", entry.path, entry.message));
        return Err(refused(E_INVOICE_INEXPRESSIBLE, &lost.collect::<Vec<_>>().join("; ")));
    }
    Ok(written.xml.into())
}

fn refused(code: plinth_domain::Code, detail: &str) -> Unwritable {
    Unwritable { code, detail: detail.chars().take(DETAIL).collect() }
}
