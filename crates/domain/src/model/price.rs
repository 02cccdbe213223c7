use super::ModelId;
use crate::{Id, Invalid, Timestamp, TokenUsage, codes, rounded};

/// The highest price of a million tokens, in nano-USD (10^-9 USD): a million USD.
pub const MAX_TOKEN_RATE: i64 = 1_000_000_000_000_000;

/// The prices of a million tokens, each in nano-USD (10^-9 USD), 0 to [`MAX_TOKEN_RATE`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TokenRates {
    /// Of a request, without those of a cache.
    pub input: i64,
    /// Of an answer.
    pub output: i64,
    /// Of a request, read from the provider's cache.
    pub cache_read: i64,
    /// Of a request, written to the provider's cache.
    pub cache_write: i64,
}

impl TokenRates {
    /// Checks one price.
    pub fn check(rate: i64) -> Result<i64, Invalid> {
        if (0..=MAX_TOKEN_RATE).contains(&rate) {
            return Ok(rate);
        }
        let detail = format!("0 to {MAX_TOKEN_RATE} nano-USD for a million tokens");
        Err(Invalid::new(codes::NUMBER_OUT_OF_RANGE, detail))
    }

    /// What a usage costs, in nano-USD: rounded once, half away from zero, and at most [`i64::MAX`].
    /// Tokens of a cache are a part of the request's tokens, and are paid for once, by their own price.
    #[must_use]
    pub fn cost(&self, usage: TokenUsage) -> i64 {
        let uncached = usage.input.saturating_sub(usage.cached).saturating_sub(usage.cache_written);
        let parts = [
            (uncached, self.input),
            (usage.output, self.output),
            (usage.cached, self.cache_read),
            (usage.cache_written, self.cache_write),
        ];
        let sum = parts.iter().map(|(tokens, rate)| i128::from(*tokens) * i128::from(*rate)).sum();
        i64::try_from(rounded(sum, 1_000_000)).unwrap_or(i64::MAX)
    }
}

/// The identity of a price.
pub type ModelPriceId = Id<ModelPrice>;

/// What the tokens of a model cost from a moment on, until the next price begins. A price never
/// changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelPrice {
    /// The identity.
    pub id: ModelPriceId,
    /// The model.
    pub model: ModelId,
    /// When it begins to count; a model has one price that begins at a moment.
    pub valid_from: Timestamp,
    /// The prices.
    pub rates: TokenRates,
    /// When it was entered.
    pub created_at: Timestamp,
}

impl ModelPrice {
    /// What a usage costs, in nano-USD: see [`TokenRates::cost`].
    #[must_use]
    pub fn cost(&self, usage: TokenUsage) -> i64 {
        self.rates.cost(usage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RATES: TokenRates = TokenRates {
        input: 3_000_000_000,
        output: 15_000_000_000,
        cache_read: 300_000_000,
        cache_write: 3_750_000_000,
    };

    #[test]
    fn tokens_of_a_cache_are_paid_for_once_by_their_own_price() {
        let usage =
            TokenUsage { input: 1_000, output: 10, cached: 600, cache_written: 300, reasoning: 5 };
        let expected = 100 * 3_000 + 10 * 15_000 + 600 * 300 + 300 * 3_750;
        assert_eq!(RATES.cost(usage), expected);
    }

    #[test]
    fn a_cost_is_rounded_once_half_away_from_zero() {
        let rates = TokenRates { input: 250_000, output: 250_000, ..Default::default() };
        let usage = |input, output| TokenUsage { input, output, ..Default::default() };
        assert_eq!(
            [rates.cost(usage(1, 0)), rates.cost(usage(1, 1)), rates.cost(usage(0, 2))],
            [0, 1, 1]
        );
    }

    #[test]
    fn a_price_is_neither_negative_nor_absurd() {
        assert_eq!(TokenRates::check(MAX_TOKEN_RATE), Ok(MAX_TOKEN_RATE));
        for rate in [-1, MAX_TOKEN_RATE + 1] {
            assert_eq!(TokenRates::check(rate).unwrap_err().code, codes::NUMBER_OUT_OF_RANGE);
        }
    }

    proptest! {
        #[test]
        fn no_usage_overflows_or_costs_less_than_nothing(
            tokens in any::<[u32; 5]>(),
            rates in proptest::array::uniform4(0..=MAX_TOKEN_RATE),
        ) {
            let [input, output, cached, cache_written, reasoning] = tokens;
            let usage = TokenUsage { input, output, cached, cache_written, reasoning };
            let [input, output, cache_read, cache_write] = rates;
            let rates = TokenRates { input, output, cache_read, cache_write };
            prop_assert!(rates.cost(usage) >= 0);
        }
    }
}
