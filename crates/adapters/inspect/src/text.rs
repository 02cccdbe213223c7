//! Cleaning of text from files, so that it can be stored.

/// `text` without control characters and trailing blanks, cut after at most `limit` bytes.
/// PostgreSQL does not store NUL in a text.
pub(crate) fn clean(text: &str, limit: usize) -> String {
    let mut cleaned = String::with_capacity(text.len().min(limit));
    for line in text.trim().lines().map(str::trim_end) {
        if !cleaned.is_empty() {
            cleaned.push('\n');
        }
        cleaned.extend(line.chars().map(|c| if c.is_control() { ' ' } else { c }));
        if cleaned.len() > limit {
            cleaned.truncate(cleaned.floor_char_boundary(limit));
            break;
        }
    }
    cleaned
}

/// `text` on one line of at most `limit` characters; `None` when it is blank.
pub(crate) fn name(text: &str, limit: usize) -> Option<String> {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|w| !w.is_empty())
        .collect();
    let name: String = words.join(" ").chars().take(limit).collect();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_has_no_control_characters_and_keeps_to_its_bound() {
        assert_eq!(clean("  a\0b \r\n\tc\u{7}\n", 100), "a b\n c ");
        assert_eq!(clean("äää", 3), "ä");
        assert_eq!(name(" Haus\0am\r\n  See ", 100).as_deref(), Some("Haus am See"));
        assert_eq!(name("Haus", 2).as_deref(), Some("Ha"));
        assert_eq!(name(" \n", 5), None);
    }
}
