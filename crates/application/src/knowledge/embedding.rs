//! How texts become vectors.

use std::time::Duration;

use plinth_domain::{Embedding, EmbeddingSpace, ModelFault, Permission, TokenUsage};
use plinth_ports::{CallError, CallableModel, ModelChoice, OrganizationReader, ReadUnit};

use super::embedding_input::{Purpose, prepared};
use crate::{Application, Error, Query, View, models};

/// Why no vectors were made.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct EmbedFailure {
    /// What happened, with the code of the provider's fault.
    pub error: Error,
    /// Whether the provider may answer another attempt.
    pub is_temporary: bool,
    /// How long to wait, where a budget has not enough left or a price is unknown.
    pub postponed: Option<Duration>,
    /// What refused its secret.
    pub(super) refused: Option<Box<CallableModel>>,
}

impl From<Error> for EmbedFailure {
    fn from(error: Error) -> Self {
        Self { error, is_temporary: false, postponed: None, refused: None }
    }
}

impl EmbedFailure {
    pub(crate) fn of(model: &CallableModel, call: &CallError) -> Self {
        let detail = format!("the embedding model {}: {}", model.model.name.as_str(), call.detail);
        let is_final = matches!(
            call.fault,
            ModelFault::Auth
                | ModelFault::Rejected
                | ModelFault::ModelUnknown
                | ModelFault::AddressForbidden
        );
        let refused = (call.fault == ModelFault::Auth).then(|| Box::new(model.clone()));
        let error = Error::Conflict { code: call.fault.code(), detail: detail.into() };
        Self { error, is_temporary: !is_final, postponed: None, refused }
    }
}

/// Reads the embedding model that the organization has chosen.
#[derive(Debug, Clone, Copy)]
pub(super) struct FindEmbedder;

/// What an organization has chosen.
#[derive(Debug)]
pub(super) enum Embedder {
    /// Nothing.
    None,
    /// A model that is disabled, or was removed.
    Missing,
    /// A model that may be called.
    Model(Box<CallableModel>),
}

impl Query for FindEmbedder {
    const NAME: &'static str = "document.find_embedder";
    const PERMISSION: Permission = Permission::DocumentRead;
    type Output = Embedder;

    async fn run(self, view: &mut View<'_>) -> Result<Embedder, Error> {
        embedder(view.unit, view.now).await
    }
}

/// The embedding model of the organization.
pub(super) async fn embedder(
    unit: &mut dyn ReadUnit,
    now: plinth_domain::Timestamp,
) -> Result<Embedder, Error> {
    let organization = OrganizationReader::find(unit.organization()).await?;
    let Some(id) = organization.and_then(|o| o.settings.embedding_model) else {
        return Ok(Embedder::None);
    };
    let choice = ModelChoice::Id(id);
    match models::calls::callable(unit.model_catalogue(), &choice, Some(&[]), now).await {
        Ok(mut found) if !found.is_empty() => Ok(Embedder::Model(Box::new(found.swap_remove(0)))),
        Ok(_) | Err(Error::NotFound(_)) => Ok(Embedder::Missing),
        Err(error) => Err(error),
    }
}

/// One call of an embedding model, to its end.
#[derive(Debug)]
pub(crate) struct EmbeddingCall {
    /// The vectors, one for each text, with as many dimensions.
    pub(crate) vectors: Result<Vec<Embedding>, CallError>,
    /// The tokens, where the provider has counted them.
    pub(crate) usage: Option<TokenUsage>,
    /// Whether the provider has answered: it counts the texts then.
    pub(crate) is_answered: bool,
    /// The provider's name of the request.
    pub(crate) provider_request: Option<String>,
}

impl Application {
    /// Calls an embedding model once. Nothing is counted.
    pub(crate) async fn call_embedder(
        &self,
        model: &CallableModel,
        purpose: Purpose,
        texts: &[String],
        time: Duration,
    ) -> Result<EmbeddingCall, Error> {
        let time = time.min(model.model.timeouts.total);
        let endpoint = models::calls::endpoint(&*self.ports.security.vault, model, time);
        let endpoint = endpoint.map_err(Error::from)?;
        let (inputs, parameters) = prepared(&model.model.config, purpose, texts)?;
        Ok(match self.ports.models.embed(&endpoint, &inputs, &parameters).await {
            Ok(answer) => EmbeddingCall {
                vectors: usable(answer.vectors, texts.len()),
                usage: answer.usage,
                is_answered: true,
                provider_request: answer.provider_request_id,
            },
            Err(fault) => EmbeddingCall {
                usage: None,
                is_answered: false,
                provider_request: fault.provider_request_id.clone(),
                vectors: Err(fault),
            },
        })
    }
}

/// The vectors of an answer, if they are one for each text and of the same dimensions.
fn usable(vectors: Vec<Vec<f32>>, texts: usize) -> Result<Vec<Embedding>, CallError> {
    let vectors: Option<Vec<_>> = vectors.into_iter().map(Embedding::of).collect();
    let dimensions = |vectors: &[Embedding]| vectors.first().map(Embedding::dimensions);
    let vectors = vectors.filter(|vectors| {
        vectors.len() == texts
            && vectors.iter().all(|vector| Some(vector.dimensions()) == dimensions(vectors))
    });
    vectors.ok_or_else(|| unusable(texts))
}

fn unusable(texts: usize) -> CallError {
    let most = Embedding::MAX_DIMENSIONS;
    CallError {
        fault: ModelFault::InvalidResponse,
        status: None,
        detail: format!(
            "{texts} vectors that are not zero, of the same 1 to {most} dimensions, were expected"
        ),
        retry_after: None,
        provider_request_id: None,
    }
}

/// The space of a model's vectors.
pub(super) fn space(model: &CallableModel) -> EmbeddingSpace {
    EmbeddingSpace::of(&model.model)
}
