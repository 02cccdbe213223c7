use crate::is_direction_control;

/// What a client calls itself (`User-Agent`, RFC 9110, 10.1.5), as a person may read it: 1 to 200
/// characters, without control characters and those that change the direction of text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UserAgent(String);

impl UserAgent {
    /// The maximum length in characters; what is longer is cut.
    pub const MAX: usize = 200;

    /// What a client says, cleaned; `None` when nothing is left.
    #[must_use]
    pub fn cleaned(text: &str) -> Option<Self> {
        let is_shown = |c: &char| !c.is_control() && !is_direction_control(*c);
        let shown: String = text.trim().chars().filter(is_shown).take(Self::MAX).collect();
        let shown = shown.trim();
        (!shown.is_empty()).then(|| Self(shown.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_shown_in_one_short_line_that_reads_as_it_is_written() {
        let shown = |text: &str| UserAgent::cleaned(text).map(|agent| agent.as_str().to_owned());
        assert_eq!(shown(" curl/8.5.0 ").as_deref(), Some("curl/8.5.0"));
        assert_eq!(shown("a\r\nb\u{202e}c\0").as_deref(), Some("abc"));
        for nothing in ["", "  ", "\u{7f}\u{1}", "\u{2066}"] {
            assert_eq!(shown(nothing), None, "{nothing:?}");
        }
        let long = shown(&"ü".repeat(500)).unwrap();
        assert_eq!(long.chars().count(), UserAgent::MAX);
        // What was cleaned stays as it is: it is compared with what is stored.
        let cut = format!("{} {}", "x".repeat(199), "y".repeat(9));
        let cut = shown(&cut).unwrap();
        assert_eq!(shown(&cut), Some(cut.clone()));
    }
}
