/// Decodes `X2\…\X0\` (UTF-16 in fours) or `X4\…\X0\` (UTF-32 in eights) and what continues it.
/// Returns the text, the remainder, and whether it is as the standard demands: no byte order mark,
/// a number of digits that is divisible, an end, upper case. `None` when it is no such directive.
pub(super) fn decode(text: &str) -> Option<(String, &str, bool)> {
    let (mut rest, mut is_standard) = (text, true);
    let mut units = Vec::new();
    let mut is_first = true;
    // Programs write the two halves of a surrogate pair in two directives.
    while let Some((size, after)) = start(rest, is_first) {
        let digits = after.bytes().take_while(u8::is_ascii_hexdigit).count();
        let (digits, after) = after.split_at(digits);
        let end = after.get(..4).filter(|end| end.eq_ignore_ascii_case("\\X0\\"));
        if is_first && end.is_none() && digits.len() < size {
            return None;
        }
        let is_upper = !rest.trim_start_matches('\\').starts_with('x');
        is_standard &= is_upper && end == Some("\\X0\\") && digits.len() % size == 0;
        is_standard &= push(digits, size, &mut units);
        rest = end.map_or(after, |end| &after[end.len()..]);
        is_first = false;
    }
    if is_first {
        return None;
    }
    let text = char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER));
    Some((text.collect(), rest, is_standard))
}

/// The number of digits of a code, and the digits after `X2\` or `X4\`.
fn start(text: &str, is_first: bool) -> Option<(usize, &str)> {
    let text = if is_first { text } else { text.strip_prefix('\\')? };
    let (start, rest) = text.split_at_checked(3)?;
    match start {
        "X2\\" | "x2\\" => Some((4, rest)),
        "X4\\" | "x4\\" => Some((8, rest)),
        _ => None,
    }
}

/// Adds the codes in `digits` as UTF-16. Returns whether there is no byte order mark.
fn push(digits: &str, size: usize, units: &mut Vec<u16>) -> bool {
    // Some programs write UTF-16 into `\X4\`.
    let size = if size == 8 && digits.len() % 8 == 4 { 4 } else { size };
    let whole = digits.len() / size * size;
    let codes = (0..whole / size).map(|at| &digits[at * size..(at + 1) * size]);
    let mut codes: Vec<u32> = codes.filter_map(|code| u32::from_str_radix(code, 16).ok()).collect();
    let mark = codes.first().copied();
    match mark {
        Some(0xfeff) => drop(codes.remove(0)),
        Some(0xfffe) if size == 4 => {
            codes.remove(0);
            for code in &mut codes {
                *code = (*code >> 8) | (*code & 0xff) << 8;
            }
        }
        _ => {}
    }
    // The rest is a padding of zeros, or a short code.
    codes.extend(u32::from_str_radix(&digits[whole..], 16).ok().filter(|code| *code >= 0x20));
    for code in codes {
        if let Ok(unit) = u16::try_from(code) {
            units.push(unit);
        } else {
            let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
            units.extend_from_slice(character.encode_utf16(&mut [0; 2]));
        }
    }
    !matches!(mark, Some(0xfeff | 0xfffe))
}
