//! What people and programs think of an answer.

use uuid::Uuid;

use crate::{ExecutionId, Id, Invalid, Lines, Principal, PromptId, Text, Timestamp, codes};

crate::codes! {
    SCORE_NAME_MALFORMED = "score.name_malformed",
        "A score's name has other characters than a-z, 0-9, '.', '_' and '-', or not 1 to 50 of them.";
}

/// The most scores of an execution.
pub const MAX_EXECUTION_SCORES: u64 = 200;

/// The name of a score: `[a-z0-9._-]{1,50}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ScoreName(String);

impl ScoreName {
    /// The maximum length in characters.
    pub const MAX: usize = 50;

    /// Parses a name.
    ///
    /// # Errors
    /// It has other characters, or too many of them.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b);
        if (1..=Self::MAX).contains(&text.len()) && text.bytes().all(is_plain) {
            return Ok(Self(text.to_owned()));
        }
        Err(Invalid::new(SCORE_NAME_MALFORMED, "1 to 50 of a-z, 0-9, '.', '_' and '-'"))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A number from -1,000 to 1,000, kept to six decimal places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScoreNumber(i64);

impl ScoreNumber {
    /// The largest number.
    pub const MAX: f64 = 1000.0;
    /// The parts of 1.
    pub const PARTS: f64 = 1e6;

    /// Rounds a number to six decimal places, half away from zero.
    ///
    /// # Errors
    /// It is not from -1,000 to 1,000.
    pub fn new(number: f64) -> Result<Self, Invalid> {
        if number.abs() <= Self::MAX {
            #[expect(clippy::cast_possible_truncation, reason = "at most 10^9")]
            return Ok(Self((number * Self::PARTS).round() as i64));
        }
        Err(Invalid::new(codes::NUMBER_OUT_OF_RANGE, "from -1000 to 1000"))
    }

    /// The number of so many millionths.
    #[must_use]
    pub fn from_millionths(millionths: i64) -> Option<Self> {
        (-1_000_000_000..=1_000_000_000).contains(&millionths).then_some(Self(millionths))
    }

    /// The number in millionths.
    #[must_use]
    pub const fn millionths(self) -> i64 {
        self.0
    }

    /// The number.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "at most 10^9")]
    pub fn number(self) -> f64 {
        self.0 as f64 / Self::PARTS
    }
}

/// What a score says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScoreValue {
    /// A number.
    Number(ScoreNumber),
    /// Yes or no: in a mean, yes is 1 and no is 0.
    Boolean(bool),
    /// A word of the caller's choice. It has no mean.
    Category(Text<64>),
}

/// Which kind of value a score has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScoreKind {
    /// Yes or no.
    Boolean,
    /// A word.
    Category,
    /// A number.
    Number,
}

impl ScoreKind {
    /// Every kind, in the order of their names.
    pub const ALL: [Self; 3] = [Self::Boolean, Self::Category, Self::Number];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Number => "number",
            Self::Boolean => "boolean",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl ScoreValue {
    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> ScoreKind {
        match self {
            Self::Number(_) => ScoreKind::Number,
            Self::Boolean(_) => ScoreKind::Boolean,
            Self::Category(_) => ScoreKind::Category,
        }
    }

    /// What counts in a mean.
    #[must_use]
    pub const fn counted(&self) -> Option<ScoreNumber> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Boolean(true) => Some(ScoreNumber(1_000_000)),
            Self::Boolean(false) => Some(ScoreNumber(0)),
            Self::Category(_) => None,
        }
    }
}

/// Who gave a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScoreSource {
    /// A member, or an operator in a support session.
    Person,
    /// An API key.
    Key,
    /// A job, such as that of an evaluation.
    Evaluator,
}

impl ScoreSource {
    /// Every source.
    pub const ALL: [Self; 3] = [Self::Person, Self::Key, Self::Evaluator];

    /// The source that a principal is.
    #[must_use]
    pub const fn of(principal: Principal) -> Self {
        match principal {
            Principal::User(_) | Principal::Operator { .. } => Self::Person,
            Principal::ApiKey { .. } => Self::Key,
            Principal::Worker(_) | Principal::Webhook(_) | Principal::DocumentLink(_) => {
                Self::Evaluator
            }
        }
    }

    /// The name in the API and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Key => "key",
            Self::Evaluator => "evaluator",
        }
    }

    /// The source of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.name() == name)
    }
}

/// The identity of a score.
pub type ExecutionScoreId = Id<ExecutionScore>;

/// What one author thinks of an execution. An author has one score of each name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecutionScore {
    /// The identity.
    pub id: ExecutionScoreId,
    /// The execution.
    pub execution: ExecutionId,
    /// The prompt of the execution, and the number of its version.
    pub prompt: Option<(PromptId, u16)>,
    /// What is judged.
    pub name: ScoreName,
    /// What it says.
    pub value: ScoreValue,
    /// Why.
    pub comment: Option<Lines<2000>>,
    /// Who gave it.
    pub source: ScoreSource,
    /// The user, the API key or the job that gave it.
    pub author: Uuid,
    /// When it was given first.
    pub created_at: Timestamp,
    /// When it was given last.
    pub updated_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_bounded_and_kept_to_six_places() {
        for (given, kept) in [
            (0.1 + 0.2, 0.3),
            (-1000.0, -1000.0),
            (1000.0, 1000.0),
            (0.000_000_5, 0.000_001),
            (4.5, 4.5),
            (-0.0, 0.0),
        ] {
            let number = ScoreNumber::new(given).unwrap();
            assert_eq!(number.number().to_bits(), f64::to_bits(kept), "{given}");
            assert_eq!(ScoreNumber::from_millionths(number.millionths()), Some(number));
        }
        for bad in [1_000.000_001, -1_001.0, f64::NAN, f64::INFINITY] {
            assert_eq!(ScoreNumber::new(bad).unwrap_err().code, codes::NUMBER_OUT_OF_RANGE);
        }
        assert_eq!(ScoreNumber::from_millionths(1_000_000_001), None);
    }

    #[test]
    fn a_category_has_no_mean_and_yes_is_one() {
        let category = ScoreValue::Category(Text::parse("rude").unwrap());
        assert_eq!((category.counted(), category.kind()), (None, ScoreKind::Category));
        let counted = |yes| ScoreValue::Boolean(yes).counted().unwrap().number();
        assert!(counted(true) > 0.99 && counted(false) < 0.01);
    }

    #[test]
    fn a_name_is_plain_and_short() {
        assert_eq!(ScoreName::parse("helpful.v2_a-b").unwrap().as_str(), "helpful.v2_a-b");
        for name in ["", "Helpful", "a b", "ä", "a/b", &"x".repeat(51)] {
            assert_eq!(ScoreName::parse(name).unwrap_err().code, SCORE_NAME_MALFORMED);
        }
    }
}
