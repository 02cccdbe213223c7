use crate::{Invalid, Text, codes};

crate::codes! {
    PROMPT_NAME_MALFORMED = "prompt.name_malformed",
        "A prompt's name has other characters than a-z, 0-9, '.', '_' and '-', or not 1 to 100 of them.";
    PROMPT_LABEL_MALFORMED = "prompt.label_malformed",
        "A label has other characters than a-z, 0-9, '.', '_' and '-', no letter, or not 1 to 50 characters.";
    PROMPT_LABEL_RESERVED = "prompt.label_reserved",
        "The label latest always names the newest version; it is neither moved nor removed.";
}

/// Whether all of `text` may be in a name or a label.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b))
}

/// The name of a prompt within an organization: `[a-z0-9._-]{1,100}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PromptName(String);

impl PromptName {
    /// The maximum length in characters.
    pub const MAX: usize = 100;

    /// Parses a name.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if (1..=Self::MAX).contains(&text.len()) && is_plain(text) {
            Ok(Self(text.to_owned()))
        } else {
            let detail = "1 to 100 of a-z, 0-9, '.', '_' and '-'";
            Err(Invalid::new(PROMPT_NAME_MALFORMED, detail))
        }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A name that is given to one version of a prompt, and moved from version to version:
/// `[a-z0-9._-]{1,50}` with a letter, so that it is never taken for the number of a version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PromptLabel(String);

impl PromptLabel {
    /// The maximum length in characters.
    pub const MAX: usize = 50;

    /// What names the newest version. No label has this name.
    pub const LATEST: &'static str = "latest";

    /// Parses a label.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text == Self::LATEST {
            let detail = "latest always names the newest version";
            return Err(Invalid::new(PROMPT_LABEL_RESERVED, detail));
        }
        let has_letter = text.bytes().any(|b| b.is_ascii_lowercase());
        if (1..=Self::MAX).contains(&text.len()) && is_plain(text) && has_letter {
            Ok(Self(text.to_owned()))
        } else {
            let detail = "1 to 50 of a-z, 0-9, '.', '_' and '-', one of them a letter";
            Err(Invalid::new(PROMPT_LABEL_MALFORMED, detail))
        }
    }

    /// The label of the version that is used where no other one is asked for.
    #[must_use]
    pub fn production() -> Self {
        Self("production".to_owned())
    }

    /// Whether this is [`production`](Self::production).
    #[must_use]
    pub fn is_production(&self) -> bool {
        self.0 == "production"
    }

    /// The label as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Which version of a prompt is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum PromptChoice {
    /// The one with the label `production`, and the newest one where there is no such label.
    #[default]
    Released,
    /// The newest one.
    Newest,
    /// The one with this label.
    Label(PromptLabel),
    /// The one with this number.
    Number(u16),
}

impl PromptChoice {
    /// The choice by a label; `latest` is the newest version.
    pub fn labelled(text: &str) -> Result<Self, Invalid> {
        if text == PromptLabel::LATEST {
            return Ok(Self::Newest);
        }
        PromptLabel::parse(text).map(Self::Label)
    }

    /// The choice by what stands behind `@` in `prompt:NAME@3`: a label, or the number of a version.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text.parse() {
            Ok(number) if text.bytes().all(|b| b.is_ascii_digit()) => Ok(Self::Number(number)),
            _ => Self::labelled(text),
        }
    }
}

/// Up to [`PromptTags::MAX`] different tags, each a line of 1 to 50 characters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PromptTags(Vec<Text<50>>);

impl PromptTags {
    /// The maximum number of tags.
    pub const MAX: usize = 20;

    /// Checks the number of tags, and that none is repeated.
    pub fn new(tags: Vec<Text<50>>) -> Result<Self, Invalid> {
        distinct(&tags, Self::MAX).map(|()| Self(tags))
    }

    /// The tags, in the order in which they were given.
    #[must_use]
    pub fn as_slice(&self) -> &[Text<50>] {
        &self.0
    }
}

/// Up to [`ProtectedLabels::MAX`] different labels that only a release moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProtectedLabels(Vec<PromptLabel>);

impl ProtectedLabels {
    /// The maximum number of labels.
    pub const MAX: usize = 20;

    /// Checks the number of labels, and that none is repeated.
    pub fn new(labels: Vec<PromptLabel>) -> Result<Self, Invalid> {
        distinct(&labels, Self::MAX).map(|()| Self(labels))
    }

    /// The labels, in the order in which they were given.
    #[must_use]
    pub fn as_slice(&self) -> &[PromptLabel] {
        &self.0
    }

    /// Whether only a release moves this label.
    #[must_use]
    pub fn contain(&self, label: &PromptLabel) -> bool {
        self.0.contains(label)
    }
}

impl Default for ProtectedLabels {
    fn default() -> Self {
        Self(vec![PromptLabel::production()])
    }
}

/// Checks that there are at most `max` items, and that none is repeated.
pub(super) fn distinct<T: PartialEq>(items: &[T], max: usize) -> Result<(), Invalid> {
    if items.len() > max {
        return Err(Invalid::new(codes::LIST_TOO_LONG, format!("at most {max}")));
    }
    let repeats = items.iter().enumerate().any(|(n, item)| items[..n].contains(item));
    if repeats { Err(Invalid::new(codes::VALUE_REPEATED, "names one twice")) } else { Ok(()) }
}
