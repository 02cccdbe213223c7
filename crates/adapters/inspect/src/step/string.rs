use encoding_rs::{Encoding, WINDOWS_1252};

/// Decodes a string (ISO 10303-21, 6.4.3): `''`, `\\`, `\X\E4`,
/// `\X2\00E4\X0\`, `\X4\0001F3E0\X0\`, `\S\d` and `\PB\`. Other text is kept
/// unchanged.
///
/// Bytes that are not ASCII are UTF-8 (edition 3) where they are valid UTF-8,
/// and Windows-1252 otherwise, as older programs write them.
pub(crate) fn decode(raw: &[u8]) -> String {
    let raw = std::str::from_utf8(raw)
        .map_or_else(|_| WINDOWS_1252.decode_without_bom_handling(raw).0, Into::into);
    let mut rest: &str = &raw;
    let mut text = String::with_capacity(rest.len());
    let mut page = WINDOWS_1252;
    while let Some(at) = rest.find(['\'', '\\', '\n', '\r']) {
        text.push_str(&rest[..at]);
        rest = special(&rest[at..], &mut page, &mut text);
    }
    text + rest
}

/// Decodes the start of `rest`, and returns the remainder.
fn special<'a>(rest: &'a str, page: &mut &'static Encoding, text: &mut String) -> &'a str {
    if let Some(directive) = rest.strip_prefix('\\')
        && let Some(after) = directed(directive, page, text)
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
            text.push('\'');
            after.strip_prefix('\'').unwrap_or(after)
        }
        Some(other) => {
            text.push(other);
            after
        }
    }
}

/// Decodes the directive after a `\`, if it is a valid one.
fn directed<'a>(rest: &'a str, page: &mut &'static Encoding, text: &mut String) -> Option<&'a str> {
    if let Some(after) = rest.strip_prefix('\\') {
        text.push('\\');
        return Some(after);
    }
    if let Some(after) = rest.strip_prefix("X\\") {
        let (byte, after) = after.split_at_checked(2)?;
        text.push(u8::from_str_radix(byte, 16).ok()?.into());
        return Some(after);
    }
    if let Some(after) = rest.strip_prefix("S\\") {
        let shifted = after.chars().next().filter(char::is_ascii)?;
        let byte = u8::try_from(shifted).ok()? | 0x80;
        text.push_str(&page.decode_without_bom_handling(&[byte]).0);
        return Some(&after[1..]);
    }
    if let Some(after) = rest.strip_prefix('P') {
        let letter = after.chars().next().filter(|letter| ('A'..='I').contains(letter))?;
        let label = format!("iso-8859-{}", u32::from(letter) - u32::from('A') + 1);
        *page = Encoding::for_label(label.as_bytes())?;
        return after[1..].strip_prefix('\\');
    }
    let (digits, rest) = match rest.strip_prefix("X2\\") {
        Some(rest) => (4, rest),
        None => (8, rest.strip_prefix("X4\\")?),
    };
    let (codes, after) = rest.split_once("\\X0\\")?;
    text.push_str(&code_points(codes, digits)?);
    Some(after)
}

/// Decodes groups of hexadecimal digits: UTF-16 in fours, UTF-32 in eights.
fn code_points(codes: &str, digits: usize) -> Option<String> {
    let groups = codes.as_bytes().chunks(digits).map(|group| {
        let group = std::str::from_utf8(group).ok().filter(|group| group.len() == digits)?;
        u32::from_str_radix(group, 16).ok()
    });
    let codes: Vec<u32> = groups.collect::<Option<_>>()?;
    if digits == 8 {
        return Some(codes.into_iter().map(replaced).collect());
    }
    let units = codes.into_iter().filter_map(|code| u16::try_from(code).ok());
    Some(
        char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect(),
    )
}

fn replaced(code: u32) -> char {
    char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_directive_is_decoded() {
        for (raw, expected) in [
            ("plain", "plain"),
            ("it''s", "it's"),
            (r"a\\b", r"a\b"),
            (r"\X\E4", "ä"),
            (r"B\X2\00FC\X0\ro", "Büro"),
            (r"\X2\D83CDFE0\X0\", "🏠"),
            (r"\X4\0001F3E0\X0\", "🏠"),
            (r"\S\d", "ä"),
            (r"\S\'", "§"),
            (r"\PE\\S\6", "Ж"),
            (r"C:\temp", r"C:\temp"),
            (r"\X2\00E", r"\X2\00E"),
            (r"\X2\ZZZZ\X0\", r"\X2\ZZZZ\X0\"),
            (r"\X2\D83C\X0\", "\u{fffd}"),
            (r"\X\", r"\X\"),
            ("two\r\nlines", "twolines"),
            ("Büro", "Büro"),
        ] {
            assert_eq!(decode(raw.as_bytes()), expected, "{raw}");
        }
        assert_eq!(decode(b"B\xfcro"), "Büro");
    }

    proptest! {
        #[test]
        fn decoding_never_panics(raw in prop::collection::vec(any::<u8>(), 0..40)) {
            decode(&raw);
        }

        #[test]
        fn decoding_never_panics_at_directives(raw in r"([\\XSP24A0FE'ä]|\\X0\\|\\X2\\){0,20}") {
            decode(raw.as_bytes());
        }
    }
}
