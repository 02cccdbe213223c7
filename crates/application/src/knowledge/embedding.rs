//! How texts become vectors.

use std::time::Duration;

use plinth_domain::{Embedding, EmbeddingSpace, ModelFault, Permission};
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
    /// What refused its secret.
    pub(super) refused: Option<Box<CallableModel>>,
}

impl From<Error> for EmbedFailure {
    fn from(error: Error) -> Self {
        Self { error, is_temporary: false, refused: None }
    }
}

impl EmbedFailure {
    fn of(model: &CallableModel, call: &CallError) -> Self {
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
        Self { error, is_temporary: !is_final, refused }
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

impl Application {
    /// The vectors of texts by this model, one for each, with as many dimensions.
    pub(crate) async fn embed(
        &self,
        model: &CallableModel,
        purpose: Purpose,
        texts: &[String],
        time: Duration,
    ) -> Result<Vec<Embedding>, EmbedFailure> {
        let time = time.min(model.model.timeouts.total);
        let endpoint = models::calls::endpoint(&*self.ports.security.vault, model, time);
        let endpoint = endpoint.map_err(Error::from)?;
        let (inputs, parameters) = prepared(&model.model.config, purpose, texts)?;
        let answer = self.ports.models.embed(&endpoint, &inputs, &parameters).await;
        let answer = answer.map_err(|call| EmbedFailure::of(model, &call))?;
        let vectors: Option<Vec<_>> = answer.vectors.into_iter().map(Embedding::of).collect();
        let dimensions = |vectors: &[Embedding]| vectors.first().map(Embedding::dimensions);
        let vectors = vectors.filter(|vectors| {
            vectors.len() == texts.len()
                && vectors.iter().all(|vector| Some(vector.dimensions()) == dimensions(vectors))
        });
        vectors.ok_or_else(|| EmbedFailure::of(model, &unusable(texts.len())))
    }
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
