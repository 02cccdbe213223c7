mod code_page;
mod hexadecimal;
#[cfg(test)]
mod tests;

use encoding_rs::{Encoding, WINDOWS_1252};

use crate::warnings::{Warning, Warnings};
pub(crate) use code_page::{CodePage, Votes};

/// Decodes a string (ISO 10303-21, 6.4.3): `''`, `\\`, `\X\E4`,
/// `\X2\00E4\X0\`, `\X4\0001F3E0\X0\`, `\S\d` and `\PB\`. Other text is kept
/// unchanged.
///
/// Bytes that are not ASCII are UTF-8 (edition 3) where they are valid UTF-8,
/// and of the code page otherwise, as older programs write them.
pub(crate) fn decode(raw: &[u8], page: CodePage, warnings: &mut Warnings) -> String {
    if !raw.is_ascii() {
        warnings.add(Warning::RawBytes);
    }
    let raw = std::str::from_utf8(raw).map_or_else(|_| page.decode(raw), Into::into);
    let mut rest: &str = &raw;
    let mut decoder =
        Decoder { text: String::with_capacity(rest.len()), shifted: WINDOWS_1252, page, warnings };
    while let Some(at) = rest.find(['\'', '\\', '\n', '\r']) {
        decoder.text.push_str(&rest[..at]);
        rest = decoder.special(&rest[at..]);
    }
    decoder.text + rest
}

struct Decoder<'w> {
    /// The text so far.
    text: String,
    /// The alphabet of `\S\`, which `\PA\` to `\PI\` choose.
    shifted: &'static Encoding,
    /// The code page of `\X\`.
    page: CodePage,
    warnings: &'w mut Warnings,
}

impl Decoder<'_> {
    /// Decodes the start of `rest`, and returns the remainder.
    fn special<'a>(&mut self, rest: &'a str) -> &'a str {
        if let Some(directive) = rest.strip_prefix('\\')
            && let Some(after) = self.directive(directive)
        {
            return after;
        }
        let mut characters = rest.chars();
        let first = characters.next();
        let after = characters.as_str();
        match first {
            // A line break belongs to the file, not to the string.
            Some('\n' | '\r') | None => after,
            Some('\'') => {
                self.text.push('\'');
                after.strip_prefix('\'').unwrap_or(after)
            }
            Some(other) => {
                self.text.push(other);
                after
            }
        }
    }

    /// Decodes the directive after a `\`, if it is a valid one.
    fn directive<'a>(&mut self, rest: &'a str) -> Option<&'a str> {
        if let Some(after) = rest.strip_prefix('\\') {
            self.text.push('\\');
            return Some(after);
        }
        if let Some(after) = rest.strip_prefix("X\\") {
            let (code, after) = after.split_at_checked(2)?;
            self.byte(u8::from_str_radix(code, 16).ok()?);
            return Some(after);
        }
        if let Some(after) = rest.strip_prefix("S\\") {
            let shifted = after.chars().next().filter(char::is_ascii)?;
            let byte = u8::try_from(shifted).ok()? | 0x80;
            self.text.push_str(&self.shifted.decode_without_bom_handling(&[byte]).0);
            return Some(&after[1..]);
        }
        if let Some(after) = rest.strip_prefix('P') {
            let letter = after.chars().next().filter(|letter| ('A'..='I').contains(letter))?;
            let label = format!("iso-8859-{}", u32::from(letter) - u32::from('A') + 1);
            self.shifted = Encoding::for_label(label.as_bytes())?;
            return after[1..].strip_prefix('\\');
        }
        let (decoded, after, is_standard) = hexadecimal::decode(rest)?;
        if !is_standard {
            self.warnings.add(Warning::HexadecimalText);
        }
        self.text.push_str(&decoded);
        Some(after)
    }

    /// The character of `\X\`. ISO 8859-1 has control characters from 80 to 9F, which no text
    /// contains: such a code is of the code page of the program.
    fn byte(&mut self, byte: u8) {
        if (0x80..0xa0).contains(&byte) {
            self.warnings.add(Warning::CodePage);
        }
        match self.page {
            CodePage::MacRoman => self.text.push_str(&self.page.decode(&[byte])),
            CodePage::Latin if (0x80..0xa0).contains(&byte) => {
                self.text.push_str(&self.page.decode(&[byte]));
            }
            CodePage::Latin => self.text.push(byte.into()),
        }
    }
}
