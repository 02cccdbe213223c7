use chrono::{Datelike, NaiveDate};

use super::PlanLimit;
use crate::named;

named! {
    /// What is counted as it is used.
    UsageMeasure {
        /// Requests of the API, of each day.
        ApiCalls = "api_calls",
        /// Executions that were begun, of each month.
        Executions = "executions",
        /// What executions have cost, in nano-USD, of each month.
        AiCost = "ai_cost",
    }
}

/// What is used of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitUse {
    /// The most that is allowed.
    pub allowed: u64,
    /// What is used; more than is allowed, where the plan was another one before.
    pub used: u64,
}

impl LimitUse {
    /// What is left.
    #[must_use]
    pub const fn left(self) -> u64 {
        self.allowed.saturating_sub(self.used)
    }

    /// Whether so much is used that the organization is warned: 80 %.
    #[must_use]
    pub const fn is_near(self) -> bool {
        self.used > 0 && self.used >= self.allowed - self.allowed / 5
    }
}

impl PlanLimit {
    /// The first day of the period that has this day, in which an organization is warned once: a day of
    /// what is limited by the day, else a month.
    #[must_use]
    pub fn first_day(self, day: NaiveDate) -> NaiveDate {
        match self {
            Self::ApiCallsPerDay => day,
            _ => month_of(day),
        }
    }
}

impl UsageMeasure {
    /// The first day of the period that has this day.
    #[must_use]
    pub fn first_day(self, day: NaiveDate) -> NaiveDate {
        match self {
            Self::ApiCalls => day,
            Self::Executions | Self::AiCost => month_of(day),
        }
    }
}

fn month_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_organization_is_warned_from_four_fifths_of_its_limit_on() {
        for (allowed, from) in [(1, 1), (3, 3), (5, 4), (100, 80), (101, 81), (u64::MAX, 0)] {
            let from = if allowed == u64::MAX { allowed - allowed / 5 } else { from };
            let near = |used| LimitUse { allowed, used }.is_near();
            assert!(near(from) && !near(from - 1), "{allowed}");
        }
        assert!(!LimitUse { allowed: 0, used: 0 }.is_near(), "nothing is used");
    }

    #[test]
    fn nothing_is_left_of_a_limit_that_was_lowered_below_what_is_used() {
        assert_eq!(LimitUse { allowed: 5, used: 3 }.left(), 2);
        assert_eq!(LimitUse { allowed: 5, used: 9 }.left(), 0);
        assert_eq!(LimitUse { allowed: 0, used: 0 }.left(), 0);
    }

    #[test]
    fn calls_are_limited_by_the_day_and_all_else_is_warned_of_once_a_month() {
        let day = NaiveDate::from_ymd_opt(2028, 2, 29).unwrap();
        for limit in PlanLimit::ALL {
            let is_daily = *limit == PlanLimit::ApiCallsPerDay;
            let first = if is_daily { "2028-02-29" } else { "2028-02-01" };
            assert_eq!(limit.first_day(day).to_string(), first);
        }
        assert_eq!(UsageMeasure::ApiCalls.first_day(day), day);
        assert_eq!(UsageMeasure::AiCost.first_day(day).to_string(), "2028-02-01");
    }
}
