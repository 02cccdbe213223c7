use std::time::Duration;

use async_trait::async_trait;
use futures::stream::BoxStream;
use plinth_domain::{
    FinishReason, JsonObject, ModelFault, ModelProvider, ModelTimeouts, TokenUsage,
};
use secrecy::SecretString;

/// Where a model is called, and as whom.
#[derive(Debug, Clone)]
pub struct ModelEndpoint {
    /// Whose API it is.
    pub provider: ModelProvider,
    /// The address of the API, without a slash at the end: `https://api.openai.com/v1`.
    pub base_url: String,
    /// The secret, where the API needs one.
    pub secret: Option<SecretString>,
    /// The model's name at the provider.
    pub model: String,
    /// The most that one call may take; `total` is what is left of it.
    pub timeouts: ModelTimeouts,
}

/// A request for an answer to messages. Messages and parameters have the form of OpenAI's chat
/// completions, which other APIs are translated from.
#[derive(Debug, Clone)]
pub struct ChatRequest {
    /// A JSON array of messages: `[{"role": "user", "content": "Hello"}]`.
    pub messages: String,
    /// Everything else but `model`, `messages`, `stream` and `stream_options`: `temperature`,
    /// `max_tokens`, `tools`, `response_format`, …
    pub parameters: JsonObject,
    /// Whether the answer is sent as it is made. Otherwise all of its events come at once, and only
    /// `total` limits how long its first byte takes: the model has said everything by then.
    pub stream: bool,
}

/// What a provider calls its answer, as far as it says so; each at most 200 characters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnswerName {
    /// The identity of the answer.
    pub id: Option<String>,
    /// The model that answers: `gpt-5-mini-2025-08-07`.
    pub model: Option<String>,
}

/// A part of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatEvent {
    /// The answer has a name; at most once.
    Named(AnswerName),
    /// The next piece of the text.
    Text(String),
    /// The next piece of what the model says instead of an answer that it refuses.
    Refusal(String),
    /// The next piece of a call of a tool.
    ToolCall {
        /// Which call of the answer it is, from 0.
        index: u32,
        /// The identity, in the first piece.
        id: Option<String>,
        /// The name of the tool, in the first piece.
        name: Option<String>,
        /// The next piece of the arguments, which together are JSON.
        arguments: String,
    },
    /// The answer has ended; only usage may follow.
    Finish(FinishReason),
    /// All tokens until now: it replaces an earlier one. None comes that counts only the request.
    Usage(TokenUsage),
}

/// An answer that comes in. Dropping it closes the connection.
pub struct ChatAnswer {
    /// The provider's name of the request, for its support.
    pub provider_request_id: Option<String>,
    /// The parts. Without an error at the end, there was a [`ChatEvent::Finish`].
    pub events: BoxStream<'static, Result<ChatEvent, CallError>>,
}

/// What a provider answered to a request for embeddings.
#[derive(Debug, Clone, PartialEq)]
pub struct Embeddings {
    /// The provider's name of the request, for its support.
    pub provider_request_id: Option<String>,
    /// One vector for each input, in their order.
    pub vectors: Vec<Vec<f32>>,
    /// What the provider calls the answer.
    pub name: AnswerName,
    /// The tokens, where the provider counts them.
    pub usage: Option<TokenUsage>,
}

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", fault.code())]
pub struct CallError {
    /// What went wrong.
    pub fault: ModelFault,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// What the provider says, at most 500 characters of it in one line, without the secret.
    pub detail: String,
    /// When the provider wants the next request.
    pub retry_after: Option<Duration>,
    /// The provider's name of the request, for its support.
    pub provider_request_id: Option<String>,
}

/// Calls models of providers: one HTTP request for each call, never a retry. No redirect is
/// followed, and no address is called that is not public and not allowed by the operator.
#[async_trait]
pub trait ModelClient: Send + Sync {
    /// Asks for an answer. Returns when the answer's head has come and says that it will succeed;
    /// unless it is streamed, when all of it has come.
    async fn chat(
        &self,
        endpoint: &ModelEndpoint,
        request: &ChatRequest,
    ) -> Result<ChatAnswer, CallError>;

    /// Asks for the vectors of texts. The parameters are those of OpenAI's embeddings, without
    /// `model`, `input` and `encoding_format`: `dimensions`, …
    async fn embed(
        &self,
        endpoint: &ModelEndpoint,
        inputs: &[String],
        parameters: &JsonObject,
    ) -> Result<Embeddings, CallError>;
}
