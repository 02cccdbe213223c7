//! Calls of models and executions, as an operator sees them: spans and metrics by OpenTelemetry's
//! semantic conventions for generative AI. Neither the application nor the client of models knows of
//! them.

mod content;
mod executions;
mod input;
mod labels;
mod meters;
mod names;
mod operation;
mod output;
mod request;
mod stream;

use std::sync::Arc;

use async_trait::async_trait;
use plinth_domain::JsonObject;
use plinth_model_client::HttpModels;
use plinth_outgoing::Outgoing;
use plinth_ports::{
    CallError, ChatAnswer, ChatRequest, Embeddings, ExecutionMeter, ModelClient, ModelEndpoint,
};
use plinth_settings::Telemetry;

use executions::Executions;
use labels::ModelLabels;
use meters::Meters;
use operation::{Kind, Operation};
use stream::Observed;

/// The client of models, and what counts executions; observed where metrics are read.
pub(crate) fn observed(
    outgoing: Outgoing,
    settings: &Telemetry,
) -> (Arc<dyn ModelClient>, Arc<dyn ExecutionMeter>) {
    let models = HttpModels::new(outgoing);
    if !settings.has_metrics() {
        return (Arc::new(models), Arc::new(()));
    }
    let labels = Arc::new(ModelLabels::default());
    let meters = Arc::new(Meters::new(Arc::clone(&labels)));
    let models = ObservedModels { models, meters, has_content: settings.model_content };
    (Arc::new(models), Arc::new(Executions::new(labels)))
}

/// A client of models whose calls are observed: one span each.
struct ObservedModels<M> {
    models: M,
    meters: Arc<Meters>,
    /// Whether spans have what was asked and answered.
    has_content: bool,
}

impl<M> ObservedModels<M> {
    fn begin(&self, kind: Kind, endpoint: &ModelEndpoint) -> Operation {
        Operation::begin(kind, endpoint, &self.meters)
    }
}

#[async_trait]
impl<M: ModelClient> ModelClient for ObservedModels<M> {
    async fn chat(
        &self,
        endpoint: &ModelEndpoint,
        request: &ChatRequest,
    ) -> Result<ChatAnswer, CallError> {
        let mut operation = self.begin(Kind::Chat { streamed: request.stream }, endpoint);
        operation.asked(&request.parameters);
        if self.has_content {
            operation.keep_content(&request.messages);
        }
        match self.models.chat(endpoint, request).await {
            Ok(answer) => Ok(ChatAnswer {
                provider_request_id: answer.provider_request_id,
                events: Box::pin(Observed::new(answer.events, operation)),
            }),
            Err(error) => {
                operation.failed(error.fault);
                Err(error)
            }
        }
    }

    async fn embed(
        &self,
        endpoint: &ModelEndpoint,
        inputs: &[String],
        parameters: &JsonObject,
    ) -> Result<Embeddings, CallError> {
        let mut operation = self.begin(Kind::Embeddings, endpoint);
        let answer = self.models.embed(endpoint, inputs, parameters).await;
        match &answer {
            Ok(answer) => operation.embedded(answer),
            Err(error) => operation.failed(error.fault),
        }
        answer
    }
}
