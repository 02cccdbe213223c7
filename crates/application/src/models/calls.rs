//! What executions need of models.

use std::time::Duration;

use plinth_domain::{Model, ModelId, ModelStatus, ModelTimeouts};
use plinth_ports::{
    CallableModel, ModelCatalogue, ModelChoice, ModelEndpoint, SecretVault, StoreError, VaultError,
};

use crate::{AuditRecord, Context, Error, resource::Resource};

/// The active ones of the chosen model and of the models that are asked when it fails: `fallbacks`, or
/// its own ones. [`Error::NotFound`] where there is no such model; empty where all are disabled.
pub async fn callable(
    catalogue: &mut dyn ModelCatalogue,
    model: &ModelChoice,
    fallbacks: Option<&[ModelId]>,
    at: plinth_domain::Timestamp,
) -> Result<Vec<CallableModel>, Error> {
    let mut found = catalogue.callable(model, fallbacks, at).await?;
    if found.is_empty() {
        return Err(Error::NotFound(Model::KIND));
    }
    found.retain(|callable| callable.model.status == ModelStatus::Active);
    Ok(found)
}

/// Where a model is called, as whom, and for how long: `left` is what is left of the execution's time.
pub fn endpoint(
    vault: &dyn SecretVault,
    callable: &CallableModel,
    left: Duration,
) -> Result<ModelEndpoint, VaultError> {
    let model = &callable.model;
    let secret =
        callable.secret.as_ref().map(|secret| vault.open(model.organization.into(), secret));
    Ok(ModelEndpoint {
        provider: model.provider,
        base_url: model.address().to_owned(),
        secret: secret.transpose()?,
        model: model.model_id.as_str().to_owned(),
        timeouts: ModelTimeouts { total: left, ..model.timeouts },
    })
}

/// Records that the provider refused the secret of a called model. Nothing is done where that is known,
/// where the secret is another one by now, or where the model changes at the same time: the next call
/// tells again.
pub async fn flag(ctx: &mut Context<'_>, called: &Model) -> Result<Option<AuditRecord>, Error> {
    let Some(before) = ctx.unit.models().find(called.id).await? else { return Ok(None) };
    let Some(after) = before.clone().flag(called.secret.as_ref(), ctx.now) else { return Ok(None) };
    match ctx.unit.models().update(&after).await {
        Ok(()) => AuditRecord::changed("model.flagged", &before, &after).map(Some),
        Err(StoreError::Stale) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
