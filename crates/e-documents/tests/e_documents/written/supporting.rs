//! Supporting documents (BG-24), and the units that a receiver wants.

use plinth_domain::{AttachmentType, ContentType, MAX_ATTACHED_BYTES};
use plinth_e_documents::{EInvoices, read_invoice};
use plinth_ports::e_documents::EInvoiceWriter;

use super::{PROFILES, SYNTAXES, fixtures};
use crate::pdf;

#[test]
fn the_files_of_an_invoice_are_in_its_xml() {
    let fixture = fixtures::supported();
    for (syntax, _) in SYNTAXES {
        for (profile, _) in PROFILES {
            let xml = fixture.text(syntax, profile);
            assert!(xml.contains("mimeCode=\"text/csv\" filename=\"Stunden.csv\""), "{xml}");
            // The bytes 0, 1, 2, … in base64.
            assert_eq!(xml.matches(">AAECAwQFBgcICQoLDA0ODxAR").count(), 2);
        }
    }
}

#[test]
fn the_most_files_of_an_invoice_are_written_embedded_and_read_back() {
    let mut fixture = fixtures::standard();
    let bytes = usize::try_from(MAX_ATTACHED_BYTES).unwrap();
    fixture.references.files = vec![fixtures::file("Plan.pdf", AttachmentType::Pdf, bytes)];
    for (syntax, _) in SYNTAXES {
        let xml = fixture.write(syntax, PROFILES[1].0).unwrap();
        let read = read_invoice(&xml, ContentType::Other).unwrap();
        assert_eq!((read.warnings, read.attachments), (vec![], vec!["Plan.pdf".to_owned()]));
    }
    let hybrid = EInvoices.embed(fixture.outgoing(), &pdf::with_metadata(super::hybrid::XMP));
    let read = read_invoice(&hybrid.unwrap(), ContentType::Pdf).unwrap();
    assert_eq!(read.attachments, ["Plan.pdf"]);
}

#[test]
fn a_receiver_gets_the_units_that_it_wants_and_the_invoice_keeps_its_own() {
    let fixture = fixtures::supported();
    for (syntax, _) in SYNTAXES {
        let xml = fixture.write(syntax, PROFILES[0].0).unwrap();
        let read = read_invoice(&xml, ContentType::Other).unwrap();
        let units: Vec<_> = read.lines.iter().map(|line| line.unit.as_str()).collect();
        assert_eq!(units, ["MTQ", "H87", "HUR"]);
    }
    assert_eq!(fixture.lines[1].draft.unit.as_str(), "C62");
}
