//! Numbers, amounts and days in the language of a document.

use chrono::NaiveDate;
use plinth_domain::{BasisPoints, Currency, Language};

/// A minus sign: a hyphen is shorter than a digit.
const MINUS: char = '\u{2212}';

/// Keeps a number and its sign on one line.
const NO_BREAK: char = '\u{a0}';

/// Writes values in the language and the currency of a document. Digits have no separators of
/// thousands, which readers in other countries take for decimals.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writer {
    pub(super) language: Language,
    pub(super) currency: Currency,
}

impl Writer {
    /// One of two texts.
    pub(super) fn says(self, german: &str, english: &str) -> String {
        match self.language {
            Language::De => german.to_owned(),
            Language::En => english.to_owned(),
        }
    }

    /// An amount in minor units with the decimals of the currency, without its name.
    pub(super) fn amount(self, minor: i64) -> String {
        let decimals = self.currency.decimals() as usize;
        let digits = format!("{:0>width$}", minor.unsigned_abs(), width = decimals + 1);
        let (whole, rest) = digits.split_at(digits.len() - decimals);
        self.number(minor < 0, whole, rest)
    }

    /// A decimal with at least `places` places.
    pub(super) fn decimal(self, value: &str, places: usize) -> String {
        let (is_negative, digits) = match value.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, value),
        };
        let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
        self.number(is_negative, whole, &format!("{rest:0<places$}"))
    }

    /// A price of a unit: with at least the decimals of the currency.
    pub(super) fn price(self, value: &str) -> String {
        self.decimal(value, self.currency.decimals() as usize)
    }

    /// A rate: `19 %`, `5,5 %`.
    pub(super) fn rate(self, rate: BasisPoints) -> String {
        let (whole, rest) = (rate.points() / 100, rate.points() % 100);
        let rest = format!("{rest:02}");
        let number = self.number(false, &whole.to_string(), rest.trim_end_matches('0'));
        format!("{number}{NO_BREAK}%")
    }

    /// A day: `28.11.2026`, `28 Nov 2026`.
    pub(super) fn day(self, day: NaiveDate) -> String {
        let format = self.says("%d.%m.%Y", "%-d %b %Y");
        day.format(&format).to_string()
    }

    fn number(self, is_negative: bool, whole: &str, places: &str) -> String {
        let sign = if is_negative { MINUS.to_string() } else { String::new() };
        if places.is_empty() {
            return format!("{sign}{whole}");
        }
        let point = match self.language {
            Language::De => ',',
            Language::En => '.',
        };
        format!("{sign}{whole}{point}{places}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writer(language: Language, currency: &str) -> Writer {
        Writer { language, currency: Currency::parse(currency).unwrap() }
    }

    #[test]
    fn an_amount_has_the_decimals_of_its_currency_and_no_separators() {
        for (currency, minor, german, english) in [
            ("EUR", 123_456_789, "1234567,89", "1234567.89"),
            ("EUR", 5, "0,05", "0.05"),
            ("EUR", -50, "\u{2212}0,50", "\u{2212}0.50"),
            ("EUR", 0, "0,00", "0.00"),
            ("JPY", 1_230_000, "1230000", "1230000"),
            ("KWD", 1_234, "1,234", "1.234"),
            ("KWD", 7, "0,007", "0.007"),
            ("CLF", -10_000, "\u{2212}1,0000", "\u{2212}1.0000"),
            ("EUR", i64::MIN, "\u{2212}92233720368547758,08", "\u{2212}92233720368547758.08"),
        ] {
            assert_eq!(writer(Language::De, currency).amount(minor), german);
            assert_eq!(writer(Language::En, currency).amount(minor), english);
        }
    }

    #[test]
    fn prices_and_quantities_keep_their_places() {
        let (german, yen) = (writer(Language::De, "EUR"), writer(Language::En, "JPY"));
        for (value, price, quantity) in [
            ("98.4", "98,40", "98,4"),
            ("0.0375", "0,0375", "0,0375"),
            ("12", "12,00", "12"),
            ("-0.5", "\u{2212}0,50", "\u{2212}0,5"),
        ] {
            assert_eq!(
                (german.price(value), german.decimal(value, 0)),
                (price.into(), quantity.into())
            );
        }
        assert_eq!((yen.price("1230000"), yen.price("12.5")), ("1230000".into(), "12.5".into()));
    }

    #[test]
    fn rates_and_days_are_written_in_the_language() {
        let (german, english) = (writer(Language::De, "EUR"), writer(Language::En, "EUR"));
        for (points, text) in
            [(1_900, "19\u{a0}%"), (550, "5,5\u{a0}%"), (725, "7,25\u{a0}%"), (0, "0\u{a0}%")]
        {
            assert_eq!(german.rate(BasisPoints::new(points).unwrap()), text);
        }
        assert_eq!(english.rate(BasisPoints::new(550).unwrap()), "5.5\u{a0}%");
        let day = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
        assert_eq!((german.day(day), english.day(day)), ("01.03.2026".into(), "1 Mar 2026".into()));
    }
}
