use chrono::NaiveDate;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    AllocationKind, BasisPoints, Currency, Id, InvoiceDirection, InvoiceKind, Name,
    PaymentDirection, PaymentMethod, Vat, VatCategory, pricing::VatRow,
};

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
}

fn vat(category: VatCategory, rate: u16) -> Vat {
    Vat::new(category, BasisPoints::new(rate).unwrap()).unwrap()
}

fn row(vat: Vat, net: i64, tax: i64) -> VatRow {
    VatRow { vat, net, tax }
}

fn party() -> BookedParty {
    BookedParty {
        id: Id::from_uuid(Uuid::nil()),
        name: Name::parse("Hafenamt").unwrap(),
        vat_id: None,
        debtor_account: AccountNumber::parse("10001").ok(),
        creditor_account: AccountNumber::parse("70001").ok(),
    }
}

fn booked(vat: Vec<VatRow>) -> Booked {
    let due = vat.iter().map(|row| row.net + row.tax).sum();
    Booked {
        id: Id::from_uuid(Uuid::nil()),
        on: day(),
        direction: InvoiceDirection::Receivable,
        kind: InvoiceKind::Standard,
        number: "RE-1".to_owned(),
        supplier_number: None,
        due_on: Some(day()),
        currency: Currency::EUR,
        vat,
        deducted: Vec::new(),
        prepaid: 0,
        due,
        party: party(),
        region: Region::Domestic,
    }
}

fn settled(invoice: Booked, kind: AllocationKind, amount: i64) -> Source {
    let id = Id::from_uuid(Uuid::nil());
    let payment = Some((PaymentDirection::Received, PaymentMethod::BankTransfer, true));
    Source::Allocation(BookedAllocation { id, on: day(), kind, amount, payment, invoice })
}

fn plan(chart: Chart) -> AccountPlan {
    AccountingSettings { chart, ..Default::default() }.plan()
}

/// Debit, credit and amount of each entry.
fn lines(source: &Source) -> Vec<(String, String, i64)> {
    let number = |posted: &Posted| posted.account.as_str().to_owned();
    let line = |e: &Entry| (number(e.debit()), number(e.credit()), e.amount);
    source.entries(&plan(Chart::Skr03)).unwrap().iter().map(line).collect()
}

fn expected(lines: &[(&str, &str, i64)]) -> Vec<(String, String, i64)> {
    lines.iter().map(|(d, c, amount)| ((*d).to_owned(), (*c).to_owned(), *amount)).collect()
}

/// What the entries add to the debit of an account.
fn gain(entries: &[Entry], purpose: AccountUse) -> i64 {
    let sum = |posted: fn(&Entry) -> &Posted| {
        let of = entries.iter().filter(|entry| posted(entry).purpose == purpose);
        of.map(|entry| entry.amount).sum::<i64>()
    };
    sum(Entry::debit) - sum(Entry::credit)
}

const S19: (VatCategory, u16) = (VatCategory::Standard, 1900);

#[test]
fn an_invoice_moves_what_is_due_to_revenue_by_vat_and_a_credit_note_back() {
    let rows = vec![row(vat(S19.0, S19.1), 10_000, 1_900), row(vat(S19.0, 700), 5_000, 350)];
    let invoice = booked(rows);
    let own = expected(&[("1400", "8300", 5_350), ("1400", "8400", 11_900)]);
    assert_eq!(lines(&Source::Invoice(invoice.clone())), own);
    let note = Booked { kind: InvoiceKind::CreditNote, ..invoice.clone() };
    let back = expected(&[("8300", "1400", 5_350), ("8400", "1400", 11_900)]);
    assert_eq!(lines(&Source::Invoice(note)), back);
    let incoming = Booked { direction: InvoiceDirection::Payable, ..invoice };
    let costs = expected(&[("3300", "1600", 5_350), ("3400", "1600", 11_900)]);
    assert_eq!(lines(&Source::Invoice(incoming)), costs);
}

#[test]
fn a_final_invoice_posts_what_it_does_not_deduct_and_what_was_paid_before_is_a_deposit() {
    let s19 = vat(S19.0, S19.1);
    let last = Booked {
        kind: InvoiceKind::Final,
        deducted: vec![row(s19, 6_000, 1_140)],
        prepaid: 7_140,
        due: 4_762,
        ..booked(vec![row(s19, 10_000, 1_900)])
    };
    let posted = expected(&[("1400", "8400", 4_760), ("1400", "2700", 2)]);
    assert_eq!(lines(&Source::Invoice(last)), posted);
    let stated = Booked { prepaid: 1_900, due: 10_000, ..booked(vec![row(s19, 10_000, 1_900)]) };
    let posted = expected(&[("1400", "8400", 11_900), ("1710", "1400", 1_900)]);
    assert_eq!(lines(&Source::Invoice(stated)), posted);
}

#[test]
fn a_settlement_goes_to_the_bank_a_discount_and_a_lost_debt_take_their_vat_with_them() {
    let rows = vec![row(vat(S19.0, S19.1), 10_000, 1_900), row(vat(S19.0, 700), 10_000, 700)];
    let of = |kind, amount| lines(&settled(booked(rows.clone()), kind, amount));
    assert_eq!(of(AllocationKind::Payment, 22_600), expected(&[("1200", "1400", 22_600)]));
    assert_eq!(of(AllocationKind::Payment, -22_600), expected(&[("1400", "1200", 22_600)]));
    let discount = expected(&[("8731", "1400", 214), ("8736", "1400", 238)]);
    assert_eq!(of(AllocationKind::CashDiscount, 452), discount);
    let lost = expected(&[("2401", "1400", 10_700), ("2406", "1400", 11_900)]);
    assert_eq!(of(AllocationKind::WriteOff, 22_600), lost);
    assert!(of(AllocationKind::CreditNote, 22_600).is_empty());
    let discount = settled(booked(rows), AllocationKind::CashDiscount, 452);
    let taxes: Vec<_> = discount.entries(&plan(Chart::Skr04)).unwrap();
    assert_eq!(taxes.iter().map(|entry| entry.tax).collect::<Vec<_>>(), [14, 38]);
}

#[test]
fn money_that_settles_nothing_on_its_day_waits_on_the_deposits_of_its_origin() {
    let payment = |direction, origin| {
        Source::Payment(BookedPayment {
            id: Id::from_uuid(Uuid::nil()),
            on: day(),
            direction,
            origin,
            method: PaymentMethod::Cash,
            reference: None,
            currency: Currency::EUR,
            rest: 500,
            party: party(),
        })
    };
    let (received, sent) = (PaymentDirection::Received, PaymentDirection::Sent);
    assert_eq!(lines(&payment(received, received)), expected(&[("1000", "1710", 500)]));
    // A refund of it.
    assert_eq!(lines(&payment(sent, received)), expected(&[("1710", "1000", 500)]));
    assert_eq!(lines(&payment(sent, sent)), expected(&[("1510", "1000", 500)]));
    let invoice = booked(vec![row(vat(S19.0, S19.1), 10_000, 1_900)]);
    let Source::Allocation(later) = settled(invoice, AllocationKind::Payment, 500) else {
        unreachable!("it is an allocation")
    };
    let payment = Some((received, PaymentMethod::Cash, false));
    let later = Source::Allocation(BookedAllocation { payment, ..later });
    assert_eq!(lines(&later), expected(&[("1710", "1400", 500)]));
}

#[test]
fn the_region_of_the_other_side_chooses_the_account_of_a_reverse_charge() {
    let of = |region, direction| {
        let row = row(vat(VatCategory::ReverseCharge, 0), 10_000, 0);
        lines(&Source::Invoice(Booked { direction, region, ..booked(vec![row]) })).remove(0)
    };
    let accounts: Vec<_> = Region::ALL
        .iter()
        .map(|region| {
            let sold = of(*region, InvoiceDirection::Receivable).1;
            (sold, of(*region, InvoiceDirection::Payable).0)
        })
        .collect();
    let pair = |sold: &str, bought: &str| (sold.to_owned(), bought.to_owned());
    assert_eq!(accounts, [pair("8337", "3120"), pair("8336", "3123"), pair("8337", "3125")]);
}

#[test]
fn own_rules_come_before_the_chart_which_never_loses_the_tax_of_another_rate() {
    let number = |text| AccountNumber::parse(text).unwrap();
    let rule = |vat, account| AccountRule {
        purpose: AccountUse::Expense,
        vat,
        region: None,
        account: number(account),
        tax_key: None,
    };
    let s16 = vat(VatCategory::Standard, 1600);
    let rules = vec![rule(None, "4900"), rule(Some(s16), "4916")];
    let rules = AccountRules::new(rules).unwrap();
    let length = AccountLength::new(5).unwrap();
    let chart = Chart::Skr04;
    let settings =
        AccountingSettings { chart, account_length: length, rules, ..Default::default() };
    let plan = settings.plan();
    let find = |purpose, vat| {
        let found = plan.find(purpose, Some(vat), Region::Eu);
        found.map(|rule| rule.account.as_str().to_owned())
    };
    let s19 = vat(S19.0, S19.1);
    assert_eq!(find(AccountUse::Expense, s16).unwrap(), "4916");
    assert_eq!(find(AccountUse::Expense, s19).unwrap(), "4900");
    assert_eq!(find(AccountUse::Revenue, s19).unwrap(), "44000");
    let missing = find(AccountUse::CashDiscountGranted, s16).unwrap_err();
    assert_eq!(missing.to_string(), "cash_discount_granted S 1600 eu");
    let exempt = vat(VatCategory::Exempt, 0);
    assert_eq!(find(AccountUse::CashDiscountGranted, exempt).unwrap(), "47300");
    let custom = AccountingSettings::default().plan();
    assert!(custom.find(AccountUse::Bank, None, Region::Domestic).is_err());
}

#[test]
fn a_chart_knows_an_account_for_every_use_and_category() {
    for chart in [Chart::Skr03, Chart::Skr04] {
        let plan = plan(chart);
        for purpose in AccountUse::ALL.iter().copied().filter(|purpose| !purpose.is_taxed()) {
            assert!(plan.find(purpose, None, Region::Domestic).is_ok(), "{purpose:?}");
        }
        for purpose in AccountUse::ALL.iter().copied().filter(|purpose| purpose.is_taxed()) {
            for category in VatCategory::ALL {
                let rate = if category == VatCategory::Standard { 1900 } else { 0 };
                let found = plan.find(purpose, Some(vat(category, rate)), Region::Abroad);
                assert!(found.unwrap().account.has_digits(4), "{purpose:?} {category:?}");
            }
        }
    }
}

#[test]
fn values_that_make_no_sense_are_refused() {
    assert!(["", "1400 ", "14ö", &"1".repeat(21)].iter().all(|t| AccountNumber::parse(t).is_err()));
    assert!(AccountNumber::parse("D-1007").is_ok());
    assert!(["", "12345", "a"].iter().all(|text| TaxKey::parse(text).is_err()));
    assert!(ConsultantNumber::new(1000).is_err() && ConsultantNumber::new(9_999_999).is_ok());
    assert!(ClientNumber::new(0).is_err() && ClientNumber::new(99_999).is_ok());
    assert!(AccountLength::new(3).is_err() && AccountLength::new(9).is_err());
    let bank = AccountRule {
        purpose: AccountUse::Bank,
        vat: None,
        region: None,
        account: AccountNumber::parse("1210").unwrap(),
        tax_key: None,
    };
    let region = Some(Region::Eu);
    assert!(AccountRule { region, ..bank.clone() }.check().is_err());
    assert!(AccountRules::new(vec![bank.clone(); 2]).is_err());
    assert!(AccountRules::new(vec![bank; 61]).is_err());
}

fn any_rows() -> impl Strategy<Value = Vec<VatRow>> {
    let rate = prop::sample::select(vec![1900_u16, 700]);
    let one = (rate, -50_000_i64..5_000_000).prop_map(|(rate, net)| {
        let vat = vat(VatCategory::Standard, rate);
        row(vat, net, net * i64::from(rate) / 10_000)
    });
    prop::collection::vec(one, 1..4)
}

proptest! {
    /// Each entry has an equal debit and credit, so what is proved is that an account of the party
    /// moves by what is due and what is settled, and no cent is lost on the other side.
    #[test]
    fn the_account_of_the_party_moves_by_what_is_due_and_what_is_settled(
        rows in any_rows(),
        deducted in any_rows(),
        paid in 0_i64..10_000,
        rounding in -4_i64..5,
        amount in -1_000_000_i64..1_000_000,
        is_ours: bool,
        is_note: bool,
    ) {
        let sum = |rows: &[VatRow]| rows.iter().map(|row| row.net + row.tax).sum::<i64>();
        let prepaid = sum(&deducted) + paid;
        let direction = InvoiceDirection::ALL[usize::from(!is_ours)];
        let kind = if is_note { InvoiceKind::CreditNote } else { InvoiceKind::Final };
        let due = sum(&rows) - prepaid + rounding;
        let invoice = Booked { direction, kind, deducted, prepaid, due, ..booked(rows) };
        let purpose = if is_ours { AccountUse::Receivables } else { AccountUse::Payables };
        let sign = if is_ours == is_note { -1 } else { 1 };
        let plan = plan(Chart::Skr03);
        let issued = Source::Invoice(invoice.clone()).entries(&plan).unwrap();
        prop_assert_eq!(gain(&issued, purpose), sign * due);
        for kind in [AllocationKind::Payment, AllocationKind::CashDiscount, AllocationKind::WriteOff] {
            let entries = settled(invoice.clone(), kind, amount).entries(&plan).unwrap();
            prop_assert_eq!(gain(&entries, purpose), -sign * amount, "{:?}", kind);
        }
        for entry in &issued {
            prop_assert!(entry.amount > 0 && entry.tax >= 0 && entry.tax < entry.amount);
        }
    }
}
