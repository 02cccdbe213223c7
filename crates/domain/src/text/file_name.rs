use super::{Name, characters::is_visible};
use crate::Invalid;

/// The longest extension that a shortened name keeps, in characters with its dot.
const MAX_EXTENSION: usize = 20;

impl Name {
    /// A file's name as a client sends it. The folders before it are cut, characters that a reader
    /// does not see or that change the direction of text are removed, control characters become
    /// blanks, and a name that is too long loses the end of its stem.
    pub fn of_file(text: &str) -> Result<Self, Invalid> {
        let name = text.rsplit(['/', '\\']).find(|part| !part.trim().is_empty());
        Self::parse(&shortened(readable(name.unwrap_or_default()).trim()))
    }
}

/// `name` without invisible characters, and with blanks for control characters.
fn readable(name: &str) -> String {
    let mut readable = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
            readable.push(' ');
        } else if c.is_whitespace() || is_visible(c) || shapes(readable.chars().next_back(), c) {
            readable.push(c);
        }
    }
    readable
}

/// Whether `c` is a joiner or a variation selector that shapes the character before it: in Persian
/// or Hindi, and in emoji. It shapes no ASCII.
fn shapes(before: Option<char>, c: char) -> bool {
    let is_shaper = matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}');
    is_shaper && before.is_some_and(|before| !before.is_ascii() && !before.is_whitespace())
}

/// `name` with at most [`Name::MAX`] characters.
fn shortened(name: &str) -> String {
    let length = name.chars().count();
    if length <= Name::MAX {
        return name.to_owned();
    }
    let extension = name.rfind('.').map_or("", |dot| &name[dot..]);
    let kept = extension.chars().count();
    let extension = if kept <= MAX_EXTENSION { extension } else { "" };
    let stem = Name::MAX - extension.chars().count();
    name.chars().take(stem).chain(extension.chars()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::is_direction_control;

    fn name(text: &str) -> String {
        Name::of_file(text).unwrap().as_str().to_owned()
    }

    #[test]
    fn folders_before_a_name_are_cut() {
        for text in
            ["plan.pdf", "/etc/plan.pdf", r"C:\Users\Ada\plan.pdf", "../plan.pdf", "plan.pdf/"]
        {
            assert_eq!(name(text), "plan.pdf", "{text}");
        }
    }

    #[test]
    fn what_a_reader_does_not_see_is_removed_and_control_characters_are_blanks() {
        for (text, expected) in [
            ("plan\u{202e}fdp.exe", "planfdp.exe"),
            ("\u{feff}plan\u{200b}.pdf", "plan.pdf"),
            ("pl\u{200d}an\u{fe0f}.pdf", "plan.pdf"),
            ("plan\u{e0061}.pdf", "plan.pdf"),
            ("plan\r\nB.pdf", "plan  B.pdf"),
            ("plan\0\u{85}\u{2028}.pdf\t", "plan   .pdf"),
            (" Büro 基礎.pdf ", "Büro 基礎.pdf"),
            ("می\u{200c}خواهم.pdf", "می\u{200c}خواهم.pdf"),
            ("❤\u{fe0f}.png", "❤\u{fe0f}.png"),
        ] {
            assert_eq!(name(text), expected, "{}", text.escape_unicode());
        }
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let long = name(&format!("{}.pdf", "ä".repeat(300)));
        assert_eq!((long.chars().count(), long.ends_with("ä.pdf")), (200, true));
        let dotted = name(&format!("a.{}", "b".repeat(300)));
        assert_eq!((dotted.chars().count(), dotted.starts_with("a.b")), (200, true));
    }

    #[test]
    fn a_name_without_visible_characters_is_refused() {
        for text in ["", "/", "\u{202e}", " \u{200b}\n", "a/\u{200b}"] {
            assert!(Name::of_file(text).is_err(), "{}", text.escape_unicode());
        }
    }

    proptest! {
        #[test]
        fn a_name_of_a_file_is_a_name(text in "\\PC{0,250}|[\\x00-\\x1fa./\\\\\u{200b}-\u{202e}ä]{0,40}") {
            if let Ok(name) = Name::of_file(&text) {
                let name = name.as_str();
                prop_assert_eq!(&Name::parse(name).unwrap(), &Name::of_file(name).unwrap());
                prop_assert!(!name.contains(['/', '\\']));
                prop_assert!(!name.chars().any(|c| c.is_control() || is_direction_control(c)));
            }
        }
    }
}
