use crate::{EvaluationId, EvaluatorDefinition, EvaluatorId, Score};

/// An evaluator as it was when an evaluation was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Pinned {
    /// The evaluator.
    pub evaluator: EvaluatorId,
    /// The number of its definition.
    pub number: u32,
    /// The definition.
    pub definition: EvaluatorDefinition,
}

/// One of the evaluators of an evaluation, and what it found.
#[derive(Debug, Clone, PartialEq)]
pub struct Criterion {
    /// The evaluation.
    pub evaluation: EvaluationId,
    /// Its place among the evaluators, from 0.
    pub position: u16,
    /// The evaluator.
    pub pinned: Pinned,
    /// How many items have a score.
    pub scored: u32,
    /// How many of them passed.
    pub passed: u32,
    /// How many items have none: they were not answered, or the evaluator failed.
    pub failed: u32,
    /// The sum of the scores.
    pub sum: f64,
}

impl Criterion {
    /// One that has found nothing yet.
    #[must_use]
    pub const fn new(evaluation: EvaluationId, position: u16, pinned: Pinned) -> Self {
        Self { evaluation, position, pinned, scored: 0, passed: 0, failed: 0, sum: 0.0 }
    }

    /// Counts an item: its score, or `None` for a failure.
    pub fn count(&mut self, score: Option<Score>) {
        let Some(score) = score else {
            self.failed += 1;
            return;
        };
        self.scored += 1;
        self.sum += score.number();
        if score >= self.pinned.definition.threshold() {
            self.passed += 1;
        }
    }

    /// The mean of the scores; `None` without one.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.scored > 0).then(|| self.sum / f64::from(self.scored))
    }

    /// The part of the scored items that passed.
    #[must_use]
    pub fn pass_rate(&self) -> Option<f64> {
        (self.scored > 0).then(|| f64::from(self.passed) / f64::from(self.scored))
    }

    /// The score by which versions are compared and released: the mean, where a failure counts as 0.
    #[must_use]
    pub fn score(&self) -> Option<f64> {
        let all = self.scored + self.failed;
        (all > 0).then(|| self.sum / f64::from(all))
    }
}
