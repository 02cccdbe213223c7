use futures::future::BoxFuture;
use plinth_domain::{
    Address, BankAccount, Bic, Contact, Country, Description, EInvoiceAddress, EInvoiceScheme,
    Email, Iban, Id, InvoiceDirection, JsonObject, Language, LeitwegId, Party, PartyDraft,
    PartyRole, PaymentTerms, Revision, Text, UnitCode, UnitCodes, VatId, accounting::AccountNumber,
};
use plinth_ports::{OneOf, Result, UnitOfWork, records::parties::PartyFilter};

use super::{Fixture, World};
use crate::fixture::{id, name};

impl Fixture for Party {
    fn make(party: Id<Self>, revision: Revision, n: usize, _world: &World) -> Self {
        // The contract of unique values takes odd ones.
        let full = !n.is_multiple_of(2);
        let draft = PartyDraft {
            name: name(["b", "B", "a", "ä", "a b"][n % 5]),
            number: full.then(|| Text::parse(&format!("{n}")).unwrap()),
            role: PartyRole::ALL[n % 3],
            vat_id: full.then(|| VatId::parse("DE136695976").unwrap()),
            tax_number: full.then(|| Text::parse("22/815/08156").unwrap()),
            registration: full.then(|| Text::parse("HRB 1, Hamburg").unwrap()),
            contact: Contact {
                name: full.then(|| name("Ada")),
                email: full.then(|| Email::parse("ada@example.com").unwrap()),
                phone: full.then(|| Text::parse("+49 40 1").unwrap()),
            },
            address: address(n),
            bank_account: BankAccount {
                iban: full.then(|| Iban::parse("DE89370400440532013000").unwrap()),
                bic: full.then(|| Bic::parse("COBADEFFXXX").unwrap()),
                bank_name: full.then(|| Text::parse("Bank").unwrap()),
                holder: full.then(|| name("Ada")),
            },
            debtor_account: full.then(|| account("D", n)),
            creditor_account: full.then(|| account("K", n)),
            payment_terms: full.then(|| PaymentTerms::from_days(PaymentTerms::MAX).unwrap()),
            buyer_reference: full.then(|| Text::parse("Ref").unwrap()),
            leitweg_id: full.then(|| LeitwegId::parse("04011000-1234512345-06").unwrap()),
            e_invoice_address: full.then(|| EInvoiceAddress {
                scheme: EInvoiceScheme::parse("EM").unwrap(),
                id: Text::parse("in@example.com").unwrap(),
            }),
            unit_codes: units(full),
            language: full.then_some(Language::ALL[n % 4 / 2]),
            note: full.then(|| Description::parse(format!("Line {n},\nand one more")).unwrap()),
            consumer: n % 3 == 1,
            dunning_blocked: n % 4 == 3,
            archived: n % 3 == 2,
            metadata: JsonObject::from_parsed(format!("{{\"n\": {n}}}")),
        };
        Self { revision, ..Self::create(party, id(), draft, revision.created_at) }
    }

    fn filters(_world: &World) -> Vec<PartyFilter> {
        let (customer, both) = (PartyRole::Customer, PartyRole::Both);
        let countries = ["DE", "CH"].map(|code| Country::parse(code).unwrap());
        let number = Some(Text::parse("1").unwrap());
        vec![
            PartyFilter { number: number.clone(), ..Default::default() },
            PartyFilter { vat_id: VatId::parse("DE136695976").ok(), ..Default::default() },
            PartyFilter { iban: Iban::parse("DE89370400440532013000").ok(), ..Default::default() },
            PartyFilter { name: Some(name("B")), ..Default::default() },
            PartyFilter {
                without_account: Some(InvoiceDirection::Receivable),
                ..Default::default()
            },
            PartyFilter { without_account: Some(InvoiceDirection::Payable), ..Default::default() },
            PartyFilter { role: customer.into(), ..Default::default() },
            PartyFilter { role: OneOf::new(vec![customer, both]).unwrap(), ..Default::default() },
            PartyFilter { country: countries[0].into(), ..Default::default() },
            PartyFilter { country: OneOf::new(countries.to_vec()).unwrap(), ..Default::default() },
            PartyFilter { archived: Some(true), ..Default::default() },
            PartyFilter { archived: Some(false), ..Default::default() },
            PartyFilter {
                number,
                archived: Some(false),
                role: PartyRole::Supplier.into(),
                ..Default::default()
            },
        ]
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        unit.parties().insert(record)
    }
}

pub(super) fn units(full: bool) -> UnitCodes {
    let unit = |code| UnitCode::parse(code).unwrap();
    let pairs = [(unit("C62"), unit("H87")), (unit("HUR"), unit("LH"))];
    UnitCodes::new(if full { pairs.to_vec() } else { Vec::new() }).unwrap()
}

fn account(letter: &str, n: usize) -> AccountNumber {
    AccountNumber::parse(&format!("{letter}-{n}")).unwrap()
}

fn address(n: usize) -> Address {
    if n % 4 == 3 {
        return Address::default();
    }
    Address {
        street: Some(Text::parse("Kai 7").unwrap()),
        additional: Some(Text::parse("Haus B").unwrap()),
        postal_code: Some(Text::parse("20457").unwrap()),
        city: Some(Text::parse("Zürich").unwrap()),
        region: Some(Text::parse("Nord").unwrap()),
        country: Some(Country::parse(["DE", "CH", "AT"][n % 3]).unwrap()),
    }
}
