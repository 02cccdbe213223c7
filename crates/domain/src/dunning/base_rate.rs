use chrono::{Datelike, NaiveDate};

use crate::{Invalid, codes, named};

named! {
    /// The rate of a central bank above which the law sets default interest. Each holds for a half-year.
    BaseRate {
        /// The base rate of § 247 BGB, as the Deutsche Bundesbank publishes it.
        Bundesbank = "bundesbank",
        /// The base rate of the Oesterreichische Nationalbank, on the first day of the half-year
        /// (§ 456 UGB).
        Oenb = "oenb",
        /// The European Central Bank's rate of its main refinancing operations, on the first day of the
        /// half-year (directive 2011/7/EU, article 2 (7)).
        Ecb = "ecb",
    }
}

/// The half-year with which the tables begin: § 288 BGB has its present rates since 2014-07-29.
const FIRST_YEAR: i32 = 2014;

/// The points of each half-year from July 2014 to January 2026, in hundredths of a percent.
const KNOWN: usize = 24;
/// Deutsche Bundesbank, announcements in the Bundesanzeiger.
const BUNDESBANK: [i16; KNOWN] = [
    -73, -83, -83, -83, -88, -88, -88, -88, -88, -88, -88, -88, -88, -88, -88, -88, -88, 162, 312,
    362, 337, 227, 127, 127,
];
/// Oesterreichische Nationalbank, interest rates on business arrears.
const OENB: [i16; KNOWN] = [
    -12, -12, -12, -12, -62, -62, -62, -62, -62, -62, -62, -62, -62, -62, -62, -62, -62, 188, 338,
    388, 388, 253, 153, 153,
];
/// European Central Bank, key interest rates.
const ECB: [i16; KNOWN] =
    [15, 5, 5, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 250, 400, 450, 425, 315, 215, 215];

/// The base rate of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Base {
    /// In hundredths of a percent; it may be negative.
    pub points: i16,
    /// The first day of the half-year for which it is known. An earlier half-year than that of the day
    /// means that no later rate is known.
    pub since: NaiveDate,
}

/// A base rate that the organization states, for a half-year after those that this version knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatedRate {
    of: BaseRate,
    from: NaiveDate,
    points: i16,
}

impl StatedRate {
    /// The lowest rate, in hundredths of a percent.
    pub const MIN: i16 = -1_000;
    /// The highest rate, in hundredths of a percent.
    pub const MAX: i16 = 5_000;

    /// Checks that the half-year begins on 1 January or 1 July of 2014 to 2199.
    pub fn half_year(from: NaiveDate) -> Result<NaiveDate, Invalid> {
        let begins = from.day() == 1 && matches!(from.month(), 1 | 7);
        if begins && (FIRST_YEAR..2_200).contains(&from.year()) {
            return Ok(from);
        }
        let detail = "a half-year begins on 1 January or 1 July, of 2014 to 2199";
        Err(Invalid::new(codes::NUMBER_OUT_OF_RANGE, detail))
    }

    /// Checks a rate in hundredths of a percent.
    pub fn rate(points: i16) -> Result<i16, Invalid> {
        if (Self::MIN..=Self::MAX).contains(&points) {
            return Ok(points);
        }
        let detail = format!("{} to {} basis points", Self::MIN, Self::MAX);
        Err(Invalid::new(codes::NUMBER_OUT_OF_RANGE, detail))
    }

    /// A rate from the first day of a half-year on.
    pub fn new(of: BaseRate, from: NaiveDate, points: i16) -> Result<Self, Invalid> {
        Ok(Self { of, from: Self::half_year(from)?, points: Self::rate(points)? })
    }

    /// Which rate it is.
    #[must_use]
    pub const fn of(self) -> BaseRate {
        self.of
    }

    /// The first day of its half-year.
    #[must_use]
    pub const fn from(self) -> NaiveDate {
        self.from
    }

    /// In hundredths of a percent.
    #[must_use]
    pub const fn points(self) -> i16 {
        self.points
    }
}

impl BaseRate {
    /// The rate that holds on a day: the one of its half-year, or the last known one before it. What is
    /// stated counts only after the table. `None` before July 2014.
    #[must_use]
    pub fn on(self, day: NaiveDate, stated: &[StatedRate]) -> Option<Base> {
        let half_year = half_years(day)?;
        let last = KNOWN - 1;
        let table = match self {
            Self::Bundesbank => &BUNDESBANK,
            Self::Oenb => &OENB,
            Self::Ecb => &ECB,
        };
        let is_later = |one: &&StatedRate| {
            one.of == self && one.from <= day && half_years(one.from).is_some_and(|n| n > last)
        };
        let later = stated.iter().filter(is_later).max_by_key(|one| one.from);
        if let Some(later) = later {
            return Some(Base { points: later.points, since: later.from });
        }
        let known = half_year.min(last);
        Some(Base { points: table[known], since: first_day(known)? })
    }
}

/// The half-years between July 2014 and the one of the day.
fn half_years(day: NaiveDate) -> Option<usize> {
    let second = i32::from(day.month() > 6);
    usize::try_from((day.year() - FIRST_YEAR) * 2 + second - 1).ok()
}

fn first_day(half_years: usize) -> Option<NaiveDate> {
    let halves = i32::try_from(half_years).ok()? + 1;
    NaiveDate::from_ymd_opt(FIRST_YEAR + halves / 2, if halves % 2 == 0 { 1 } else { 7 }, 1)
}
