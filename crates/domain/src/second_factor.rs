use std::fmt;

use crate::Invalid;

crate::codes! {
    SECOND_FACTOR_CODE_MALFORMED = "second_factor.code_malformed",
        "A one-time code is no six digits, or a recovery code no sixteen characters.";
}

/// A one-time code: six digits (RFC 6238). `Debug` does not show it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct OneTimeCode(u32);

impl OneTimeCode {
    /// Parses six digits; blanks between them are left out.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let digits = significant(text, 6).filter(|code| code.bytes().all(|b| b.is_ascii_digit()));
        let number = digits.and_then(|digits| digits.parse().ok());
        number
            .map(Self)
            .ok_or_else(|| Invalid::new(SECOND_FACTOR_CODE_MALFORMED, "must be six digits"))
    }

    /// The number of the digits.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimeCode([redacted])")
    }
}

/// A recovery code: 80 random bits as sixteen characters of Base32 (RFC 4648), in groups of four.
/// `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

impl RecoveryCode {
    /// The number of characters, without those between the groups.
    pub const LENGTH: usize = 16;

    /// Parses a code; blanks, hyphens and capital letters make no difference.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let code = significant(text, Self::LENGTH).map(|code| code.to_ascii_uppercase());
        let code = code.filter(|code| code.bytes().all(|b| matches!(b, b'A'..=b'Z' | b'2'..=b'7')));
        let malformed = || {
            let detail = "must be sixteen letters and digits, such as ABCD-EFGH-IJKL-MNOP";
            Invalid::new(SECOND_FACTOR_CODE_MALFORMED, detail)
        };
        code.map(Self).ok_or_else(malformed)
    }

    /// The characters without those between the groups.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The code as it is shown: `ABCD-EFGH-IJKL-MNOP`.
    #[must_use]
    pub fn shown(&self) -> String {
        let groups = self.0.as_bytes().chunks(4).map(String::from_utf8_lossy);
        groups.collect::<Vec<_>>().join("-")
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode([redacted])")
    }
}

/// What proves that a user has their second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactorProof {
    /// A code of the device.
    Code(OneTimeCode),
    /// A code for the case that the device is lost.
    Recovery(RecoveryCode),
}

/// The characters of a code without blanks and hyphens, if it is as long as it should be.
fn significant(text: &str, length: usize) -> Option<String> {
    if text.len() > 4 * length {
        return None;
    }
    let code: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    (code.len() == length).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_one_time_code_is_six_digits() {
        assert_eq!(OneTimeCode::parse("012 345").unwrap().number(), 12_345);
        for bad in ["", "12345", "1234567", "12345a", "１２３４５６", "+12345"] {
            assert_eq!(
                OneTimeCode::parse(bad).unwrap_err().code,
                SECOND_FACTOR_CODE_MALFORMED,
                "{bad}"
            );
        }
    }

    #[test]
    fn a_recovery_code_is_read_as_people_type_it() {
        let code = RecoveryCode::parse("abcd efgh-IJKL 2345").unwrap();
        assert_eq!(code.expose(), "ABCDEFGHIJKL2345");
        assert_eq!(code.shown(), "ABCD-EFGH-IJKL-2345");
        assert_eq!(RecoveryCode::parse(&code.shown()).unwrap(), code);
        for bad in ["", "ABCD-EFGH-IJKL-234", "ABCD-EFGH-IJKL-2341", "ÄBCD-EFGH-IJKL-234"] {
            assert!(RecoveryCode::parse(bad).is_err(), "{bad}");
        }
        let debug = format!("{code:?} {:?}", OneTimeCode::parse("123456").unwrap());
        assert!(!debug.contains("ABCD") && !debug.contains("123456"), "{debug}");
    }
}
