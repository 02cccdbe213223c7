//! What an execution may cost, before it runs.

use plinth_domain::{Execution, ExecutionStatus, FinishReason, ModelId, TokenRates, TokenUsage};

/// The most tokens of an answer of which the parameters say nothing.
pub(super) const LONGEST: u32 = 4096;

/// What an answer of one model may cost.
#[derive(Debug, Clone, Copy)]
pub(super) struct Estimate {
    pub(super) model: ModelId,
    pub(super) rates: TokenRates,
    /// The tokens of the messages.
    pub(super) input: u32,
    /// The most tokens of the answer.
    pub(super) output: u32,
}

impl Estimate {
    /// The cost, in nano-USD. An answer is taken to be at most twice as long as the `longest` of the
    /// last ones of its model.
    fn cost(&self, longest: &[(ModelId, u32)]) -> i64 {
        let known = longest.iter().find(|(model, _)| *model == self.model);
        let output =
            known.map_or(self.output, |(_, tokens)| self.output.min(tokens.saturating_mul(2)));
        self.rates.cost(TokenUsage { input: self.input, output, ..TokenUsage::default() })
    }
}

/// What the execution may cost, in nano-USD: the dearest of its models may answer.
pub(super) fn dearest(estimates: &[Estimate], longest: &[(ModelId, u32)]) -> i64 {
    estimates.iter().map(|estimate| estimate.cost(longest)).max().unwrap_or_default()
}

/// How many tokens an ended execution tells of its model's answers. One that was cut at its limit may
/// have become long; one that failed or was refused tells nothing.
pub(super) fn told(execution: &Execution) -> Option<u32> {
    if execution.status != ExecutionStatus::Succeeded {
        return None;
    }
    let tokens = execution.answer.usage.output;
    match execution.answer.finish? {
        FinishReason::Stop | FinishReason::ToolCalls => Some(tokens),
        FinishReason::Length => Some(tokens.max(LONGEST)),
        FinishReason::ContentFilter => None,
    }
}

#[cfg(test)]
mod tests {
    use plinth_domain::Id;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_dearest_model_counts_with_twice_its_longest_answer() {
        let model = |n| Id::from_uuid(Uuid::from_u128(n));
        let of = |n, price: i64| Estimate {
            model: model(n),
            rates: TokenRates {
                input: 0,
                output: price * 1_000_000,
                cache_read: 0,
                cache_write: 0,
            },
            input: 7,
            output: 100,
        };
        let both = [of(1, 2), of(2, 3)];
        assert_eq!(dearest(&both, &[]), 300);
        assert_eq!(dearest(&both, &[(model(2), 10)]), 200, "the first one may still answer");
        assert_eq!(dearest(&both, &[(model(2), 10), (model(1), 5)]), 60);
        assert_eq!(dearest(&both, &[(model(1), 400), (model(2), u32::MAX)]), 300);
    }
}
