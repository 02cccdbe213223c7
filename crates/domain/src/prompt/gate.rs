use crate::{DatasetId, EvaluatorId, Score};

/// What a version of a prompt must have reached before a protected label names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReleaseGate {
    /// The data set with which the version was evaluated.
    pub dataset: DatasetId,
    /// The evaluator, in its newest definition.
    pub evaluator: EvaluatorId,
    /// The lowest score of an evaluation that passes.
    pub threshold: Score,
}

/// Why a version does not pass a gate.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum GateNotPassed {
    /// There is no evaluation.
    #[error(
        "version {version} has no evaluation that succeeded with the data set and the newest \
         definition of the evaluator of the release gate"
    )]
    NotEvaluated {
        /// The number of the version.
        version: u16,
    },
    /// No evaluation has the score.
    #[error("the best score of version {version} is {best}, below {threshold} of the release gate")]
    Below {
        /// The number of the version.
        version: u16,
        /// The best score.
        best: f64,
        /// The score that is needed.
        threshold: f64,
    },
}

impl ReleaseGate {
    /// How far below the threshold a mean may be: what a sum of floating-point numbers loses.
    const ROUNDING: f64 = 1e-9;

    /// Whether a version passes whose best evaluation has this score.
    ///
    /// # Errors
    /// The version was not evaluated, or its score is too low.
    pub fn check(&self, version: u16, best: Option<f64>) -> Result<(), GateNotPassed> {
        let best = best.ok_or(GateNotPassed::NotEvaluated { version })?;
        let threshold = self.threshold.number();
        if best + Self::ROUNDING >= threshold {
            return Ok(());
        }
        Err(GateNotPassed::Below { version, best, threshold })
    }
}
