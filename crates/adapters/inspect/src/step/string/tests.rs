use proptest::prelude::*;

use super::*;

fn decoded(raw: &[u8]) -> (String, Warnings) {
    let mut warnings = Warnings::default();
    (decode(raw, CodePage::Latin, &mut warnings), warnings)
}

#[test]
fn every_directive_is_decoded() {
    for (raw, expected) in [
        ("plain", "plain"),
        ("it''s", "it's"),
        (r"a\\b", r"a\b"),
        (r"\X\E4", "ä"),
        (r"B\X2\00FC\X0\ro", "Büro"),
        (r"\X2\57FA\X0\\X2\790E\X0\", "基礎"),
        (r"\X2\D83CDFE0\X0\", "🏠"),
        (r"\X2\D83C\X0\\X2\DFE0\X0\", "🏠"),
        (r"\X4\0001F3E0\X0\", "🏠"),
        (r"\S\d", "ä"),
        (r"\S\'", "§"),
        (r"\PE\\S\6", "Ж"),
        (r"C:\temp", r"C:\temp"),
        (r"\X2\ZZZZ\X0\", r"\X2\ZZZZ\X0\"),
        (r"\X2\", r"\X2\"),
        (r"\X2\D83C\X0\", "\u{fffd}"),
        (r"\X\", r"\X\"),
        ("two\r\nlines", "twolines"),
    ] {
        let (text, warnings) = decoded(raw.as_bytes());
        assert_eq!(text, expected, "{raw}");
        assert_eq!(warnings.json(), None, "{raw}");
    }
}

#[test]
fn hexadecimal_text_with_faults_is_decoded_and_told() {
    for (raw, expected) in [
        (r"\X2\FEFF30D700\X0\\X2\FEFF30ED00\X0\", "プロ"),
        (r"\X2\FFFED730\X0\", "プ"),
        (r"\X2\00E4F\X0\x", "äx"),
        (r"\X2\E4\X0\", "ä"),
        (r"\X2\00E4", "ä"),
        (r"\X2\00FC ro", "ü ro"),
        (r"\x2\00fc\x0\", "ü"),
        (r"\X4\D83CDFE000E4\X0\", "🏠ä"),
        (r"\X4\0000FEFF000000E4\X0\", "ä"),
    ] {
        let (text, warnings) = decoded(raw.as_bytes());
        assert_eq!(text, expected, "{raw}");
        assert_eq!(warnings.count(Warning::HexadecimalText), 1, "{raw}");
    }
}

#[test]
fn codes_from_80_to_9f_are_of_the_code_page() {
    let read = |raw: &[u8], page| decode(raw, page, &mut Warnings::default());
    assert_eq!(read(br"M\X\8Etal \X\A7", CodePage::MacRoman), "Métal ß");
    assert_eq!(read(br"2 \X\96 3 \X\A7", CodePage::Latin), "2 \u{2013} 3 §");
    assert_eq!(read(b"M\x8etal", CodePage::MacRoman), "Métal");
    assert_eq!(read("Métal".as_bytes(), CodePage::MacRoman), "Métal");
    assert_eq!(decoded(br"\X\96").1.count(Warning::CodePage), 1);
}

#[test]
fn bytes_above_7f_are_utf_8_or_windows_1252_and_told() {
    for raw in ["Büro".as_bytes(), b"B\xfcro"] {
        let (text, warnings) = decoded(raw);
        assert_eq!(text, "Büro");
        assert_eq!(warnings.count(Warning::RawBytes), 1);
    }
}

proptest! {
    #[test]
    fn decoding_never_panics(raw in prop::collection::vec(any::<u8>(), 0..40)) {
        decoded(&raw);
        let mut votes = Votes::default();
        votes.string(&raw);
        decode(&raw, votes.page(), &mut Warnings::default());
    }

    #[test]
    fn decoding_never_panics_at_directives(raw in r"([\\XxSP24A0FE'ä]|\\X0\\|\\X2\\|FEFF){0,20}") {
        let mut votes = Votes::default();
        votes.string(raw.as_bytes());
        decode(raw.as_bytes(), votes.page(), &mut Warnings::default());
    }
}
