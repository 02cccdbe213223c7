use std::{collections::HashSet, sync::Arc};

use async_trait::async_trait;
use plinth_domain::{BudgetOrigin, BudgetScope, ModelId, OrganizationId, Prompt, PromptChoice};

use crate::{CallableModel, ModelChoice, PromptKey};

/// What is cached of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CatalogueKey {
    /// A prompt with one of its versions.
    Prompt(PromptKey, PromptChoice),
    /// A model with the models that are asked when it fails: those that are given, or its own ones.
    Models(ModelChoice, Option<Vec<ModelId>>),
    /// Which executions are counted by a budget.
    Budgets,
}

/// A cached answer. It is shared, and never changes.
#[derive(Debug, Clone)]
pub enum CatalogueEntry {
    /// A prompt with the chosen version as the one that is shown.
    Prompt(Arc<Prompt>),
    /// The models in their order, with prices, and with secrets that are still encrypted.
    Models(Arc<[CallableModel]>),
    /// Which executions are counted by a budget.
    Budgets(Arc<BudgetRules>),
}

/// Which executions of an organization are counted by a budget.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BudgetRules {
    /// The scopes of all budgets.
    pub scopes: HashSet<BudgetScope>,
}

impl BudgetRules {
    /// Whether any budget may count an execution of this origin. From which keys an API key descends
    /// is not known here, so that a budget of any key may count what any key executes.
    #[must_use]
    pub fn count(&self, origin: BudgetOrigin) -> bool {
        let BudgetOrigin { project, api_key, prompt } = origin;
        let of = [
            Some(BudgetScope::Organization),
            project.map(BudgetScope::Project),
            prompt.map(BudgetScope::Prompt),
        ];
        let is_of_key = |scope: &BudgetScope| matches!(scope, BudgetScope::ApiKey(_));
        of.into_iter().flatten().any(|scope| self.scopes.contains(&scope))
            || api_key.is_some() && self.scopes.iter().any(is_of_key)
    }
}

/// Caches what each execution reads, so that it needs no query. Every change of a prompt, a model, a
/// price, a secret or a budget invalidates what is cached of its organization.
#[async_trait]
pub trait CatalogueCache: Send + Sync {
    /// Finds what is cached of the organization under a key.
    fn find(&self, organization: OrganizationId, key: &CatalogueKey) -> Option<CatalogueEntry>;

    /// The number of invalidations so far. Read it before the store is asked, and pass it to
    /// [`CatalogueCache::put`].
    fn epoch(&self) -> u64;

    /// Caches what was read, unless something was invalidated since `epoch`: what was read before a
    /// change must not be cached after it.
    fn put(
        &self,
        organization: OrganizationId,
        key: CatalogueKey,
        entry: CatalogueEntry,
        epoch: u64,
    );

    /// Removes what is cached of an organization, here and in the other processes.
    fn forget(&self, organization: OrganizationId);

    /// Removes everything here, when it is unknown what is still valid.
    fn forget_all(&self);

    /// Waits until the other processes have removed what was removed here before, or until that
    /// takes too long: a quarter of a second. It never fails.
    async fn forgotten_everywhere(&self);
}
