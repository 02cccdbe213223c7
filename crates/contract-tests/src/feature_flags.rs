//! Feature flags and their overrides by organizations.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{FlagKey, FlagOverride, Revision};
use plinth_ports::records::feature_flags::{ALREADY_OVERRIDDEN, FLAG};

use crate::{
    Stores,
    fixture::{at, id},
    outcome::{assert_conflict, assert_stale},
};

/// The flag that the migrations create.
fn flag() -> FlagKey {
    FlagKey::parse("projects.trigram_search").unwrap()
}

fn over(enabled: bool) -> FlagOverride {
    FlagOverride { id: id(), enabled, revision: Revision::first(at(0)) }
}

pub async fn every_installation_has_the_flag_of_fuzzy_search(stores: &Stores) {
    let tenant = stores.tenant().await;
    let mut view = stores.read(&tenant).await;
    let found = view.feature_flags().find(&flag()).await.unwrap().unwrap();
    assert_eq!((&found.key, found.enabled, found.rollout_percent), (&flag(), true, 100));
    assert_eq!(found.over, None);
    assert!(!found.description.is_empty() && found.is_on(tenant.id()));
    let all = view.feature_flags().list().await.unwrap();
    assert!(all.contains(&found) && all.is_sorted_by_key(|flag| flag.key.clone()));
}

pub async fn an_unknown_flag_is_not_found_and_cannot_be_set(stores: &Stores) {
    let tenant = stores.tenant().await;
    let unknown = FlagKey::parse("no.such_flag").unwrap();
    let found = stores.read(&tenant).await.feature_flags().find(&unknown).await.unwrap();
    assert_eq!(found, None);
    let over = over(true);
    let insert =
        stores.write(&tenant, async |unit| unit.feature_flags().insert(&unknown, &over).await);
    assert_conflict(insert.await, FLAG.0);
}

pub async fn an_override_is_created_changed_and_removed(stores: &Stores) {
    let (tenant, flag) = (stores.tenant().await, flag());
    let own = async || {
        let found = stores.read(&tenant).await.feature_flags().find(&flag).await.unwrap().unwrap();
        (found.over, found.is_on(tenant.id()))
    };
    let first = over(false);
    let step = stores.write(&tenant, async |unit| unit.feature_flags().insert(&flag, &first).await);
    step.await.unwrap();
    assert_eq!(own().await, (Some(first), false));

    let second = FlagOverride { enabled: true, revision: first.revision.next(at(1)), ..first };
    let step =
        stores.write(&tenant, async |unit| unit.feature_flags().update(&flag, &second).await);
    step.await.unwrap();
    assert_eq!(own().await, (Some(second), true));

    let step =
        stores.write(&tenant, async |unit| unit.feature_flags().remove(&flag, &second).await);
    step.await.unwrap();
    assert_eq!(own().await, (None, true));
    let again = over(false);
    let step = stores.write(&tenant, async |unit| unit.feature_flags().insert(&flag, &again).await);
    step.await.unwrap();
}

pub async fn there_is_one_setting_for_each_flag(stores: &Stores) {
    let (tenant, flag) = (stores.tenant().await, flag());
    let (first, second) = (over(false), over(true));
    let step = stores.write(&tenant, async |unit| unit.feature_flags().insert(&flag, &first).await);
    step.await.unwrap();
    let twice =
        stores.write(&tenant, async |unit| unit.feature_flags().insert(&flag, &second).await);
    assert_conflict(twice.await, ALREADY_OVERRIDDEN.0);
}

pub async fn a_setting_that_has_changed_is_stale(stores: &Stores) {
    let (tenant, flag) = (stores.tenant().await, flag());
    let first = over(false);
    let second = FlagOverride { enabled: true, revision: first.revision.next(at(1)), ..first };
    let update = async || {
        stores.write(&tenant, async |unit| unit.feature_flags().update(&flag, &second).await).await
    };
    let remove = async || {
        stores.write(&tenant, async |unit| unit.feature_flags().remove(&flag, &first).await).await
    };
    assert_stale(update().await);
    assert_stale(remove().await);
    let step = stores.write(&tenant, async |unit| unit.feature_flags().insert(&flag, &first).await);
    step.await.unwrap();
    update().await.unwrap();
    assert_stale(update().await);
    assert_stale(remove().await);
}
