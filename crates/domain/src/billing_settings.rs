use chrono::{Datelike, NaiveDate};

use crate::{Invalid, codes};

/// Whether an invoice that the organization received has to be approved before it is paid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PayableApproval {
    /// No approval is needed.
    #[default]
    None,
    /// Another member than the one who entered it approves it.
    SecondPerson,
}

impl PayableApproval {
    /// Every value.
    pub const ALL: [Self; 2] = [Self::None, Self::SecondPerson];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::SecondPerson => "second_person",
        }
    }

    /// Finds a value by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|value| value.name() == name)
    }
}

/// The month in which fiscal years begin: 1 to 12.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FiscalYearStart(u8);

impl FiscalYearStart {
    /// Checks the number of a month.
    pub fn from_month(month: u8) -> Result<Self, Invalid> {
        if (1..=12).contains(&month) {
            Ok(Self(month))
        } else {
            Err(Invalid::new(codes::NUMBER_OUT_OF_RANGE, "a month is 1 to 12"))
        }
    }

    /// The number of the month.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.0
    }

    /// The fiscal year of a day, named by the calendar year in which it begins.
    #[must_use]
    pub fn year_of(self, day: NaiveDate) -> i32 {
        if day.month() < u32::from(self.0) { day.year() - 1 } else { day.year() }
    }
}

impl Default for FiscalYearStart {
    fn default() -> Self {
        Self(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fiscal_year_is_named_by_the_calendar_year_in_which_it_begins() {
        let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap();
        let (calendar, july) =
            (FiscalYearStart::default(), FiscalYearStart::from_month(7).unwrap());
        assert_eq!(calendar.year_of(day(1, 1)), 2026);
        assert_eq!(calendar.year_of(day(12, 31)), 2026);
        assert_eq!(july.year_of(day(6, 30)), 2025);
        assert_eq!(july.year_of(day(7, 1)), 2026);
        assert!(
            FiscalYearStart::from_month(0).is_err() && FiscalYearStart::from_month(13).is_err()
        );
    }

    #[test]
    fn every_name_leads_back_to_its_value() {
        for value in PayableApproval::ALL {
            assert_eq!(PayableApproval::from_name(value.name()), Some(value));
        }
    }
}
