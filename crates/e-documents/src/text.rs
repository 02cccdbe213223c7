//! Text from a document, so that it can be stored and shown.

/// `text` on one line of at most `limit` characters; `None` when it is blank.
pub(crate) fn line(text: &str, limit: usize) -> Option<String> {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let mut line = String::new();
    let mut room = limit;
    for word in words.filter(|word| !word.is_empty()) {
        if !line.is_empty() && room > 0 {
            line.push(' ');
            room -= 1;
        }
        for c in word.chars().take(room) {
            line.push(c);
            room -= 1;
        }
        if room == 0 {
            break;
        }
    }
    (!line.is_empty()).then_some(line)
}

/// `text` with its line breaks and without other control characters, at most `limit` characters;
/// `None` when it is blank.
pub(crate) fn lines(text: &str, limit: usize) -> Option<String> {
    let clean = |c: char| if c.is_control() && c != '\n' { ' ' } else { c };
    let kept: String = text.trim_start().chars().take(limit).map(clean).collect();
    (!kept.trim().is_empty()).then_some(kept)
}

/// `text` without any white space, at most `limit` characters; `None` when nothing is left.
pub(crate) fn compact(text: &str, limit: usize) -> Option<String> {
    let kept = text.chars().filter(|c| !c.is_whitespace() && !c.is_control());
    let kept: String = kept.take(limit).collect();
    (!kept.is_empty()).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_keeps_to_its_bound_and_has_no_control_characters() {
        assert_eq!(line(" Haus\u{7}am\r\n  See ", 100).as_deref(), Some("Haus am See"));
        assert_eq!(line("Haus am See", 6).as_deref(), Some("Haus a"));
        assert_eq!(line("Haus am See", 4).as_deref(), Some("Haus"));
        assert_eq!(line(" \n", 5), None);
        assert_eq!(lines("\n#SKONTO#\n\tx\u{1}", 100).as_deref(), Some("#SKONTO#\n x "));
        assert_eq!(lines("äöü", 2).as_deref(), Some("äö"));
        assert_eq!(compact(" DE02 1203 ", 5).as_deref(), Some("DE021"));
        assert_eq!(compact(" ", 5), None);
    }
}
