//! The contract of every store for every business record.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

mod agent_runs;
mod api_keys;
mod bank_transactions;
mod budgets;
mod comments;
mod contracts;
mod datasets;
mod document_links;
mod document_versions;
mod documents;
mod dunning_notices;
mod evaluations;
pub(crate) mod evaluators;
mod executions;
mod invitations;
pub(crate) mod invoices;
mod jobs;
pub(crate) mod models;
mod notifications;
mod organization_exports;
mod parties;
mod payments;
mod projects;
pub(crate) mod prompts;
mod roles;
mod support_access;
mod support_sessions;
mod teams;
mod webhooks;

use std::collections::{BTreeMap, BTreeSet};

use futures::future::BoxFuture;
use plinth_domain::{Id, Revision};
use plinth_ports::{
    InUnit, OnRemoval, Page, PageRequest, Record, Result, StoreError, TimeRange, Times, Total,
    UnitOfWork, UpdatableInUnit,
};
use uuid::Uuid;

use crate::{
    Stores,
    fixture::{at, id},
    harness::Tenant,
    outcome::{assert_conflict, assert_stale},
    walk::{all, assert_pages, walk},
};

/// Creates records of one kind for the tests.
pub trait Fixture: UpdatableInUnit {
    /// The n-th test record. Records with the same `n` differ only in identity and revision.
    /// Records with different `n` differ in every field that may differ; some have all optional
    /// values, some have none.
    fn make(id: Id<Self>, revision: Revision, n: usize, world: &World) -> Self;
    /// Filters, each of which selects some of the first twenty records, but not all.
    fn filters(world: &World) -> Vec<Self::Filter>;
    /// Stores a new record with everything that belongs to it.
    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>>;
    /// Stores its next revision with everything that belongs to it.
    fn update<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        Self::updater(unit).update(record)
    }
}

/// An organization, and two records of each kind that others refer to.
#[derive(Debug)]
pub struct World {
    pub(crate) tenant: Tenant,
    /// By [`Record::TABLE`].
    ids: BTreeMap<&'static str, [Uuid; 2]>,
}

/// Lists the kinds of record that others refer to, each after those it refers to itself.
macro_rules! referred_to {
    ($($record:ty,)*) => { const REFERRED_TO: &[ReferredTo] = &[$(ReferredTo::of::<$record>(),)*]; };
}

referred_to! {
    plinth_domain::Party,
    plinth_domain::Project,
    plinth_domain::Document,
    plinth_domain::Contract,
    plinth_domain::Invoice,
    plinth_domain::Model,
    plinth_domain::Prompt,
    plinth_domain::Dataset,
    plinth_domain::Evaluator,
    plinth_domain::Comment,
}

type Written<'a, T> = BoxFuture<'a, Result<T>>;

/// A kind of record that others refer to.
struct ReferredTo {
    table: &'static str,
    /// Stores the n-th of many and the one after it.
    make: for<'a> fn(&'a mut dyn UnitOfWork, &'a World, usize) -> Written<'a, [Uuid; 2]>,
    remove: for<'a> fn(&'a mut dyn UnitOfWork, Uuid) -> Written<'a, ()>,
}

impl ReferredTo {
    const fn of<R: Fixture + InUnit>() -> Self {
        Self {
            table: R::TABLE,
            make: |unit, world, n| {
                Box::pin(async move {
                    let records = [n, n + 1].map(|n| world.make::<R>(n));
                    for record in &records {
                        R::insert(unit, record).await?;
                    }
                    Ok(records.map(|record| record.id().uuid()))
                })
            },
            remove: |unit, id| {
                Box::pin(async move {
                    let record = R::updater(unit).find(Id::from_uuid(id)).await?.unwrap();
                    R::writer(unit).remove(&record).await
                })
            },
        }
    }

    fn named(table: &str) -> &'static Self {
        REFERRED_TO.iter().find(|kind| kind.table == table).unwrap()
    }
}

impl World {
    pub(crate) async fn new(stores: &Stores) -> Self {
        let mut world = Self { tenant: stores.tenant().await, ids: BTreeMap::new() };
        for kind in REFERRED_TO {
            // No test makes as many, so unique values are free.
            world.add(stores, kind, 100).await;
        }
        world
    }

    /// Makes two records of a kind, to which those that are made from now on refer.
    async fn add(&mut self, stores: &Stores, kind: &ReferredTo, n: usize) {
        let mut unit = stores.begin(&self.tenant).await;
        let ids = (kind.make)(unit.as_mut(), self, n).await.unwrap();
        unit.commit().await.unwrap();
        self.ids.insert(kind.table, ids);
    }

    /// One of the two records of a kind, in turn.
    pub(crate) fn id<R: Record>(&self, n: usize) -> Id<R> {
        Id::from_uuid(self.ids[R::TABLE][n % 2])
    }

    /// The same for a kind that refers to itself, whose first records refer to none.
    pub(crate) fn id_if_made<R: Record>(&self, n: usize) -> Option<Id<R>> {
        self.ids.get(R::TABLE).map(|ids| Id::from_uuid(ids[n % 2]))
    }

    pub(crate) const fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    pub(crate) fn make<R: Fixture>(&self, n: usize) -> R {
        let seconds = i64::try_from(n).unwrap();
        let mut revision = Revision::first(at(seconds % 3));
        revision.updated_at = at(10 + seconds % 5);
        R::make(id(), revision, n, self)
    }

    /// The next revision of the record, with the values of the n-th record.
    fn changed<R: Fixture>(&self, record: &R, n: usize) -> R {
        R::make(record.id(), record.revision().next(at(60)), n, self)
    }

    /// The record as the organization of this world stores it.
    fn own<R: Record>(&self, record: R) -> R {
        record.owned_by(self.tenant.id())
    }
}

async fn insert<R: Fixture>(stores: &Stores, world: &World, record: &R) -> Result<()> {
    stores.write(&world.tenant, async |unit| R::insert(unit, record).await).await
}

async fn update<R: Fixture>(stores: &Stores, world: &World, record: &R) -> Result<()> {
    stores.write(&world.tenant, async |unit| R::update(unit, record).await).await
}

async fn remove<R: InUnit>(stores: &Stores, world: &World, record: &R) -> Result<()> {
    stores.write(&world.tenant, async |unit| R::writer(unit).remove(record).await).await
}

async fn remove_referred_to(
    stores: &Stores,
    world: &World,
    kind: &ReferredTo,
    id: Uuid,
) -> Result<()> {
    stores.write(&world.tenant, async |unit| (kind.remove)(unit, id).await).await
}

async fn find<R: UpdatableInUnit>(stores: &Stores, world: &World, id: Id<R>) -> Option<R> {
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

pub async fn it_is_read_as_it_was_stored<R: Fixture>(stores: &Stores) {
    let world = World::new(stores).await;
    for n in 0..20 {
        let record: R = world.make(n);
        insert(stores, &world, &record).await.unwrap();
        assert_eq!(find(stores, &world, record.id()).await, Some(world.own(record)));
    }
}

pub async fn an_update_changes_everything<R: Fixture>(stores: &Stores) {
    let world = World::new(stores).await;
    let before: R = world.make(1);
    insert(stores, &world, &before).await.unwrap();
    let after = world.changed(&before, 2);
    update(stores, &world, &after).await.unwrap();
    assert_eq!(find(stores, &world, before.id()).await, Some(world.own(after)));
}

pub async fn of_two_updates_of_one_version_the_second_is_stale<R: Fixture>(stores: &Stores) {
    let world = World::new(stores).await;
    let before: R = world.make(1);
    insert(stores, &world, &before).await.unwrap();
    let (first, second) = (world.changed(&before, 2), world.changed(&before, 3));
    update(stores, &world, &first).await.unwrap();
    assert_stale(update(stores, &world, &second).await);
    assert_eq!(find(stores, &world, before.id()).await, Some(world.own(first)));
}

pub async fn only_the_stored_revision_is_removed<R: Fixture + InUnit>(stores: &Stores) {
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

pub async fn an_identity_is_used_once_in_an_organization<R: Fixture>(stores: &Stores) {
    let (world, other) = (World::new(stores).await, World::new(stores).await);
    let first: R = world.make(1);
    let second = R::make(first.id(), *first.revision(), 2, &world);
    insert(stores, &world, &first).await.unwrap();
    let twice = insert(stores, &world, &second).await;
    assert_conflict(twice, &format!("{}_pkey", R::TABLE));
    // Otherwise a conflict would reveal records of another organization.
    let elsewhere = R::make(first.id(), *first.revision(), 2, &other);
    insert(stores, &other, &elsewhere).await.unwrap();
    assert_eq!(find(stores, &world, first.id()).await, Some(world.own(first)));
}

pub async fn unique_values_are_used_once_in_an_organization<R: Fixture>(stores: &Stores) {
    let (world, other) = (World::new(stores).await, World::new(stores).await);
    let names: Vec<&str> = R::UNIQUE.iter().map(|unique| unique.constraint.0).collect();
    let violated = |result: Result<()>| match result {
        Err(StoreError::Conflict { constraint }) => names.contains(&&*constraint),
        _ => false,
    };
    let (first, twin, third): (R, R, R) = (world.make(1), world.make(1), world.make(3));
    insert(stores, &world, &first).await.unwrap();
    insert(stores, &other, &other.make::<R>(1)).await.unwrap();
    assert_eq!(violated(insert(stores, &world, &twin).await), !names.is_empty());
    insert(stores, &world, &third).await.unwrap();
    let changed = update(stores, &world, &world.changed(&third, 1)).await;
    assert_eq!(violated(changed), !names.is_empty());
}

pub async fn another_organization_neither_finds_nor_updates_it<R: Fixture>(stores: &Stores) {
    let (ours, theirs) = (World::new(stores).await, World::new(stores).await);
    let record: R = ours.make(1);
    insert(stores, &ours, &record).await.unwrap();
    assert_eq!(find(stores, &theirs, record.id()).await, None);
    let shown = list::<R>(stores, &theirs, &R::Filter::default(), &all()).await;
    assert!(shown.items.iter().all(|shown| shown.id() != record.id()));
    assert_stale(update(stores, &theirs, &theirs.changed(&record, 2)).await);
    assert_eq!(find(stores, &ours, record.id()).await, Some(ours.own(record)));
}

pub async fn another_organization_removes_nothing<R: Fixture + InUnit>(stores: &Stores) {
    let (ours, theirs) = (World::new(stores).await, World::new(stores).await);
    let record: R = ours.make(1);
    insert(stores, &ours, &record).await.unwrap();
    assert_stale(remove(stores, &theirs, &record).await);
    let twin = R::make(record.id(), *record.revision(), 2, &theirs);
    insert(stores, &theirs, &twin).await.unwrap();
    remove(stores, &theirs, &twin).await.unwrap();
    assert_eq!(find(stores, &ours, record.id()).await, Some(ours.own(record)));
}

pub async fn it_belongs_to_the_organization_that_stores_it<R: Fixture>(stores: &Stores) {
    let (ours, theirs) = (World::new(stores).await, World::new(stores).await);
    let record = theirs.own(ours.make::<R>(1));
    insert(stores, &ours, &record).await.unwrap();
    assert_eq!(find(stores, &theirs, record.id()).await, None);
    assert_eq!(find(stores, &ours, record.id()).await, Some(ours.own(record)));
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

pub async fn a_filter_shows_what_the_port_says<R: Fixture>(stores: &Stores) {
    let world = World::new(stores).await;
    for n in 0..20 {
        insert(stores, &world, &world.make::<R>(n)).await.unwrap();
    }
    let records = list::<R>(stores, &world, &R::Filter::default(), &all()).await.items;
    for filter in R::filters(&world) {
        let shown = list::<R>(stores, &world, &filter, &all()).await;
        let shown: BTreeSet<_> = shown.items.iter().map(R::id).collect();
        let expected: BTreeSet<_> =
            records.iter().filter(|record| record.matches(&filter)).map(R::id).collect();
        assert_eq!(shown, expected, "{filter:?}");
        let tells = (1..records.len()).contains(&expected.len());
        assert!(tells, "{filter:?} selects {} of {}", expected.len(), records.len());
    }
}

pub async fn times_and_totals_are_of_what_is_selected<R: Fixture>(stores: &Stores) {
    let (world, other) = (World::new(stores).await, World::new(stores).await);
    for n in 0..20 {
        insert(stores, &world, &world.make::<R>(n)).await.unwrap();
        insert(stores, &other, &other.make::<R>(n)).await.unwrap();
    }
    let records = list::<R>(stores, &world, &R::Filter::default(), &all()).await.items;
    let range = |from, until| TimeRange { from: Some(at(from)), until: Some(at(until)) };
    let open = TimeRange::default();
    let all_times = [
        Times { created: open, updated: open },
        Times { created: range(1, 2), updated: open },
        Times { created: open, updated: range(11, 13) },
        Times { created: range(0, 2), updated: TimeRange { from: None, until: Some(at(12)) } },
        Times { created: TimeRange { from: Some(at(2)), until: None }, updated: range(12, 12) },
    ];
    for filter in R::filters(&world).into_iter().chain([R::Filter::default()]) {
        for times in all_times {
            let selected =
                |record: &&R| record.matches(&filter) && times.include(record.revision());
            let expected: BTreeSet<_> = records.iter().filter(selected).map(R::id).collect();
            let total = Total { count: expected.len() as u64, exact: true };
            let page = PageRequest { limit: 7, times, counted: true, ..all() };
            let shown = walk(page, async |page: &_| {
                let mut view = stores.read_together(&world.tenant).await;
                let page = R::reader(&mut *view).list(&filter, page).await.unwrap();
                assert_eq!(page.total, Some(total), "{filter:?} {times:?}");
                page
            });
            let shown: BTreeSet<_> = shown.await.iter().map(R::id).collect();
            assert_eq!(shown, expected, "{filter:?} {times:?}");
        }
    }
    assert_eq!(list::<R>(stores, &world, &R::Filter::default(), &all()).await.total, None);
}

pub async fn a_reference_to_nothing_of_the_organization_is_refused<R: Fixture>(stores: &Stores) {
    let (ours, theirs) = (World::new(stores).await, World::new(stores).await);
    for n in 0..20 {
        let foreign = theirs.make::<R>(n);
        let broken = R::REFERENCES.iter().find(|reference| (reference.id)(&foreign).is_some());
        let Some(reference) = broken else { continue };
        assert_conflict(insert(stores, &ours, &foreign).await, reference.constraint.0);
        let own = ours.make::<R>(n);
        insert(stores, &ours, &own).await.unwrap();
        let moved = theirs.changed(&own, n);
        assert_conflict(update(stores, &ours, &moved).await, reference.constraint.0);
    }
}

pub async fn a_referenced_record_is_not_removed<R: Fixture + InUnit>(stores: &Stores) {
    let restricting = R::REFERENCES.iter().filter(|r| r.on_removal == OnRemoval::Restrict);
    for reference in restricting {
        let kind = ReferredTo::named(reference.to);
        let mut world = World::new(stores).await;
        // Two to which nothing else refers.
        world.add(stores, kind, 200).await;
        let mut records = (0..20).map(|n| world.make::<R>(n));
        let record = records.find(|record| (reference.id)(record).is_some()).unwrap();
        insert(stores, &world, &record).await.unwrap();
        let id = (reference.id)(&record).unwrap();
        let refused = remove_referred_to(stores, &world, kind, id).await;
        assert_conflict(refused, reference.constraint.0);
        remove(stores, &world, &record).await.unwrap();
        remove_referred_to(stores, &world, kind, id).await.unwrap();
    }
}

pub async fn a_record_that_refers_by_cascade_is_removed_too<R: Fixture + InUnit>(stores: &Stores) {
    for reference in R::REFERENCES.iter().filter(|r| r.on_removal == OnRemoval::Cascade) {
        let world = World::new(stores).await;
        let records = [0, 1, 2, 3].map(|n| world.make::<R>(n));
        for record in &records {
            insert(stores, &world, record).await.unwrap();
        }
        let id = (reference.id)(&records[0]).unwrap();
        let kind = ReferredTo::named(reference.to);
        remove_referred_to(stores, &world, kind, id).await.unwrap();
        for record in records {
            let removed = (reference.id)(&record) == Some(id);
            assert_eq!(find(stores, &world, record.id()).await.is_none(), removed);
        }
    }
}
