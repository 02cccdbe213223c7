//! What is stored beside a model: its prices and its secret.

use async_trait::async_trait;
use plinth_domain::{Model, ModelId, ModelKind, ModelPrice, OrganizationId, SecretId, Timestamp};
use plinth_ports::{
    CallableModel, Constraint, ModelCatalogue, ModelChoice, ModelPriceReader, ModelPriceSort,
    ModelPrices, Page, PageRequest, Result, SealedSecret, SealedSecrets,
    records::{
        model_prices::{MODEL, VALID_FROM_TAKEN},
        models::{FALLBACKS, SECRET},
    },
};

use super::{
    lists, prompts,
    record_tables::{RecordTables, Stored},
    unit::Unit,
};

impl Stored for Model {
    fn lacks(&self, tables: &RecordTables, organization: OrganizationId) -> Option<Constraint> {
        let is_missing = |id: &ModelId| !tables.models.contains(&(organization, *id));
        let fallback = self.fallbacks.iter().position(is_missing);
        let no_secret = |id: SecretId| !tables.secrets.contains(&(organization, id));
        let secret = self.secret.as_ref().filter(|secret| no_secret(secret.id));
        fallback.map(|place| FALLBACKS[place]).or(secret.map(|_| SECRET))
    }

    fn is_needed(&self, tables: &RecordTables, organization: OrganizationId) -> Option<Constraint> {
        let mut others = tables.models.of(organization);
        let place = others.find_map(|other| other.fallbacks.iter().position(|id| *id == self.id));
        let fallback = place.map(|place| FALLBACKS[place]);
        fallback.or_else(|| prompts::needed(self, tables, organization))
    }

    fn removed(&self, tables: &mut RecordTables, organization: OrganizationId) {
        tables
            .model_prices
            .retain(|(owner, _), price| *owner != organization || price.model != self.id);
        tables
            .chunk_vectors
            .retain(|(owner, _), (space, _)| *owner != organization || space.model != self.id);
    }
}

#[async_trait]
impl ModelCatalogue for Unit {
    async fn callable(
        &mut self,
        model: &ModelChoice,
        fallbacks: Option<&[ModelId]>,
        at: Timestamp,
    ) -> Result<Vec<CallableModel>> {
        let is_chosen = |known: &&Model| match model {
            ModelChoice::Id(id) => known.id == *id,
            ModelChoice::Name(name) => known.name == *name,
        };
        let Some(chosen) = self.records::<Model>().find(is_chosen) else { return Ok(Vec::new()) };
        let fallbacks = fallbacks.unwrap_or(&chosen.fallbacks).iter();
        let asked = std::iter::once(&chosen.id).chain(fallbacks);
        Ok(asked.filter_map(|id| self.record(*id)).map(|model| self.called(model, at)).collect())
    }

    async fn kinds(&mut self, models: &[ModelId]) -> Result<Vec<(ModelId, ModelKind)>> {
        let found = models.iter().filter_map(|id| self.record(*id));
        Ok(found.map(|model| (model.id, model.kind)).collect())
    }
}

impl Unit {
    fn called(&self, model: &Model, at: Timestamp) -> CallableModel {
        let (organization, records) = (self.organization_id(), &self.tables().records);
        let secret = |id| records.secrets.get(&(organization, id)).cloned();
        let prices = || records.model_prices.of(organization).filter(|p| p.model == model.id);
        CallableModel {
            model: model.clone(),
            secret: model.secret.as_ref().and_then(|reference| secret(reference.id)),
            price: prices().filter(|p| p.valid_from <= at).max_by_key(|p| p.valid_from).copied(),
            next_price_at: prices().map(|p| p.valid_from).filter(|from| *from > at).min(),
        }
    }
}

#[async_trait]
impl ModelPriceReader for Unit {
    async fn of_model(
        &mut self,
        model: ModelId,
        page: &PageRequest<ModelPriceSort>,
    ) -> Result<Page<ModelPrice>> {
        let prices = self.tables().records.model_prices.of(self.organization_id());
        Ok(lists::page(prices.filter(|price| price.model == model).copied(), page))
    }
}

#[async_trait]
impl ModelPrices for Unit {
    async fn add(&mut self, price: &ModelPrice) -> Result<()> {
        let organization = self.organization_id();
        let mut known = self.tables().records.model_prices.of(organization);
        let taken =
            known.any(|known| known.model == price.model && known.valid_from == price.valid_from);
        drop(known);
        self.draft.forbid(taken, VALID_FROM_TAKEN.0)?;
        let no_model = self.record(price.model).is_none();
        self.draft.forbid(no_model, MODEL.0)?;
        self.draft.tables.records.model_prices.insert((organization, price.id), *price);
        Ok(())
    }
}

#[async_trait]
impl SealedSecrets for Unit {
    async fn find(&mut self, secret: SecretId) -> Result<Option<SealedSecret>> {
        Ok(self.tables().records.secrets.get(&(self.organization_id(), secret)).cloned())
    }

    async fn insert(&mut self, secret: &SealedSecret) -> Result<()> {
        let key = (self.organization_id(), secret.id);
        let taken = self.tables().records.secrets.contains(&key);
        self.draft.forbid(taken, "secrets_pkey")?;
        self.draft.tables.records.secrets.insert(key, secret.clone());
        Ok(())
    }

    async fn remove(&mut self, secret: SecretId) -> Result<()> {
        let mut models = self.records::<Model>();
        let needed = models.any(|model| model.secret.as_ref().is_some_and(|s| s.id == secret));
        drop(models);
        self.draft.forbid(needed, SECRET.0)?;
        self.draft.tables.records.secrets.remove(&(self.organization_id(), secret));
        Ok(())
    }
}
