/// The characters of Windows-1252 from 0x80 to 0x9F; `\0` where there is none.
const HIGH: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘',
    '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

/// A text in Windows-1252. A character that it does not have is a question mark.
pub(crate) fn encoded(text: &str) -> Vec<u8> {
    text.chars().map(byte).collect()
}

fn byte(c: char) -> u8 {
    let place = HIGH.iter().position(|high| *high == c && c != '\0');
    match (u8::try_from(u32::from(c)), place.and_then(|place| u8::try_from(place + 0x80).ok())) {
        (_, Some(high)) => high,
        (Ok(same), None) if !(0x80..0xA0).contains(&same) => same,
        _ => b'?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_windows_1252_does_not_have_is_a_question_mark() {
        assert_eq!(encoded("Aß é€–Ž"), [0x41, 0xDF, 0x20, 0xE9, 0x80, 0x96, 0x8E]);
        assert_eq!(encoded("Ş\u{81}漢"), *b"???");
    }
}
