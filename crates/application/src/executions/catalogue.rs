//! What each execution reads of its organization: from the cache, or else from the store.

use std::sync::Arc;

use plinth_domain::{
    BudgetOrigin, ModelId, ModelStatus, Permission, Prompt, PromptChoice, TenantScope, Timestamp,
};
use plinth_ports::{
    BudgetRules, CallableModel, CatalogueEntry, CatalogueKey, ModelChoice, PromptKey,
};

use crate::{Application, Caller, Error, Query, Reading, View, resource::Resource};

/// The permission of those who read the catalogue to execute something.
pub(super) const PERMISSION: Permission = Permission::ExecutionCreate;

/// The operation's name in spans.
pub(super) const NAME: &str = "execution.prepare";

/// Reads what is not cached. `None` where there is no such record.
struct ReadCatalogue<'a>(&'a CatalogueKey);

impl Query for ReadCatalogue<'_> {
    const NAME: &'static str = NAME;
    const PERMISSION: Permission = PERMISSION;
    type Output = Option<CatalogueEntry>;

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<Option<CatalogueEntry>, Error> {
        let unit = &mut *view.unit;
        match self.0 {
            CatalogueKey::Prompt(key, choice) => {
                let prompt = unit.prompt_versions().choose(key, choice).await?;
                Ok(prompt.map(|prompt| CatalogueEntry::Prompt(Arc::new(prompt))))
            }
            CatalogueKey::Models(choice, fallbacks) => {
                let catalogue = unit.model_catalogue();
                let models = catalogue.callable(choice, fallbacks.as_deref(), view.now).await?;
                Ok((!models.is_empty()).then(|| CatalogueEntry::Models(models.into())))
            }
            CatalogueKey::Budgets => {
                let scopes = unit.budget_periods().scopes().await?;
                Ok(Some(CatalogueEntry::Budgets(Arc::new(BudgetRules { scopes }))))
            }
        }
    }
}

/// Whether an entry counts at a moment: until a price begins.
fn is_current(entry: &CatalogueEntry, now: Timestamp) -> bool {
    match entry {
        CatalogueEntry::Models(models) => {
            models.iter().all(|model| model.next_price_at.is_none_or(|next| now < next))
        }
        CatalogueEntry::Prompt(_) | CatalogueEntry::Budgets(_) => true,
    }
}

impl Application {
    /// The prompt with the chosen version.
    pub(super) async fn chosen_prompt(
        &self,
        scope: TenantScope,
        caller: &Caller,
        key: &PromptKey,
        choice: &PromptChoice,
    ) -> Result<Arc<Prompt>, Error> {
        let key = CatalogueKey::Prompt(key.clone(), choice.clone());
        match self.cached_catalogue(scope, caller, key).await? {
            Some(CatalogueEntry::Prompt(prompt)) => Ok(prompt),
            _ => Err(Error::NotFound(Prompt::KIND)),
        }
    }

    /// The active ones of the chosen model and of the models that are asked when it fails:
    /// `fallbacks`, or its own ones. Empty where all are disabled.
    pub(super) async fn callable_models(
        &self,
        scope: TenantScope,
        caller: &Caller,
        model: &ModelChoice,
        fallbacks: Option<Vec<ModelId>>,
    ) -> Result<Vec<CallableModel>, Error> {
        let key = CatalogueKey::Models(model.clone(), fallbacks);
        match self.cached_catalogue(scope, caller, key).await? {
            Some(CatalogueEntry::Models(models)) => {
                let active =
                    |callable: &&CallableModel| callable.model.status == ModelStatus::Active;
                Ok(models.iter().filter(active).cloned().collect())
            }
            _ => Err(Error::unknown_reference("model_id")),
        }
    }

    /// Whether a budget counts an execution of this origin. It needs no statement as long as no budget
    /// changes.
    pub(super) async fn is_counted(
        &self,
        scope: TenantScope,
        caller: &Caller,
        origin: BudgetOrigin,
    ) -> Result<bool, Error> {
        match self.cached_catalogue(scope, caller, CatalogueKey::Budgets).await? {
            Some(CatalogueEntry::Budgets(rules)) => Ok(rules.count(origin)),
            _ => Ok(false),
        }
    }

    async fn cached_catalogue(
        &self,
        scope: TenantScope,
        caller: &Caller,
        key: CatalogueKey,
    ) -> Result<Option<CatalogueEntry>, Error> {
        let (cache, organization) = (&self.ports.catalogue, scope.organization());
        let now = self.now();
        let cached = cache.find(organization, &key).filter(|entry| is_current(entry, now));
        if cached.is_some() {
            return Ok(cached);
        }
        // Before the store: what is read before a change must not be cached after it.
        let epoch = cache.epoch();
        let found = self.query_within(scope, caller, ReadCatalogue(&key)).await?;
        if let Some(entry) = &found {
            cache.put(organization, key, entry.clone(), epoch);
        }
        Ok(found)
    }
}
