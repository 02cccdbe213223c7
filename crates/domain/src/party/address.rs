use super::optional_fields;
use crate::{Invalid, Text};

crate::codes! {
    COUNTRY_UNKNOWN = "country.unknown", "A value is no ISO 3166-1 code of two letters.";
}

/// A country (ISO 3166-1 alpha-2): `DE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Country(&'static str);

/// The 249 assigned codes, with blanks between them.
const COUNTRIES: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ \
    BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR \
    CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR \
    GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU \
    ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ \
    LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ \
    MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF \
    PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI \
    SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR \
    TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

impl Country {
    /// Finds a country by its code, in capital letters.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let known = COUNTRIES.split(' ').find(|code| *code == text);
        known
            .map(Self)
            .ok_or_else(|| Invalid::new(COUNTRY_UNKNOWN, "must be an ISO 3166-1 code such as DE"))
    }

    /// The code.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.0
    }
}

optional_fields! {
    /// A postal address. Each part may be absent: what an invoice needs is checked when it is issued.
    Address, AddressChanges {
        /// The street and the number of the house.
        street: Text<200>,
        /// A further line: the building, the floor, `c/o`.
        additional: Text<200>,
        /// The postal code.
        postal_code: Text<20>,
        /// The city.
        city: Text<100>,
        /// The state, province or canton.
        region: Text<100>,
        /// The country.
        country: Country,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_an_assigned_code_in_capital_letters() {
        assert_eq!(COUNTRIES.split(' ').count(), 249);
        assert!(COUNTRIES.split(' ').is_sorted());
        assert_eq!(Country::parse("DE").unwrap().as_str(), "DE");
        for text in ["", " ", "de", "EU", "XX", "DEU", "AD AE", "D"] {
            assert_eq!(Country::parse(text).unwrap_err().code, COUNTRY_UNKNOWN, "{text:?}");
        }
    }
}
