use super::address::Country;
use crate::Invalid;

crate::codes! {
    VAT_ID_MALFORMED = "vat_id.malformed",
        "A value is no VAT id: its country, its form or its check digit is wrong.";
}

/// A VAT identification number with its country in front, in capital letters without blanks:
/// `DE136695976`.
///
/// Those of the European Union and of Northern Ireland are checked by the form and the check digit of
/// their country; Greece has the prefix `EL`. Of other countries only the general form is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VatId(String);

impl VatId {
    /// The maximum length, with the country.
    pub const MAX: usize = 20;

    /// The most characters of one that is written with separators.
    const MAX_WRITTEN: usize = 40;

    /// Parses a VAT id. Blanks, dots, hyphens, slashes, colons and parentheses are left out.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let malformed = |detail: String| Invalid::new(VAT_ID_MALFORMED, detail);
        if text.len() > Self::MAX_WRITTEN {
            return Err(malformed(format!("at most {} characters", Self::MAX_WRITTEN)));
        }
        let separators = [' ', '.', '-', '/', ':', '(', ')'];
        let compact = text.replace(separators, "").to_ascii_uppercase();
        let (prefix, number) = compact.split_at_checked(2).unwrap_or_default();
        if eu_vat::Country::from_code(prefix).is_some() {
            let checked = eu_vat::Vat::parse(&compact);
            let id = checked.map_err(|error| malformed(error.to_string()))?.to_string();
            return Ok(Self(id));
        }
        let is_number = (2..=Self::MAX - 2).contains(&number.len())
            && number.bytes().all(|b| b.is_ascii_alphanumeric())
            && number.bytes().any(|b| b.is_ascii_digit());
        if Country::parse(prefix).is_ok() && is_number {
            Ok(Self(compact))
        } else {
            Err(malformed("must be a VAT id with its country in front, such as DE136695976".into()))
        }
    }

    /// The number with its country.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_vat_id_of_the_union_has_the_check_digit_of_its_country() {
        for (written, stored) in [
            ("DE 136 695 976", "DE136695976"),
            ("de136695976", "DE136695976"),
            ("ATU13585627", "ATU13585627"),
            ("NL4495445B01", "NL004495445B01"),
            ("GR 023456780", "EL023456780"),
            ("FR-40-303-265-045", "FR40303265045"),
        ] {
            assert_eq!(VatId::parse(written).unwrap().as_str(), stored);
        }
        for wrong in ["DE136695970", "DE13669597", "ATU13585626", "ITABCDEFGHIJK", "EL123456789"] {
            assert_eq!(VatId::parse(wrong).unwrap_err().code, VAT_ID_MALFORMED, "{wrong}");
        }
    }

    #[test]
    fn a_vat_id_of_another_country_has_its_code_in_front() {
        for (written, stored) in
            [("CHE-123.456.788 MWST", "CHE123456788MWST"), ("GB 980780684", "GB980780684")]
        {
            assert_eq!(VatId::parse(written).unwrap().as_str(), stored);
        }
        for wrong in ["", "136695976", "CH", "CHE", "CHMWST", "XX123456789", "GB98078068\u{e4}"] {
            assert_eq!(VatId::parse(wrong).unwrap_err().code, VAT_ID_MALFORMED, "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_stored_in_its_only_form(text in "\\PC{0,45}|[A-Z]{2}[A-Z0-9 .-]{2,20}") {
            if let Ok(id) = VatId::parse(&text) {
                prop_assert!(id.as_str().len() <= VatId::MAX);
                // Old Irish numbers may have a plus sign.
                let allowed = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'+';
                prop_assert!(id.as_str().bytes().all(allowed));
                prop_assert_eq!(VatId::parse(id.as_str()), Ok(id));
            }
        }
    }
}
