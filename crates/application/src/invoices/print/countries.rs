//! The names of countries in addresses.

use plinth_domain::{Country, Language};

/// Code (ISO 3166-1), German, English: Europe, and the countries that it trades with most.
const COUNTRIES: &[(&str, &str, &str)] = &[
    ("AE", "Vereinigte Arabische Emirate", "United Arab Emirates"),
    ("AL", "Albanien", "Albania"),
    ("AT", "Österreich", "Austria"),
    ("AU", "Australien", "Australia"),
    ("BA", "Bosnien und Herzegowina", "Bosnia and Herzegovina"),
    ("BE", "Belgien", "Belgium"),
    ("BG", "Bulgarien", "Bulgaria"),
    ("BR", "Brasilien", "Brazil"),
    ("CA", "Kanada", "Canada"),
    ("CH", "Schweiz", "Switzerland"),
    ("CN", "China", "China"),
    ("CY", "Zypern", "Cyprus"),
    ("CZ", "Tschechien", "Czechia"),
    ("DE", "Deutschland", "Germany"),
    ("DK", "Dänemark", "Denmark"),
    ("EE", "Estland", "Estonia"),
    ("EG", "Ägypten", "Egypt"),
    ("ES", "Spanien", "Spain"),
    ("FI", "Finnland", "Finland"),
    ("FR", "Frankreich", "France"),
    ("GB", "Vereinigtes Königreich", "United Kingdom"),
    ("GR", "Griechenland", "Greece"),
    ("HR", "Kroatien", "Croatia"),
    ("HU", "Ungarn", "Hungary"),
    ("IE", "Irland", "Ireland"),
    ("IL", "Israel", "Israel"),
    ("IN", "Indien", "India"),
    ("IS", "Island", "Iceland"),
    ("IT", "Italien", "Italy"),
    ("JP", "Japan", "Japan"),
    ("KR", "Südkorea", "South Korea"),
    ("KW", "Kuwait", "Kuwait"),
    ("LI", "Liechtenstein", "Liechtenstein"),
    ("LT", "Litauen", "Lithuania"),
    ("LU", "Luxemburg", "Luxembourg"),
    ("LV", "Lettland", "Latvia"),
    ("MC", "Monaco", "Monaco"),
    ("MD", "Moldau", "Moldova"),
    ("ME", "Montenegro", "Montenegro"),
    ("MK", "Nordmazedonien", "North Macedonia"),
    ("MT", "Malta", "Malta"),
    ("MX", "Mexiko", "Mexico"),
    ("NL", "Niederlande", "Netherlands"),
    ("NO", "Norwegen", "Norway"),
    ("NZ", "Neuseeland", "New Zealand"),
    ("PL", "Polen", "Poland"),
    ("PT", "Portugal", "Portugal"),
    ("QA", "Katar", "Qatar"),
    ("RO", "Rumänien", "Romania"),
    ("RS", "Serbien", "Serbia"),
    ("SA", "Saudi-Arabien", "Saudi Arabia"),
    ("SE", "Schweden", "Sweden"),
    ("SG", "Singapur", "Singapore"),
    ("SI", "Slowenien", "Slovenia"),
    ("SK", "Slowakei", "Slovakia"),
    ("TR", "Türkei", "Türkiye"),
    ("TW", "Taiwan", "Taiwan"),
    ("UA", "Ukraine", "Ukraine"),
    ("US", "Vereinigte Staaten", "United States"),
    ("VN", "Vietnam", "Vietnam"),
    ("ZA", "Südafrika", "South Africa"),
];

/// The name of the country; its code where it is not in the list.
pub(super) fn country(country: Country, language: Language) -> String {
    let found = COUNTRIES.binary_search_by_key(&country.as_str(), |(code, ..)| code);
    let name = found.ok().and_then(|index| COUNTRIES.get(index));
    let name = name.map(|(_, german, english)| match language {
        Language::De => *german,
        Language::En => *english,
    });
    name.unwrap_or(country.as_str()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_has_its_name_or_its_code() {
        assert!(COUNTRIES.is_sorted_by_key(|(code, ..)| code));
        for (code, german, english) in [("AT", "Österreich", "Austria"), ("AQ", "AQ", "AQ")] {
            let code = Country::parse(code).unwrap();
            assert_eq!(country(code, Language::De), german);
            assert_eq!(country(code, Language::En), english);
        }
        assert!(COUNTRIES.iter().all(|(code, ..)| Country::parse(code).is_ok()));
    }
}
