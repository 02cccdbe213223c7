use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::Email;

/// A value for each field of a group, or none.
fn some<T>(given: bool, value: T) -> Option<T> {
    given.then_some(value)
}

fn units(given: bool) -> UnitCodes {
    let unit = |code| crate::UnitCode::parse(code).unwrap();
    let pairs = if given { vec![(unit("C62"), unit("H87"))] } else { Vec::new() };
    UnitCodes::new(pairs).unwrap()
}

/// A party with all values, or with none that is optional.
pub(crate) fn party(given: bool) -> Party {
    let draft = PartyDraft {
        name: Name::parse(if given { "Hochbau Nord" } else { "Tiefbau" }).unwrap(),
        number: some(given, Text::parse("K-1").unwrap()),
        role: if given { PartyRole::Both } else { PartyRole::Customer },
        vat_id: some(given, VatId::parse("DE136695976").unwrap()),
        tax_number: some(given, Text::parse("22/815/08156").unwrap()),
        registration: some(given, Text::parse("HRB 1").unwrap()),
        contact: Contact {
            name: some(given, Name::parse("Ada").unwrap()),
            email: some(given, Email::parse("ada@example.com").unwrap()),
            phone: some(given, Text::parse("+49 40 1").unwrap()),
        },
        address: Address {
            street: some(given, Text::parse("Kai 7").unwrap()),
            additional: some(given, Text::parse("Haus B").unwrap()),
            postal_code: some(given, Text::parse("20457").unwrap()),
            city: some(given, Text::parse("Hamburg").unwrap()),
            region: some(given, Text::parse("Hamburg").unwrap()),
            country: some(given, Country::parse("DE").unwrap()),
        },
        bank_account: BankAccount {
            iban: some(given, Iban::parse("DE89370400440532013000").unwrap()),
            bic: some(given, Bic::parse("COBADEFFXXX").unwrap()),
            bank_name: some(given, Text::parse("Bank").unwrap()),
            holder: some(given, Name::parse("Ada").unwrap()),
        },
        debtor_account: some(given, AccountNumber::parse("10001").unwrap()),
        creditor_account: some(given, AccountNumber::parse("70001").unwrap()),
        payment_terms: some(given, PaymentTerms::from_days(14).unwrap()),
        buyer_reference: some(given, Text::parse("Ref 1").unwrap()),
        leitweg_id: some(given, LeitwegId::parse("04011000-1234512345-06").unwrap()),
        e_invoice_address: some(
            given,
            EInvoiceAddress {
                scheme: EInvoiceScheme::parse("EM").unwrap(),
                id: Text::parse("in@example.com").unwrap(),
            },
        ),
        unit_codes: units(given),
        language: some(given, Language::De),
        note: some(given, Description::parse("Pays late".to_owned()).unwrap()),
        consumer: given,
        dunning_blocked: given,
        archived: given,
        metadata: JsonObject::default(),
    };
    let id = Uuid::nil();
    Party::create(Id::from_uuid(id), Id::from_uuid(id), draft, Timestamp::UNIX_EPOCH)
}

/// The change of an optional field to what the other party has.
fn to<T>(value: Option<T>) -> Patch<T> {
    value.map_or(Patch::Clear, Patch::Set)
}

/// The changes that make `other` of any party, where `pick` says so.
fn changes(other: &Party, mut pick: impl FnMut() -> bool) -> PartyChanges {
    let other = other.clone();
    macro_rules! optional {
        ($value:expr) => {
            if pick() { to($value) } else { Patch::Keep }
        };
    }
    PartyChanges {
        name: pick().then_some(other.name),
        number: optional!(other.number),
        role: pick().then_some(other.role),
        vat_id: optional!(other.vat_id),
        tax_number: optional!(other.tax_number),
        registration: optional!(other.registration),
        contact: ContactChanges {
            name: optional!(other.contact.name),
            email: optional!(other.contact.email),
            phone: optional!(other.contact.phone),
        },
        address: AddressChanges {
            street: optional!(other.address.street),
            additional: optional!(other.address.additional),
            postal_code: optional!(other.address.postal_code),
            city: optional!(other.address.city),
            region: optional!(other.address.region),
            country: optional!(other.address.country),
        },
        bank_account: BankAccountChanges {
            iban: optional!(other.bank_account.iban),
            bic: optional!(other.bank_account.bic),
            bank_name: optional!(other.bank_account.bank_name),
            holder: optional!(other.bank_account.holder),
        },
        debtor_account: optional!(other.debtor_account),
        creditor_account: optional!(other.creditor_account),
        payment_terms: optional!(other.payment_terms),
        buyer_reference: optional!(other.buyer_reference),
        leitweg_id: optional!(other.leitweg_id),
        e_invoice_address: optional!(other.e_invoice_address),
        language: optional!(other.language),
        note: optional!(other.note),
        consumer: pick().then_some(other.consumer),
        dunning_blocked: pick().then_some(other.dunning_blocked),
        unit_codes: pick().then(|| other.unit_codes.clone()),
        archived: pick().then_some(other.archived),
    }
}

/// The fields of [`changes`], in its order.
const FIELDS: usize = 31;

fn texts(party: &Party) -> Vec<String> {
    let text = format!("{party:#?}");
    text.lines().map(str::to_owned).collect()
}

#[test]
fn clearing_a_group_removes_each_of_its_values() {
    let full = party(true);
    assert_eq!(full.address.change(AddressChanges::clear()), Address::default());
    assert_eq!(full.contact.change(ContactChanges::clear()), Contact::default());
    assert_eq!(full.bank_account.change(BankAccountChanges::clear()), BankAccount::default());
}

proptest! {
    #[test]
    fn a_change_sets_what_it_names_and_keeps_the_rest(
        picks in proptest::collection::vec(any::<bool>(), FIELDS), given: bool,
    ) {
        let (before, other) = (party(given), party(!given));
        let mut rest = picks.iter().copied();
        let changed = before.clone().change(changes(&other, || rest.next().unwrap()), Timestamp::UNIX_EPOCH);
        prop_assert_eq!(rest.next(), None, "a field is missing in FIELDS");
        prop_assert_eq!(changed.revision.previous(), before.revision.version);
        // What was not picked goes the rest of the way, and nothing else does.
        let mut others = picks.iter().map(|pick| !pick);
        let arrived = changed.clone().change(changes(&other, || others.next().unwrap()), Timestamp::UNIX_EPOCH);
        prop_assert_eq!(texts(&Party { revision: other.revision, ..arrived }), texts(&other));
        let mut back = picks.iter().copied();
        let back = changed.change(changes(&before, || back.next().unwrap()), Timestamp::UNIX_EPOCH);
        prop_assert_eq!(texts(&Party { revision: before.revision, ..back }), texts(&before));
    }
}
