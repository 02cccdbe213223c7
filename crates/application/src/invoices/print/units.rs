//! The units that invoices usually have, in words.

use plinth_domain::{Language, UnitCode};

/// Code (UN/ECE Recommendations 20 and 21), German, English: the same word for one and for many.
const UNITS: &[(&str, &str, &str)] = &[
    ("ANN", "Jahr(e)", "year(s)"),
    ("C62", "Stk.", "pcs"),
    ("CMK", "cm²", "cm²"),
    ("CMT", "cm", "cm"),
    ("DAY", "Tag(e)", "day(s)"),
    ("DMQ", "dm³", "dm³"),
    ("E48", "Einh.", "unit(s)"),
    ("EA", "Stk.", "each"),
    ("GRM", "g", "g"),
    ("H87", "Stk.", "pcs"),
    ("HAR", "ha", "ha"),
    ("HUR", "Std.", "h"),
    ("KGM", "kg", "kg"),
    ("KMT", "km", "km"),
    ("KWH", "kWh", "kWh"),
    ("KWT", "kW", "kW"),
    ("LM", "lfm", "lin. m"),
    ("LS", "pausch.", "lump sum"),
    ("LTR", "l", "l"),
    ("MIN", "min", "min"),
    ("MLT", "ml", "ml"),
    ("MMT", "mm", "mm"),
    ("MON", "Monat(e)", "month(s)"),
    ("MTK", "m²", "m²"),
    ("MTQ", "m³", "m³"),
    ("MTR", "m", "m"),
    ("MWH", "MWh", "MWh"),
    ("P1", "%", "%"),
    ("PR", "Paar", "pair(s)"),
    ("SEC", "s", "s"),
    ("SET", "Satz", "set(s)"),
    ("TNE", "t", "t"),
    ("WEE", "Woche(n)", "week(s)"),
    ("XBG", "Sack", "bag(s)"),
    ("XBX", "Karton(s)", "box(es)"),
    ("XPK", "Pkg.", "pack(s)"),
    ("XPP", "Stk.", "pcs"),
    ("XPX", "Palette(n)", "pallet(s)"),
    ("XRO", "Rolle(n)", "roll(s)"),
];

/// The unit in words; its code where it is not a usual one.
pub(super) fn unit(code: UnitCode, language: Language) -> String {
    let found = UNITS.binary_search_by_key(&code.as_str(), |(code, ..)| code);
    let word =
        found.ok().and_then(|index| UNITS.get(index)).map(|(_, german, english)| match language {
            Language::De => *german,
            Language::En => *english,
        });
    word.unwrap_or(code.as_str()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_units_have_words_and_others_their_code() {
        assert!(UNITS.is_sorted_by_key(|(code, ..)| code));
        for (code, german, english) in [
            ("MTQ", "m³", "m³"),
            ("HUR", "Std.", "h"),
            ("LS", "pausch.", "lump sum"),
            ("4K", "4K", "4K"),
        ] {
            let code = UnitCode::parse(code).unwrap();
            assert_eq!(unit(code, Language::De), german);
            assert_eq!(unit(code, Language::En), english);
        }
        assert!(UNITS.iter().all(|(code, ..)| UnitCode::parse(code).is_ok()));
    }
}
