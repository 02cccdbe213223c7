//! Text strings (7.9.2.2): in UTF-16 or UTF-8 with a mark, else in `PDFDocEncoding`.

use hayro_font::hayro_syntax::object::{Array, Dict, Stream, String as PdfString};

/// The maximum length of a text that is taken from a dictionary, in bytes of the file.
const MAX_BYTES: usize = 1024 * 1024;

/// The codes of `PDFDocEncoding` that are no Latin-1 (annex D.2), from 0x18 and from 0x80 on.
const ACCENTS: &str = "˘ˇˆ˙˝˛˚˜";
const MARKS: &str = "•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž\u{fffd}€";

/// The text of a key: a string, a stream, or a list of strings.
pub(crate) fn get(dict: &Dict<'_>, key: &str) -> Option<String> {
    if let Some(string) = dict.get::<PdfString<'_>>(key) {
        return Some(decode(string.as_bytes()));
    }
    if let Some(stream) = dict.get::<Stream<'_>>(key) {
        return Some(decode(&stream.decoded_data().ok()?));
    }
    let strings = dict.get::<Array<'_>>(key)?.iter::<PdfString<'_>>();
    Some(strings.map(|string| decode(string.as_bytes())).collect::<Vec<_>>().join("\n"))
}

/// Decodes a text string; lines end with `\n`.
pub(crate) fn decode(bytes: &[u8]) -> String {
    let bytes = &bytes[..bytes.len().min(MAX_BYTES)];
    let text = match bytes {
        [0xfe, 0xff, rest @ ..] => encoding_rs::UTF_16BE.decode_without_bom_handling(rest).0.into(),
        [0xff, 0xfe, rest @ ..] => encoding_rs::UTF_16LE.decode_without_bom_handling(rest).0.into(),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        bytes => bytes.iter().map(|byte| character(*byte)).collect(),
    };
    without_languages(&text).replace("\r\n", "\n").replace('\r', "\n")
}

fn character(byte: u8) -> char {
    let special = match byte {
        0x18..=0x1f => ACCENTS.chars().nth(usize::from(byte - 0x18)),
        0x80..=0xa0 => MARKS.chars().nth(usize::from(byte - 0x80)),
        _ => None,
    };
    special.unwrap_or(char::from(byte))
}

/// `text` without the languages that escapes may mark in it.
fn without_languages(text: &str) -> String {
    const ESCAPE: char = '\u{1b}';
    if !text.contains(ESCAPE) {
        return text.to_owned();
    }
    // The pieces at odd places are the languages.
    text.split(ESCAPE).step_by(2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_string_tells_its_encoding() {
        assert_eq!(decode(b"\xfe\xff\0A\x20\xac"), "A€");
        assert_eq!(decode(b"\xff\xfeA\0\xac\x20"), "A€");
        assert_eq!(decode("\u{feff}Brücke".as_bytes()), "Brücke");
        assert_eq!(decode(b"Br\xfccke \x84 \x93fi\x94 \xa0\r\nA\rB"), "Brücke — ﬁfiﬂ €\nA\nB");
    }

    #[test]
    fn the_language_of_a_text_string_is_no_part_of_the_text() {
        assert_eq!(decode(b"\xfe\xff\0\x1b\0d\0e\0\x1b\0A"), "A");
    }
}
