use en16931_formats::zugferd::{Error, Limits, embedded_files};
use plinth_ports::Unreadable;

use crate::refusal::{malformed, too_complex, unsupported};

/// The largest PDF in bytes.
const PDF_BYTES: usize = 64 * 1024 * 1024;

/// What the attached files of a PDF may have in all, inflated, in bytes.
const ATTACHED_BYTES: usize = 64 * 1024 * 1024;

/// The names of an attached invoice, the preferred one first: of Factur-X and `ZUGFeRD` from 2.1 on,
/// of older `ZUGFeRD`, of XRechnung.
const NAMES: [&str; 3] = ["factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml"];

/// The XML of the invoice that is attached to a PDF.
///
/// The metadata of the PDF are not read: they decide nothing, and their parser has no limits.
pub(super) fn attached(pdf: &[u8]) -> Result<Vec<u8>, Unreadable> {
    if pdf.len() > PDF_BYTES {
        let detail = format!("the PDF has {} bytes; the limit is {PDF_BYTES}", pdf.len());
        return Err(too_complex(detail));
    }
    let limits =
        Limits::new().with_max_stream_bytes(ATTACHED_BYTES).with_max_total_bytes(ATTACHED_BYTES);
    let files = embedded_files(pdf, &limits).map_err(|error| match error {
        Error::LimitExceeded { .. } => too_complex(error.to_string()),
        error => malformed(error.to_string()),
    })?;
    let found = NAMES.iter().find_map(|wanted| {
        files
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
            .map(|(name, _)| name.clone())
    });
    let mut files = files;
    found
        .and_then(|name| files.remove(&name))
        .ok_or_else(|| unsupported("the PDF has no electronic invoice"))
}
