use super::*;
use crate::{InvoiceDirection, InvoiceKind, InvoiceStatus, Lines, codes};

fn refused(invoice: &Invoice, today: &str, earlier: &[DunningNotice]) -> &'static str {
    dun(invoice, &strict(), false, (today, earlier, &[])).unwrap_err().code.name()
}

#[test]
fn each_level_has_its_day_and_waits_for_the_new_date_of_the_one_before_it() {
    let invoice = invoice("DE", 100_000, "2026-01-05");
    assert_eq!(refused(&invoice, "2026-01-05", &[]), "dunning.not_overdue");
    assert_eq!(refused(&invoice, "2026-01-11", &[]), "dunning.too_early");
    let first = dun(&invoice, &strict(), false, ("2026-01-12", &[], &[])).unwrap();
    assert_eq!((first.level, first.pay_by), (1, day("2026-01-22")));
    let mut notices = vec![notice(&invoice, first)];
    assert_eq!(refused(&invoice, "2026-01-25", &notices), "dunning.too_early");
    let second = dun(&invoice, &strict(), false, ("2026-01-26", &notices, &[])).unwrap();
    assert_eq!(second.level, 2);
    notices.push(notice(&invoice, second));
    // The day of the third level is 9 February, the new date of the second one 5 February.
    assert_eq!(refused(&invoice, "2026-02-08", &notices), "dunning.too_early");
    let third = dun(&invoice, &strict(), false, ("2026-02-09", &notices, &[])).unwrap();
    notices.push(notice(&invoice, third));
    assert_eq!(refused(&invoice, "2026-12-31", &notices), "dunning.last_level");
}

#[test]
fn a_late_first_notice_does_not_let_the_next_one_follow_at_once() {
    let invoice = invoice("DE", 100_000, "2026-01-05");
    let first = dun(&invoice, &strict(), false, ("2026-06-01", &[], &[])).unwrap();
    let notices = [notice(&invoice, first)];
    assert_eq!(refused(&invoice, "2026-06-11", &notices), "dunning.too_early");
    assert!(dun(&invoice, &strict(), false, ("2026-06-12", &notices, &[])).is_ok());
}

#[test]
fn a_withdrawn_notice_counts_as_if_it_had_not_been_sent() {
    let invoice = invoice("AT", 100_000, "2026-01-05");
    let first = dun(&invoice, &strict(), true, ("2026-01-12", &[], &[])).unwrap();
    let withdrawn = notice(&invoice, first.clone()).withdraw(AT).unwrap();
    assert!(withdrawn.clone().withdraw(AT).is_err());
    let again = dun(&invoice, &strict(), true, ("2026-01-12", &[withdrawn], &[])).unwrap();
    assert_eq!(again, first);
}

#[test]
fn only_an_open_claim_is_dunned() {
    let open = invoice("DE", 100_000, "2026-01-05");
    for status in [InvoiceStatus::Draft, InvoiceStatus::Paid, InvoiceStatus::Void] {
        let closed = Invoice { status, ..open.clone() };
        assert_eq!(refused(&closed, "2026-03-01", &[]), "dunning.no_claim", "{status:?}");
    }
    let mut payable = open.clone();
    payable.content.direction = InvoiceDirection::Payable;
    assert_eq!(refused(&payable, "2026-03-01", &[]), "dunning.no_claim");
    let mut note = open.clone();
    note.content.kind = InvoiceKind::CreditNote;
    assert_eq!(refused(&note, "2026-03-01", &[]), "dunning.no_claim");
    let mut retained = open.clone();
    retained.totals.retained = 100_000;
    assert_eq!(refused(&retained, "2026-03-01", &[]), "dunning.retained_only");
    let blocked = open.block_dunning(true, AT).unwrap();
    assert_eq!(refused(&blocked, "2026-03-01", &[]), "dunning.blocked");
    assert!(blocked.clone().block_dunning(true, AT).is_err());
    assert!(
        dun(&blocked.block_dunning(false, AT).unwrap(), &strict(), false, ("2026-03-01", &[], &[]))
            .is_ok()
    );
}

#[test]
fn small_amounts_and_switched_off_dunning_are_refused() {
    let invoice = invoice("DE", 999, "2026-01-05");
    let minimum = |code, amount_minor| DunningSettings {
        minimum: Some(Money { amount_minor, currency: Currency::parse(code).unwrap() }),
        ..strict()
    };
    let try_it = |settings: &DunningSettings| {
        dun(&invoice, settings, false, ("2026-03-01", &[], &[])).map_err(|fault| fault.code.name())
    };
    assert_eq!(try_it(&minimum("EUR", 1_000)).unwrap_err(), "dunning.below_minimum");
    assert!(try_it(&minimum("EUR", 999)).is_ok() && try_it(&minimum("CHF", 1_000)).is_ok());
    let off = DunningSettings { levels: Vec::new(), ..strict() };
    assert_eq!(try_it(&off).unwrap_err(), "dunning.off");
}

#[test]
fn a_fee_and_the_lump_sum_count_in_their_currency() {
    let mut invoice = invoice("AT", 100_000, "2026-01-05");
    invoice.content.currency = Currency::parse("USD").unwrap();
    let claim = dun(&invoice, &strict(), false, ("2026-03-01", &[], &[])).unwrap();
    assert_eq!((claim.fees, claim.lump_sum), (0, 0));
    assert_eq!(claim.total, claim.overdue + claim.interest);
}

#[test]
fn a_claim_is_the_sum_of_its_parts_within_the_range_of_amounts() {
    let claim =
        dun(&invoice("US", 100_000, "2026-01-05"), &strict(), true, ("2026-03-01", &[], &[]));
    assert_eq!(claim.unwrap().total, 100_500);
    let most = invoice("DE", crate::MAX_AMOUNT, "2026-01-05");
    assert_eq!(refused(&most, "2026-03-01", &[]), "amount.overflow");
}

#[test]
fn the_text_of_a_letter_is_that_of_its_language() {
    let mut settings = strict();
    settings.levels[0].text_de = Lines::parse("Bitte zahlen Sie.").ok();
    // An issued invoice has its language.
    let claim =
        dun(&invoice("DE", 100_000, "2026-01-05"), &settings, false, ("2026-03-01", &[], &[]));
    let claim = claim.unwrap();
    assert_eq!(claim.language, Language::De);
    assert_eq!(claim.text, settings.levels[0].text_de);
}

#[test]
fn levels_rise_and_are_few() {
    let levels = DunningSettings::default().levels;
    assert!(DunningSettings::levels(levels.clone()).is_ok());
    let mut alike = levels.clone();
    alike[2].after_days = alike[1].after_days;
    let (index, invalid) = DunningSettings::levels(alike).unwrap_err();
    assert_eq!((index, invalid.code), (Some(2), settings::DUNNING_LEVELS));
    let many = vec![levels[0].clone(); MAX_LEVELS + 1];
    assert_eq!(DunningSettings::levels(many).unwrap_err().1.code, codes::LIST_TOO_LONG);
    let rate = |of| StatedRate::new(of, day("2026-07-01"), 1).unwrap();
    let twice = vec![rate(BaseRate::Ecb), rate(BaseRate::Ecb)];
    assert_eq!(DunningSettings::base_rates(twice).unwrap_err().code, codes::VALUE_REPEATED);
    assert!(DunningSettings::base_rates(vec![rate(BaseRate::Ecb), rate(BaseRate::Oenb)]).is_ok());
    for fee in [-1, MAX_FEE + 1] {
        assert!(DunningLevel::fee(Money { amount_minor: fee, currency: Currency::EUR }).is_err());
    }
    assert!(DunningLevel::after_days(0).is_err() && DunningLevel::after_days(366).is_err());
    assert!(
        DunningLevel::pay_within_days(0).is_err() && DunningLevel::pay_within_days(91).is_err()
    );
}
