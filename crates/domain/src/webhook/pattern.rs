use super::WEBHOOK_EVENT_MALFORMED;
use crate::Invalid;

/// The most patterns of one webhook.
pub const MAX_EVENT_PATTERNS: usize = 50;

/// Which events a webhook gets: `*`, `project.*` or `project.created`, at most 100 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventPattern(String);

impl EventPattern {
    /// The maximum length in characters.
    pub const MAX: usize = 100;

    /// Parses a pattern.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let is_word = |word: &str| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        };
        let is_pattern = text == "*"
            || text
                .split_once('.')
                .is_some_and(|(kind, verb)| is_word(kind) && (verb == "*" || is_word(verb)));
        if text.len() > Self::MAX || !is_pattern {
            let detail = "'*', a kind of record with '.*', or the name of an event";
            return Err(Invalid::new(WEBHOOK_EVENT_MALFORMED, detail));
        }
        Ok(Self(text.to_owned()))
    }

    /// The pattern as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it selects the events of this name.
    #[must_use]
    pub fn includes(&self, event: &str) -> bool {
        match self.0.strip_suffix('*') {
            Some(beginning) => event.starts_with(beginning),
            None => self.0 == event,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_selects_all_events_those_of_a_kind_or_one() {
        for (pattern, event, expected) in [
            ("*", "project.created", true),
            ("project.*", "project.created", true),
            ("project.*", "project_group.created", false),
            ("project.created", "project.created", true),
            ("project.created", "project.created_again", false),
        ] {
            let pattern = EventPattern::parse(pattern).unwrap();
            assert_eq!(pattern.includes(event), expected, "{pattern:?} {event}");
        }
    }

    #[test]
    fn a_pattern_has_a_star_at_its_end_only() {
        let long = format!("project.{}", "a".repeat(93));
        for bad in [
            "",
            "**",
            "project",
            "project.",
            ".created",
            "*.created",
            "pro*",
            "a.b.c",
            "A.b",
            &long,
        ] {
            assert!(EventPattern::parse(bad).is_err(), "{bad}");
        }
    }
}
