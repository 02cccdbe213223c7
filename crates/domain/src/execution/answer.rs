use super::OUTPUT_IN_ROW;
use crate::{FinishReason, TokenUsage};

/// What a model answered, whole or in part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The text, or the beginning of a long one.
    pub text: String,
    /// The length of the whole text, in characters.
    pub characters: u32,
    /// The calls of tools, as a JSON array in the form of OpenAI's messages.
    pub tool_calls: Option<String>,
    /// Why the model ended; `None` as long as it has not, so the answer is a part of one.
    pub finish: Option<FinishReason>,
    /// The tokens of all attempts.
    pub usage: TokenUsage,
    /// Where the tokens are from.
    pub usage_source: UsageSource,
    /// The cost in nano-USD; `None` where a price is unknown.
    pub cost: Option<i64>,
    /// From the start to the first content, in milliseconds.
    pub first_token_ms: Option<u32>,
    /// From the start to the end, in milliseconds.
    pub latency_ms: Option<u32>,
}

impl Answer {
    /// The same answer with at most [`OUTPUT_IN_ROW`] bytes of its text.
    #[must_use]
    pub fn in_row(mut self) -> Self {
        self.text.truncate(self.text.floor_char_boundary(OUTPUT_IN_ROW));
        self
    }

    /// Whether `text` is only the beginning of the text.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.text.chars().count() < self.characters as usize
    }
}

/// Where the number of tokens is from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum UsageSource {
    /// The provider counted them.
    Provider,
    /// They are estimated by the length of the texts, at least in part.
    Estimated,
    /// There were none.
    #[default]
    None,
}

impl UsageSource {
    /// Every source.
    pub const ALL: [Self; 3] = [Self::Provider, Self::Estimated, Self::None];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Estimated => "estimated",
            Self::None => "none",
        }
    }

    /// The source of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.name() == name)
    }

    /// The source of a sum of usage from both.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Estimated, _) | (_, Self::Estimated) => Self::Estimated,
            (Self::Provider, _) | (_, Self::Provider) => Self::Provider,
            (Self::None, Self::None) => Self::None,
        }
    }
}
