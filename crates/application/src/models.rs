//! Models of providers, their prices and their secrets.

pub(crate) mod calls;
mod prices;
mod write;

use plinth_domain::{Model, ModelError, ModelId, Permission, SecretRef};
use plinth_ports::{ModelFilter, ModelSort, Page, PageRequest, VaultError};
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{
    Error, Query, Reading, View,
    resource::{Found, Resource},
};

pub use plinth_ports::records::models::MODEL_NAME_TAKEN;
pub use prices::{AddModelPrice, ListModelPrices, NewPrice};
pub use write::{CreateModel, ModelUpdate, RemoveModel, UpdateModel};

plinth_domain::codes! {
    MODEL_FALLBACK_KIND = "model.fallback_kind",
        "A fallback answers something else than the model: the one messages, the other vectors.";
    SECRET_NO_MASTER_KEY = "secret.no_master_key",
        "The installation has no key that encrypts secrets: the operator sets PLINTH_SECRETS__KEYS.";
}

impl Resource for Model {
    const KIND: &'static str = "model";
    const TOPIC: &'static str = "models";
    const READ: Permission = Permission::ModelRead;

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn audit_view(&self) -> impl Serialize {
        #[derive(Serialize)]
        struct AuditView<'a> {
            name: &'a str,
            provider: &'static str,
            model_id: &'a str,
            base_url: Option<&'a str>,
            kind: &'static str,
            capabilities: Vec<&'static str>,
            timeouts_ms: [u128; 4],
            fallbacks: Vec<Uuid>,
            // Valid JSON, so it is passed through unchanged.
            config: Option<&'a RawValue>,
            status: &'static str,
            secret: Option<String>,
            flagged_at: Option<plinth_domain::Timestamp>,
            version: i64,
        }
        let timeouts = self.timeouts;
        AuditView {
            name: self.name.as_str(),
            provider: self.provider.name(),
            model_id: self.model_id.as_str(),
            base_url: self.base_url.as_ref().map(plinth_domain::BaseUrl::as_str),
            kind: self.kind.name(),
            capabilities: self.capabilities.iter().map(|capability| capability.name()).collect(),
            timeouts_ms: [timeouts.connect, timeouts.first_token, timeouts.idle, timeouts.total]
                .map(|timeout| timeout.as_millis()),
            fallbacks: self.fallbacks.iter().map(|id| id.uuid()).collect(),
            config: serde_json::from_str(self.config.as_str()).ok(),
            status: self.status.name(),
            secret: self.secret.as_ref().map(SecretRef::shown),
            flagged_at: self.flagged,
            version: self.revision.version.number(),
        }
    }
}

impl From<ModelError> for Error {
    fn from(error: ModelError) -> Self {
        Self::field(&format!("/{}", error.field), error.invalid)
    }
}

impl From<VaultError> for Error {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::NoMasterKey => {
                let detail = "the installation has no key that encrypts secrets";
                Self::conflict(SECRET_NO_MASTER_KEY, detail)
            }
            other => Self::internal(other),
        }
    }
}

/// Reads one model.
#[derive(Debug, Clone, Copy)]
pub struct GetModel {
    /// The model.
    pub id: ModelId,
}

impl Query for GetModel {
    const NAME: &'static str = "model.get";
    const PERMISSION: Permission = Permission::ModelRead;
    type Output = Model;

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<Model, Error> {
        view.unit.models().get(self.id).await
    }
}

/// Lists models.
#[derive(Debug, Clone)]
pub struct ListModels {
    /// Selects the models.
    pub filter: ModelFilter,
    /// The order and the position.
    pub page: PageRequest<ModelSort>,
}

impl Query for ListModels {
    const NAME: &'static str = "model.list";
    const PERMISSION: Permission = Permission::ModelRead;
    type Output = Page<Model>;

    fn reading(&self) -> Reading {
        Reading::page(&self.page, self.filter != ModelFilter::default())
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<Model>, Error> {
        Ok(view.unit.models().list(&self.filter, &self.page).await?)
    }
}
