//! What an accountant has to know about a received document.

use plinth_domain::{
    MAX_RECEIVED_FILES, MAX_RECEIVED_WARNINGS, Organization, ReceivedFindings, ReceivedWarning,
    VatId,
};
use plinth_ports::e_documents::ReceivedInvoice;

use super::texts::short;

/// A corrected invoice (UNTDID 1001).
const CORRECTED: &str = "384";

pub(super) fn of(received: &ReceivedInvoice, organization: &Organization) -> ReceivedFindings {
    let buyer = &received.buyer;
    let own = about_us(received, organization).into_iter().chain(replaced(received));
    let read = received.warnings.iter();
    let read = read.map(|warning| (warning.code.as_str(), warning.text.clone()));
    let warnings = own.chain(read).filter_map(|(code, text)| {
        Some(ReceivedWarning { code: short(Some(code))?, text: short(Some(&text))? })
    });
    ReceivedFindings {
        buyer_name: short(buyer.name.as_deref()),
        buyer_vat_id: short(buyer.vat_id.as_deref()),
        warnings: warnings.take(MAX_RECEIVED_WARNINGS).collect(),
        files: received
            .attachments
            .iter()
            .filter_map(|name| short(Some(name)))
            .take(MAX_RECEIVED_FILES)
            .collect(),
    }
}

/// The buyer, where it is not the organization.
fn about_us(
    received: &ReceivedInvoice,
    organization: &Organization,
) -> Vec<(&'static str, String)> {
    let (buyer, seller) = (&received.buyer, &organization.settings.seller);
    let own_name = seller.legal_name.as_ref().unwrap_or(&organization.name).as_str();
    let own_id = seller.vat_id.as_ref().map(VatId::as_str);
    let mut found = Vec::new();
    if let (Some(stated), Some(own)) = (buyer.vat_id.as_deref(), own_id)
        && letters(stated) != letters(own)
    {
        let text = format!("the buyer's VAT id is {stated}, that of the organization is {own}");
        found.push(("buyer.vat_id", text));
    }
    if let Some(stated) = buyer.name.as_deref()
        && letters(stated) != letters(own_name)
    {
        let text = format!("the buyer is \"{stated}\", the organization is \"{own_name}\"");
        found.push(("buyer.name", text));
    }
    found
}

/// An invoice that replaces another one is booked beside it, unless the accountant knows.
fn replaced(received: &ReceivedInvoice) -> Option<(&'static str, String)> {
    let is_corrected = received.type_code.as_deref() == Some(CORRECTED);
    let numbers = received.preceding.iter().map(|one| one.number.as_str()).collect::<Vec<_>>();
    let text = format!("it replaces an earlier invoice: {}", numbers.join(", "));
    is_corrected.then_some(("invoice.corrected", text))
}

/// The letters and digits, without their case: spaces and punctuation differ from one system to
/// another.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
