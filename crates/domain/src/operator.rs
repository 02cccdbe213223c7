use std::fmt;

use crate::{Id, Lines, Text, Timestamp};

/// The name of an operator's key: 1 to 40 letters, digits, `.`, `_` and `-`. It is who acts in logs.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct OperatorName {
    bytes: [u8; Self::MAX],
    length: u8,
}

impl OperatorName {
    /// The most characters.
    pub const MAX: usize = 40;

    /// Parses a name; `None` for one that the rules refuse.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_part = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
        if text.is_empty() || text.len() > Self::MAX || !text.bytes().all(is_part) {
            return None;
        }
        let mut bytes = [0; Self::MAX];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Some(Self { bytes, length: u8::try_from(text.len()).ok()? })
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.bytes[..usize::from(self.length)]).unwrap_or_default()
    }
}

impl fmt::Debug for OperatorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for OperatorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why an operator acts on an organization, in one line. The organization reads it.
pub type OperatorReason = Text<500>;

/// The identity of an announcement.
pub type AnnouncementId = Id<Announcement>;

/// The text of an announcement in one language.
pub type AnnouncementText = Lines<500>;

/// What an operator tells everyone, such as a maintenance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// The identity.
    pub id: AnnouncementId,
    /// The text in German.
    pub message_de: AnnouncementText,
    /// The text in English.
    pub message_en: AnnouncementText,
    /// From when on it is shown.
    pub starts_at: Timestamp,
    /// Until when it is shown.
    pub ends_at: Timestamp,
    /// Who made it.
    pub operator: OperatorName,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Announcement {
    /// Whether it is shown at this time.
    #[must_use]
    pub fn is_current(&self, now: Timestamp) -> bool {
        self.starts_at <= now && now < self.ends_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_an_operator_is_short_and_plain() {
        let longest = "x".repeat(OperatorName::MAX);
        for name in ["a", "anna.b-2_c", &longest] {
            assert_eq!(OperatorName::parse(name).unwrap().as_str(), name);
        }
        for refused in ["", "a b", "ä", "a:b", "a,b", &"x".repeat(OperatorName::MAX + 1)] {
            assert_eq!(OperatorName::parse(refused), None, "{refused}");
        }
        assert_ne!(OperatorName::parse("a"), OperatorName::parse("aa"));
    }
}
