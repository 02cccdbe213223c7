use crate::Invalid;

crate::codes! {
    CURRENCY_MALFORMED = "currency.malformed", "A value is no ISO 4217 code.";
    CURRENCY_UNKNOWN = "currency.unknown",
        "A code names no currency of ISO 4217 that amounts can be stated in.";
    CURRENCY_DIFFERS = "currency.differs",
        "An amount has another currency than the document it belongs to.";
}

/// A currency that amounts can be stated in (ISO 4217).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// The euro.
    pub const EUR: Self = Self(iso_currency::Currency::EUR);

    /// Parses a code of three capital letters. Codes without a minor unit, such as `XAU` for gold, are
    /// refused.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.len() != 3 || !text.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(Invalid::new(CURRENCY_MALFORMED, "an ISO 4217 code such as EUR"));
        }
        iso_currency::Currency::from_code(text)
            .filter(|currency| currency.exponent().is_some())
            .map(Self)
            .ok_or_else(|| Invalid::new(CURRENCY_UNKNOWN, "a currency of ISO 4217, such as EUR"))
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0.code()
    }

    /// The number of decimals of an amount: 2 for EUR, 0 for JPY, 3 for KWD, 4 for CLF.
    #[must_use]
    pub fn decimals(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_currencies_with_a_minor_unit_are_known() {
        for (code, decimals) in [("EUR", 2), ("CHF", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4)] {
            let currency = Currency::parse(code).unwrap();
            assert_eq!((currency.as_str(), currency.decimals()), (code, decimals));
        }
        for code in ["eur", "EURO", "", "EU", "€€€"] {
            assert_eq!(Currency::parse(code).unwrap_err().code, CURRENCY_MALFORMED, "{code}");
        }
        for code in ["ABC", "XAU", "XXX"] {
            assert_eq!(Currency::parse(code).unwrap_err().code, CURRENCY_UNKNOWN, "{code}");
        }
    }
}
