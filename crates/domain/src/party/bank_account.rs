use super::{address::Country, optional_fields};
use crate::{Invalid, Name, Text};

crate::codes! {
    IBAN_MALFORMED = "iban.malformed",
        "A value is no IBAN: its country, its length or its check digits are wrong.";
    BIC_MALFORMED = "bic.malformed", "A value is no BIC of 8 or 11 characters.";
}

/// The most characters of an IBAN or a BIC that is written with blanks.
const MAX_WRITTEN: usize = 50;

/// An International Bank Account Number (ISO 13616), in capital letters without blanks. The length and
/// the form are those of its country in the registry of SWIFT, and the check digits are right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Iban(String);

impl Iban {
    /// Parses an IBAN, also one that is written in groups or in small letters.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let malformed = || Invalid::new(IBAN_MALFORMED, "must be an IBAN");
        let written = compact(text).ok_or_else(malformed)?;
        written.parse::<iban::Iban>().map_err(|_| malformed())?;
        Ok(Self(written))
    }

    /// The number without blanks.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A Business Identifier Code (ISO 9362), in capital letters: four characters of the bank, its
/// country, two characters of the place, and three of the branch or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bic(String);

impl Bic {
    /// Parses a BIC, also one with blanks or small letters.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let malformed = || Invalid::new(BIC_MALFORMED, "must be a BIC of 8 or 11 characters");
        let bic = compact(text).ok_or_else(malformed)?;
        let is_code = matches!(bic.len(), 8 | 11) && bic.bytes().all(|b| b.is_ascii_alphanumeric());
        // Kosovo has a code in the registries of banks, and none of ISO 3166-1.
        let is_country = |code: &str| code == "XK" || Country::parse(code).is_ok();
        if is_code && is_country(&bic[4..6]) { Ok(Self(bic)) } else { Err(malformed()) }
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `text` in capital letters without blanks; `None` if it is longer than one that can be right.
fn compact(text: &str) -> Option<String> {
    let short = text.len() <= MAX_WRITTEN;
    short.then(|| text.chars().filter(|c| *c != ' ').collect::<String>().to_ascii_uppercase())
}

optional_fields! {
    /// A bank account.
    BankAccount, BankAccountChanges {
        /// The number of the account.
        iban: Iban,
        /// The code of the bank.
        bic: Bic,
        /// The name of the bank.
        bank_name: Text<100>,
        /// The name of the account's holder, where it is another one than the party's.
        holder: Name,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_iban_has_the_length_of_its_country_and_its_check_digits() {
        for (written, stored) in [
            ("DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
            ("ch9300762011623852957", "CH9300762011623852957"),
            (" NO93 8601 1117 947 ", "NO9386011117947"),
            ("MT84MALT011000012345MTLCAST001S", "MT84MALT011000012345MTLCAST001S"),
        ] {
            assert_eq!(Iban::parse(written).unwrap().as_str(), stored);
        }
        for wrong in [
            "",
            "DE",
            "DE88370400440532013000",
            "DE8937040044053201300",
            "DE893704004405320130000",
            "XX89370400440532013000",
            "DE89-3704-0044-0532-0130-00",
            "DE89 3704 0044 0532 0130 0\u{660}",
            &" ".repeat(60),
        ] {
            assert_eq!(Iban::parse(wrong).unwrap_err().code, IBAN_MALFORMED, "{wrong:?}");
        }
    }

    #[test]
    fn a_bic_names_a_bank_in_a_country() {
        for (written, stored) in
            [("COBADEFFXXX", "COBADEFFXXX"), ("cobadeff", "COBADEFF"), ("NCBVXKPR", "NCBVXKPR")]
        {
            assert_eq!(Bic::parse(written).unwrap().as_str(), stored);
        }
        for wrong in ["", "COBADEF", "COBADEFFXX", "COBAXXFF", "COBADE-F", "ÄÖBADEFF", "COBÄDEFF"]
        {
            assert_eq!(Bic::parse(wrong).unwrap_err().code, BIC_MALFORMED, "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn no_other_digit_at_any_place_is_an_iban(at in 4usize..22, digit in 0u8..10) {
            let right = "DE89370400440532013000";
            let mut bytes = right.as_bytes().to_vec();
            bytes[at] = b'0' + digit;
            let text = String::from_utf8(bytes).unwrap();
            prop_assert_eq!(Iban::parse(&text).is_ok(), text == right);
        }

        #[test]
        fn an_accepted_text_is_stored_in_its_only_form(text in "\\PC{0,40}|[A-Z0-9 ]{8,36}") {
            for stored in [
                Iban::parse(&text).map(|iban| iban.as_str().to_owned()),
                Bic::parse(&text).map(|bic| bic.as_str().to_owned()),
            ].into_iter().flatten() {
                prop_assert!(stored.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()));
            }
        }
    }
}
