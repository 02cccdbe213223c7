//! What is cached of an organization ends with each change of it.
#![expect(missing_docs, reason = "each name says the rule that it protects")]
#![expect(clippy::unused_async, reason = "all behaviours are awaited alike")]

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use plinth_domain::{BudgetOrigin, BudgetScope, OrganizationId, PromptChoice};
use plinth_ports::{
    BudgetRules, CatalogueCache, CatalogueEntry, CatalogueKey, ModelChoice, PromptKey,
};
use tokio::time::timeout;

use crate::fixture::id;

const BUDGETS: CatalogueKey = CatalogueKey::Budgets;

fn rules(scopes: impl IntoIterator<Item = BudgetScope>) -> BudgetRules {
    BudgetRules { scopes: scopes.into_iter().collect() }
}

/// An answer that is distinct from every other one.
fn entry() -> (CatalogueEntry, HashSet<BudgetScope>) {
    let rules = rules([BudgetScope::Project(id())]);
    (CatalogueEntry::Budgets(Arc::new(rules.clone())), rules.scopes)
}

fn found(
    cache: &Arc<dyn CatalogueCache>,
    organization: OrganizationId,
    key: &CatalogueKey,
) -> Option<HashSet<BudgetScope>> {
    match cache.find(organization, key)? {
        CatalogueEntry::Budgets(rules) => Some(rules.scopes.clone()),
        other => panic!("{other:?}"),
    }
}

/// Caches an answer, and returns what is found then.
fn put(cache: &Arc<dyn CatalogueCache>, of: OrganizationId) -> HashSet<BudgetScope> {
    let (cached, scopes) = entry();
    cache.put(of, BUDGETS, cached, cache.epoch());
    scopes
}

pub async fn an_entry_is_found_under_its_organization_and_its_key(cache: Arc<dyn CatalogueCache>) {
    let (ours, theirs) = (id(), id());
    let (prompt, model) = (id(), id());
    let keys = [
        BUDGETS,
        CatalogueKey::Prompt(PromptKey::Id(prompt), PromptChoice::Released),
        CatalogueKey::Prompt(PromptKey::Id(prompt), PromptChoice::Newest),
        CatalogueKey::Prompt(PromptKey::Id(prompt), PromptChoice::Number(1)),
        CatalogueKey::Models(ModelChoice::Id(model), None),
        CatalogueKey::Models(ModelChoice::Id(model), Some(Vec::new())),
        CatalogueKey::Models(ModelChoice::Id(model), Some(vec![id()])),
    ];
    let cached = keys.clone().map(|key| {
        let (cached, scopes) = entry();
        cache.put(ours, key, cached, cache.epoch());
        scopes
    });
    for (key, scopes) in keys.iter().zip(cached) {
        assert_eq!(found(&cache, ours, key), Some(scopes), "{key:?}");
        assert_eq!(found(&cache, theirs, key), None, "of another organization: {key:?}");
    }
}

pub async fn a_change_ends_what_is_cached_of_its_organization_alone(
    cache: Arc<dyn CatalogueCache>,
) {
    let (changed, other) = (id(), id());
    put(&cache, changed);
    let kept = Some(put(&cache, other));
    cache.forget(changed);
    assert_eq!(found(&cache, changed, &BUDGETS), None);
    assert_eq!(found(&cache, other, &BUDGETS), kept);
    let again = Some(put(&cache, changed));
    assert_eq!(found(&cache, changed, &BUDGETS), again);
}

pub async fn what_was_read_before_a_change_is_not_cached_after_it(cache: Arc<dyn CatalogueCache>) {
    let (changed, epoch) = (id(), cache.epoch());
    cache.forget(changed);
    cache.put(changed, BUDGETS, entry().0, epoch);
    assert_eq!(found(&cache, changed, &BUDGETS), None);
    // Nor does it replace what was read since.
    let newer = Some(put(&cache, changed));
    cache.put(changed, BUDGETS, entry().0, epoch);
    assert_eq!(found(&cache, changed, &BUDGETS), newer);
}

pub async fn a_change_of_one_organization_lets_others_cache(cache: Arc<dyn CatalogueCache>) {
    let (reading, epoch) = (id(), cache.epoch());
    cache.forget(id());
    let (cached, scopes) = entry();
    cache.put(reading, BUDGETS, cached, epoch);
    assert_eq!(found(&cache, reading, &BUDGETS), Some(scopes));
}

pub async fn no_interleaving_lets_an_entry_outlive_a_change(cache: Arc<dyn CatalogueCache>) {
    for _ in 0..2_000 {
        let organization = id();
        let is_old = Arc::new(AtomicBool::new(true));
        let reader = {
            let (cache, is_old) = (Arc::clone(&cache), Arc::clone(&is_old));
            thread::spawn(move || {
                let epoch = cache.epoch();
                if is_old.load(Ordering::SeqCst) {
                    cache.put(organization, BUDGETS, entry().0, epoch);
                }
            })
        };
        is_old.store(false, Ordering::SeqCst);
        cache.forget(organization);
        reader.join().unwrap();
        assert_eq!(found(&cache, organization, &BUDGETS), None);
    }
}

pub async fn everything_ends_when_signals_were_missed(cache: Arc<dyn CatalogueCache>) {
    let (one, other, epoch) = (id(), id(), cache.epoch());
    put(&cache, one);
    put(&cache, other);
    cache.forget_all();
    cache.put(other, BUDGETS, entry().0, epoch);
    assert_eq!(found(&cache, one, &BUDGETS), None);
    assert_eq!(found(&cache, other, &BUDGETS), None, "it was read before");
    let again = Some(put(&cache, one));
    assert_eq!(found(&cache, one, &BUDGETS), again);
}

pub async fn what_changes_here_is_forgotten_everywhere_in_a_bounded_time(
    cache: Arc<dyn CatalogueCache>,
) {
    cache.forget(id());
    timeout(Duration::from_secs(5), cache.forgotten_everywhere()).await.unwrap();
}

pub async fn rules_count_an_execution_where_one_of_their_scopes_does(_: Arc<dyn CatalogueCache>) {
    let (project, api_key, prompt) = (Some(id()), Some(id()), Some(id()));
    let origin = BudgetOrigin { project, api_key, prompt };
    let nothing = BudgetOrigin::default();
    let own = [
        BudgetScope::Organization,
        BudgetScope::Project(project.unwrap()),
        BudgetScope::ApiKey(api_key.unwrap()),
        BudgetScope::Prompt(prompt.unwrap()),
    ];
    for scope in own {
        let rules = rules([BudgetScope::Prompt(id()), scope]);
        assert!(rules.count(origin), "{scope:?}");
        assert_eq!(rules.count(nothing), scope == BudgetScope::Organization, "{scope:?}");
    }
    let foreign = [BudgetScope::Project(id()), BudgetScope::Prompt(id())];
    assert!(!rules(foreign).count(origin));
    // The key may descend from that of the budget.
    let other_key = [BudgetScope::Project(id()), BudgetScope::ApiKey(id())];
    assert!(rules(other_key).count(origin) && !rules(other_key).count(nothing));
    assert!(!rules([]).count(origin));
}
