//! What every store promises about every business record.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

mod projects;

use std::{collections::BTreeSet, fmt::Debug};

use plinth_domain::{Id, Project, ProjectId, Revision};
use plinth_ports::{InUnit, Page, PageRequest, Record, StoreError, UnitOfWork};

use crate::{
    Stores,
    fixture::{at, id, project},
    harness::Tenant,
    outcome::{assert_conflict, assert_stale},
    walk::{all, assert_pages},
};

/// A record that can be made up.
pub trait Fixture: InUnit {
    /// The n-th of many. Two of the same `n` differ in nothing but identity and
    /// revision; two of different ones differ in everything that may differ,
    /// and some have all optional values, some none.
    fn make(id: Id<Self>, revision: Revision, n: usize, world: &World) -> Self;
    /// Filters that show some of the first twenty.
    fn filters(world: &World) -> Vec<Self::Filter>;
}

/// An organization, and what its records can refer to.
pub struct World {
    pub(crate) tenant: Tenant,
    pub(crate) projects: [ProjectId; 2],
}

impl World {
    async fn new(stores: &Stores) -> Self {
        let (tenant, projects) = (stores.tenant().await, [project("W-1"), project("W-2")]);
        for project in &projects {
            let write = async |unit: &mut dyn UnitOfWork| unit.projects().insert(project).await;
            stores.write(&tenant, write).await.unwrap();
        }
        Self { tenant, projects: projects.map(|project| project.id) }
    }

    fn make<R: Fixture>(&self, n: usize) -> R {
        let seconds = i64::try_from(n).unwrap();
        let mut revision = Revision::first(at(seconds % 3));
        revision.updated_at = at(10 + seconds % 5);
        R::make(id(), revision, n, self)
    }

    /// The record as a later revision with the values of the n-th.
    fn changed<R: Fixture>(&self, record: &R, n: usize) -> R {
        R::make(record.id(), record.revision().next(at(60)), n, self)
    }
}

async fn insert<R: Fixture>(
    stores: &Stores,
    world: &World,
    record: &R,
) -> plinth_ports::Result<()> {
    stores.write(&world.tenant, async |unit| R::writer(unit).insert(record).await).await
}

async fn update<R: Fixture>(
    stores: &Stores,
    world: &World,
    record: &R,
) -> plinth_ports::Result<()> {
    stores.write(&world.tenant, async |unit| R::writer(unit).update(record).await).await
}

async fn remove<R: Fixture>(
    stores: &Stores,
    world: &World,
    record: &R,
) -> plinth_ports::Result<()> {
    stores.write(&world.tenant, async |unit| R::writer(unit).remove(record).await).await
}

async fn find<R: Fixture>(stores: &Stores, world: &World, id: Id<R>) -> Option<R> {
    R::reader(&mut *stores.read(&world.tenant).await).find(id).await.unwrap()
}

async fn list<R: Fixture>(
    stores: &Stores,
    world: &World,
    filter: &R::Filter,
    page: &PageRequest<R::Sort>,
) -> Page<R> {
    R::reader(&mut *stores.read(&world.tenant).await).list(filter, page).await.unwrap()
}

pub async fn it_comes_back_as_it_was_stored<R: Fixture>(stores: &Stores) {
    let world = World::new(stores).await;
    for n in 0..20 {
        let record: R = world.make(n);
        insert(stores, &world, &record).await.unwrap();
        let found = find(stores, &world, record.id()).await;
        assert_eq!(found, Some(record.owned_by(world.tenant.id())));
    }
}

pub async fn an_update_changes_everything<R: Fixture>(stores: &Stores) {
    let world = World::new(stores).await;
    let before: R = world.make(1);
    insert(stores, &world, &before).await.unwrap();
    let after = world.changed(&before, 2);
    update(stores, &world, &after).await.unwrap();
    let found = find(stores, &world, before.id()).await;
    assert_eq!(found, Some(after.owned_by(world.tenant.id())));
}

pub async fn of_two_updates_of_one_version_the_second_is_stale<R: Fixture>(stores: &Stores) {
    let world = World::new(stores).await;
    let before: R = world.make(1);
    insert(stores, &world, &before).await.unwrap();
    let (first, second) = (world.changed(&before, 2), world.changed(&before, 3));
    update(stores, &world, &first).await.unwrap();
    assert_stale(update(stores, &world, &second).await);
    let found = find(stores, &world, before.id()).await;
    assert_eq!(found, Some(first.owned_by(world.tenant.id())));
}

pub async fn only_the_stored_revision_is_removed<R: Fixture>(stores: &Stores) {
    let world = World::new(stores).await;
    let old: R = world.make(1);
    let young = world.changed(&old, 2);
    insert(stores, &world, &old).await.unwrap();
    update(stores, &world, &young).await.unwrap();
    assert_stale(remove(stores, &world, &old).await);
    remove(stores, &world, &young).await.unwrap();
    assert_stale(remove(stores, &world, &young).await);
    assert_stale(update(stores, &world, &world.changed(&young, 3)).await);
    assert_eq!(find(stores, &world, old.id()).await, None);
}

pub async fn an_identity_is_used_once<R: Fixture>(stores: &Stores) {
    let world = World::new(stores).await;
    let first: R = world.make(1);
    let second = R::make(first.id(), *first.revision(), 2, &world);
    insert(stores, &world, &first).await.unwrap();
    let twice = insert(stores, &world, &second).await;
    assert_conflict(twice, &format!("{}_pkey", R::TABLE));
}

pub async fn unique_values_are_used_once_in_an_organization<R: Fixture>(stores: &Stores) {
    let (world, other) = (World::new(stores).await, World::new(stores).await);
    let names: Vec<&str> = R::UNIQUE.iter().map(|unique| unique.constraint.0).collect();
    let violated = |result: plinth_ports::Result<()>| match result {
        Err(StoreError::Conflict { constraint }) => names.contains(&&*constraint),
        _ => false,
    };
    let (first, twin, third): (R, R, R) = (world.make(1), world.make(1), world.make(3));
    insert(stores, &world, &first).await.unwrap();
    insert(stores, &other, &other.make::<R>(1)).await.unwrap();
    assert_eq!(violated(insert(stores, &world, &twin).await), !names.is_empty());
    insert(stores, &world, &third).await.unwrap();
    assert_eq!(
        violated(update(stores, &world, &world.changed(&third, 1)).await),
        !names.is_empty()
    );
}

pub async fn another_organization_sees_and_changes_nothing<R: Fixture>(stores: &Stores) {
    let (ours, theirs) = (World::new(stores).await, World::new(stores).await);
    let record: R = ours.make(1);
    insert(stores, &ours, &record).await.unwrap();
    assert_eq!(find(stores, &theirs, record.id()).await, None);
    let shown = list::<R>(stores, &theirs, &R::Filter::default(), &all()).await;
    assert!(shown.items.iter().all(|shown| shown.id() != record.id()));
    assert_stale(update(stores, &theirs, &ours.changed(&record, 2)).await);
    assert_stale(remove(stores, &theirs, &record).await);
    assert!(find(stores, &ours, record.id()).await.is_some());
}

pub async fn every_order_shows_each_exactly_once<R: Fixture>(stores: &Stores) {
    let world = World::new(stores).await;
    for n in 0..20 {
        insert(stores, &world, &world.make::<R>(n)).await.unwrap();
    }
    let filter = R::Filter::default();
    let expected = list::<R>(stores, &world, &filter, &all()).await.items.len();
    assert!(expected >= 20);
    for limit in [1, 7, 19, 20, 200] {
        assert_pages::<R::Sort>(limit, expected, async |page: &_| {
            list::<R>(stores, &world, &filter, page).await
        })
        .await;
    }
}

pub async fn a_filter_shows_what_the_port_says<R: Fixture>(stores: &Stores)
where
    R::Filter: Debug,
{
    let world = World::new(stores).await;
    let records: Vec<R> = (0..20).map(|n| world.make(n)).collect();
    for record in &records {
        insert(stores, &world, record).await.unwrap();
    }
    let records = list::<R>(stores, &world, &R::Filter::default(), &all()).await.items;
    for filter in R::filters(&world) {
        let shown = list::<R>(stores, &world, &filter, &all()).await;
        let shown: BTreeSet<_> = shown.items.iter().map(R::id).collect();
        let expected: BTreeSet<_> =
            records.iter().filter(|record| record.matches(&filter)).map(R::id).collect();
        assert_eq!(shown, expected, "{filter:?}");
        assert!(
            (1..records.len()).contains(&expected.len()),
            "{filter:?} tells nothing: {}",
            expected.len()
        );
    }
}

pub async fn a_reference_to_nothing_of_the_organization_is_refused<R: Fixture>(stores: &Stores) {
    let (ours, theirs) = (World::new(stores).await, World::new(stores).await);
    for record in (0..20).map(|n| theirs.make::<R>(n)) {
        let broken = R::REFERENCES.iter().find(|reference| (reference.id)(&record).is_some());
        let refused = insert(stores, &ours, &record).await;
        match broken {
            Some(reference) => assert_conflict(refused, reference.constraint.0),
            None => refused.unwrap(),
        }
    }
}

pub async fn what_is_referred_to_stays<R: Fixture>(stores: &Stores) {
    let world = World::new(stores).await;
    let Some(record) = (0..20).map(|n| world.make::<R>(n)).find(|record| {
        R::REFERENCES.iter().any(|r| r.to == Project::TABLE && (r.id)(record).is_some())
    }) else {
        return;
    };
    insert(stores, &world, &record).await.unwrap();
    let id = R::REFERENCES.iter().find_map(|r| (r.id)(&record)).unwrap();
    let project: Project = find(stores, &world, Id::from_uuid(id)).await.unwrap();
    let refused = remove(stores, &world, &project).await;
    assert_conflict(refused, R::REFERENCES[0].constraint.0);
    remove(stores, &world, &record).await.unwrap();
    remove(stores, &world, &project).await.unwrap();
}

/// Runs all of them for one kind of record.
#[macro_export]
macro_rules! record_contract {
    ($stores:expr; $($module:ident: $record:ident),+ $(,)?) => {$(
        mod $module {
            use super::*;
            $crate::record_contract! { @tests $stores, $record:
                it_comes_back_as_it_was_stored,
                an_update_changes_everything,
                of_two_updates_of_one_version_the_second_is_stale,
                only_the_stored_revision_is_removed,
                an_identity_is_used_once,
                unique_values_are_used_once_in_an_organization,
                another_organization_sees_and_changes_nothing,
                every_order_shows_each_exactly_once,
                a_filter_shows_what_the_port_says,
                a_reference_to_nothing_of_the_organization_is_refused,
                what_is_referred_to_stays,
            }
        }
    )+};
    (@tests $stores:expr, $record:ident: $($test:ident,)+) => {$(
        #[tokio::test]
        async fn $test() {
            $crate::records::$test::<$crate::plinth_domain::$record>($stores).await;
        }
    )+};
}
