/// The tokens of one call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TokenUsage {
    /// Tokens of the request, those of a cache included.
    pub input: u32,
    /// Tokens of the answer, those of the reasoning included.
    pub output: u32,
    /// Tokens of the request that the provider read from its cache.
    pub cached: u32,
    /// Tokens of the request that the provider wrote to its cache.
    pub cache_written: u32,
    /// Tokens of the answer that the model spent on reasoning.
    pub reasoning: u32,
}

impl TokenUsage {
    /// The sum of the usage of several calls.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            input: self.input.saturating_add(other.input),
            output: self.output.saturating_add(other.output),
            cached: self.cached.saturating_add(other.cached),
            cache_written: self.cache_written.saturating_add(other.cache_written),
            reasoning: self.reasoning.saturating_add(other.reasoning),
        }
    }
}
