use en16931::invoice::{Party, PaymentInstructions, PaymentMeans};
use plinth_ports::e_documents::{BankAccount, ReceivedParty, ReceivedPayment};

use super::bounds::{LINE, some_line};
use crate::text::{compact, line};

/// How many accounts are kept.
const ACCOUNTS: usize = 20;

pub(super) fn party(party: Party) -> ReceivedParty {
    let address = party.address;
    let electronic = party.electronic_address.filter(|address| address.scheme() == Some("EM"));
    let electronic = electronic.map(|address| address.content().to_owned());
    ReceivedParty {
        name: some_line(party.name),
        vat_id: party.vat_identifier.and_then(|id| compact(&id, LINE)),
        tax_number: some_line(party.tax_registration),
        registration: party.legal_registration.and_then(|id| line(id.content(), LINE)),
        address_lines: [address.line1, address.line2, address.line3]
            .into_iter()
            .filter_map(some_line)
            .collect(),
        post_code: some_line(address.post_code),
        city: some_line(address.city),
        country: address.country.and_then(|country| compact(country.as_str(), LINE)),
        email: some_line(party.contact.email).or_else(|| some_line(electronic)),
        contact: some_line(party.contact.name),
    }
}

pub(super) fn payment(stated: Option<PaymentInstructions>) -> ReceivedPayment {
    let Some(stated) = stated else { return ReceivedPayment::default() };
    let mut payment = ReceivedPayment {
        means_code: stated.means_code.and_then(|code| compact(code.as_str(), LINE)),
        remittance: some_line(stated.remittance_information),
        ..ReceivedPayment::default()
    };
    match stated.means {
        Some(PaymentMeans::CreditTransfer(transfers)) => {
            let transfers = transfers.into_iter().take(ACCOUNTS);
            payment.accounts.extend(transfers.filter_map(|transfer| {
                let account = account(&transfer.account_identifier?)?;
                Some((account, transfer.provider_identifier.and_then(|bic| compact(&bic, LINE))))
            }));
        }
        Some(PaymentMeans::DirectDebit(debit)) => {
            payment.mandate_id = some_line(debit.mandate_reference);
        }
        Some(PaymentMeans::Card(_)) | None => {}
    }
    payment
}

/// An account, as an IBAN when its form is one: two letters, two digits, 11 to 30 of both
/// (ISO 13616).
fn account(text: &str) -> Option<BankAccount> {
    let text = compact(text, LINE)?;
    let form = text.as_bytes();
    let is_iban = (15..=34).contains(&form.len())
        && form.iter().all(u8::is_ascii_alphanumeric)
        && form[..2].iter().all(u8::is_ascii_alphabetic)
        && form[2..4].iter().all(u8::is_ascii_digit);
    let (iban, other) = if is_iban { (Some(text), None) } else { (None, Some(text)) };
    Some(BankAccount { iban, other })
}
