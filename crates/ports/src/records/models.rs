//! Models of providers.

use async_trait::async_trait;
use plinth_domain::{
    Id, Model, ModelId, ModelKind, ModelName, ModelPrice, ModelProvider, ModelStatus,
    OrganizationId, Revision, Timestamp,
};

use super::{Constraint, Record, Unique};
use crate::{OneOf, Result, SealedSecret, Search, SortValue, page::sort_keys};

plinth_domain::codes! {
    MODEL_NAME_TAKEN = "model.name_taken", "Another model has this name.";
}

/// Another model of the organization has the name.
pub const NAME_TAKEN: Constraint = Constraint("models_organization_id_name_key");
/// The secret of a model does not exist, or the model needs it.
pub const SECRET: Constraint = Constraint("models_organization_id_secret_id_fkey");
/// A fallback does not exist, or the model needs it: by its place.
pub const FALLBACKS: [Constraint; plinth_domain::MAX_FALLBACKS] = [
    Constraint("models_organization_id_fallback_1_id_fkey"),
    Constraint("models_organization_id_fallback_2_id_fkey"),
    Constraint("models_organization_id_fallback_3_id_fkey"),
    Constraint("models_organization_id_fallback_4_id_fkey"),
    Constraint("models_organization_id_fallback_5_id_fkey"),
];

sort_keys! {
    /// The orders of a list of models.
    ModelSort of Model, by |m| m.id.uuid();
    CreatedAt = "created_at" => |m| SortValue::Time(m.revision.created_at),
    UpdatedAt = "updated_at" => |m| SortValue::Time(m.revision.updated_at),
    Name = "name" => |m| SortValue::Text(m.name.as_str().to_owned()),
}

/// Selects the models of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModelFilter {
    /// Only models of one of these kinds.
    pub kind: OneOf<ModelKind>,
    /// Only models of one of these providers.
    pub provider: OneOf<ModelProvider>,
    /// Only models with one of these statuses.
    pub status: OneOf<ModelStatus>,
    /// Only models with these words in the name, here or at the provider.
    pub search: Option<Search>,
}

impl Record for Model {
    const TABLE: &'static str = "models";
    const UNIQUE: &'static [Unique<Self>] = &[Unique {
        constraint: NAME_TAKEN,
        code: MODEL_NAME_TAKEN,
        detail: "another model has this name",
        value: |m| Some(m.name.as_str().to_owned()),
    }];
    const SEARCHED: bool = true;
    type Filter = ModelFilter;
    type Sort = ModelSort;

    fn id(&self) -> Id<Self> {
        self.id
    }
    fn revision(&self) -> &Revision {
        &self.revision
    }
    fn owned_by(self, organization: OrganizationId) -> Self {
        Self { organization, ..self }
    }
    fn matches(&self, filter: &ModelFilter) -> bool {
        filter.kind.allows(&self.kind)
            && filter.provider.allows(&self.provider)
            && filter.status.allows(&self.status)
    }
    fn search(filter: &ModelFilter) -> Option<&Search> {
        filter.search.as_ref()
    }
    fn searched(&self) -> String {
        format!("{} {}", self.name.as_str(), self.model_id.as_str())
    }
}

/// How a caller names a model.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ModelChoice {
    /// By its identity.
    Id(ModelId),
    /// By its name.
    Name(ModelName),
}

/// A model with all that a call of it needs.
#[derive(Debug, Clone, PartialEq)]
pub struct CallableModel {
    /// The model, which may be disabled.
    pub model: Model,
    /// Its secret.
    pub secret: Option<SealedSecret>,
    /// Its price at the moment that was asked for.
    pub price: Option<ModelPrice>,
    /// When its next price begins.
    pub next_price_at: Option<Timestamp>,
}

/// Reads what calls of models need.
#[async_trait]
pub trait ModelCatalogue: Send {
    /// The chosen model and, in their order, the models that are asked when it fails: `fallbacks`, or
    /// its own ones. Each has its price at `at`. Empty where there is no such model; fallbacks that do
    /// not exist are left out.
    async fn callable(
        &mut self,
        model: &ModelChoice,
        fallbacks: Option<&[ModelId]>,
        at: Timestamp,
    ) -> Result<Vec<CallableModel>>;
    /// The kinds of those of these models that exist.
    async fn kinds(&mut self, models: &[ModelId]) -> Result<Vec<(ModelId, ModelKind)>>;
}
