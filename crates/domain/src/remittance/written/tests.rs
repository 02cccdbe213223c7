use proptest::prelude::*;

use super::*;

#[test]
fn a_number_is_found_in_every_spelling() {
    let spellings: [&[&str]; 14] = [
        &["RE-2026-0001"],
        &["Rechnung re-2026-0001 vom 01.11."],
        &["RE 2026 0001"],
        &["RE2026/0001"],
        &["RE\u{2013}2026\u{2013}0001"],
        &["SVWZ+RE-2026-0001"],
        &["Nr.RE-2026-0001,Danke"],
        &["(RE-2026-0001)"],
        &["Rechnung RE-2026-0", "001 vom 01.11."],
        &["Rechnung RE-2026-0 001"],
        &["R", "E-20", "26-0001"],
        &["RE-2026-0001/RE-2026-0002"],
        &["RE-2026-0002/RE-2026-0001"],
        &["RE-2026-00012, RE-2026-0001"],
    ];
    for lines in spellings {
        assert!(mentions("RE-2026-0001", lines), "{lines:?}");
    }
    assert!(mentions("20260001", &["Rechnung 2026", "0001"]));
    assert!(mentions("2026-0001", &["Rechnung 20260001"]));
    assert!(mentions("A.2026.7", &["a.2026.7"]));
}

#[test]
fn a_longer_number_does_not_name_a_shorter_one() {
    let others = [
        "RE-2026-00012",
        "RE-2026-0001-2",
        "RE-2026-0001/2",
        "XRE-2026-0001",
        "RE-2026-0001A",
        "RE-2026-001",
        "RE.2026.0001",
        "",
    ];
    for text in others {
        assert!(!mentions("RE-2026-0001", &[text]), "{text}");
    }
    for text in ["GS-2026-0001", "12026-0001", "1/2026-0001", "20 26 00 01", "2026-0001,50"] {
        assert!(!mentions("2026-0001", &[text]), "{text}");
    }
}

#[test]
fn an_amount_is_no_number() {
    for text in ["1.234,56 EUR", "1234,56", "12 34", "0,1234"] {
        assert!(!mentions("1234", &[text]), "{text}");
    }
}

#[test]
fn a_number_that_is_too_short_or_has_no_digit_is_never_named() {
    assert!(!mentions("A-1", &["A-1"]));
    assert!(!mentions("", &[""]));
    assert!(!mentions("DANKE", &["danke"]));
    assert!(!mentions::<&str>("RE-2026-0001", &[]));
}

#[test]
fn both_readings_count_where_a_line_ends() {
    let lines = ["RE-2026-0001", "2 pieces"];
    assert!(mentions("RE-2026-0001", &lines) && mentions("RE-2026-00012", &lines));
}

fn number() -> impl Strategy<Value = String> {
    "[A-Z]{2,3}-20[0-9]{2}-[0-9]{3,6}"
}

proptest! {
    #[test]
    fn a_number_is_found_wherever_its_line_is_split(
        number in number(),
        before in "([A-Za-zäöü]{1,9} ){0,3}",
        after in "( [A-Za-zäöü]{1,9}){0,3}",
        splits in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
    ) {
        let text: Vec<char> = format!("{before}{number}{after}").chars().collect();
        let mut at: Vec<usize> = splits.iter().map(|split| split.index(text.len())).collect();
        at.extend([0, text.len()]);
        at.sort_unstable();
        let lines: Vec<String> =
            at.windows(2).map(|ends| text[ends[0]..ends[1]].iter().collect()).collect();
        prop_assert!(mentions(&number, &lines), "{number} in {lines:?}");
    }

    #[test]
    fn case_blanks_dashes_and_slashes_do_not_count(
        number in number(),
        mark in prop::sample::select(vec!["", " ", "-", "/", " - ", "\u{2011}"]),
    ) {
        let spelling = number.replace('-', mark).to_lowercase();
        let line = format!("zu {spelling} danke");
        prop_assert!(mentions(&number, &[line]));
    }

    #[test]
    fn more_digits_make_another_number(number in number(), digits in "[0-9]{1,3}") {
        let longer = format!("{number}{digits}");
        prop_assert!(!mentions(&number, &[&longer]));
        prop_assert!(!mentions(&longer, &[&number]));
        let apart = format!("{number}-{digits}");
        prop_assert!(!mentions(&number, &[apart]));
    }

    #[test]
    fn no_text_makes_it_panic(number in ".{0,40}", lines in prop::collection::vec(".{0,60}", 0..5)) {
        let named = mentions(&number, &lines);
        prop_assert!(!named || number.chars().filter(|c| c.is_alphanumeric()).count() >= 2);
    }
}
