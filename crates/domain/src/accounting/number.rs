use crate::Invalid;

crate::codes! {
    ACCOUNT_NUMBER_MALFORMED = "account_number.malformed",
        "A value is no account number: 1 to 20 letters, digits, dots and hyphens.";
    TAX_KEY_MALFORMED = "tax_key.malformed", "A value is no tax key of 1 to 4 digits.";
}

/// The number of an account: 1 to 20 ASCII letters, digits, dots and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountNumber(String);

impl AccountNumber {
    /// The maximum length.
    pub const MAX: usize = 20;

    /// Parses a number.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let is_known = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
        if (1..=Self::MAX).contains(&text.len()) && text.bytes().all(is_known) {
            return Ok(Self(text.to_owned()));
        }
        let detail = format!("1 to {} letters, digits, dots and hyphens", Self::MAX);
        Err(Invalid::new(ACCOUNT_NUMBER_MALFORMED, detail))
    }

    /// The number as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a number of exactly so many digits.
    #[must_use]
    pub fn has_digits(&self, count: usize) -> bool {
        self.0.len() == count && self.0.bytes().all(|b| b.is_ascii_digit())
    }
}

/// The key by which an accounting program takes the tax out of an amount: 1 to 4 digits. DATEV calls
/// it `BU-Schlüssel`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaxKey(String);

impl TaxKey {
    /// Parses a key.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(Self(text.to_owned()));
        }
        Err(Invalid::new(TAX_KEY_MALFORMED, "1 to 4 digits"))
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
