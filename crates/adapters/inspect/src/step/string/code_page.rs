use std::borrow::Cow;

use encoding_rs::{MACINTOSH, WINDOWS_1252};

/// The code page of the bytes above 7F that a program writes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum CodePage {
    /// ISO 8859-1, as the standard demands, extended by Windows-1252.
    #[default]
    Latin,
    /// Mac OS Roman, as `ArchiCAD` writes it.
    MacRoman,
}

impl CodePage {
    /// Decodes bytes that are not UTF-8.
    pub(super) fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        let encoding = match self {
            Self::Latin => WINDOWS_1252,
            Self::MacRoman => MACINTOSH,
        };
        encoding.decode_without_bom_handling(bytes).0
    }
}

/// What the strings of a file tell about its code page.
///
/// ISO 8859-1 has no letters from 80 to 9F. Windows-1252 has mostly punctuation there, which stands
/// at the ends of words; Mac OS Roman has accented letters, which stand within words.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Votes {
    mac: u32,
    windows: u32,
    /// Whether the program is one of those that write Mac OS Roman.
    is_mac_program: bool,
}

impl Votes {
    /// Reads the names of the programs that wrote the file.
    pub(crate) fn program(&mut self, raw: &[u8]) {
        const MAC: [&str; 4] = ["archicad", "graphisoft", "mac os", "macos"];
        let name = String::from_utf8_lossy(raw).to_ascii_lowercase();
        self.is_mac_program |= MAC.iter().any(|program| name.contains(program));
    }

    /// Reads a string, still encoded.
    pub(crate) fn string(&mut self, raw: &[u8]) {
        let is_utf8 = std::str::from_utf8(raw).is_ok();
        let mut at = 0;
        let mut before = None;
        while let Some(&first) = raw.get(at) {
            let (byte, length) = match raw.get(at..at + 5) {
                Some([b'\\', b'X', b'\\', high, low]) if high.is_ascii_hexdigit() => {
                    let code = [*high, *low];
                    let code = std::str::from_utf8(&code).ok();
                    (code.and_then(|code| u8::from_str_radix(code, 16).ok()).unwrap_or(first), 5)
                }
                _ if is_utf8 && first >= 0x80 => (b'?', 1),
                _ => (first, 1),
            };
            at += length;
            if (0x80..0xa0).contains(&byte) {
                self.code(byte, before, raw.get(at).copied());
            }
            before = Some(byte);
        }
    }

    /// Decides by all strings of the file.
    pub(crate) fn page(self) -> CodePage {
        let is_mac = match (self.mac, self.windows) {
            (0, 0) => false,
            _ if self.is_mac_program => true,
            (mac, windows) => mac > windows,
        };
        if is_mac { CodePage::MacRoman } else { CodePage::Latin }
    }

    /// A code from 80 to 9F, between its neighbours.
    fn code(&mut self, code: u8, before: Option<u8>, after: Option<u8>) {
        // `\` may begin the code of another letter.
        let is_letter = |byte: Option<u8>| {
            byte.is_some_and(|byte| byte.is_ascii_alphabetic() || byte >= 0x80 || byte == b'\\')
        };
        let is_within = is_letter(before) && is_letter(after);
        let is_mac = match code {
            // An apostrophe in Windows-1252, which stands within words, too.
            0x92 => false,
            // € and …, or Ä and Ö at the start of a word.
            0x80 | 0x85 => is_letter(after),
            // Quotes, dashes, •, ™ and the like.
            0x82 | 0x84 | 0x89 | 0x8b | 0x91 | 0x93..=0x97 | 0x99 | 0x9b => is_within,
            // Letters that are rare, or no characters, in Windows-1252.
            _ => true,
        };
        if is_mac { self.mac += 1 } else { self.windows += 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(strings: &[&str]) -> CodePage {
        let mut votes = Votes::default();
        for text in strings {
            votes.string(text.as_bytes());
        }
        votes.page()
    }

    #[test]
    fn letters_from_80_to_9f_within_words_are_mac_roman() {
        for text in [
            r"M\X\8Etal-Fer C\X\99t\X\8E",
            r"Geb\X\8Aude",
            r"\X\80nderung",
            r"T\X\9Fr",
            r"Caf\X\8E",
            r"E\X\97il",
        ] {
            assert_eq!(page(&[text]), CodePage::MacRoman, "{text}");
        }
    }

    #[test]
    fn punctuation_from_80_to_9f_is_windows_1252() {
        for text in [
            r"\X\84Haus\X\93",
            r"2 \X\96 3",
            r"l\X\92acc\X\E8s",
            r"100 \X\80",
            r"\X\80 100",
            r"Marke\X\99 A",
            r"und so weiter\X\85",
        ] {
            assert_eq!(page(&[text]), CodePage::Latin, "{text}");
        }
    }

    #[test]
    fn text_without_such_codes_is_iso_8859_1_by_any_program() {
        let mut votes = Votes::default();
        votes.program(b"The EXPRESS Data Manager, ARCHICAD-64");
        votes.string(br"Geb\X\E4ude \X2\00E4\X0\");
        votes.string("Geb\u{e4}ude \u{2013}".as_bytes());
        assert_eq!(votes.page(), CodePage::Latin);
        votes.string(br"\X\93");
        assert_eq!(votes.page(), CodePage::MacRoman, "ArchiCAD writes Mac OS Roman");
    }
}
