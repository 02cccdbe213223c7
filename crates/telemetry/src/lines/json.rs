//! Just as much JSON as a log line needs (RFC 8259).

use std::fmt;

/// Writes `"name":"value",`.
pub(crate) fn text(out: &mut String, name: &str, value: &str) {
    key(out, name);
    out.push('"');
    escape(out, value);
    out.push_str("\",");
}

/// Writes `"name":`.
pub(crate) fn key(out: &mut String, name: &str) {
    out.push('"');
    escape(out, name);
    out.push_str("\":");
}

/// Writes what stands between the quotes of a string.
pub(crate) fn escape(out: &mut String, text: &str) {
    let mut rest = text;
    let special = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    while let Some(at) = rest.bytes().position(special) {
        let (plain, from) = rest.split_at(at);
        out.push_str(plain);
        match from.as_bytes()[0] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            control => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                out.push_str("\\u00");
                out.push(char::from(HEX[usize::from(control >> 4)]));
                out.push(char::from(HEX[usize::from(control & 15)]));
            }
        }
        rest = &from[1..];
    }
    out.push_str(rest);
}

/// Lets what is formatted be escaped on its way.
pub(crate) struct Escaped<'a>(pub(crate) &'a mut String);

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        escape(self.0, text);
        Ok(())
    }
}
