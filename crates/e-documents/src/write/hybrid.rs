use std::time::{Duration, SystemTime};

use bytes::Bytes;
use chrono::NaiveTime;
use en16931::{profiles::En16931, validation::profile::Validated};
use en16931_formats::zugferd::{EmbedOptions, Metadata, Relationship, embed as into_pdf};
use plinth_domain::{InvoiceKind, Text};
use plinth_ports::e_documents::{E_INVOICE_PDF, OutgoingInvoice, Unwritable};

use super::{refused, texts::Texts};

/// Puts the checked invoice into a PDF/A-3. The same input has the same bytes for its result: the
/// file's time is the day of issue.
pub(super) fn embed(
    outgoing: OutgoingInvoice<'_>,
    checked: &Validated<En16931>,
    pdf: &[u8],
) -> Result<Bytes, Unwritable> {
    let (invoice, content) = (outgoing.invoice, &outgoing.invoice.content);
    let texts = Texts::of(content.language);
    let is_note = content.kind == InvoiceKind::CreditNote;
    let kind = if is_note { texts.credit_note } else { texts.invoice };
    let number = invoice.number.as_ref().map_or("", Text::as_str);
    let author = invoice.parties.as_ref().map_or("", |parties| parties.seller.name.as_str());
    let title = format!("{kind} {number}");
    let issued_at = content.issued_on.map(|day| day.and_time(NaiveTime::MIN).and_utc().timestamp());
    let since = issued_at.and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or_default();
    let options = EmbedOptions {
        relationship: Relationship::Alternative,
        metadata: Some(Metadata { subject: title.clone(), title, author: author.to_owned() }),
        modified: Some(SystemTime::UNIX_EPOCH + Duration::from_secs(since)),
    };
    let embedded = into_pdf(pdf, checked, &options);
    embedded.map(Bytes::from).map_err(|error| refused(E_INVOICE_PDF, &error.to_string()))
}
