use super::Score;
use crate::{Invalid, JsonObject, ModelId, PromptId, codes};

/// A regular expression of 1 to 1,000 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// Checks the length. Whether it is a regular expression, the application checks.
    ///
    /// # Errors
    /// It is empty or too long.
    pub fn parse(text: String) -> Result<Self, Invalid> {
        match text.chars().count() {
            0 => Err(Invalid::new(codes::TEXT_EMPTY, "must not be empty")),
            1..=1000 => Ok(Self(text)),
            _ => Err(Invalid::new(codes::TEXT_TOO_LONG, "at most 1000 characters")),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How an evaluator compares.
#[derive(Debug, Clone, PartialEq)]
pub enum EvaluatorDefinition {
    /// The answer is the expected text, apart from blanks around it, or the expected JSON.
    Exact {
        /// Whether capital and small letters are the same.
        ignore_case: bool,
    },
    /// The answer has the expected text in it; of a list of texts, each.
    Contains {
        /// Whether capital and small letters are the same.
        ignore_case: bool,
    },
    /// A regular expression is found in the answer.
    Regex {
        /// The expression.
        pattern: Pattern,
    },
    /// The answer is JSON that fits a schema.
    JsonSchema {
        /// The schema.
        schema: JsonObject,
    },
    /// The answer is a number, and the expected one within a tolerance.
    Numeric {
        /// The greatest difference, from 0.
        tolerance: f64,
    },
    /// The cosine of the vectors of the answer and of what was expected.
    Similarity {
        /// The embedding model.
        model: ModelId,
        /// The least score that passes.
        threshold: Score,
    },
    /// A prompt is asked; it answers with JSON, `score` and `reason`.
    Judge {
        /// The prompt.
        prompt: PromptId,
        /// The number of its version.
        version: u16,
        /// The least score that passes.
        threshold: Score,
    },
}

/// The names of the definitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvaluatorKind {
    /// [`EvaluatorDefinition::Exact`]
    Exact,
    /// [`EvaluatorDefinition::Contains`]
    Contains,
    /// [`EvaluatorDefinition::Regex`]
    Regex,
    /// [`EvaluatorDefinition::JsonSchema`]
    JsonSchema,
    /// [`EvaluatorDefinition::Numeric`]
    Numeric,
    /// [`EvaluatorDefinition::Similarity`]
    Similarity,
    /// [`EvaluatorDefinition::Judge`]
    Judge,
}

impl EvaluatorKind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Exact,
        Self::Contains,
        Self::Regex,
        Self::JsonSchema,
        Self::Numeric,
        Self::Similarity,
        Self::Judge,
    ];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Contains => "contains",
            Self::Regex => "regex",
            Self::JsonSchema => "json_schema",
            Self::Numeric => "numeric",
            Self::Similarity => "similarity",
            Self::Judge => "judge",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl EvaluatorDefinition {
    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> EvaluatorKind {
        match self {
            Self::Exact { .. } => EvaluatorKind::Exact,
            Self::Contains { .. } => EvaluatorKind::Contains,
            Self::Regex { .. } => EvaluatorKind::Regex,
            Self::JsonSchema { .. } => EvaluatorKind::JsonSchema,
            Self::Numeric { .. } => EvaluatorKind::Numeric,
            Self::Similarity { .. } => EvaluatorKind::Similarity,
            Self::Judge { .. } => EvaluatorKind::Judge,
        }
    }

    /// The least score that passes.
    #[must_use]
    pub const fn threshold(&self) -> Score {
        match self {
            Self::Similarity { threshold, .. } | Self::Judge { threshold, .. } => *threshold,
            _ => Score::BEST,
        }
    }
}
