use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate};

use super::{Base, StatedRate, law::Rate};
use crate::{Allocation, Invalid, money};

/// The most periods of one notice.
pub const MAX_PERIODS: usize = 200;

/// Days on which the same amount was open, at the same rate, in the same calendar year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InterestPeriod {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
    /// What was open at the end of each of these days, in minor units.
    pub amount: i64,
    /// The base rate; `None` for a fixed rate.
    pub base: Option<Base>,
    /// The rate of a year, in hundredths of a percent, above 0.
    pub rate: u32,
}

impl InterestPeriod {
    /// The number of days.
    #[must_use]
    pub fn days(&self) -> i64 {
        (self.until - self.from).num_days() + 1
    }
}

/// What was open on each day.
pub(super) struct Balance {
    /// What fell due.
    due: i64,
    /// What was settled on a day.
    settled: BTreeMap<NaiveDate, i128>,
}

impl Balance {
    pub(super) fn new(due: i64, allocations: &[Allocation]) -> Self {
        let mut settled: BTreeMap<NaiveDate, i128> = BTreeMap::new();
        for allocation in allocations {
            *settled.entry(allocation.on).or_default() += i128::from(allocation.amount);
        }
        Self { due, settled }
    }

    /// What was open at the end of a day, never below 0.
    fn on(&self, day: NaiveDate) -> i64 {
        let settled: i128 = self.settled.range(..=day).map(|(_, amount)| amount).sum();
        let open = (i128::from(self.due) - settled).clamp(0, i128::from(self.due.max(0)));
        i64::try_from(open).unwrap_or_default()
    }
}

/// The periods from the day `from` to the day `until`, both with interest. Days without interest are in
/// none.
pub(super) fn periods(
    balance: &Balance,
    (from, until): (NaiveDate, NaiveDate),
    rate: Rate,
    stated: &[StatedRate],
) -> Vec<InterestPeriod> {
    let mut starts: BTreeSet<NaiveDate> = half_years(from, until);
    starts.extend(balance.settled.keys().filter(|day| (from..=until).contains(day)));
    if from <= until {
        starts.insert(from);
    }
    let ends = starts.iter().skip(1).filter_map(NaiveDate::pred_opt);
    let ends: Vec<NaiveDate> = ends.chain([until]).collect();
    let mut periods: Vec<InterestPeriod> = Vec::new();
    for (from, until) in starts.into_iter().zip(ends) {
        let (base, points) = match rate {
            Rate::None => continue,
            Rate::Fixed(points) => (None, i32::from(points)),
            Rate::Above(rate, above) => {
                let Some(base) = rate.on(from, stated) else { continue };
                (Some(base), i32::from(base.points) + above)
            }
        };
        let amount = balance.on(from);
        let Ok(rate @ 1..) = u32::try_from(points) else { continue };
        if amount == 0 {
            continue;
        }
        let next = InterestPeriod { from, until, amount, base, rate };
        match periods.last_mut() {
            Some(last) if goes_on(last, &next) => last.until = until,
            _ => periods.push(next),
        }
    }
    periods
}

/// The first days of the half-years within a range of days.
fn half_years(from: NaiveDate, until: NaiveDate) -> BTreeSet<NaiveDate> {
    let first = |year, month| NaiveDate::from_ymd_opt(year, month, 1);
    let years = from.year()..=until.year();
    let days = years.flat_map(|year| [first(year, 1), first(year, 7)]).flatten();
    days.filter(|day| (from..=until).contains(day)).collect()
}

fn goes_on(last: &InterestPeriod, next: &InterestPeriod) -> bool {
    let follows = last.until.checked_add_days(Days::new(1)) == Some(next.from);
    let same = (last.amount, last.base, last.rate) == (next.amount, next.base, next.rate);
    follows && same && last.from.year() == next.from.year()
}

/// The interest of all periods, rounded once. A day is the 365th part of a year, and the 366th of a leap
/// year, so that a whole year always bears exactly its rate.
pub(super) fn total(periods: &[InterestPeriod]) -> Result<i64, Invalid> {
    let parts = periods.iter().map(|period| {
        let year = if period.from.leap_year() { 365 } else { 366 };
        i128::from(period.amount) * i128::from(period.rate) * i128::from(period.days()) * year
    });
    // At most 200 periods of 366 days: below 10^32.
    money::amount(money::rounded(parts.sum(), 10_000 * 365 * 366))
}
