use proptest::prelude::*;

use super::*;
use crate::BasisPoints;

/// The only notice, with interest from the first level on.
fn claim(invoice: &Invoice, is_consumer: bool, today: &str, paid: &[Allocation]) -> DunningClaim {
    dun(invoice, &strict(), is_consumer, (today, &[], paid)).unwrap()
}

#[test]
fn interest_over_a_half_year_is_that_of_both_base_rates() {
    // 10,000.00 × (11.27 % × 30 + 10.27 % × 15) / 365 = 134.8356
    let claim = claim(&invoice("DE", 1_000_000, "2025-05-31"), false, "2025-07-15", &[]);
    assert_eq!(claim.interest, 13_484);
    let periods: Vec<_> =
        claim.periods.iter().map(|one| (one.from, one.until, one.days(), one.rate)).collect();
    let june = (day("2025-06-01"), day("2025-06-30"), 30, 1_127);
    assert_eq!(periods, [june, (day("2025-07-01"), day("2025-07-15"), 15, 1_027)]);
}

#[test]
fn a_part_payment_bears_interest_until_the_day_before_it() {
    // 10.27 % × (1,000.00 × 19 + 600.00 × 12) / 365 = 7.3719
    let invoice = Invoice {
        settlement: crate::Settlement { settled: 40_000, written_off: 0 },
        ..invoice("DE", 100_000, "2025-08-31")
    };
    let claim = claim(&invoice, false, "2025-10-01", &[paid(40_000, "2025-09-20")]);
    assert_eq!((claim.interest, claim.overdue), (737, 60_000));
    let open: Vec<_> = claim.periods.iter().map(|one| (one.amount, one.days())).collect();
    assert_eq!(open, [(100_000, 19), (60_000, 12)]);
}

#[test]
fn a_payment_that_was_taken_back_is_open_again_from_that_day_on() {
    let invoice = invoice("AT", 365_000, "2025-06-30");
    let both = [paid(365_000, "2025-07-11"), paid(-365_000, "2025-08-20")];
    let claim = claim(&invoice, true, "2025-08-29", &both);
    // 4 % of 3,650.00 are 0.40 a day: 10 days before the payment, and 10 from its reversal on.
    assert_eq!(claim.interest, 800);
    assert_eq!(claim.periods[1].from, day("2025-08-20"));
}

#[test]
fn a_day_of_a_leap_year_is_its_366th_part() {
    // 3,650.00 × (12.62 % × 182 + 12.37 % × 184) / 366 = 456.0426
    let leap = claim(&invoice("DE", 365_000, "2023-12-31"), false, "2024-12-31", &[]);
    assert_eq!(leap.interest, 45_604);
    for (due_on, today) in [("2023-12-31", "2024-12-31"), ("2024-12-31", "2025-12-31")] {
        let year = claim(&invoice("AT", 100_000, due_on), true, today, &[]);
        assert_eq!(year.interest, 4_000, "four percent of a whole year");
    }
}

#[test]
fn a_consumer_in_germany_owes_interest_from_the_day_after_the_first_notice() {
    let invoice = invoice("DE", 365_000, "2025-07-31");
    let claims = after(&invoice, &strict(), true, &["2025-08-10", "2025-08-30"]);
    assert_eq!((claims[0].interest, claims[0].periods.len()), (0, 0));
    // 6.27 % of 3,650.00 are 0.627 a day, for 20 days.
    assert_eq!(claims[1].interest, 1_254);
    assert_eq!(claims[1].periods[0].from, day("2025-08-11"));
}

#[test]
fn what_is_retained_bears_no_interest() {
    let mut retained = invoice("AT", 110_000, "2024-12-31");
    retained.totals.retained = 10_000;
    let claim = claim(&retained, true, "2025-12-31", &[]);
    assert_eq!((claim.overdue, claim.interest), (100_000, 4_000));
}

#[test]
fn more_than_the_most_periods_are_refused() {
    let on = |n: u64| day("2025-01-01") + chrono::Days::new(n);
    let paid: Vec<Allocation> =
        (0..250).map(|n| Allocation { on: on(n), ..paid(1, "2025-01-01") }).collect();
    let invoice = invoice("AT", 100_000, "2024-12-31");
    let refused = dun(&invoice, &strict(), true, ("2025-12-31", &[], &paid)).unwrap_err();
    assert_eq!(refused.code.name(), "dunning.periods_many");
}

proptest! {
    /// The periods cover each day once, and their sum is that of the single days, rounded once.
    #[test]
    fn the_interest_of_periods_is_that_of_their_days(
        due in 1_i64..=1_000_000_000_000,
        days in 1_u64..1_500,
        paid_after in proptest::collection::vec((0_u64..1_500, 1_i64..=1_000_000), 0..6),
        points in 1_u16..=3_000,
    ) {
        let due_on = day("2023-05-17");
        let today = due_on + chrono::Days::new(days + 6);
        let settings = DunningSettings {
            business_rate: BasisPoints::new(points).ok(),
            ..strict()
        };
        let paid: Vec<Allocation> = paid_after
            .iter()
            .map(|(n, amount)| Allocation {
                on: due_on + chrono::Days::new(*n),
                ..paid(*amount, "2023-05-17")
            })
            .collect();
        let invoice = invoice("DE", due, "2023-05-17");
        let claim = dun(&invoice, &settings, false, (&today.to_string(), &[], &paid));
        let claim = claim.unwrap();
        let (mut exact, mut at) = (0_i128, due_on);
        while at < today {
            at = at.succ_opt().unwrap();
            let settled: i64 = paid.iter().filter(|one| one.on <= at).map(|one| one.amount).sum();
            let year = if at.leap_year() { 365 } else { 366 };
            exact += i128::from((due - settled).max(0)) * i128::from(points) * year;
        }
        let rounded = crate::rounded(exact, 10_000 * 365 * 366);
        prop_assert_eq!(i128::from(claim.interest), rounded);
        prop_assert!(claim.periods.windows(2).all(|two| two[0].until < two[1].from));
    }
}
