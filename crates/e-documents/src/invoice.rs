//! Electronic invoices from others (EN 16931): in UBL, in CII, and in a PDF (Factur-X, `ZUGFeRD` 2).

mod bounds;
mod parties;
mod parts;
mod pdf;
mod stated;
mod totals;
mod warnings;

use en16931_formats::{Error, Syntax};
use plinth_domain::ContentType;
use plinth_ports::{
    Unreadable,
    e_documents::{InvoiceSyntax, ReceivedInvoice},
};
use rust_decimal::Decimal;

use crate::{
    refusal::{malformed, too_complex, unsupported},
    xml::{self, Element},
};

/// How many lines an invoice may have.
const LINES: usize = 5_000;

/// The elements of lines.
const LINE_NAMES: [&str; 3] = ["InvoiceLine", "CreditNoteLine", "IncludedSupplyChainTradeLineItem"];

/// How many elements, without the lines, may follow a sibling of the same name. The parser looks
/// for those that the format allows once in a time that grows with the square of their number.
const REPEATS: usize = 10_000;

/// The invoice in a file: in the PDF, when that is its content type, and as XML otherwise.
pub fn read_invoice(
    bytes: &[u8],
    content_type: ContentType,
) -> Result<ReceivedInvoice, Unreadable> {
    if content_type == ContentType::Pdf {
        let attached = pdf::attached(bytes)?;
        let invoice = read(&attached)?;
        return Ok(ReceivedInvoice { syntax: InvoiceSyntax::HybridPdf, ..invoice });
    }
    read(bytes)
}

fn read(bytes: &[u8]) -> Result<ReceivedInvoice, Unreadable> {
    let text = xml::decode(bytes, xml::INVOICE_BYTES)?;
    xml::scan(&text)?;
    let text = xml::without_files(&text)?;
    let document = xml::tree(&text)?;
    check(&document)?;
    let read = en16931_formats::read(text.as_bytes()).map_err(|error| match error {
        Error::NotAnInvoice { .. } | Error::Unsupported { .. } => {
            unsupported("the XML is no invoice in UBL 2.1 or CII D16B")
        }
        Error::TooDeep { .. } => too_complex("the XML is nested too deeply"),
        error => malformed(error.to_string()),
    })?;
    warnings::refuse_unread_amounts(&read.entries)?;
    let syntax = match read.syntax {
        Syntax::Cii => InvoiceSyntax::Cii,
        _ => InvoiceSyntax::Ubl,
    };
    let warnings = warnings::of(&read.entries, &read.invoice);
    let totals = |currency| totals::stated(&document, currency);
    stated::invoice(read.invoice, syntax, totals, warnings)
}

/// Refuses too many lines or repeated elements, and a quantity that is no number, which the parser
/// would read as zero.
fn check(document: &Element) -> Result<(), Unreadable> {
    if document.repeats(&LINE_NAMES) > REPEATS {
        return Err(too_complex(format!("the invoice repeats more than {REPEATS} elements")));
    }
    let trade = document.at("SupplyChainTradeTransaction").into_iter();
    let parents = trade.chain([document]);
    let lines = parents.flat_map(|parent| LINE_NAMES.iter().flat_map(|name| parent.all(name)));
    let quantities =
        ["InvoicedQuantity", "CreditedQuantity", "SpecifiedLineTradeDelivery/BilledQuantity"];
    for (count, line) in lines.enumerate() {
        if count == LINES {
            return Err(too_complex(format!("the invoice has more than {LINES} lines")));
        }
        let quantity = quantities.iter().find_map(|path| line.text_at(path));
        if quantity.is_some_and(|quantity| quantity.parse::<Decimal>().is_err()) {
            return Err(malformed("the quantity of a line is no number"));
        }
    }
    Ok(())
}
