use encoding_rs::{Encoding, ISO_8859_15, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use plinth_ports::Unreadable;

use crate::refusal::{malformed, too_complex, unsupported};

/// The encodings that are read. The standard for labels takes `ISO-8859-1` for windows-1252, which
/// has more characters.
const KNOWN: [&Encoding; 5] = [UTF_8, UTF_16LE, UTF_16BE, WINDOWS_1252, ISO_8859_15];

/// How many bytes the XML declaration may have.
const DECLARATION: usize = 200;

/// The text of an XML document of at most `limit` bytes, without byte-order mark and XML declaration.
pub(crate) fn decode(bytes: &[u8], limit: usize) -> Result<String, Unreadable> {
    if bytes.len() > limit {
        let detail = format!("the XML has {} bytes; the limit is {limit}", bytes.len());
        return Err(too_complex(detail));
    }
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => declared(bytes)?,
    };
    if !KNOWN.contains(&encoding) {
        let detail = format!("the encoding {} is not supported: use UTF-8", encoding.name());
        return Err(unsupported(detail));
    }
    let (text, _, has_errors) = encoding.decode(bytes);
    if has_errors {
        return Err(malformed(format!("the XML is not {}, as it says", encoding.name())));
    }
    if let Some(c) = text.chars().find(|c| !is_allowed(*c)) {
        let detail = format!("the XML has the character U+{:04X}, which is not allowed", c as u32);
        return Err(malformed(detail));
    }
    Ok(body(&text).to_owned())
}

/// Whether XML 1.0 allows a character (section 2.2).
pub(crate) fn is_allowed(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// What follows the XML declaration.
fn body(text: &str) -> &str {
    match text.strip_prefix("<?xml").filter(|rest| rest.starts_with(char::is_whitespace)) {
        Some(rest) => rest.find("?>").map_or(text, |end| &rest[end + 2..]),
        None => text,
    }
}

/// The encoding that the XML declaration names; UTF-8 when it names none.
fn declared(bytes: &[u8]) -> Result<&'static Encoding, Unreadable> {
    if bytes.starts_with(b"<\0") || bytes.starts_with(b"\0<") {
        return Err(malformed("the XML is UTF-16 without a byte-order mark"));
    }
    let start = &bytes[..bytes.len().min(DECLARATION)];
    let Some(rest) = start.strip_prefix(b"<?xml") else { return Ok(UTF_8) };
    let rest = String::from_utf8_lossy(rest);
    let Some(end) = rest.find("?>") else {
        return Err(malformed("the XML declaration does not end"));
    };
    let Some((_, value)) = rest[..end].split_once("encoding") else { return Ok(UTF_8) };
    let value = value.trim_start().strip_prefix('=').map(str::trim_start).unwrap_or_default();
    let label = value.split(['"', '\'']).nth(1).unwrap_or_default();
    match Encoding::for_label(label.as_bytes()) {
        // A document whose first bytes could be read so far is not UTF-16.
        Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => {
            Err(malformed("the XML is not UTF-16, as it says"))
        }
        Some(encoding) => Ok(encoding),
        None => Err(unsupported("the encoding of the XML is not supported: use UTF-8")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::XML_BYTES;

    fn decode(bytes: &[u8]) -> Result<String, Unreadable> {
        super::decode(bytes, XML_BYTES)
    }

    #[test]
    fn the_encodings_in_use_are_read() {
        let plain = "<a>Grün €</a>";
        assert_eq!(decode(plain.as_bytes()).unwrap(), plain);
        let marked = format!("\u{feff}<?xml version=\"1.0\" encoding='utf-8'?>{plain}");
        assert_eq!(decode(marked.as_bytes()).unwrap(), plain);
        let declared = b"<?xml version='1.0' encoding = \"ISO-8859-1\"?><a>Gr\xfcn</a>";
        assert_eq!(decode(declared).unwrap(), "<a>Grün</a>");
        let euro = b"<?xml version='1.0' encoding='iso-8859-15'?><a>\xa4</a>";
        assert_eq!(decode(euro).unwrap(), "<a>€</a>");
        let units = format!("\u{feff}{plain}").encode_utf16().collect::<Vec<_>>();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        assert_eq!(decode(&little).unwrap(), plain);
        assert_eq!(decode(&big).unwrap(), plain);
    }

    #[test]
    fn other_encodings_and_false_declarations_are_refused() {
        let refused = |bytes: &[u8]| decode(bytes).unwrap_err().code.name();
        assert_eq!(
            refused(b"<?xml version='1.0' encoding='shift_jis'?><a/>"),
            "document.unsupported"
        );
        assert_eq!(refused(b"<?xml version='1.0' encoding='x'?><a/>"), "document.unsupported");
        assert_eq!(refused(b"<?xml version='1.0' encoding='utf-16'?><a/>"), "document.malformed");
        assert_eq!(refused(b"<a>\xfc</a>"), "document.malformed");
        assert_eq!(refused(b"<a>\0</a>"), "document.malformed");
        assert_eq!(refused(b"<\0a\0/\0>\0"), "document.malformed");
        assert_eq!(refused(&vec![b' '; XML_BYTES + 1]), "document.too_complex");
    }
}
