use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

fn stored(text: &str) -> Vec<String> {
    SearchableText::of(text).as_str().split_whitespace().map(str::to_owned).collect()
}

#[test]
fn punctuation_separates_words() {
    for (text, words) in [
        ("Beton/Stahl TGA.Heizung", vec!["beton", "stahl", "tga", "heizung"]),
        ("„Grundriss“ »Ansicht«–Nord…Plan", vec!["grundriss", "ansicht", "nord", "plan"]),
        (
            "a@b.de http://x.y/z?q=1 snake_case",
            vec!["a", "b", "de", "http", "x", "y", "z", "q", "1", "snake", "case"],
        ),
        ("-12.5e3 +7 C++ 3½", vec!["12", "5e3", "7", "c", "31", "2"]),
        ("it's; a beton Beton", vec!["it", "s", "a", "beton"]),
        ("क्षेत्र שָׁלוֹם", vec!["क्षेत्र", "שָׁלוֹם"]),
        ("' & ! | <-> :* ( \0\n€", vec![]),
    ] {
        assert_eq!(stored(text), words, "{text}");
        assert_eq!(asked_words(text), words, "{text}");
    }
}

#[test]
fn a_word_that_is_divided_at_the_end_of_a_line_is_found_as_a_whole_and_in_parts() {
    for text in [
        "Fundament-\nplatte",
        "Fundament-  \r\n\t platte",
        "Fundament\u{2010}\u{2028}platte",
        "Fundament\u{ad}\nplatte",
        "Fundament-\u{c}platte",
    ] {
        assert_eq!(stored(text), ["fundamentplatte", "fundament", "platte"], "{text:?}");
        assert_eq!(asked_words(text), ["fundamentplatte"], "{text:?}");
    }
    assert_eq!(stored("a-\nb-\nc"), ["abc", "a", "b", "c"]);
    assert_eq!(stored("Bau- und"), ["bau", "und"]);
    assert_eq!(
        stored("Plan 12-\n34 x-\n7 Nord–\nSüd"),
        ["plan", "12", "34", "x", "7", "nord", "süd"]
    );
    assert_eq!(stored("ends-\n"), ["ends"]);
}

#[test]
fn text_without_blanks_is_found_by_any_part_of_it() {
    let text = "橋の基礎工事、第3章 ガード 서울에서 ประเทศ";
    let words: HashSet<String> = stored(text).into_iter().collect();
    for query in ["基礎", "基", "基礎工事", "橋", "第3章", "ｶﾞｰﾄﾞ", "서울", "ประ", "3"]
    {
        let asked = asked_words(query);
        assert!(!asked.is_empty());
        assert!(asked.iter().all(|word| words.contains(word)), "{query}: {asked:?}");
    }
    assert!(!asked_words("礎基").iter().all(|word| words.contains(word)));
    assert_eq!(asked_words("基礎工事"), ["基礎", "礎工", "工事"]);
}

#[test]
fn the_longest_text_is_whole_to_its_end() {
    let mut text: String = (0_u32..).map(|n| format!("w{n:x} ")).take(160_000).collect();
    text.truncate(SearchableText::MAX_BYTES - " zuletzt".len());
    text.push_str(" zuletzt");
    assert_eq!(text.len(), SearchableText::MAX_BYTES);
    assert!(SearchableText::of(&text).as_str().ends_with(" zuletzt"));
    assert!(!SearchableText::of(&format!("x{text}")).as_str().ends_with(" zuletzt"));
}

#[test]
fn a_word_without_end_is_found_by_its_beginning() {
    let endless = "ä".repeat(5000);
    assert_eq!(stored(&endless), ["ä".repeat(100)]);
    assert_eq!(asked_words(&endless), ["ä".repeat(100)]);
}

#[test]
fn text_that_grows_stays_within_the_limit() {
    // One character that becomes eighteen, and pairs that all differ.
    let ligatures = "\u{fdfa} a\u{fdfa}".repeat(40_000);
    let all = (0x4e00..0x9fff).chain(0x3400..0x4dbf).filter_map(char::from_u32);
    let pairs: String = (0..12).flat_map(|n| all.clone().skip(n).step_by(n + 1)).collect();
    for text in [ligatures, pairs.repeat(3)] {
        let searchable = SearchableText::of(&text);
        assert!(searchable.as_str().len() <= SearchableText::MAX_BYTES);
    }
}

proptest! {
    #[test]
    fn a_text_is_found_by_itself(text: String) {
        let words: HashSet<String> = stored(&text).into_iter().collect();
        prop_assert!(asked_words(&text).iter().all(|word| words.contains(word)));
    }

    #[test]
    fn words_are_distinct_and_separated_by_one_blank(text: String) {
        let searchable = SearchableText::of(&text);
        let words: Vec<&str> = searchable.as_str().split(' ').collect();
        let distinct: HashSet<&&str> = words.iter().collect();
        prop_assert_eq!(distinct.len(), words.len());
        prop_assert!(words == [""] || words.iter().all(|word| !word.is_empty()));
    }
}
