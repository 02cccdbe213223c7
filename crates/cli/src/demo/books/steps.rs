//! The commands of the books, made of the sketches of the year.

use chrono::{NaiveDate, TimeDelta};
use plinth_domain::{
    Address, AddressChanges, BankAccount, BankAccountChanges, BasisPoints, CashDiscount, CashUnit,
    Contact, ContactChanges, ContractDraft, ContractId, ContractRole, Country, Currency, Email,
    Iban, InvoiceContent, InvoiceDirection, InvoiceDraft, InvoiceId, InvoiceKind, JsonObject,
    LineDraft, Lines, Money, Name, OrganizationChanges, PartyDraft, PartyId, PartyRole, Patch,
    PaymentDirection, PaymentDraft, PaymentMethod, PaymentTerms, PositionDraft, ProjectId,
    Quantity, Schedule, SellerChanges, SettingsChanges, Share, Taxation, Text, UnitCode, UnitPrice,
    Vat, VatCategory, VatId, pricing::PriceMode,
};

use super::year;
use crate::failure::Result;

/// The demo organization as a seller.
pub(super) fn seller() -> Result<OrganizationChanges> {
    let seller = SellerChanges {
        legal_name: Patch::Set(Name::parse("Demo Construction GmbH")?),
        vat_id: Patch::Set(VatId::parse("DE136695976")?),
        address: AddressChanges {
            street: Patch::Set(Text::parse("Kaistraße 12")?),
            postal_code: Patch::Set(Text::parse("20457")?),
            city: Patch::Set(Text::parse("Hamburg")?),
            country: Patch::Set(Country::parse("DE")?),
            ..AddressChanges::default()
        },
        contact: ContactChanges {
            name: Patch::Set(Name::parse("Tomás Rivera")?),
            email: Patch::Set(Email::parse("accountant@plinth.example")?),
            phone: Patch::Set(Text::parse("+49 40 5550100")?),
        },
        bank_account: BankAccountChanges {
            iban: Patch::Set(Iban::parse("DE02120300000000202051")?),
            ..BankAccountChanges::default()
        },
        ..SellerChanges::default()
    };
    let settings = SettingsChanges { seller, ..SettingsChanges::default() };
    Ok(OrganizationChanges { name: None, settings })
}

pub(super) fn party(sketch: &year::Party) -> Result<PartyDraft> {
    Ok(PartyDraft {
        name: Name::parse(sketch.name)?,
        number: Some(Text::parse(sketch.number)?),
        role: if sketch.is_supplier { PartyRole::Supplier } else { PartyRole::Customer },
        vat_id: None,
        tax_number: None,
        registration: None,
        contact: Contact { email: Some(Email::parse(sketch.email)?), ..Contact::default() },
        address: Address {
            street: Some(Text::parse(sketch.street)?),
            postal_code: Some(Text::parse(sketch.postal_code)?),
            city: Some(Text::parse(sketch.city)?),
            country: Some(Country::parse("DE")?),
            ..Address::default()
        },
        bank_account: BankAccount::default(),
        debtor_account: None,
        creditor_account: None,
        payment_terms: Some(PaymentTerms::from_days(30)?),
        buyer_reference: None,
        leitweg_id: None,
        e_invoice_address: None,
        unit_codes: plinth_domain::UnitCodes::default(),
        language: None,
        note: None,
        consumer: false,
        dunning_blocked: false,
        archived: false,
        metadata: JsonObject::default(),
    })
}

pub(super) fn contract(
    sketch: &year::Contract,
    party: PartyId,
    project: Option<ProjectId>,
    signed_at: NaiveDate,
) -> Result<ContractDraft> {
    let position = |line: &year::Line| {
        let LineDraft { text, quantity, unit, price, tax, .. } = self::line(line)?;
        Ok(PositionDraft { text, quantity, unit, price, tax, changes: None })
    };
    Ok(ContractDraft {
        number: Some(Text::parse(sketch.number)?),
        title: Name::parse(sketch.title)?,
        project,
        party,
        role: ContractRole::Sale,
        currency: Currency::EUR,
        signed_at: Some(signed_at),
        schedule: Schedule::default(),
        retention: BasisPoints::new(500)?,
        document: None,
        note: None,
        metadata: JsonObject::default(),
        positions: sketch.positions.iter().map(position).collect::<Result<_>>()?,
    })
}

/// A bill with a customer's contract, or one of a supplier for a project.
pub(super) fn bill(
    sketch: &year::Bill,
    (party, contract, project): (PartyId, Option<ContractId>, Option<ProjectId>),
    on: NaiveDate,
) -> Result<InvoiceDraft> {
    let is_own = contract.is_some();
    let kind = InvoiceKind::from_name(sketch.kind).unwrap_or(InvoiceKind::Standard);
    let discount = CashDiscount::new(10, BasisPoints::new(200)?)?;
    let content = InvoiceContent {
        direction: [InvoiceDirection::Payable, InvoiceDirection::Receivable][usize::from(is_own)],
        kind,
        party,
        project,
        contract,
        allow_over_billing: false,
        supplier_number: if is_own { None } else { Some(Text::parse(sketch.name)?) },
        currency: Currency::EUR,
        price_mode: PriceMode::Net,
        issued_on: Some(on),
        booked_on: None,
        due_on: None,
        service: Schedule::new(Some(on - TimeDelta::days(28)), Some(on))?,
        payment_terms: None,
        discounts: if is_own { vec![discount] } else { Vec::new() },
        buyer_reference: None,
        purchase_order: None,
        note: None,
        language: None,
        retention: BasisPoints::default(),
        cash_unit: CashUnit::NONE,
        adjustments: Vec::new(),
        metadata: JsonObject::default(),
    };
    let lines = sketch.lines.iter().map(line).collect::<Result<_>>()?;
    Ok(InvoiceDraft { content, lines, stated_in: None })
}

pub(super) fn line(sketch: &year::Line) -> Result<LineDraft> {
    let year::Line(text, quantity, unit, price, position) = sketch;
    let vat = Vat::new(VatCategory::Standard, BasisPoints::new(1_900)?)?;
    Ok(LineDraft {
        text: Lines::parse(text)?,
        quantity: Quantity::parse(quantity)?,
        unit: UnitCode::parse(unit)?,
        price: UnitPrice::parse(price)?,
        discount: None,
        tax: Taxation::new(vat, None)?,
        contract_position: (*position > 0).then_some(*position),
    })
}

pub(super) fn payment(
    sketch: &year::Pay,
    party: PartyId,
    invoice: InvoiceId,
    on: NaiveDate,
) -> Result<(PaymentDraft, Vec<Share>)> {
    let currency = Currency::EUR;
    let direction = [PaymentDirection::Received, PaymentDirection::Sent];
    let draft = PaymentDraft {
        party,
        direction: direction[usize::from(sketch.is_sent)],
        amount: Money::new(sketch.cents, currency)?,
        method: PaymentMethod::BankTransfer,
        reference: Some(Text::parse(sketch.name)?),
        received_on: on,
        note: None,
        metadata: JsonObject::default(),
    };
    let share = Share { invoice, amount: sketch.cents, cash_discount: sketch.discount, currency };
    Ok((draft, vec![share]))
}
