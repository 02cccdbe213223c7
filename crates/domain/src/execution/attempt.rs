use crate::{ExecutionId, Failure, ModelId, Timestamp, TokenUsage, UsageSource};

/// One call of a model within an execution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The execution.
    pub execution: ExecutionId,
    /// Which call of it, from 1.
    pub number: u16,
    /// The model.
    pub model: ModelId,
    /// When it was called.
    pub started_at: Timestamp,
    /// How long the call took, in milliseconds.
    pub latency_ms: u32,
    /// The HTTP status, if there was an answer.
    pub http_status: Option<u16>,
    /// The provider's name of the request, at most 200 characters.
    pub provider_request: Option<String>,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// The tokens.
    pub usage: TokenUsage,
    /// Where the tokens are from.
    pub usage_source: UsageSource,
    /// The cost in nano-USD; `None` where the price is unknown.
    pub cost: Option<i64>,
}

impl Attempt {
    /// The same call without the provider's words.
    #[must_use]
    pub fn without_content(self) -> Self {
        let code_alone = |Failure { code, .. }| Failure { code, detail: String::new() };
        Self { failure: self.failure.map(code_alone), provider_request: None, ..self }
    }
}
