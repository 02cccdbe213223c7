use crate::Invalid;

crate::codes! {
    SERIES_PATTERN_MALFORMED = "series_pattern.malformed",
        "A value is no pattern of numbers such as RE-{year}-{number:05}.";
    SERIES_PATTERNS_ALIKE = "series_pattern.alike",
        "The patterns of two series can give the same number.";
}

/// How the numbers of a series look: `RE-{year}-{number:05}`.
///
/// It has letters, digits, `-`, `/`, `.` and `_`, exactly one `{number}` or `{number:0N}` (at least N
/// digits, 1 to 10, with zeros in front), and at most one of `{year}` (four digits) and `{yy}`. So two
/// numbers of one series never look alike. A series whose pattern has no year goes on over all years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesPattern {
    pattern: String,
    before: Vec<Part>,
    digits: usize,
    after: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Year,
    ShortYear,
}

impl SeriesPattern {
    /// The most characters of a number, with ten digits of its own.
    pub const MAX_FORMATTED: usize = 40;

    /// The most digits that are filled up with zeros.
    pub const MAX_DIGITS: usize = 10;

    /// Parses a pattern.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let (before, number) = text
            .split_once("{number")
            .ok_or_else(|| malformed("needs {number} or, for five digits, {number:05}"))?;
        let (digits, after) =
            number.split_once('}').ok_or_else(|| malformed("a { has no } behind it"))?;
        let digits = match digits.strip_prefix(":0") {
            Some(digits) => parse_digits(digits)?,
            None if digits.is_empty() => 1,
            None => return Err(malformed("a number is {number} or {number:01} to {number:010}")),
        };
        let pattern =
            Self { pattern: text.to_owned(), before: parts(before)?, digits, after: parts(after)? };
        if pattern.years() > 1 {
            return Err(malformed("a pattern has one {year} or {yy} at most"));
        }
        // Ten digits, as the longest number with zeros in front has.
        if pattern.format(2000, 9_999_999_999).len() > Self::MAX_FORMATTED {
            let detail = format!("a number may have {} characters at most", Self::MAX_FORMATTED);
            return Err(malformed(&detail));
        }
        Ok(pattern)
    }

    /// The number of this year with this place in the series.
    #[must_use]
    pub fn format(&self, year: i32, number: u64) -> String {
        let digits = self.digits;
        let text = |parts: &[Part]| parts.iter().map(|part| part.format(year)).collect::<String>();
        format!("{}{number:0digits$}{}", text(&self.before), text(&self.after))
    }

    /// Whether the numbers name their year, so that each year can begin with 1.
    #[must_use]
    pub fn has_year(&self) -> bool {
        self.years() > 0
    }

    /// Its numbers with `0` for each run of digits.
    fn shape(&self) -> String {
        let mut shape = String::new();
        for c in self.format(2000, 0).chars() {
            let c = if c.is_ascii_digit() { '0' } else { c };
            if c != '0' || !shape.ends_with('0') {
                shape.push(c);
            }
        }
        shape
    }

    /// The pattern as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.pattern
    }

    fn years(&self) -> usize {
        let parts = self.before.iter().chain(&self.after);
        parts.filter(|part| !matches!(part, Part::Text(_))).count()
    }
}

impl Part {
    fn format(&self, year: i32) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Year => format!("{year:04}"),
            Self::ShortYear => format!("{:02}", year.rem_euclid(100)),
        }
    }
}

fn parse_digits(text: &str) -> Result<usize, Invalid> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    let digits = text.parse().ok().filter(|n| (1..=SeriesPattern::MAX_DIGITS).contains(n));
    digits.filter(|_| plain).ok_or_else(|| malformed("a number has 1 to 10 digits"))
}

/// The texts and years of what stands before or behind the number.
fn parts(text: &str) -> Result<Vec<Part>, Invalid> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let (plain, braced) = rest.split_at(open);
        parts.extend(plain_text(plain)?);
        let (part, behind) = if let Some(behind) = braced.strip_prefix("{year}") {
            (Part::Year, behind)
        } else if let Some(behind) = braced.strip_prefix("{yy}") {
            (Part::ShortYear, behind)
        } else {
            return Err(malformed("only {year}, {yy} and one {number} may be in braces"));
        };
        parts.push(part);
        rest = behind;
    }
    parts.extend(plain_text(rest)?);
    Ok(parts)
}

fn plain_text(text: &str) -> Result<Option<Part>, Invalid> {
    if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-/._".contains(&b)) {
        return Err(malformed("only letters, digits, -, /, . and _ are allowed outside of braces"));
    }
    Ok((!text.is_empty()).then(|| Part::Text(text.to_owned())))
}

fn malformed(detail: &str) -> Invalid {
    Invalid::new(SERIES_PATTERN_MALFORMED, detail)
}

/// The patterns of an organization's series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberPatterns {
    /// Of invoices that the organization issues.
    pub invoice: SeriesPattern,
    /// Of credit notes.
    pub credit_note: SeriesPattern,
    /// Of invoices and credit notes that it receives.
    pub payable: SeriesPattern,
    /// Of contracts.
    pub contract: SeriesPattern,
}

/// A change of the patterns; `None` keeps one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of NumberPatterns")]
pub struct NumberPatternsChanges {
    pub invoice: Option<SeriesPattern>,
    pub credit_note: Option<SeriesPattern>,
    pub payable: Option<SeriesPattern>,
    pub contract: Option<SeriesPattern>,
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
    /// Contracts.
    Contract,
}

impl SeriesKind {
    /// The name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::CreditNote => "credit_note",
            Self::Payable => "payable",
            Self::Contract => "contract",
        }
    }
}

impl NumberPatterns {
    /// Checks that no two series can give the same number.
    pub fn check(&self) -> Result<(), Invalid> {
        let shapes = [&self.invoice, &self.credit_note, &self.payable].map(SeriesPattern::shape);
        let [invoice, credit_note, payable] = &shapes;
        if invoice == credit_note || invoice == payable || credit_note == payable {
            let detail = "invoices, credit notes and incoming invoices need numbers that differ";
            return Err(Invalid::new(SERIES_PATTERNS_ALIKE, detail));
        }
        Ok(())
    }

    /// The pattern of a kind of document.
    #[must_use]
    pub const fn of(&self, kind: SeriesKind) -> &SeriesPattern {
        match kind {
            SeriesKind::Invoice => &self.invoice,
            SeriesKind::CreditNote => &self.credit_note,
            SeriesKind::Payable => &self.payable,
            SeriesKind::Contract => &self.contract,
        }
    }

    /// The patterns after a change.
    #[must_use]
    pub fn change(self, changes: NumberPatternsChanges) -> Self {
        Self {
            invoice: changes.invoice.unwrap_or(self.invoice),
            credit_note: changes.credit_note.unwrap_or(self.credit_note),
            payable: changes.payable.unwrap_or(self.payable),
            contract: changes.contract.unwrap_or(self.contract),
        }
    }
}

impl Default for NumberPatterns {
    fn default() -> Self {
        let pattern = |prefix: &str| SeriesPattern {
            pattern: format!("{prefix}-{{year}}-{{number:05}}"),
            before: vec![Part::Text(format!("{prefix}-")), Part::Year, Part::Text("-".to_owned())],
            digits: 5,
            after: Vec::new(),
        };
        Self {
            invoice: pattern("INV"),
            credit_note: pattern("CN"),
            payable: pattern("PI"),
            contract: pattern("CT"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_formatted_as_its_pattern_says() {
        for (pattern, year, number, expected) in [
            ("RE-{year}-{number:05}", 2026, 7, "RE-2026-00007"),
            ("{yy}{number:04}", 2026, 12_345, "2612345"),
            ("{number}", 2026, 1, "1"),
            ("INV-{number:06}", 2026, 42, "INV-000042"),
            ("{number:010}/{year}.a_b", 2001, 1, "0000000001/2001.a_b"),
        ] {
            let parsed = SeriesPattern::parse(pattern).unwrap();
            assert_eq!(parsed.format(year, number), expected);
            assert_eq!(parsed.as_str(), pattern);
            assert_eq!(parsed.has_year(), pattern.contains("{y"), "{pattern}");
        }
    }

    #[test]
    fn a_pattern_has_one_number_at_most_one_year_and_plain_text() {
        let long = format!("{}{{number}}", "x".repeat(31));
        for wrong in [
            "",
            "RE-",
            "RE-{year}",
            "{number}{number}",
            "{number:05}-{number}",
            "{year}{yy}{number}",
            "{number:5}",
            "{number:00}",
            "{number:005}",
            "{number:011}",
            "{number:0}",
            "{number:0+5}",
            "{number",
            "{numbers}",
            "{month}-{number}",
            "{{number}}",
            "RE {number}",
            "RÉ-{number}",
            "<b>{number}",
            "}{number}",
            &long,
        ] {
            let refused = SeriesPattern::parse(wrong).unwrap_err();
            assert_eq!(refused.code, SERIES_PATTERN_MALFORMED, "{wrong:?}");
        }
    }

    #[test]
    fn the_default_patterns_are_what_they_look_like() {
        let NumberPatterns { invoice, credit_note, payable, contract } = NumberPatterns::default();
        for pattern in [invoice, credit_note, payable, contract] {
            assert_eq!(SeriesPattern::parse(pattern.as_str()), Ok(pattern));
        }
    }

    #[test]
    fn patterns_that_differ_only_in_digits_are_alike() {
        let pattern = |text: &str| SeriesPattern::parse(text).unwrap();
        for (invoice, credit_note, are_alike) in [
            ("R{year}-{number}", "R{year}-{number:02}", true),
            ("{number}", "{yy}{number}", true),
            ("R1-{number}", "R2-{number}", true),
            ("RE-{number}", "GS-{number}", false),
            ("R{number}", "{number}R", false),
        ] {
            let (invoice, credit_note) = (pattern(invoice), pattern(credit_note));
            let patterns = NumberPatterns { invoice, credit_note, ..NumberPatterns::default() };
            assert_eq!(patterns.check().is_err(), are_alike, "{patterns:?}");
        }
        assert!(NumberPatterns::default().check().is_ok());
    }

    proptest! {
        #[test]
        fn two_numbers_of_a_series_never_look_alike(
            pattern in "[A-Z0-9-]{0,5}(\\{year\\}|\\{yy\\})?[-/]?\\{number(:0[1-9])?\\}[0-9.]{0,3}",
            years in (2000i32..2100, 2000i32..2100), numbers in (0u64..10_000_000, 0u64..10_000_000),
        ) {
            let pattern = SeriesPattern::parse(&pattern).unwrap();
            let format = |year, number| pattern.format(year, number);
            let same = numbers.0 == numbers.1 && (years.0 == years.1 || !pattern.has_year());
            prop_assert_eq!(format(years.0, numbers.0) == format(years.1, numbers.1), same);
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "\\PC{0,60}|[{}a-z:0-9]{0,40}") {
            if let Ok(pattern) = SeriesPattern::parse(&text) {
                let formatted = pattern.format(2026, 9_999_999_999);
                prop_assert!(formatted.len() <= SeriesPattern::MAX_FORMATTED);
                prop_assert!(formatted.bytes().all(|b| b.is_ascii_graphic()));
            }
        }
    }
}
