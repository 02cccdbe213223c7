//! Models of providers that an organization calls, and what they cost.

mod change;
mod price;
pub(crate) mod values;

use crate::{
    Id, Invalid, JsonObject, ModelProvider, ModelTimeouts, OrganizationId, Patch, Revision,
    SecretRef, Text, TimeoutChanges, Timestamp, codes,
};

pub use price::{MAX_TOKEN_RATE, ModelPrice, ModelPriceId, TokenRates};
pub use values::{BaseUrl, ModelCapability, ModelKind, ModelName, ModelStatus};

/// The most models that are asked, one after the other, when a model fails.
pub const MAX_FALLBACKS: usize = 5;

/// The values of a new model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelDraft {
    /// The name, unique in the organization.
    pub name: ModelName,
    /// Whose API it is called by.
    pub provider: ModelProvider,
    /// The model's name at the provider: `gpt-5-mini`.
    pub model_id: Text<200>,
    /// The address of the API, where it is not the provider's own.
    pub base_url: Option<BaseUrl>,
    /// What it answers.
    pub kind: ModelKind,
    /// What it can do, each once.
    pub capabilities: Vec<ModelCapability>,
    /// How long a call may take.
    pub timeouts: ModelTimeouts,
    /// The models that are asked when it fails, in their order.
    pub fallbacks: Vec<ModelId>,
    /// Parameters of each call, in the names of OpenAI's API: `{"temperature": 0}`.
    pub config: JsonObject,
    /// Whether it may be called.
    pub status: ModelStatus,
}

/// A change of a model; absent fields keep their values. Provider and kind never change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModelChanges {
    /// The new name.
    pub name: Option<ModelName>,
    /// The new name at the provider.
    pub model_id: Option<Text<200>>,
    /// The new address of the API, or its removal.
    pub base_url: Patch<BaseUrl>,
    /// All that it can do.
    pub capabilities: Option<Vec<ModelCapability>>,
    /// The new time-outs.
    pub timeouts: TimeoutChanges,
    /// All models that are asked when it fails.
    pub fallbacks: Option<Vec<ModelId>>,
    /// The parameters after a merge patch.
    pub config: Option<JsonObject>,
    /// The new status.
    pub status: Option<ModelStatus>,
    /// The new secret, or its removal.
    pub secret: Patch<SecretRef>,
}

/// The identity of a model.
pub type ModelId = Id<Model>;

/// A model of a provider, as an organization calls it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// The identity.
    pub id: ModelId,
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// The name, unique in the organization.
    pub name: ModelName,
    /// Whose API it is called by.
    pub provider: ModelProvider,
    /// The model's name at the provider.
    pub model_id: Text<200>,
    /// The address of the API, where it is not the provider's own.
    pub base_url: Option<BaseUrl>,
    /// What it answers.
    pub kind: ModelKind,
    /// What it can do, each once, in the order of their declaration.
    pub capabilities: Vec<ModelCapability>,
    /// How long a call may take.
    pub timeouts: ModelTimeouts,
    /// The models that are asked when it fails, in their order.
    pub fallbacks: Vec<ModelId>,
    /// Parameters of each call, in the names of OpenAI's API.
    pub config: JsonObject,
    /// Whether it may be called.
    pub status: ModelStatus,
    /// The secret that is sent to the provider.
    pub secret: Option<SecretRef>,
    /// When the provider refused the secret; a new secret ends it.
    pub flagged: Option<Timestamp>,
    /// The revision.
    pub revision: Revision,
}

/// An invalid value of a model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{invalid}")]
pub struct ModelError {
    /// The field, as the API names it.
    pub field: &'static str,
    /// The code and the explanation.
    #[source]
    pub invalid: Invalid,
}

impl Model {
    /// A new model.
    ///
    /// # Errors
    /// A custom provider without an address; a fallback that is the model itself or is named twice.
    pub fn create(
        id: ModelId,
        organization: OrganizationId,
        draft: ModelDraft,
        secret: Option<SecretRef>,
        at: Timestamp,
    ) -> Result<Self, ModelError> {
        let model = Self {
            id,
            organization,
            name: draft.name,
            provider: draft.provider,
            model_id: draft.model_id,
            base_url: draft.base_url,
            kind: draft.kind,
            capabilities: values::sorted(draft.capabilities),
            timeouts: draft.timeouts,
            fallbacks: draft.fallbacks,
            config: draft.config,
            status: draft.status,
            secret,
            flagged: None,
            revision: Revision::first(at),
        };
        model.checked()
    }

    /// The address of the API, without a slash at the end. Empty for a custom provider without one,
    /// which no model has.
    #[must_use]
    pub fn address(&self) -> &str {
        let own = self.base_url.as_ref().map(BaseUrl::as_str);
        own.or_else(|| self.provider.base_url()).unwrap_or_default()
    }

    /// The model after the provider refused its secret. `None` where that is known, or where the
    /// secret is another one by now.
    #[must_use]
    pub fn flag(self, refused: Option<&SecretRef>, at: Timestamp) -> Option<Self> {
        if self.flagged.is_some() || self.secret.as_ref() != refused {
            return None;
        }
        Some(Self { flagged: Some(at), revision: self.revision.next(at), ..self })
    }

    fn checked(self) -> Result<Self, ModelError> {
        if self.provider == ModelProvider::Custom && self.base_url.is_none() {
            let detail = "a custom provider needs the address of its API";
            let invalid = Invalid::new(codes::FIELD_REQUIRED, detail);
            return Err(ModelError { field: "base_url", invalid });
        }
        values::check_fallbacks(self.id, &self.fallbacks)
            .map_err(|invalid| ModelError { field: "fallbacks", invalid })?;
        Ok(self)
    }
}
