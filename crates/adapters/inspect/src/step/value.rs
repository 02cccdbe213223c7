//! The lengths of values, and the faults of what is no value.

use super::quoting::Quoting;
use crate::warnings::Warning;

/// The length of `.AREA.`; `None` when it is not closed.
pub(super) fn enumeration(text: &[u8]) -> Option<usize> {
    let name = run(&text[1..], |byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (name > 0 && text.get(name + 1) == Some(&b'.')).then_some(name + 2)
}

/// The length of `"0F3A"`; `None` when it is not closed.
pub(super) fn binary(text: &[u8]) -> Option<usize> {
    let digits = run(&text[1..], |byte| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace());
    (text.get(digits + 1) == Some(&b'"')).then_some(digits + 2)
}

/// The length of a number such as `-12`, `1.` or `1.5E-7`, and its fault.
pub(super) fn number(text: &[u8]) -> (usize, Option<Warning>) {
    let digits = |at: usize| at + run(&text[at..], |byte| byte.is_ascii_digit());
    let sign = |at: usize| at + usize::from(matches!(text.get(at), Some(b'+' | b'-')));
    let start = sign(0);
    let mut at = digits(start);
    let mut is_standard = at > start;
    let mut is_number = is_standard;
    if text.get(at) == Some(&b'.') {
        let end = digits(at + 1);
        is_number |= end > at + 1;
        at = end;
    }
    if let Some(mark @ (b'E' | b'e' | b'D' | b'd')) = text.get(at) {
        let exponent = sign(at + 1);
        at = digits(exponent);
        is_standard &= at > exponent && mark.eq_ignore_ascii_case(&b'E');
    }
    match (is_number, is_standard) {
        (true, true) => (at, None),
        (true, false) => (at, Some(Warning::NumberForm)),
        (false, _) => {
            let length = at + length(&text[at..]);
            (length, Some(fault(&text[..length])))
        }
    }
}

/// Whether C's name of something that is no number comes next: `nan(ind)`, `Infinity`.
pub(super) fn is_no_number(text: &[u8]) -> bool {
    ["nan", "inf", "qnan", "snan"].iter().any(|name| {
        let (start, rest) = text.split_at_checked(name.len()).unwrap_or_default();
        let rest = if start.eq_ignore_ascii_case(b"inf") { without_ity(rest) } else { rest };
        start.eq_ignore_ascii_case(name.as_bytes())
            && !rest.first().is_some_and(u8::is_ascii_alphanumeric)
    })
}

fn without_ity(rest: &[u8]) -> &[u8] {
    match rest.split_at_checked(5) {
        Some((start, rest)) if start.eq_ignore_ascii_case(b"inity") => rest,
        _ => rest,
    }
}

/// The length of what is left of an argument: up to the next `,` or `)` outside of strings and
/// parentheses.
pub(super) fn length(text: &[u8]) -> usize {
    let mut depth = 0_usize;
    let mut quoting: Option<Quoting> = None;
    for (at, &byte) in text.iter().enumerate() {
        quoting = match (quoting, byte) {
            (Some(open), _) => open.step(byte),
            (None, b',' | b')') if depth == 0 => return at,
            (None, b'\'') => Some(Quoting::default()),
            (None, _) => {
                depth += usize::from(byte == b'(');
                depth -= usize::from(byte == b')');
                None
            }
        };
    }
    text.len()
}

/// The fault of what stands in the place of a value.
pub(super) fn fault(written: &[u8]) -> Warning {
    // `-1.#IND`, `1.#QNAN0`, `1.#INF`, as Microsoft's C library writes them.
    const NAMES: [&[u8]; 6] = [b"nan", b"inf", b"#ind", b"#qnan", b"#snan", b"#inf"];
    let written = &written[..written.len().min(32)];
    let unsigned = &written[run(written, |byte| b"+-0123456789.".contains(&byte))..];
    let is_name = |name: &[u8]| {
        unsigned.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
    };
    if NAMES.into_iter().any(is_name) { Warning::NotANumber } else { Warning::InvalidArgument }
}

/// The length of the start of `text` that has only wanted bytes.
fn run(text: &[u8], wanted: impl Fn(u8) -> bool) -> usize {
    text.iter().position(|byte| !wanted(*byte)).unwrap_or(text.len())
}
