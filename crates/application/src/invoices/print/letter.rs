//! What stands around the positions: both sides, and what identifies the invoice.

use plinth_domain::{
    Address, BankAccount, Contact, Country, DocumentParty, Email, Iban, Invoice, InvoiceKind,
    Language, Lines, Name, Schedule, Text, VatId,
};
use plinth_ports::{PrintedDetails, PrintedSeller};

use super::{Surroundings, countries::country, written::Writer};

/// The seller of the invoice's own copy; managing directors and footer are in the settings only.
pub(super) fn seller(
    invoice: &Invoice,
    around: &Surroundings,
    language: Language,
) -> PrintedSeller {
    let Some(parties) = &invoice.parties else { return PrintedSeller::default() };
    let DocumentParty {
        name,
        vat_id,
        tax_number,
        registration,
        contact,
        address,
        bank_account,
        ..
    } = &parties.seller;
    let Contact { name: person, email, phone } = contact;
    let BankAccount { iban, bic, bank_name, holder } = bank_account;
    let is_abroad = address.country != parties.buyer.address.country;
    let directors = around.seller.managing_directors.names().collect::<Vec<_>>().join(", ");
    let managed = match language {
        Language::De => "Geschäftsführung",
        Language::En => "Managing directors",
    };
    let directors = (!directors.is_empty()).then(|| format!("{managed}: {directors}"));
    let footer = around.seller.footer.as_ref().map_or("", Lines::as_str);
    PrintedSeller {
        name: name.as_str().to_owned(),
        address: lines(address, is_abroad.then_some(language)),
        contact: person.as_ref().map(|name| name.as_str().to_owned()),
        phone: text(phone.as_ref()),
        email: email.as_ref().map(Email::as_str).map(str::to_owned),
        website: None,
        vat_id: vat_id.as_ref().map(VatId::as_str).map(str::to_owned),
        tax_number: text(tax_number.as_ref()),
        registration: text(registration.as_ref()).into_iter().chain(directors).collect(),
        bank: text(bank_name.as_ref()),
        account_holder: holder.as_ref().map(Name::as_str).map(str::to_owned),
        iban: iban.as_ref().map(grouped),
        bic: bic.as_ref().map(|bic| bic.as_str().to_owned()),
        footer: footer.lines().map(str::to_owned).collect(),
    }
}

/// The lines of the buyer's address.
pub(super) fn buyer(invoice: &Invoice, language: Language) -> Vec<String> {
    let Some(parties) = &invoice.parties else { return Vec::new() };
    let buyer = &parties.buyer;
    let is_abroad = buyer.address.country != parties.seller.address.country;
    let mut all = vec![buyer.name.as_str().to_owned()];
    all.extend(lines(&buyer.address, is_abroad.then_some(language)));
    all
}

pub(super) fn details(invoice: &Invoice, around: &Surroundings, writer: Writer) -> PrintedDetails {
    let content = &invoice.content;
    let is_credit = content.kind == InvoiceKind::CreditNote;
    let buyer = invoice.parties.as_ref().map(|parties| &parties.buyer);
    let vat_id = buyer.and_then(|buyer| buyer.vat_id.as_ref());
    let corrects = around
        .corrects
        .as_ref()
        .map(|(number, on)| format!("{number} {} {}", writer.says("vom", "of"), writer.day(*on)));
    PrintedDetails {
        issued_on: content.issued_on.map(|on| writer.day(on)).unwrap_or_default(),
        service: service(content.service, writer),
        due_on: content.due_on.filter(|_| !is_credit).map(|on| writer.day(on)),
        customer_number: around.customer_number.clone(),
        buyer_vat_id: vat_id.map(|id| id.as_str().to_owned()),
        buyer_reference: text(content.buyer_reference.as_ref()),
        purchase_order: text(content.purchase_order.as_ref()),
        contract: around.contract.clone(),
        project: around.project.clone(),
        corrects,
    }
}

fn service(service: Schedule, writer: Writer) -> Option<String> {
    match (service.starts_on(), service.ends_on()) {
        (Some(first), Some(last)) if first != last => {
            Some(format!("{} – {}", writer.day(first), writer.day(last)))
        }
        (first, last) => first.or(last).map(|day| writer.day(day)),
    }
}

/// The lines of an address below the name, with the country in `named`.
fn lines(address: &Address, named: Option<Language>) -> Vec<String> {
    let Address { street, additional, postal_code, city, region, country: code } = address;
    let [postal_code, city, region] =
        [text(postal_code.as_ref()), text(city.as_ref()), text(region.as_ref())];
    let words =
        |words: [Option<String>; 3]| words.into_iter().flatten().collect::<Vec<_>>().join(" ");
    // Where the postal code stands is a custom of the country.
    let place = match code.as_ref().map(Country::as_str) {
        Some("US" | "CA" | "AU") => vec![words([city, region, postal_code])],
        Some("GB" | "IE" | "IN") => {
            vec![words([city, None, None]), words([region, postal_code, None])]
        }
        _ => vec![words([postal_code, city, None]), words([region, None, None])],
    };
    let country = named.and_then(|language| code.map(|code| country(code, language)));
    let above = [text(additional.as_ref()), text(street.as_ref())].into_iter().flatten();
    above.chain(place).chain(country).filter(|line| !line.is_empty()).collect()
}

/// The number in groups of four, as banks print it (ISO 13616).
fn grouped(iban: &Iban) -> String {
    let groups = iban.as_str().as_bytes().chunks(4);
    groups.map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}

fn text<const MAX: usize>(text: Option<&Text<MAX>>) -> Option<String> {
    text.map(|text| text.as_str().to_owned())
}
