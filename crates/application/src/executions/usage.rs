//! What executions have cost, by day or month and by record.

use chrono::{Datelike, Days, Months, NaiveDate};
use plinth_domain::{BudgetPeriod, Permission, ProjectId, Timestamp, Timezone};
use plinth_ports::records::execution_usage::{UsageBy, UsageQuery, UsageRow};

use crate::{
    Error, Query, Reading, View,
    reports::{MAX_ROWS, REPORT_TOO_LARGE},
};

/// The most days of which the usage is added up.
pub const MAX_USAGE_DAYS: i64 = 366;

/// The days of which the usage is added up: at most [`MAX_USAGE_DAYS`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UsageDays {
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
}

impl UsageDays {
    /// From the first to the last day; `None` where these are none, or too many.
    #[must_use]
    pub fn new(from: Option<NaiveDate>, until: Option<NaiveDate>) -> Option<Self> {
        let fits = |(from, until)| (0..MAX_USAGE_DAYS).contains(&days_between(from, until));
        from.zip(until).is_none_or(fits).then_some(Self { from, until })
    }

    /// By default from the first of the month of the last day, and until today.
    pub(super) fn bounds(self, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        let Self { from, until } = self;
        match (from, until) {
            (Some(from), Some(until)) => (from, until),
            (Some(from), None) => {
                let last = from.checked_add_days(Days::new(MAX_USAGE_DAYS.unsigned_abs() - 1));
                (from, today.clamp(from, last.unwrap_or(from)))
            }
            (None, until) => {
                let until = until.unwrap_or(today);
                (BudgetPeriod::Month.first_day(until), until)
            }
        }
    }
}

fn days_between(from: NaiveDate, until: NaiveDate) -> i64 {
    (until - from).num_days()
}

/// Adds up what executions have cost.
#[derive(Debug, Clone, Copy)]
pub struct GetUsage {
    /// The days.
    pub days: UsageDays,
    /// The length of the periods: those of the organization's time zone.
    pub per: BudgetPeriod,
    /// How it is grouped within a period.
    pub by: Option<UsageBy>,
    /// Only executions for this project.
    pub project: Option<ProjectId>,
}

impl Query for GetUsage {
    const NAME: &'static str = "usage.get";
    const PERMISSION: Permission = Permission::BudgetRead;
    const SLOW: &'static str = "the usage took too long to add up: ask for fewer days";
    type Output = Vec<UsageRow>;

    fn reading(&self) -> Reading {
        Reading::Slowly
    }

    async fn run(self, view: &mut View<'_>) -> Result<Vec<UsageRow>, Error> {
        let organization = view.unit.organization().find().await?;
        let timezone = organization.ok_or(Error::NotFound("organization"))?.settings.timezone;
        let (from, until) = self.days.bounds(timezone.day(view.now));
        let asked = UsageQuery {
            periods: periods(from, until, self.per, timezone),
            until: timezone.start_of(after(until)),
            by: self.by,
            project: self.project,
            limit: MAX_ROWS + 1,
        };
        let rows = view.unit.execution_parts().usage(&asked).await?;
        if rows.len() > MAX_ROWS as usize {
            let detail = "the usage has more than 10000 rows: ask for fewer days, or by month";
            return Err(Error::conflict(REPORT_TOO_LARGE, detail));
        }
        Ok(rows)
    }
}

/// The periods of these days. The first one begins with the first day, also within a month.
fn periods(
    from: NaiveDate,
    until: NaiveDate,
    per: BudgetPeriod,
    timezone: Timezone,
) -> Vec<(NaiveDate, Timestamp)> {
    let next = |day: &NaiveDate| match per {
        BudgetPeriod::Day => Some(after(*day)),
        BudgetPeriod::Month => day.with_day(1)?.checked_add_months(Months::new(1)),
    };
    let days = std::iter::successors(Some(from), next).take_while(|day| *day <= until);
    days.map(|day| (day, timezone.start_of(day))).collect()
}

pub(super) fn after(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(1)).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn periods_have_no_gaps_and_the_first_begins_with_the_first_day() {
        let berlin = Timezone::parse("Europe/Berlin").unwrap();
        let (from, until) = (day("2026-02-14"), day("2026-04-01"));
        let months = periods(from, until, BudgetPeriod::Month, berlin);
        let begins: Vec<_> = months.iter().map(|(day, at)| format!("{day} {at}")).collect();
        assert_eq!(
            begins,
            [
                "2026-02-14 2026-02-13 23:00:00 UTC",
                "2026-03-01 2026-02-28 23:00:00 UTC",
                "2026-04-01 2026-03-31 22:00:00 UTC",
            ]
        );
        assert_eq!(periods(from, until, BudgetPeriod::Day, berlin).len(), 47);
    }

    #[test]
    fn no_more_days_than_a_leap_year_has_are_added_up() {
        let (first, last) = (day("2026-01-01"), day("2027-01-01"));
        assert!(UsageDays::new(Some(first), Some(last)).is_some());
        assert!(UsageDays::new(Some(first), last.succ_opt()).is_none());
        assert!(UsageDays::new(Some(last), Some(first)).is_none());
        let today = day("2029-05-06");
        let bounds = |from, until| UsageDays::new(from, until).unwrap().bounds(today);
        assert_eq!(bounds(None, None), (day("2029-05-01"), today));
        assert_eq!(bounds(Some(first), None), (first, last));
        assert_eq!(bounds(today.succ_opt(), None).1, day("2029-05-07"));
        assert_eq!(bounds(None, Some(last)), (last, last));
    }
}
