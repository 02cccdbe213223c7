use chrono::{Datelike, NaiveDate};

use crate::{DocumentNumber, Invalid, Text};

crate::codes! {
    SERIES_PATTERN = "series.pattern",
        "A pattern of numbers is no text such as RE-{year}-{number:05}.";
    SERIES_EXHAUSTED = "series.exhausted", "The next number of the series is too long.";
}

/// The kinds of document that have numbers of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SeriesKind {
    /// Outgoing invoices.
    Invoice,
    /// Outgoing credit notes.
    CreditNote,
    /// Incoming invoices and credit notes.
    Payable,
}

impl SeriesKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Invoice, Self::CreditNote, Self::Payable];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::CreditNote => "credit_note",
            Self::Payable => "payable",
        }
    }
}

/// How the numbers of a series are written: `RE-{year}-{number:05}`. `{yy}` is the year in two digits.
/// A series without a year goes on for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesPattern {
    text: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Year,
    ShortYear,
    /// Padded with zeros to this many digits.
    Number(usize),
}

impl SeriesPattern {
    /// The most characters of a pattern.
    pub const MAX: usize = 60;

    /// Parses a pattern: letters, digits and `-/._`, at most one year, and exactly one number of at
    /// least 1 and at most 10 digits.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let detail = "letters, digits, -/._, {year} or {yy}, and {number:05}";
        let malformed = || Invalid::new(SERIES_PATTERN, detail);
        if text.len() > Self::MAX {
            return Err(malformed());
        }
        let (mut parts, mut rest) = (Vec::new(), text);
        while !rest.is_empty() {
            let (part, after) = match rest.strip_prefix('{') {
                Some(field) => {
                    let (name, after) = field.split_once('}').ok_or_else(malformed)?;
                    (Part::field(name).ok_or_else(malformed)?, after)
                }
                None => {
                    let (plain, after) = rest.split_at(rest.find('{').unwrap_or(rest.len()));
                    let fits = |c: char| c.is_ascii_alphanumeric() || "-/._".contains(c);
                    if !plain.chars().all(fits) {
                        return Err(malformed());
                    }
                    (Part::Text(plain.to_owned()), after)
                }
            };
            parts.push(part);
            rest = after;
        }
        let count = |of: fn(&Part) -> bool| parts.iter().filter(|part| of(part)).count();
        let numbers = count(|part| matches!(part, Part::Number(_)));
        if numbers != 1 || count(|part| matches!(part, Part::Year | Part::ShortYear)) > 1 {
            return Err(malformed());
        }
        Ok(Self { text: text.to_owned(), parts })
    }

    /// The pattern as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The year of the series for a document of this date: 0 for one that goes on for ever. A fiscal
    /// year has the number of the year in which it begins, with this month.
    #[must_use]
    pub fn year_of(&self, on: NaiveDate, first_month: u32) -> i32 {
        let has_year = self.parts.iter().any(|part| matches!(part, Part::Year | Part::ShortYear));
        match has_year {
            false => 0,
            true if on.month() < first_month => on.year() - 1,
            true => on.year(),
        }
    }

    /// The number of a document.
    pub fn format(&self, year: i32, number: u64) -> Result<DocumentNumber, Invalid> {
        let written = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Year => format!("{year:04}"),
            Part::ShortYear => format!("{:02}", year.rem_euclid(100)),
            Part::Number(digits) => format!("{number:0digits$}"),
        };
        let text: String = self.parts.iter().map(written).collect();
        Text::parse(&text).map_err(|_| Invalid::new(SERIES_EXHAUSTED, "at most 40 characters"))
    }
}

impl Part {
    fn field(name: &str) -> Option<Self> {
        match name {
            "year" => Some(Self::Year),
            "yy" => Some(Self::ShortYear),
            "number" => Some(Self::Number(1)),
            _ => {
                let digits = name.strip_prefix("number:0")?.parse().ok()?;
                (1..=10).contains(&digits).then_some(Self::Number(digits))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, 1).unwrap()
    }

    #[test]
    fn a_number_is_written_as_its_pattern_says() {
        for (pattern, expected) in [
            ("RE-{year}-{number:05}", "RE-2026-00042"),
            ("{yy}/{number}", "26/42"),
            ("INV-{number:010}", "INV-0000000042"),
        ] {
            let pattern = SeriesPattern::parse(pattern).unwrap();
            assert_eq!(pattern.format(2026, 42).unwrap().as_str(), expected);
        }
        let long = SeriesPattern::parse(&format!("{}{{number}}", "A".repeat(38))).unwrap();
        assert!(long.format(2026, 99).is_ok());
        assert_eq!(long.format(2026, 100).unwrap_err().code, SERIES_EXHAUSTED);
    }

    #[test]
    fn a_pattern_has_one_number_and_at_most_one_year() {
        for text in [
            "",
            "RE",
            "{year}",
            "{number}{number}",
            "{year}{yy}{number}",
            "{number",
            "{number:5}",
            "{number:011}",
            "{number:00}",
            "<{number}>",
            "RE {number}",
            "{month}{number}",
            "}{number}",
        ] {
            assert!(SeriesPattern::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_fiscal_year_has_the_number_of_the_year_in_which_it_begins() {
        let pattern = SeriesPattern::parse("RE-{year}-{number:05}").unwrap();
        assert_eq!(pattern.year_of(day(2026, 6), 7), 2025);
        assert_eq!(pattern.year_of(day(2026, 7), 7), 2026);
        assert_eq!(pattern.year_of(day(2026, 1), 1), 2026);
        assert_eq!(SeriesPattern::parse("{number}").unwrap().year_of(day(2026, 1), 1), 0);
    }
}
