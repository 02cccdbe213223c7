use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use encoding_rs::Encoding;

/// Base64 with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Decodes the encoded words (RFC 2047: `=?utf-8?B?…?=`) in `text`. Other text is kept unchanged;
/// blanks between two encoded words are no part of it.
pub(super) fn decode(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    let mut is_after_word = false;
    while let Some(at) = rest.find("=?") {
        let (before, start) = rest.split_at(at);
        let Some((word, after)) = word(start) else {
            decoded.push_str(&rest[..at + 2]);
            rest = &rest[at + 2..];
            is_after_word = false;
            continue;
        };
        if !is_after_word || !before.trim().is_empty() {
            decoded.push_str(before);
        }
        decoded.push_str(&word);
        rest = after;
        is_after_word = true;
    }
    decoded + rest
}

/// The encoded word at the start of `text`, and what follows it.
fn word(text: &str) -> Option<(String, &str)> {
    let (charset, rest) = text.strip_prefix("=?")?.split_once('?')?;
    let (encoding, rest) = rest.split_once('?')?;
    let (encoded, after) = rest.split_once("?=")?;
    // A language may follow the charset (RFC 2231, 5).
    let charset = charset.split_once('*').map_or(charset, |(charset, _)| charset);
    let charset = Encoding::for_label(charset.as_bytes())?;
    let bytes = match encoding {
        "B" | "b" => BASE64.decode(encoded.trim()).ok()?,
        "Q" | "q" => quoted(encoded)?,
        _ => return None,
    };
    Some((charset.decode_without_bom_handling(&bytes).0.into_owned(), after))
}

/// The bytes of the encoding `Q`: `_` for a blank, `=E4` for other bytes.
fn quoted(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        bytes.push(match first {
            b'_' => b' ',
            b'=' => {
                let (code, after) = rest.split_at_checked(2)?;
                rest = after;
                u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok()?
            }
            other => other,
        });
    }
    Some(bytes)
}
