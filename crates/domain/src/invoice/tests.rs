mod received;

use proptest::prelude::*;

use super::*;
use crate::{
    Address, BankAccount, BasisPoints, Contact, Country, Currency, JsonObject, Lines, Name,
    PaymentTerms, Quantity, Schedule, UnitPrice, Vat, VatCategory,
    money::MAX_AMOUNT,
    pricing::{Discount, PriceMode},
};

const AT: Timestamp = Timestamp::UNIX_EPOCH;

fn day(n: u32) -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(2026, 3, n).unwrap()
}

fn tax(category: VatCategory, points: u16, reason: Option<&str>) -> Taxation {
    let vat = Vat::new(category, BasisPoints::new(points).unwrap()).unwrap();
    Taxation::new(vat, reason.map(|text| Text::parse(text).unwrap())).unwrap()
}

fn line(quantity: &str, price: &str, tax: Taxation) -> LineDraft {
    LineDraft {
        text: Lines::parse("Concrete").unwrap(),
        quantity: Quantity::parse(quantity).unwrap(),
        unit: UnitCode::parse("MTQ").unwrap(),
        price: UnitPrice::parse(price).unwrap(),
        discount: None,
        tax,
        contract_position: None,
    }
}

fn content() -> InvoiceContent {
    InvoiceContent {
        direction: InvoiceDirection::Receivable,
        kind: InvoiceKind::Standard,
        party: Id::from_uuid(uuid::Uuid::nil()),
        project: None,
        contract: None,
        allow_over_billing: false,
        supplier_number: None,
        currency: Currency::EUR,
        price_mode: PriceMode::Net,
        issued_on: None,
        booked_on: None,
        due_on: None,
        service: Schedule::new(Some(day(1)), Some(day(2))).unwrap(),
        payment_terms: None,
        discounts: Vec::new(),
        buyer_reference: None,
        purchase_order: None,
        note: None,
        language: None,
        retention: BasisPoints::default(),
        cash_unit: CashUnit::NONE,
        adjustments: Vec::new(),
        metadata: JsonObject::default(),
    }
}

fn draft(
    content: InvoiceContent,
    lines: Vec<LineDraft>,
) -> Result<(Invoice, Vec<InvoiceLine>), InvoiceError> {
    let id = uuid::Uuid::nil();
    Invoice::draft(
        Id::from_uuid(id),
        Id::from_uuid(id),
        InvoiceDraft { content, lines, stated_in: None },
        AT,
    )
}

fn standard() -> (Invoice, Vec<InvoiceLine>) {
    draft(content(), vec![line("12.5", "98.40", tax(VatCategory::Standard, 1900, None))]).unwrap()
}

fn party(country: &str, vat_id: Option<&str>) -> DocumentParty {
    DocumentParty {
        name: Name::parse("Harbour Works").unwrap(),
        vat_id: vat_id.map(|text| crate::VatId::parse(text).unwrap()),
        tax_number: None,
        registration: None,
        contact: Contact::default(),
        address: Address {
            city: Text::parse("Hamburg").ok(),
            postal_code: Text::parse("20457").ok(),
            country: Country::parse(country).ok(),
            ..Address::default()
        },
        bank_account: BankAccount::default(),
        e_invoice_address: None,
        unit_codes: crate::UnitCodes::default(),
    }
}

fn issuing(buyer: DocumentParty) -> Issuing {
    Issuing {
        on: day(5),
        booked_on: day(5),
        parties: DocumentParties { seller: party("DE", None), buyer },
        terms: PaymentTerms::from_days(14).unwrap(),
        language: crate::Language::De,
        buyer_reference: None,
    }
}

pub(crate) fn issued() -> Invoice {
    let (invoice, lines) = standard();
    let prepared = invoice.prepare(&lines, issuing(party("DE", None)), AT).unwrap();
    prepared.numbered(Text::parse("RE-2026-00001").unwrap())
}

fn code(error: InvoiceError) -> &'static str {
    match error {
        InvoiceError::Invalid(_, invalid) => invalid.code.name(),
        InvoiceError::Transition(_) => "state.transition",
    }
}

#[test]
fn a_draft_is_added_up_at_every_change() {
    let (invoice, lines) = standard();
    assert_eq!(
        (invoice.totals.net, invoice.totals.tax, invoice.totals.due),
        (123_000, 23_370, 146_370)
    );
    let changes = InvoiceChanges { price_mode: Some(PriceMode::Gross), ..Default::default() };
    let (invoice, lines) = invoice.revise(changes, lines, AT).unwrap();
    assert_eq!(
        (invoice.totals.gross, lines[0].net, invoice.totals.net),
        (123_000, 103_361, 103_361)
    );
    let changes = InvoiceChanges { lines: Some(Vec::new()), ..Default::default() };
    let (invoice, lines) = invoice.revise(changes, lines, AT).unwrap();
    assert!(lines.is_empty() && invoice.totals == Totals::default());
}

#[test]
fn amounts_are_in_the_currency_of_their_invoice() {
    let usd = Currency::parse("USD").ok();
    let refused = InvoiceDraft { content: content(), lines: Vec::new(), stated_in: usd };
    let id = uuid::Uuid::nil();
    let refused = Invoice::draft(Id::from_uuid(id), Id::from_uuid(id), refused, AT);
    assert_eq!(code(refused.unwrap_err()), "currency.differs");
    let (invoice, lines) = standard();
    let changes = InvoiceChanges { stated_in: usd, ..Default::default() };
    let refused = invoice.clone().revise(changes.clone(), lines.clone(), AT);
    assert_eq!(code(refused.unwrap_err()), "currency.differs");
    let changes = InvoiceChanges { currency: usd, ..changes };
    assert!(invoice.revise(changes, lines, AT).is_ok());
}

#[test]
fn an_issued_invoice_never_changes() {
    let invoice = issued();
    let changed = invoice.clone().revise(InvoiceChanges::default(), Vec::new(), AT);
    assert_eq!(code(changed.unwrap_err()), "state.transition");
    let twice = invoice.clone().prepare(&standard().1, issuing(party("DE", None)), AT);
    assert_eq!(code(twice.unwrap_err()), "state.transition");
    assert_eq!((invoice.content.issued_on, invoice.content.due_on), (Some(day(5)), Some(day(19))));
    assert!(!invoice.is_overdue(day(19)) && invoice.is_overdue(day(20)));
}

#[test]
fn what_an_invoice_must_state_is_there_before_it_is_issued() {
    let reverse = || vec![line("1", "500", tax(VatCategory::ReverseCharge, 0, None))];
    let without_date = InvoiceContent { service: Schedule::default(), ..content() };
    let early = InvoiceContent { due_on: Some(day(4)), ..content() };
    let s = || vec![line("1", "500", tax(VatCategory::Standard, 1900, None))];
    let negative = vec![line("-1", "500", tax(VatCategory::Standard, 1900, None))];
    let incoming = InvoiceContent { direction: InvoiceDirection::Payable, ..content() };
    let (german, unknown) = (party("DE", None), party("??", None));
    let issue = |content, lines, buyer: &DocumentParty| {
        let (invoice, lines) = draft(content, lines).unwrap();
        invoice.prepare(&lines, issuing(buyer.clone()), AT)
    };
    for (content, lines, buyer, expected) in [
        (content(), Vec::new(), &german, "invoice.lines_missing"),
        (content(), negative, &german, "invoice.total_negative"),
        (without_date, s(), &german, "invoice.supply_date_missing"),
        (early, s(), &german, "invoice.due_before_issue"),
        (incoming, s(), &german, "invoice.supplier_number_missing"),
        (content(), s(), &unknown, "invoice.buyer_incomplete"),
        (content(), reverse(), &german, "invoice.buyer_incomplete"),
    ] {
        assert_eq!(code(issue(content, lines, buyer).unwrap_err()), expected);
    }
    assert!(issue(content(), reverse(), &party("DE", Some("DE136695976"))).is_ok());
}

#[test]
fn a_german_invoice_above_250_euro_needs_the_post_code_of_its_buyer() {
    let mut buyer = party("DE", Some("DE136695976"));
    buyer.address.postal_code = None;
    let issued = |buyer: &DocumentParty, price, taxed, seller| {
        let (invoice, lines) = draft(content(), vec![line("1", price, taxed)]).unwrap();
        let parties = DocumentParties { seller: party(seller, None), buyer: buyer.clone() };
        invoice.prepare(&lines, Issuing { parties, ..issuing(buyer.clone()) }, AT)
    };
    let abroad = {
        let mut abroad = buyer.clone();
        abroad.address.country = Country::parse("AE").ok();
        abroad
    };
    let issue = |price, taxed, seller| issued(&buyer, price, taxed, seller);
    let zero = || tax(VatCategory::Zero, 0, None);
    assert!(issue("250", zero(), "DE").is_ok());
    assert_eq!(code(issue("250.01", zero(), "DE").unwrap_err()), "invoice.buyer_incomplete");
    let reverse = tax(VatCategory::ReverseCharge, 0, None);
    assert_eq!(code(issue("250", reverse, "DE").unwrap_err()), "invoice.buyer_incomplete");
    assert!(issue("250.01", zero(), "AT").is_ok());
    assert!(issued(&abroad, "250.01", zero(), "DE").is_ok());
}

#[test]
fn one_category_has_one_reason() {
    let exempt = |reason| line("1", "1", tax(VatCategory::Exempt, 0, Some(reason)));
    assert!(draft(content(), vec![exempt("§ 4 UStG"), exempt("§ 4 UStG")]).is_ok());
    let differ = draft(content(), vec![exempt("§ 4 UStG"), exempt("§ 19 UStG")]);
    assert_eq!(differ.unwrap_err(), {
        let detail = "must be the same wherever this category stands";
        InvoiceError::Invalid(Place::Line(1), crate::Invalid::new(line::EXEMPTION_REASON, detail))
    });
    let exempt = Vat::new(VatCategory::Exempt, BasisPoints::default()).unwrap();
    assert!(Taxation::new(exempt, None).is_err());
}

#[test]
fn every_list_is_bounded() {
    let one = line("1", "1", tax(VatCategory::Zero, 0, None));
    let many = draft(content(), vec![one.clone(); MAX_LINES + 1]);
    assert_eq!(code(many.unwrap_err()), "list.too_long");
    assert!(draft(content(), vec![one; MAX_LINES]).is_ok());
}

#[test]
fn a_line_that_cannot_be_calculated_is_named() {
    let s = || tax(VatCategory::Standard, 1900, None);
    let huge = line("999999999999", "999999999999", s());
    let refused = draft(content(), vec![line("1", "1", s()), huge]).unwrap_err();
    assert!(matches!(&refused, InvoiceError::Invalid(Place::Line(1), _)), "{refused:?}");
    let discount = Some(Discount::Amount(MAX_AMOUNT));
    let refused = draft(content(), vec![LineDraft { discount, ..line("1", "1", s()) }]);
    assert_eq!(code(refused.unwrap_err()), "discount.too_large");
}

#[test]
fn a_withdrawn_invoice_keeps_its_number_and_owes_nothing() {
    let withdrawn = issued().void(AT).unwrap();
    assert_eq!((withdrawn.open(), withdrawn.number.is_some()), (0, true));
    assert!(withdrawn.clone().settle(1, AT).is_err() && withdrawn.write_off(AT).is_err());
    assert!(issued().settle(1, AT).unwrap().void(AT).is_err());
    assert!(standard().0.void(AT).is_err());
}

proptest! {
    #[test]
    fn what_is_settled_and_what_is_open_is_always_what_is_due(
        amounts in proptest::collection::vec(-200_000_i64..200_000, 1..20),
        give_up in 0_usize..20,
    ) {
        let mut invoice = issued();
        for (index, amount) in amounts.into_iter().enumerate() {
            let next = if index == give_up {
                invoice.clone().write_off(AT).ok()
            } else {
                invoice.clone().settle(amount, AT).ok()
            };
            invoice = next.unwrap_or(invoice);
            let Settlement { settled, written_off } = invoice.settlement;
            prop_assert_eq!(settled + written_off + invoice.open(), invoice.totals.due);
            prop_assert!(settled >= 0 && written_off >= 0 && invoice.open() >= 0);
            prop_assert_eq!(invoice.status == InvoiceStatus::Issued, settled == 0 && written_off == 0);
            prop_assert_eq!(invoice.status.is_open(), invoice.open() > 0);
        }
    }
}

/// Issues a credit note of `quantity` at the price of the standard invoice.
fn credited(
    original: &Invoice,
    quantity: &str,
    earlier: &[Invoice],
) -> Result<Invoice, InvoiceError> {
    let price = original.content.price_mode;
    let lines = vec![line(quantity, "0.10", tax(VatCategory::Standard, 1900, None))];
    let (note, mut lines) =
        original.credit(original.id, Vec::new(), Some(lines), None, AT).unwrap();
    assert_eq!(note.content.price_mode, price);
    let note = note.fit_into(&mut lines, original, earlier)?;
    assert_eq!(lines.iter().map(|line| line.net).sum::<i64>(), note.totals.lines);
    let note = note.prepare(&lines, issuing(party("DE", None)), AT)?;
    Ok(note.numbered(Text::parse("GS-1").unwrap()))
}

#[test]
fn credit_notes_never_exceed_an_invoice_and_the_last_takes_the_rest() {
    for mode in PriceMode::ALL {
        let content = InvoiceContent { price_mode: mode, ..content() };
        let lines = vec![line("3", "0.10", tax(VatCategory::Standard, 1900, None))];
        let (invoice, lines) = draft(content, lines).unwrap();
        let original = invoice.prepare(&lines, issuing(party("DE", None)), AT).unwrap();
        let mut notes: Vec<Invoice> = Vec::new();
        for _ in 0..3 {
            notes.push(credited(&original, "1", &notes).unwrap());
        }
        let sum = |of: fn(&Totals) -> i64| notes.iter().map(|note| of(&note.totals)).sum::<i64>();
        assert_eq!(sum(|t| t.net), original.totals.net, "{mode:?}");
        assert_eq!(sum(|t| t.tax), original.totals.tax, "{mode:?}");
        assert_eq!(sum(|t| t.due), original.totals.due, "{mode:?}");
        let beyond = credited(&original, "0.1", &notes);
        assert_eq!(code(beyond.unwrap_err()), "invoice.credit_exceeded");
        let beyond = credited(&original, "3.1", &[]);
        assert_eq!(code(beyond.unwrap_err()), "invoice.credit_exceeded");
    }
}

/// An issued invoice of these lines.
fn issued_of(content: InvoiceContent, lines: Vec<LineDraft>) -> Invoice {
    let (invoice, lines) = draft(content, lines).unwrap();
    let prepared = invoice.prepare(&lines, issuing(party("DE", None)), AT).unwrap();
    prepared.numbered(Text::parse("RE-1").unwrap())
}

fn note_of(
    original: &Invoice,
    lines: Vec<LineDraft>,
    earlier: &[Invoice],
) -> Result<Invoice, InvoiceError> {
    let (note, mut lines) = original.credit(original.id, Vec::new(), Some(lines), None, AT)?;
    note.fit_into(&mut lines, original, earlier)
}

#[test]
fn a_credit_note_is_within_the_invoice_in_each_rate_and_in_all() {
    let s =
        |quantity, price, points| line(quantity, price, tax(VatCategory::Standard, points, None));
    // 108.30 in all: 119.00 less 10.70.
    let original = issued_of(content(), vec![s("1", "100", 1900), s("-1", "10", 700)]);
    for lines in [
        vec![s("1", "100", 1900)],
        vec![s("1", "100", 1900), s("-2", "10", 700)],
        vec![s("1", "50", 1900), s("1", "1", 700)],
        vec![s("1", "10", 550)],
        vec![s("-1", "10", 1900)],
    ] {
        let refused = note_of(&original, lines, &[]);
        assert_eq!(code(refused.unwrap_err()), "invoice.credit_exceeded");
    }
    let half = note_of(&original, vec![s("1", "50", 1900), s("-1", "5", 700)], &[]).unwrap();
    let rest = note_of(
        &original,
        vec![s("1", "50", 1900), s("-1", "5", 700)],
        std::slice::from_ref(&half),
    );
    assert_eq!(half.totals.due + rest.unwrap().totals.due, original.totals.due);
}

#[test]
fn gross_credits_take_back_each_cent_in_spite_of_rounding() {
    let s = |quantity| line(quantity, "0.04", tax(VatCategory::Standard, 1900, None));
    let gross = InvoiceContent { price_mode: PriceMode::Gross, ..content() };
    let original = issued_of(gross, vec![s("6")]);
    let mut notes: Vec<Invoice> = Vec::new();
    for _ in 0..6 {
        notes.push(note_of(&original, vec![s("1")], &notes).unwrap());
    }
    let sum = |of: fn(&Totals) -> i64| notes.iter().map(|note| of(&note.totals)).sum::<i64>();
    assert_eq!((sum(|t| t.due), sum(|t| t.tax)), (24, original.totals.tax));
}

#[test]
fn a_credit_takes_back_what_was_written_off() {
    let original = issued();
    let due = original.totals.due;
    let given_up = original.settle(100, AT).unwrap().write_off(AT).unwrap();
    assert_eq!((given_up.open(), given_up.creditable()), (0, due - 100));
    let part = given_up.clone().credited(1_000, AT).unwrap();
    assert_eq!(part.settlement, Settlement { settled: 1_100, written_off: due - 1_100 });
    assert_eq!(part.status, InvoiceStatus::WrittenOff);
    let all = given_up.clone().credited(due - 100, AT).unwrap();
    assert_eq!((all.status, all.settlement.written_off), (InvoiceStatus::Paid, 0));
    assert!(given_up.credited(due, AT).is_err());
}

#[test]
fn amounts_are_stated_again_with_another_currency() {
    let usd = InvoiceChanges { currency: Currency::parse("USD").ok(), ..Default::default() };
    let discount = Some(Discount::Amount(100));
    let s = LineDraft { discount, ..line("1", "500", tax(VatCategory::Standard, 1900, None)) };
    let (invoice, lines) = draft(content(), vec![s.clone()]).unwrap();
    let refused = invoice.clone().revise(usd.clone(), lines.clone(), AT);
    assert_eq!(code(refused.unwrap_err()), "currency.differs");
    let restated = InvoiceChanges { lines: Some(vec![s]), ..usd };
    assert!(invoice.revise(restated, lines, AT).is_ok());
}

#[test]
fn a_whole_credit_takes_back_what_was_due_in_cash() {
    let content = InvoiceContent { cash_unit: CashUnit::new(5).unwrap(), ..content() };
    let lines = vec![line("1", "84.06", tax(VatCategory::Standard, 1900, None))];
    let (invoice, lines) = draft(content, lines).unwrap();
    let original = invoice.prepare(&lines, issuing(party("DE", None)), AT).unwrap();
    assert_eq!((original.totals.gross, original.totals.due), (10_003, 10_005));
    let (note, mut own) = original.credit(original.id, lines, None, None, AT).unwrap();
    let note = note.fit_into(&mut own, &original, &[]).unwrap();
    assert_eq!((note.totals.rounding, note.totals.due), (2, 10_005));
    let part = vec![line("1", "42.03", tax(VatCategory::Standard, 1900, None))];
    let part = note_of(&original, part, &[]).unwrap();
    assert_eq!((part.totals.rounding, part.totals.due), (0, part.totals.gross));
}

#[test]
fn a_credit_note_keeps_what_it_has_in_common_with_its_invoice() {
    let (_, lines) = standard();
    let original = issued();
    let (note, own) = original.credit(original.id, lines, None, None, AT).unwrap();
    let other = Id::from_uuid(uuid::Uuid::max());
    for changes in [
        InvoiceChanges { party: Some(other), ..Default::default() },
        InvoiceChanges { currency: Currency::parse("USD").ok(), ..Default::default() },
        InvoiceChanges { price_mode: Some(PriceMode::Gross), ..Default::default() },
        InvoiceChanges { retention: BasisPoints::new(500).ok(), ..Default::default() },
        InvoiceChanges { cash_unit: CashUnit::new(5).ok(), ..Default::default() },
    ] {
        let refused = note.clone().revise(changes, own.clone(), AT);
        assert_eq!(code(refused.unwrap_err()), "invoice.credit_fixed");
    }
    let same = InvoiceChanges { currency: Some(Currency::EUR), ..Default::default() };
    assert!(note.clone().revise(same, own.clone(), AT).is_ok());
    assert_eq!(code(note.duplicate(note.id, own, AT).unwrap_err()), "state.transition");
}

#[test]
fn only_an_issued_invoice_can_be_credited() {
    let (invoice, lines) = standard();
    assert!(invoice.credit(invoice.id, lines.clone(), None, None, AT).is_err());
    let invoice = issued();
    let (note, _) = invoice.credit(invoice.id, lines.clone(), None, None, AT).unwrap();
    assert_eq!((note.corrects, note.totals.due), (Some(invoice.id), invoice.totals.due));
    let note = Invoice { status: InvoiceStatus::Issued, ..note };
    assert!(note.credit(note.id, lines.clone(), None, None, AT).is_err());
    assert!(issued().void(AT).unwrap().credit(invoice.id, lines, None, None, AT).is_err());
}

fn user(n: u128) -> crate::UserId {
    Id::from_uuid(uuid::Uuid::from_u128(n))
}

fn payable() -> (Invoice, Vec<InvoiceLine>) {
    let content = InvoiceContent {
        direction: InvoiceDirection::Payable,
        supplier_number: Text::parse("L-1").ok(),
        ..content()
    };
    let lines = vec![line("12.5", "98.40", tax(VatCategory::Standard, 1900, None))];
    let (mut invoice, lines) = draft(content, lines).unwrap();
    invoice.review = Review::created(user(1)).edited(user(2));
    (invoice, lines)
}

#[test]
fn a_draft_is_approved_by_another_person_until_it_changes() {
    let (invoice, lines) = payable();
    for writer in [1, 2] {
        let refused = invoice.clone().approve(user(writer), AT).unwrap_err();
        assert_eq!(code(refused), "invoice.approval_own");
    }
    let approved = invoice.approve(user(3), AT).unwrap();
    assert_eq!(approved.review.approval, Some(Approval { by: user(3), at: AT }));
    assert_eq!(approved.revision.version.number(), 2);
    let (changed, _) = approved.revise(InvoiceChanges::default(), lines, AT).unwrap();
    assert_eq!((changed.review.approval, changed.review.created_by), (None, Some(user(1))));
    let outgoing = standard().0.approve(user(3), AT).unwrap_err();
    assert_eq!(code(outgoing), "invoice.approval_unexpected");
    assert_eq!(code(issued().approve(user(3), AT).unwrap_err()), "state.transition");
}
