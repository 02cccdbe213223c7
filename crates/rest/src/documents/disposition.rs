//! The `Content-Disposition` of a part of a form (RFC 7578, 4.2), as clients write it.

mod encoded_word;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use percent_encoding::percent_decode;

/// The field that a part fills, and the file that it holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct PartDisposition {
    /// The name of the field.
    pub(super) name: Option<String>,
    /// The name of the file, readable.
    pub(super) file_name: Option<String>,
}

impl PartDisposition {
    /// Reads the value of the header. `filename*` (RFC 5987) outweighs `filename`.
    pub(super) fn parse(header: &[u8]) -> Self {
        let (mut name, mut plain, mut extended) = (None, None, None);
        let mut rest = after(header, b';');
        while let Some((parameter, value, following)) = parameter(rest) {
            rest = following;
            match parameter.to_ascii_lowercase().as_slice() {
                b"name" => name = name.or_else(|| Some(text(&value))),
                b"filename" => plain = plain.or(Some(value)),
                b"filename*" => extended = extended.or_else(|| extended_value(&value)),
                _ => {}
            }
        }
        let file_name = extended.or_else(|| plain.map(|value| plain_value(&value)));
        Self { name, file_name }
    }
}

/// What follows the first `byte`.
fn after(text: &[u8], byte: u8) -> &[u8] {
    text.iter().position(|found| *found == byte).map_or(&[], |at| &text[at + 1..])
}

/// A name, a value without quotes, and what follows them.
type Parameter<'a> = (&'a [u8], Cow<'a, [u8]>, &'a [u8]);

/// The first parameter of `text`.
fn parameter(text: &[u8]) -> Option<Parameter<'_>> {
    let equals = text.iter().position(|byte| *byte == b'=')?;
    // A parameter without a value may stand before it.
    let name = text[..equals].rsplit(|byte| *byte == b';').next()?.trim_ascii();
    let value = text[equals + 1..].trim_ascii_start();
    if let Some(quoted) = value.strip_prefix(b"\"") {
        let (value, rest) = quoted_string(quoted);
        return Some((name, Cow::Owned(value), after(rest, b';')));
    }
    let end = value.iter().position(|byte| *byte == b';').unwrap_or(value.len());
    let rest = value.get(end + 1..).unwrap_or_default();
    Some((name, Cow::Borrowed(value[..end].trim_ascii_end()), rest))
}

/// A string up to its closing quote. Only quotes and backslashes are escaped (as by curl): browsers
/// escape nothing by a backslash, and old ones send paths of Windows.
fn quoted_string(text: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut value = Vec::new();
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match (byte, text.get(at + 1)) {
            (b'"', _) => return (value, &text[at + 1..]),
            // A path that ends in a backslash: this quote is the last one.
            (b'\\', Some(b'"')) if !text[at + 2..].contains(&b'"') => value.push(byte),
            (b'\\', Some(escaped @ (b'"' | b'\\'))) => {
                value.push(*escaped);
                at += 1;
            }
            _ => value.push(byte),
        }
        at += 1;
    }
    (value, &[])
}

/// The value of `filename`. Browsers write `%22` for a quote (WHATWG HTML, 4.10.21.8), and .NET
/// encoded words (RFC 2047).
fn plain_value(value: &[u8]) -> String {
    let mut name = encoded_word::decode(&text(value));
    for (code, character) in [("%22", "\""), ("%0D", " "), ("%0A", " "), ("%0d", " "), ("%0a", " ")]
    {
        name = name.replace(code, character);
    }
    name
}

/// The value of `filename*`: `UTF-8''B%C3%BCro.pdf`; `None` when it is no such value.
fn extended_value(value: &[u8]) -> Option<String> {
    let mut parts = value.splitn(3, |byte| *byte == b'\'');
    let (charset, _, encoded) = (parts.next()?, parts.next()?, parts.next()?);
    let encoding = Encoding::for_label(charset).unwrap_or(UTF_8);
    let bytes: Vec<u8> = percent_decode(encoded).collect();
    let decoded = encoding.decode_without_bom_handling_and_without_replacement(&bytes)?;
    Some(decoded.into_owned())
}

/// UTF-8, or Windows-1252 as old clients send it.
pub(crate) fn text(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(
        |_| WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
        str::to_owned,
    )
}
