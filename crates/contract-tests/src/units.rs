//! A unit of work is atomic, and invisible to others before its commit.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use futures::future::join_all;
use plinth_ports::records::projects::CODE_TAKEN;
use plinth_ports::{JournalFilter, ProjectFilter, StoreError};

use crate::{
    Stores,
    fixture::{at, entry, name, project},
    outcome::assert_conflict,
    walk::all,
};

pub async fn a_dropped_unit_leaves_no_trace(stores: &Stores) {
    let tenant = stores.tenant().await;
    let project = project("P-1");
    let mut unit = stores.begin(&tenant).await;
    unit.projects().insert(&project).await.unwrap();
    unit.journal().append(&entry(at(0), "project.created")).await.unwrap();
    assert!(unit.projects().find(project.id).await.unwrap().is_some(), "its own writes show");
    drop(unit);

    let mut view = stores.read(&tenant).await;
    assert_eq!(view.projects().find(project.id).await.unwrap(), None);
    let journal = view.journal().list(&JournalFilter::default(), &all()).await.unwrap();
    assert!(journal.items.is_empty());
}

pub async fn a_unit_is_invisible_before_its_commit_and_visible_after(stores: &Stores) {
    let tenant = stores.tenant().await;
    let project = project("P-1");
    let mut unit = stores.begin(&tenant).await;
    unit.projects().insert(&project).await.unwrap();
    unit.journal().append(&entry(at(0), "project.created")).await.unwrap();
    let early = stores.read(&tenant).await.projects().find(project.id).await.unwrap();
    assert_eq!(early, None);
    unit.commit().await.unwrap();

    let mut view = stores.read(&tenant).await;
    assert!(view.projects().find(project.id).await.unwrap().is_some());
    let journal = view.journal().list(&JournalFilter::default(), &all()).await.unwrap();
    assert_eq!(journal.items.len(), 1);
}

pub async fn a_read_unit_shows_one_snapshot_despite_later_commits(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (first, second) = (project("P-1"), project("P-2"));
    stores.write(&tenant, async |unit| unit.projects().insert(&first).await).await.unwrap();
    let mut view = stores.read_together(&tenant).await;
    assert!(view.projects().find(first.id).await.unwrap().is_some());
    let written = stores.write(&tenant, async |unit| {
        unit.projects().insert(&second).await?;
        unit.projects().remove(&first).await
    });
    written.await.unwrap();
    let page = view.projects().list(&ProjectFilter::default(), &all()).await.unwrap();
    let codes: Vec<_> = page.items.iter().map(|project| project.code.as_str()).collect();
    assert_eq!(codes, ["P-1"]);
}

pub async fn a_unit_after_a_conflict_never_reports_a_commit(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (first, mut second) = (project("P-1"), project("P-1"));
    stores.write(&tenant, async |unit| unit.projects().insert(&first).await).await.unwrap();
    second.name = name("Another");

    let mut unit = stores.begin(&tenant).await;
    unit.journal().append(&entry(at(0), "project.created")).await.unwrap();
    let refused = unit.projects().insert(&second).await;
    assert_conflict(refused, CODE_TAKEN.0);
    // The commit must not succeed for a caller that ignores the conflict.
    let committed = unit.commit().await.is_ok();

    let mut view = stores.read(&tenant).await;
    let journal = view.journal().list(&JournalFilter::default(), &all()).await.unwrap();
    assert_eq!(committed, journal.items.len() == 1);
}

pub async fn of_many_writers_of_one_version_exactly_one_succeeds(stores: &Stores) {
    let tenant = stores.tenant().await;
    let project = project("P-1");
    stores.write(&tenant, async |unit| unit.projects().insert(&project).await).await.unwrap();

    let writers = (0..6).map(|n| {
        let (store, scope, id) = (stores.store.clone(), tenant.scope(), project.id);
        tokio::spawn(async move {
            let mut unit = store.begin(scope).await?;
            let mut found = unit.projects().find(id).await?.unwrap();
            if found.revision.version.number() > 1 {
                return Err(StoreError::Stale);
            }
            tokio::task::yield_now().await;
            found.name = name(&format!("Writer {n}"));
            found.revision = found.revision.next(at(n));
            unit.projects().update(&found).await?;
            unit.commit().await
        })
    });
    let results: Vec<_> = join_all(writers).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    let stale = |result: &&plinth_ports::Result<()>| matches!(result, Err(StoreError::Stale));
    assert_eq!(results.iter().filter(stale).count(), 5, "{results:?}");

    let kept = stores.read(&tenant).await.projects().find(project.id).await.unwrap().unwrap();
    assert_eq!(kept.revision.version.number(), 2);
}

pub async fn a_deferred_unit_stores_all_of_its_rows_or_none(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (first, second) = (project("P-1"), project("P-1"));
    for (project, is_stored) in [(&first, true), (&second, false)] {
        let mut unit = stores.begin_deferred(&tenant).await;
        let written = async {
            unit.projects().insert(project).await?;
            unit.journal().append(&entry(at(0), "project.created")).await?;
            unit.commit().await
        };
        match written.await {
            Ok(()) => assert!(is_stored),
            refused => assert_conflict(refused, CODE_TAKEN.0),
        }
        let mut view = stores.read_together(&tenant).await;
        let found = view.projects().find(project.id).await.unwrap();
        assert_eq!(found.is_some(), is_stored);
        let journal = view.journal().list(&JournalFilter::default(), &all()).await.unwrap();
        assert_eq!(journal.items.len(), 1);
    }
}

pub async fn a_deferred_unit_that_does_not_commit_leaves_no_trace(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (dropped, rolled_back) = (project("P-1"), project("P-2"));
    let mut unit = stores.begin_deferred(&tenant).await;
    unit.projects().insert(&dropped).await.unwrap();
    drop(unit);
    let mut unit = stores.begin_deferred(&tenant).await;
    unit.projects().insert(&rolled_back).await.unwrap();
    unit.rollback().await;
    stores.begin_deferred(&tenant).await.commit().await.unwrap();

    let page = stores.read(&tenant).await.projects().list(&ProjectFilter::default(), &all()).await;
    assert!(page.unwrap().items.is_empty());
}

pub async fn a_deferred_unit_that_asks_sees_its_own_rows(stores: &Stores) {
    let tenant = stores.tenant().await;
    let project = project("P-1");
    let mut unit = stores.begin_deferred(&tenant).await;
    let began = unit.now();
    unit.projects().insert(&project).await.unwrap();
    assert!(unit.projects().find(project.id).await.unwrap().is_some());
    assert_eq!(unit.now(), began);
    unit.journal().append(&entry(at(0), "project.created")).await.unwrap();
    unit.commit().await.unwrap();

    let mut view = stores.read_together(&tenant).await;
    assert!(view.projects().find(project.id).await.unwrap().is_some());
    let journal = view.journal().list(&JournalFilter::default(), &all()).await.unwrap();
    assert_eq!(journal.items.len(), 1);
}

pub async fn of_deferred_units_at_once_each_is_stored_or_refused_for_itself(stores: &Stores) {
    let tenant = stores.tenant().await;
    let store = async |number: u32| {
        // Each fourth has a code that is taken.
        let code = if number.is_multiple_of(4) { 0 } else { number };
        let project = project(&format!("P-{code}"));
        let mut unit = stores.begin_deferred(&tenant).await;
        unit.projects().insert(&project).await?;
        unit.journal().append(&entry(at(0), "project.created")).await?;
        unit.commit().await.map(|()| project.id)
    };
    store(0).await.unwrap();
    let answers = futures::future::join_all((1..=40).map(store)).await;
    let mut view = stores.read_together(&tenant).await;
    for (number, answer) in (1_u32..).zip(answers) {
        match answer {
            Ok(id) => {
                assert!(!number.is_multiple_of(4), "{number} is stored");
                let found = view.projects().find(id).await.unwrap().unwrap();
                assert_eq!(found.code.as_str(), format!("P-{number}"));
            }
            refused => {
                assert!(number.is_multiple_of(4), "{number} is refused: {refused:?}");
                assert_conflict(refused.map(drop), CODE_TAKEN.0);
            }
        }
    }
    let journal = view.journal().list(&JournalFilter::default(), &all()).await.unwrap();
    assert_eq!(journal.items.len(), 31);
}
