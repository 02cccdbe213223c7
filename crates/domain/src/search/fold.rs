use icu_casemap::CaseMapperBorrowed;
use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::{CodePointSetData, props::DefaultIgnorableCodePoint};

const DOT_ABOVE: char = '\u{307}';

/// The form in which texts are compared: NFKC and full case folding (Unicode, chapters 3.11 and
/// 3.13), without characters that are not shown, such as soft hyphens and direction marks. Every
/// Turkish i is `i`: the language of a text is not known. ASCII is only put into lower case.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let nfkc = const { ComposingNormalizerBorrowed::new_nfkc() };
    let ignorable = const { CodePointSetData::new::<DefaultIgnorableCodePoint>() };
    let shown: String = text.chars().filter(|&c| !ignorable.contains(c)).collect();
    let folded =
        const { CaseMapperBorrowed::new() }.fold_string(&nfkc.normalize(&shown)).into_owned();
    // Folding decomposes some letters, and what it makes of compatible ones may be folded again.
    nfkc.normalize(&one_i(&folded)).into_owned()
}

/// Case folding makes two characters of `İ`, and leaves `ı` as it is.
fn one_i(text: &str) -> String {
    let mut one = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'ı' => one.push('i'),
            DOT_ABOVE if one.ends_with('i') => {}
            c => one.push(c),
        }
    }
    one
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::fold;

    #[test]
    fn what_looks_alike_is_equal() {
        for (text, folded) in [
            ("Auflage Profile", "auflage profile"),
            ("Auﬂage Proﬁle", "auflage profile"),
            ("Bru\u{308}cke", "brücke"),
            ("STRASSE straße STRAẞE", "strasse strasse strasse"),
            ("ΑΘΗΝΑΣ Αθήνας σς", "αθηνασ αθήνασ σσ"),
            ("İSTANBUL ISTANBUL ıstanbul i\u{307}stanbul", "istanbul istanbul istanbul istanbul"),
            ("Ｂｅｔｏｎ ｶﾞｰ １２ ㎡ ½", "beton ガー 12 m2 1⁄2"),
            ("Funda\u{ad}ment \u{feff}a\u{200b}b", "fundament ab"),
            ("\u{202b}שלום\u{202c} שָׁלוֹם", "שלום שָׁלוֹם"),
            ("Ǆ Ǆ ŉ ΐ", "dž dž ʼn ΐ"),
            ("%_\\ it's <a> \n", "%_\\ it's <a> \n"),
        ] {
            assert_eq!(fold(text), folded);
        }
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing_more(text: String) {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }

        #[test]
        fn ascii_is_folded_as_everything_is(text in "[ -~\n]*") {
            let with_more = format!("{text} é");
            prop_assert_eq!(format!("{} é", fold(&text)), fold(&with_more));
        }
    }
}
