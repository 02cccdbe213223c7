//! Calls models over the HTTP APIs of their providers: OpenAI's, which others speak, too, and
//! Anthropic's.
//!
//! A call is one request. Its answer is understood piece by piece as it comes in ([`stream`]), by
//! the decoder of its API ([`openai`], [`anthropic`]); a fault has the same name from each API that it comes
//! from ([`failure`]).

mod anthropic;
mod deadlines;
mod embeddings;
mod failure;
mod json;
mod limits;
mod openai;
mod send;
mod sse;
mod step;
mod stream;
mod whole;
mod wire;

use async_trait::async_trait;
use plinth_domain::JsonObject;
use plinth_outgoing::Outgoing;
use plinth_ports::{CallError, ChatAnswer, ChatRequest, Embeddings, ModelClient, ModelEndpoint};

use deadlines::Deadlines;
use send::Call;
use wire::Wire;

/// Models behind HTTP APIs.
#[derive(Clone)]
pub struct HttpModels {
    outgoing: Outgoing,
}

impl HttpModels {
    /// Calls through this client.
    #[must_use]
    pub fn new(outgoing: Outgoing) -> Self {
        Self { outgoing }
    }
}

#[async_trait]
impl ModelClient for HttpModels {
    async fn chat(
        &self,
        endpoint: &ModelEndpoint,
        request: &ChatRequest,
    ) -> Result<ChatAnswer, CallError> {
        let deadlines = Deadlines::start(endpoint.timeouts);
        let wire = Wire::of(endpoint.provider);
        let call = Call::new(endpoint, deadlines);
        let body = wire.body(endpoint, request).map_err(|failure| call.failed(failure))?;
        if request.stream {
            stream::answer(&self.outgoing, call, wire, body).await
        } else {
            whole::answer(&self.outgoing, call, wire, body).await
        }
    }

    async fn embed(
        &self,
        endpoint: &ModelEndpoint,
        inputs: &[String],
        parameters: &JsonObject,
    ) -> Result<Embeddings, CallError> {
        let call = Call::new(endpoint, Deadlines::start(endpoint.timeouts));
        embeddings::embed(&self.outgoing, call, endpoint, inputs, parameters).await
    }
}
