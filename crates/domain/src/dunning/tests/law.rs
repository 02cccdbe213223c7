use super::*;
use crate::BasisPoints;

fn law(code: &str) -> DunningLaw {
    DunningLaw::of(Country::parse(code).ok().as_ref())
}

/// The rate of a year on a day, in hundredths of a percent.
fn rate(country: &str, is_consumer: bool, settings: &DunningSettings, on: &str) -> Option<u32> {
    let invoice = invoice(country, 100_000, "2023-01-01");
    let settings = DunningSettings { levels: strict().levels, ..settings.clone() };
    let first = dun(&invoice, &settings, is_consumer, ("2023-02-01", &[], &[])).unwrap();
    let earlier = [notice(&invoice, first)];
    let claim = dun(&invoice, &settings, is_consumer, (on, &earlier, &[])).unwrap();
    claim.periods.last().map(|period| period.rate)
}

#[test]
fn each_country_has_the_rate_of_its_law() {
    let plain = DunningSettings::default();
    for (country, is_consumer, expected) in [
        ("DE", true, Some(627)),
        ("DE", false, Some(1_027)),
        ("AT", true, Some(400)),
        ("AT", false, Some(1_073)),
        ("FR", false, Some(1_015)),
        ("FR", true, None),
        ("SE", false, None),
        ("CH", false, None),
        ("US", true, None),
    ] {
        let found = rate(country, is_consumer, &plain, "2025-09-01");
        assert_eq!(found, expected, "{country}, consumer: {is_consumer}");
    }
}

#[test]
fn a_stated_rate_replaces_that_for_businesses_and_never_that_which_protects_consumers() {
    let points = |points| BasisPoints::new(points).ok();
    let (business_rate, consumer_rate) = (points(1_500), points(600));
    let stated = DunningSettings { business_rate, consumer_rate, ..DunningSettings::default() };
    for (country, is_consumer, expected) in [
        ("DE", false, 1_500),
        ("DE", true, 627),
        ("AT", true, 400),
        ("FR", true, 600),
        ("US", false, 1_500),
        ("US", true, 600),
    ] {
        assert_eq!(rate(country, is_consumer, &stated, "2025-09-01"), Some(expected), "{country}");
    }
}

#[test]
fn base_rates_are_those_that_the_central_banks_published() {
    let on = |rate: BaseRate, text| rate.on(day(text), &[]).map(|base| base.points);
    for (text, bundesbank, oenb, ecb) in [
        ("2014-07-01", -73, -12, 15),
        ("2016-06-30", -83, -12, 5),
        ("2016-07-01", -88, -62, 0),
        ("2022-12-31", -88, -62, 0),
        ("2023-01-01", 162, 188, 250),
        ("2023-07-01", 312, 338, 400),
        ("2024-01-01", 362, 388, 450),
        ("2024-07-01", 337, 388, 425),
        ("2025-01-01", 227, 253, 315),
        ("2025-12-31", 127, 153, 215),
        ("2026-01-01", 127, 153, 215),
    ] {
        let found = BaseRate::ALL.iter().map(|rate| on(*rate, text)).collect::<Vec<_>>();
        assert_eq!(found, [Some(bundesbank), Some(oenb), Some(ecb)], "{text}");
    }
    assert_eq!(on(BaseRate::Bundesbank, "2014-06-30"), None);
}

#[test]
fn the_last_known_rate_holds_until_a_later_one_is_stated() {
    let last = BaseRate::Bundesbank.on(day("2027-03-01"), &[]).unwrap();
    assert_eq!(last, Base { points: 127, since: day("2026-01-01") });
    let stated = |text, points| StatedRate::new(BaseRate::Bundesbank, day(text), points).unwrap();
    // What the table has is not replaced.
    let rates = [stated("2025-07-01", 900), stated("2027-01-01", 250), stated("2026-07-01", 200)];
    let on = |text| BaseRate::Bundesbank.on(day(text), &rates).unwrap();
    assert_eq!(on("2025-08-01").points, 127);
    assert_eq!(on("2026-08-01"), Base { points: 200, since: day("2026-07-01") });
    assert_eq!(on("2027-03-01"), Base { points: 250, since: day("2027-01-01") });
    assert_eq!(BaseRate::Ecb.on(day("2027-03-01"), &rates).unwrap().points, 215);
}

#[test]
fn a_stated_rate_begins_with_a_half_year() {
    for text in ["2026-07-02", "2026-06-01", "2013-07-01", "2200-01-01"] {
        assert!(StatedRate::new(BaseRate::Ecb, day(text), 100).is_err(), "{text}");
    }
    for points in [StatedRate::MIN - 1, StatedRate::MAX + 1] {
        assert!(StatedRate::new(BaseRate::Ecb, day("2026-07-01"), points).is_err(), "{points}");
    }
}

#[test]
fn fees_and_the_lump_sum_are_claimed_where_the_law_allows_them() {
    assert_eq!(law("BG"), DunningLaw::EuroArea);
    let days = ["2026-02-01", "2026-02-15", "2026-03-01"];
    for (country, is_consumer, fees, lump_sum) in [
        // The first notice in Germany has no fee. The fees of businesses count against the lump sum.
        ("DE", true, [0, 500, 1_000], 0),
        ("DE", false, [0, 0, 0], 4_000),
        ("AT", true, [500, 1_000, 1_500], 0),
        ("AT", false, [0, 0, 0], 4_000),
        ("IT", true, [0, 0, 0], 0),
        ("IT", false, [0, 0, 0], 4_000),
        ("US", false, [500, 1_000, 1_500], 0),
    ] {
        let invoice = invoice(country, 100_000, "2026-01-05");
        let claims = after(&invoice, &strict(), is_consumer, &days);
        let found: Vec<i64> = claims.iter().map(|claim| claim.fees).collect();
        assert_eq!(found, fees, "{country}, consumer: {is_consumer}");
        assert!(claims.iter().all(|claim| claim.lump_sum == lump_sum), "{country}");
    }
}

#[test]
fn fees_count_as_far_as_they_exceed_the_lump_sum() {
    let mut settings = strict();
    for level in &mut settings.levels {
        let fee = Money { amount_minor: 2_500, currency: Currency::EUR };
        (level.fee, level.lump_sum) = (Some(fee), level.after_days == 21);
    }
    let invoice = invoice("AT", 100_000, "2026-01-05");
    let claims = after(&invoice, &settings, false, &["2026-02-01", "2026-02-15", "2026-03-01"]);
    let found: Vec<_> = claims.iter().map(|claim| (claim.fees, claim.lump_sum)).collect();
    // The third level claims no lump sum of its own: that of the second one is still owed, once.
    assert_eq!(found, [(2_500, 0), (1_000, 4_000), (3_500, 4_000)]);
}
