use en16931::{Invoice, Severity, profiles};
use en16931_formats::report::{Entry, Kind};
use plinth_ports::{Unreadable, e_documents::Warning};

use crate::{refusal::malformed, text::line};

/// How many warnings are kept.
const WARNINGS: usize = 100;

/// The longest text of a warning, in characters.
const TEXT: usize = 500;

/// Refuses an invoice with an amount that could not be read: it would count as zero.
pub(super) fn refuse_unread_amounts(entries: &[Entry]) -> Result<(), Unreadable> {
    let unread = entries.iter().find(|entry| {
        let element = entry.path.rsplit('/').next().unwrap_or_default();
        entry.kind == Kind::Malformed && element.contains("Amount")
    });
    match unread {
        None => Ok(()),
        Some(entry) => {
            let path = line(&entry.path, TEXT).unwrap_or_default();
            Err(malformed(format!("an amount cannot be read: {path}")))
        }
    }
}

/// What the parser could not read, and which rules of its specification the invoice breaks: those
/// of the profile that it names, or of EN 16931.
pub(super) fn of(entries: &[Entry], invoice: &Invoice) -> Vec<Warning> {
    let unread = entries.iter().filter(|entry| entry.level() == Severity::Fatal);
    let unread =
        unread.map(|entry| (entry.kind.as_str(), format!("{}: {}", entry.path, entry.message)));
    let profile = profiles::classify(invoice.specification_id.as_deref()).profile();
    let report = profile.unwrap_or(&profiles::EN16931).validate(invoice);
    let broken = report.findings().iter().filter(|finding| finding.severity != Severity::Info);
    let broken = broken.map(|finding| {
        let detail = finding.detail.as_ref();
        let detail = detail.map(|d| format!(" (expected {}, stated {})", d.expected, d.actual));
        let text = format!("{}: {}{}", finding.path, finding.message, detail.unwrap_or_default());
        (finding.rule.as_str(), text)
    });
    let warnings = unread.chain(broken).take(WARNINGS);
    let warning = |(code, text): (&str, String)| {
        Some(Warning { code: line(code, TEXT)?, text: line(&text, TEXT)? })
    };
    warnings.filter_map(warning).collect()
}
