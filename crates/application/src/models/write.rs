use plinth_domain::{
    BaseUrl, EmbeddingSpace, Invalid, Model, ModelChanges, ModelDraft, ModelFault, ModelId,
    ModelKind, Patch, Permission, SecretRef, SecretText, codes,
};
use plinth_ports::{StoreError, records::models::FALLBACKS};

use super::MODEL_FALLBACK_KIND;
use crate::{
    AuditRecord, Command, Context, Error, Expected, FieldFault, MetadataPatch, Recorded, knowledge,
    metadata,
    resource::{Action, Found},
};

/// Creates a model.
#[derive(Debug, Clone)]
pub struct CreateModel {
    /// Its values.
    pub draft: ModelDraft,
    /// The secret that is sent to the provider.
    pub secret: Option<SecretText>,
}

impl Command for CreateModel {
    const NAME: &'static str = Action::<Model>::CREATE;
    const PERMISSION: Permission = Permission::ModelCreate;
    type Output = Model;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Model>, Error> {
        check_address(ctx, self.draft.base_url.as_ref())?;
        knowledge::check_config(self.draft.kind, &self.draft.config)?;
        check_fallbacks(ctx, self.draft.kind, &self.draft.fallbacks).await?;
        ctx.make_room::<Model>().await?;
        let secret = match &self.secret {
            Some(text) => Some(ctx.entrust(text).await?),
            None => None,
        };
        let model = Model::create(ctx.id(), ctx.organization(), self.draft, secret, ctx.now)?;
        ctx.unit.models().insert(&model).await.map_err(written)?;
        Recorded::created(model)
    }
}

/// A change of a model, with what only the command can finish.
#[derive(Debug, Clone)]
pub struct ModelUpdate {
    /// The values that change; the secret stays.
    pub changes: ModelChanges,
    /// The new secret, or its removal.
    pub secret: Patch<SecretText>,
    /// The merge patch on the configuration.
    pub config: Option<MetadataPatch>,
}

/// Changes a model.
#[derive(Debug, Clone)]
pub struct UpdateModel {
    /// The model.
    pub id: ModelId,
    /// The version that the caller saw.
    pub expected: Expected,
    /// The new values.
    pub update: ModelUpdate,
}

impl Command for UpdateModel {
    const NAME: &'static str = Action::<Model>::UPDATE;
    const PERMISSION: Permission = Permission::ModelUpdate;
    type Output = Model;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Model>, Error> {
        let before = ctx.unit.models().expect(self.id, &self.expected).await?;
        let ModelUpdate { mut changes, secret, config } = self.update;
        if let Patch::Set(url) = &changes.base_url {
            check_address(ctx, Some(url))?;
        }
        if let Some(fallbacks) = &changes.fallbacks {
            check_fallbacks(ctx, before.kind, fallbacks).await?;
        }
        if let Some(patch) = config {
            let merged = metadata::merge_at("/config", &before.config, patch)?;
            knowledge::check_config(before.kind, &merged)?;
            changes.config = Some(merged);
        }
        changes.secret = match secret {
            Patch::Keep => Patch::Keep,
            Patch::Clear => Patch::Clear,
            Patch::Set(text) => Patch::Set(ctx.entrust(&text).await?),
        };
        let after = before.clone().change(changes, ctx.now)?;
        ctx.unit.models().update(&after).await.map_err(written)?;
        if EmbeddingSpace::of(&before) != EmbeddingSpace::of(&after) {
            knowledge::embed_again(ctx, after.id).await?;
        }
        if before.secret != after.secret {
            forget(ctx, before.secret.as_ref()).await?;
        }
        Recorded::changed(Action::<Model>::UPDATED, &before, after)
    }
}

/// Removes a model permanently, with its prices and its secret.
#[derive(Debug, Clone)]
pub struct RemoveModel {
    /// The model.
    pub id: ModelId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for RemoveModel {
    const NAME: &'static str = Action::<Model>::REMOVE;
    const PERMISSION: Permission = Permission::ModelDelete;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let model = ctx.unit.models().expect(self.id, &self.expected).await?;
        ctx.unit.models().remove(&model).await.map_err(Error::in_use)?;
        forget(ctx, model.secret.as_ref()).await?;
        Ok(Recorded::new((), AuditRecord::removed(Action::<Model>::REMOVED, &model)?))
    }
}

/// Refuses an address that the operator does not let users have called.
fn check_address(ctx: &Context<'_>, url: Option<&BaseUrl>) -> Result<(), Error> {
    let Some(url) = url else { return Ok(()) };
    ctx.addresses.check(url.as_str()).map_err(|why| {
        let code = ModelFault::AddressForbidden.code();
        Error::field("/base_url", Invalid::new(code, format!("the address {why}")))
    })
}

/// Refuses fallbacks that do not exist or answer something else.
async fn check_fallbacks(
    ctx: &mut Context<'_>,
    kind: ModelKind,
    fallbacks: &[ModelId],
) -> Result<(), Error> {
    if fallbacks.is_empty() {
        return Ok(());
    }
    let known = ctx.unit.model_catalogue().kinds(fallbacks).await?;
    let fault = |(index, fallback): (usize, &ModelId)| {
        let invalid = match known.iter().find(|(id, _)| id == fallback) {
            Some((_, known)) if *known == kind => return None,
            Some(_) => Invalid::new(MODEL_FALLBACK_KIND, "it answers something else"),
            None => Invalid::new(codes::REFERENCE_UNKNOWN, "there is no such model"),
        };
        Some(FieldFault::new(format!("/fallbacks/{index}"), invalid))
    };
    let faults: Vec<_> = fallbacks.iter().enumerate().filter_map(fault).collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// Removes a secret that its model does not need any more.
async fn forget(ctx: &mut Context<'_>, secret: Option<&SecretRef>) -> Result<(), Error> {
    match secret {
        Some(secret) => Ok(ctx.unit.secrets().remove(secret.id).await?),
        None => Ok(()),
    }
}

/// The error of a write. A fallback that was found may be removed before the write.
fn written(error: StoreError) -> Error {
    if FALLBACKS.iter().any(|constraint| constraint.is_violated_in(&error)) {
        return Error::unknown_reference("fallbacks");
    }
    Error::write::<Model>(error)
}
