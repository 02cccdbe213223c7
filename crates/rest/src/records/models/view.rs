use std::time::Duration;

use chrono::{DateTime, Utc};
use plinth_domain::{Model, ModelCapability, SecretRef};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::values::names;

names! {
    /// What a model answers.
    ModelKindName = Chat, Embedding
}

names! {
    /// Whether a model may be called.
    ModelStatusName = Active, Disabled
}

names! {
    /// What a model can do.
    ModelCapabilityName = Streaming, Tools, StructuredOutput, Vision, Documents, Reasoning, Caching
}

/// Whose API a model is called by.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "it only describes what the strings may be")]
pub(crate) enum ModelProviderName {
    OpenAi,
    Anthropic,
    HuggingFace,
    /// Any server that speaks OpenAI's API.
    Custom,
}

/// A model.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModelView {
    id: Uuid,
    /// Unique in the organization.
    #[schema(example = "fast")]
    name: String,
    #[schema(value_type = ModelProviderName)]
    provider: &'static str,
    /// The model's name at the provider.
    #[schema(example = "gpt-5-mini")]
    model_id: String,
    /// The address of the API, where it is not the provider's own.
    base_url: Option<String>,
    #[schema(value_type = ModelKindName)]
    kind: &'static str,
    #[schema(value_type = Vec<ModelCapabilityName>)]
    capabilities: Vec<&'static str>,
    /// Until the connection stands.
    connect_timeout_ms: u64,
    /// From the request to the first content of the answer.
    first_token_timeout_ms: u64,
    /// From one line of the answer to the next.
    idle_timeout_ms: u64,
    /// The whole execution.
    total_timeout_ms: u64,
    /// The models that are asked when this one fails, in their order.
    fallbacks: Vec<Uuid>,
    /// Parameters of each call, in the names of OpenAI's API.
    #[schema(value_type = Object)]
    config: Option<Box<RawValue>>,
    #[schema(value_type = ModelStatusName)]
    status: &'static str,
    /// Dots and the last four characters of the secret; dots alone, where it has fewer than sixteen.
    #[schema(example = "…3fA9")]
    secret: Option<String>,
    /// When the provider refused the secret; `null` again with a new one.
    flagged_at: Option<DateTime<Utc>>,
    /// Increases by one with each change; the `ETag` is this number in quotes.
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Model> for ModelView {
    fn from(model: Model) -> Self {
        Self {
            id: model.id.uuid(),
            name: model.name.as_str().to_owned(),
            provider: model.provider.name(),
            model_id: model.model_id.as_str().to_owned(),
            base_url: model.base_url.map(|url| url.as_str().to_owned()),
            kind: model.kind.name(),
            capabilities: model.capabilities.into_iter().map(ModelCapability::name).collect(),
            connect_timeout_ms: milliseconds(model.timeouts.connect),
            first_token_timeout_ms: milliseconds(model.timeouts.first_token),
            idle_timeout_ms: milliseconds(model.timeouts.idle),
            total_timeout_ms: milliseconds(model.timeouts.total),
            fallbacks: model.fallbacks.into_iter().map(plinth_domain::Id::uuid).collect(),
            config: RawValue::from_string(model.config.into_string()).ok(),
            status: model.status.name(),
            secret: model.secret.as_ref().map(SecretRef::shown),
            flagged_at: model.flagged,
            version: model.revision.version.number(),
            created_at: model.revision.created_at,
            updated_at: model.revision.updated_at,
        }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
