//! Factur-X: the CII of an invoice in its PDF.

use plinth_domain::ContentType;
use plinth_e_documents::{EInvoices, read_invoice};
use plinth_ports::e_documents::{EInvoiceProfile, EInvoiceWriter, InvoiceSyntax, XmlSyntax};

use super::{fixtures, keep};
use crate::pdf;

/// The metadata of a PDF/A-3b.
pub const XMP: &str = "<?xpacket begin=\"\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
    <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
    <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
    <rdf:Description rdf:about=\"\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\
    <pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>\
    </rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>";

#[test]
fn an_invoice_is_put_into_its_pdf_and_read_back() {
    for fixture in fixtures::all() {
        let pdf = pdf::with_metadata(XMP);
        let hybrid = EInvoices.embed(fixture.outgoing(), &pdf).unwrap();
        keep(&format!("{}.pdf", fixture.name), &hybrid);
        assert!(hybrid.starts_with(&pdf));
        assert_eq!(EInvoices.embed(fixture.outgoing(), &pdf).unwrap(), hybrid);
        let read = read_invoice(&hybrid, ContentType::Pdf).unwrap();
        assert_eq!(read.syntax, InvoiceSyntax::HybridPdf);
        let xml = fixture.write(XmlSyntax::Cii, EInvoiceProfile::En16931).unwrap();
        let alone = read_invoice(&xml, ContentType::Other).unwrap();
        assert_eq!((read.totals, read.lines), (alone.totals, alone.lines));
        let title = if read.is_credit_note { "Gutschrift" } else { "Rechnung" };
        let is_english = fixture.invoice.content.language == Some(plinth_domain::Language::En);
        let title = if is_english { "Invoice" } else { title };
        let title = format!("{title} RE-2026-00042");
        assert!(String::from_utf8_lossy(&hybrid).contains(&title), "{title}");
    }
}

#[test]
fn only_a_pdf_of_the_archive_without_an_invoice_takes_one() {
    let fixture = fixtures::standard();
    let pdf = pdf::with_metadata(XMP);
    let hybrid = EInvoices.embed(fixture.outgoing(), &pdf).unwrap();
    let archive_2 = pdf::with_metadata(&XMP.replace("part>3", "part>2"));
    for unfit in [hybrid.as_ref(), &archive_2, b"%PDF-1.7 nothing", b""] {
        let refusal = EInvoices.embed(fixture.outgoing(), unfit).unwrap_err();
        assert_eq!(refusal.code.name(), "e_invoice.pdf");
    }
}
