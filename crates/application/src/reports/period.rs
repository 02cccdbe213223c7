use chrono::{Datelike, Months, NaiveDate};

/// Months of a calendar year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    first: NaiveDate,
    months: u32,
}

impl Period {
    /// Parses a month, a quarter or a year: `2026-11`, `2026-Q4`, `2026`, of the years 1 to 9999.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (year, part) = text.split_once('-').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let year: i32 = Some(year).filter(|year| year.len() == 4 && digits(year))?.parse().ok()?;
        let (month, months) = match (part, part.strip_prefix('Q')) {
            ("", _) if !text.contains('-') => (1, 12),
            (_, Some(quarter)) if quarter.len() == 1 && digits(quarter) => {
                let quarter: u32 =
                    quarter.parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
                (quarter * 3 - 2, 3)
            }
            (month, None) if month.len() == 2 && digits(month) => (month.parse().ok()?, 1),
            _ => return None,
        };
        let first = NaiveDate::from_ymd_opt(year, month, 1).filter(|_| year > 0)?;
        Some(Self { first, months })
    }

    /// The text that [`parse`](Self::parse) reads.
    #[must_use]
    pub fn name(self) -> String {
        let year = self.first.format("%Y");
        match self.months {
            12 => year.to_string(),
            3 => format!("{year}-Q{}", self.first.quarter()),
            _ => self.first.format("%Y-%m").to_string(),
        }
    }

    /// The month of a day.
    pub(crate) fn month_of(day: NaiveDate) -> Self {
        Self { first: day.with_day(1).unwrap_or(day), months: 1 }
    }

    /// The first and the last day.
    pub(crate) fn days(self) -> (NaiveDate, NaiveDate) {
        let end = self.first.checked_add_months(Months::new(self.months));
        (self.first, end.and_then(|day| day.pred_opt()).unwrap_or(NaiveDate::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_a_month_a_quarter_or_a_year() {
        for (text, first, last) in [
            ("2026-11", "2026-11-01", "2026-11-30"),
            ("2028-02", "2028-02-01", "2028-02-29"),
            ("2026-Q4", "2026-10-01", "2026-12-31"),
            ("2026-Q1", "2026-01-01", "2026-03-31"),
            ("2026", "2026-01-01", "2026-12-31"),
            ("9999-12", "9999-12-01", "9999-12-31"),
        ] {
            let days = Period::parse(text).unwrap().days();
            assert_eq!(Period::parse(text).unwrap().name(), text);
            assert_eq!(days, (first.parse().unwrap(), last.parse().unwrap()), "{text}");
        }
        for wrong in [
            "",
            "26",
            "2026-",
            "2026-13",
            "2026-00",
            "2026-1",
            "2026-Q0",
            "2026-Q5",
            "2026-q1",
            "2026-Q11",
            "0000",
            "0000-01",
            "+026",
            "2026-+1",
            "2026-11-01",
            "20266",
            "２026",
        ] {
            assert_eq!(Period::parse(wrong), None, "{wrong}");
        }
    }
}
