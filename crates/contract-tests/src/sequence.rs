//! Audit records are numbered, and read by their numbers.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use std::{slice, time::Duration};

use chrono::TimeDelta;
use plinth_domain::{EntryId, OrganizationId, RetentionDays};
use plinth_ports::{
    ChainStart, Defect, EntryRange, JournalEntry, JournalFilter, Lag, Limit, Link, Numbered,
    Sequencer, Span, StoreError,
};

use crate::{
    Stores,
    fixture::{at, entry},
    harness::Tenant,
};

/// A sequencer, and the stores whose audit logs it numbers.
pub type Subject<S> = (S, Stores);

async fn write(stores: &Stores, tenant: &Tenant, entries: &[JournalEntry]) {
    let write = stores.write(tenant, async |unit| {
        for entry in entries {
            unit.journal().append(entry).await?;
        }
        Ok(())
    });
    write.await.unwrap();
}

async fn waiting(sequencer: &impl Sequencer) -> Vec<(OrganizationId, EntryId)> {
    let waiting = sequencer.pending(most(100)).await.unwrap().items;
    waiting.iter().map(|waiting| (waiting.organization, waiting.entry)).collect()
}

/// A limit of items alone.
const fn most(items: u32) -> Limit {
    Limit { items, bytes: usize::MAX }
}

async fn read(stores: &Stores, tenant: &Tenant, after: i64, limit: u32) -> Vec<Numbered> {
    stores.read(tenant).await.feed().after(after, most(limit)).await.unwrap().items
}

fn link(tenant: &Tenant, entry: &JournalEntry, number: i64) -> Link {
    let hash = [u8::try_from(number).unwrap(); 32];
    Link { organization: tenant.id(), entry: entry.id, number, hash }
}

fn three() -> [JournalEntry; 3] {
    [(5, "first"), (1, "second"), (3, "third")].map(|(second, action)| entry(at(second), action))
}

pub async fn an_entry_is_pending_from_its_commit_on_in_the_order_of_writing(
    (sequencer, stores): Subject<impl Sequencer>,
) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let [first, second, third] = three();
    write(&stores, &ours, slice::from_ref(&first)).await;
    write(&stores, &theirs, slice::from_ref(&second)).await;
    let mut system = stores.across().await;
    system.append(ours.id(), &third).await.unwrap();
    let before = [(ours.id(), first.id), (theirs.id(), second.id)];
    assert_eq!(waiting(&sequencer).await, before, "independent of the records' times");
    system.commit().await.unwrap();
    assert_eq!(waiting(&sequencer).await[2..], [(ours.id(), third.id)]);
    assert_eq!(sequencer.pending(most(2)).await.unwrap().items.len(), 2);
    let mut dropped = stores.begin(&ours).await;
    dropped.journal().append(&entry(at(9), "dropped")).await.unwrap();
    drop(dropped);
    assert_eq!(waiting(&sequencer).await.len(), 3);
}

pub async fn a_pending_entry_is_as_it_was_written((sequencer, stores): Subject<impl Sequencer>) {
    let tenant = stores.tenant().await;
    let json = |text: &str| Some(plinth_domain::JsonObject::from_parsed(text.to_owned()));
    let project = Some(tenant.id().uuid());
    let written = JournalEntry { after: json(r#"{"a": 1}"#), project, ..entry(at(1), "made") };
    write(&stores, &tenant, slice::from_ref(&written)).await;
    let waiting = sequencer.pending(most(1)).await.unwrap().items;
    let record = waiting[0].record.as_ref().unwrap();
    assert_eq!((record.id, record.at, &*record.action), (written.id, written.at, "made"));
    assert_eq!((record.project_id, record.audit_only), (project, false));
    assert!(record.after.is_some() && record.before.is_none());
}

pub async fn the_lag_counts_entries_until_they_have_a_number_or_are_set_aside(
    (sequencer, stores): Subject<impl Sequencer>,
) {
    let tenant = stores.tenant().await;
    assert_eq!(sequencer.lag().await.unwrap(), Lag::default());
    let written = [-3, -2, -1].map(|second| entry(at(second), "made"));
    write(&stores, &tenant, &written).await;
    tokio::time::sleep(Duration::from_millis(5)).await;
    let lag = sequencer.lag().await.unwrap();
    assert_eq!(lag.entries, 3);
    assert!(lag.age >= Duration::from_millis(5), "{lag:?}");
    sequencer.link(&[link(&tenant, &written[0], 1)]).await.unwrap();
    sequencer.quarantine(&[(tenant.id(), written[1].id, Defect::Refused)]).await.unwrap();
    assert_eq!(sequencer.lag().await.unwrap().entries, 1);
}

pub async fn a_numbered_entry_is_no_longer_pending_and_is_read_by_its_number(
    (sequencer, stores): Subject<impl Sequencer>,
) {
    let tenant = stores.tenant().await;
    let [first, second, third] = three();
    write(&stores, &tenant, &[first.clone(), second.clone(), third.clone()]).await;
    assert_eq!(stores.read(&tenant).await.feed().span().await.unwrap(), Span::default());
    assert_eq!(sequencer.heads(&[tenant.id()]).await.unwrap(), []);

    let links = [link(&tenant, &second, 1), link(&tenant, &first, 2)];
    sequencer.link(&links).await.unwrap();
    assert_eq!(waiting(&sequencer).await, [(tenant.id(), third.id)]);
    sequencer.link(&[link(&tenant, &third, 3)]).await.unwrap();
    let head = sequencer.heads(&[tenant.id()]).await.unwrap()[0];
    assert_eq!((head.organization, head.number, head.hash), (tenant.id(), 3, [3; 32]));

    let span = stores.read(&tenant).await.feed().span().await.unwrap();
    assert_eq!(span, Span { first: 1, last: 3 });
    let all = read(&stores, &tenant, 0, 10).await;
    let numbers: Vec<_> = all.iter().map(|n| (n.number, n.entry, n.hash)).collect();
    let expected = [(1, second.id), (2, first.id), (3, third.id)];
    assert_eq!(numbers, expected.map(|(n, id)| (n, id, [u8::try_from(n).unwrap(); 32])));
    let actions: Vec<_> = all.iter().map(|n| &*n.record.as_ref().unwrap().action).collect();
    assert_eq!(actions, ["second", "first", "third"]);
    let page = read(&stores, &tenant, 1, 1).await;
    assert_eq!(page.iter().map(|n| n.number).collect::<Vec<_>>(), [2]);
    assert!(read(&stores, &tenant, 3, 10).await.is_empty());
}

pub async fn of_two_processes_that_number_the_same_entries_the_second_fails_as_a_whole(
    (sequencer, stores): Subject<impl Sequencer>,
) {
    let tenant = stores.tenant().await;
    let [first, second, third] = three();
    write(&stores, &tenant, &[first.clone(), second.clone(), third.clone()]).await;
    sequencer.link(&[link(&tenant, &first, 1)]).await.unwrap();
    for taken in [link(&tenant, &first, 2), link(&tenant, &second, 1)] {
        let refused = sequencer.link(&[link(&tenant, &third, 5), taken]).await;
        assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    }
    let left = [(tenant.id(), second.id), (tenant.id(), third.id)];
    assert_eq!(waiting(&sequencer).await, left);
    assert_eq!(stores.read(&tenant).await.feed().span().await.unwrap().last, 1);
}

pub async fn each_organization_has_its_own_numbers((sequencer, stores): Subject<impl Sequencer>) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let empty = stores.tenant().await;
    let [first, second, _] = three();
    write(&stores, &ours, slice::from_ref(&first)).await;
    write(&stores, &theirs, slice::from_ref(&second)).await;
    sequencer.link(&[link(&ours, &first, 1), link(&theirs, &second, 1)]).await.unwrap();
    let mut heads = sequencer.heads(&[theirs.id(), empty.id(), ours.id()]).await.unwrap();
    heads.sort_by_key(|head| head.organization != ours.id());
    let organizations: Vec<_> = heads.iter().map(|head| head.organization).collect();
    assert_eq!(organizations, [ours.id(), theirs.id()]);
    let seen = read(&stores, &ours, 0, 10).await;
    assert_eq!(seen.iter().map(|n| n.entry).collect::<Vec<_>>(), [first.id]);
    assert!(read(&stores, &empty, 0, 10).await.is_empty());
    assert_eq!(sequencer.numbered(ours.id(), 0, most(10)).await.unwrap().items, seen);
    assert_eq!(sequencer.numbered(ours.id(), 1, most(10)).await.unwrap().items, []);

    let mut ids = [ours.id(), theirs.id(), empty.id()];
    ids.sort_unstable();
    let organizations = async |after, limit| sequencer.organizations(after, limit).await.unwrap();
    assert_eq!(organizations(None, 10).await, ids);
    assert_eq!(organizations(Some(ids[0]), 1).await, ids[1..2]);
}

pub async fn only_the_order_within_an_organization_counts(
    (sequencer, stores): Subject<impl Sequencer>,
) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let [first, second, third] = three();
    write(&stores, &ours, slice::from_ref(&first)).await;
    write(&stores, &theirs, slice::from_ref(&second)).await;
    write(&stores, &ours, slice::from_ref(&third)).await;
    // The later one of another organization gets its number while an earlier one still waits.
    sequencer.link(&[link(&theirs, &second, 1)]).await.unwrap();
    assert_eq!(waiting(&sequencer).await, [(ours.id(), first.id), (ours.id(), third.id)]);
    sequencer.link(&[link(&ours, &first, 1), link(&ours, &third, 2)]).await.unwrap();
    for (tenant, expected) in [(&ours, &[first.id, third.id][..]), (&theirs, &[second.id])] {
        let read = read(&stores, tenant, 0, 10).await;
        let entries: Vec<_> = read.iter().map(|numbered| numbered.entry).collect();
        assert_eq!(entries, expected);
    }
}

pub async fn an_organization_is_drained_once_each_of_its_entries_has_a_number(
    (sequencer, stores): Subject<impl Sequencer>,
) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let [first, second, third] = three();
    write(&stores, &ours, &[first.clone(), second.clone()]).await;
    write(&stores, &theirs, slice::from_ref(&third)).await;
    assert_eq!(sequencer.waiting(ours.id()).await.unwrap(), 2);
    sequencer.link(&[link(&ours, &first, 1)]).await.unwrap();
    // One that was set aside has no number yet.
    let aside = [(ours.id(), second.id, Defect::Refused)];
    sequencer.quarantine(&aside).await.unwrap();
    assert_eq!(sequencer.waiting(ours.id()).await.unwrap(), 1);
    sequencer.link(&[link(&ours, &second, 2)]).await.unwrap();
    assert_eq!(sequencer.waiting(ours.id()).await.unwrap(), 0);
    assert_eq!(sequencer.waiting(theirs.id()).await.unwrap(), 1);
}

pub async fn a_read_of_numbers_ends_at_its_bytes_and_goes_on_there(
    (sequencer, stores): Subject<impl Sequencer>,
) {
    let tenant = stores.tenant().await;
    let text = format!(r#"{{"a": "{}"}}"#, "x".repeat(10_000));
    let large = |n| JournalEntry {
        after: Some(plinth_domain::JsonObject::from_parsed(text.clone())),
        ..entry(at(n), "made")
    };
    let entries: Vec<_> = (0..5).map(large).collect();
    write(&stores, &tenant, &entries).await;
    let limit = |bytes| Limit { items: 100, bytes };
    let pending = sequencer.pending(limit(25_000)).await.unwrap();
    assert_eq!((pending.items.len(), pending.has_more), (2, true));
    let links: Vec<_> = (1..).zip(&entries).map(|(n, entry)| link(&tenant, entry, n)).collect();
    sequencer.link(&links).await.unwrap();
    for (bytes, lengths) in [(1, [1, 1]), (35_000, [3, 2]), (60_000, [5, 0])] {
        let mut after = 0;
        for length in lengths {
            let read = stores.read(&tenant).await.feed().after(after, limit(bytes)).await.unwrap();
            assert_eq!(read, sequencer.numbered(tenant.id(), after, limit(bytes)).await.unwrap());
            after += i64::try_from(read.items.len()).unwrap();
            assert_eq!((read.items.len(), read.has_more), (length, after < 5), "{bytes}");
        }
    }
}

pub async fn an_entry_that_is_set_aside_stops_no_other_and_is_known_to_have_no_number(
    (sequencer, stores): Subject<impl Sequencer>,
) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let [first, second, third] = three();
    write(&stores, &ours, &[first.clone(), second.clone()]).await;
    write(&stores, &theirs, slice::from_ref(&third)).await;
    let unnumbered = async |tenant: &Tenant, range| {
        let found = sequencer.unnumbered(tenant.id(), range).await.unwrap();
        let mut view = stores.read(tenant).await;
        assert_eq!(view.feed().unnumbered(range).await.unwrap(), found);
        found
    };
    assert_eq!(unnumbered(&ours, EntryRange::default()).await, None, "they wait");

    let poison = [(ours.id(), second.id, Defect::Refused)];
    assert_eq!(sequencer.quarantine(&poison).await.unwrap(), 1);
    assert_eq!(sequencer.quarantine(&poison).await.unwrap(), 0);
    assert_eq!(sequencer.quarantined().await.unwrap(), 1);
    assert_eq!(waiting(&sequencer).await, [(ours.id(), first.id), (theirs.id(), third.id)]);
    sequencer.link(&[link(&ours, &first, 1), link(&theirs, &third, 1)]).await.unwrap();
    assert_eq!(unnumbered(&ours, EntryRange::default()).await, Some(second.id));
    assert_eq!(unnumbered(&theirs, EntryRange::default()).await, None);
    // The first entry is the youngest.
    let range = |from: &JournalEntry, to: &JournalEntry| EntryRange {
        from: Some(from.id),
        to: Some(to.id),
    };
    assert_eq!(unnumbered(&ours, range(&second, &second)).await, Some(second.id));
    assert_eq!(unnumbered(&ours, range(&third, &first)).await, None);
}

pub async fn old_entries_are_removed_from_the_start_of_the_chain_alone(
    (sequencer, stores): Subject<impl Sequencer>,
) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let now = stores.across().await.now();
    let aged = |days: i64, action| JournalEntry {
        id: EntryId::from_uuid(crate::fixture::id_of(now - TimeDelta::days(days))),
        ..entry(now - TimeDelta::days(days), action)
    };
    // The third entry is old, too, but follows a younger one.
    let entries = [aged(40, "a"), aged(31, "b"), aged(29, "c"), aged(35, "d"), aged(1, "e")];
    write(&stores, &ours, &entries).await;
    write(&stores, &theirs, slice::from_ref(&entries[0])).await;
    let links: Vec<_> = (1..).zip(&entries).map(|(n, entry)| link(&ours, entry, n)).collect();
    sequencer.link(&links).await.unwrap();
    sequencer.link(&[link(&theirs, &entries[0], 1)]).await.unwrap();

    let month = RetentionDays::from_days(30).unwrap();
    let remove =
        async |limit| stores.system.remove_old_entries(ours.id(), month, limit).await.unwrap();
    assert_eq!(sequencer.start(ours.id()).await.unwrap(), None);
    assert_eq!([remove(1).await, remove(10).await, remove(10).await], [1, 1, 0]);
    let start = Some(ChainStart { number: 2, hash: [2; 32] });
    let mut view = stores.read(&ours).await;
    assert_eq!(view.feed().start().await.unwrap(), start);
    assert_eq!(sequencer.start(ours.id()).await.unwrap(), start);
    assert_eq!(view.feed().span().await.unwrap(), Span { first: 3, last: 5 });
    let left = read(&stores, &ours, 0, 10).await;
    let numbers: Vec<_> = left.iter().map(|n| (n.number, n.record.is_some())).collect();
    assert_eq!(numbers, [(3, true), (4, true), (5, true)]);
    let listed = view.journal().list(&JournalFilter::default(), &crate::walk::all()).await.unwrap();
    assert_eq!(listed.items.len(), 3);

    // Another organization keeps its own; and numbers go on where all were removed.
    assert_eq!(stores.read(&theirs).await.feed().span().await.unwrap(), Span { first: 1, last: 1 });
    let removed = stores.system.remove_old_entries(theirs.id(), month, 10).await.unwrap();
    assert_eq!(removed, 1);
    let span = stores.read(&theirs).await.feed().span().await.unwrap();
    assert_eq!(span, Span { first: 2, last: 1 });
    let head = sequencer.heads(&[theirs.id()]).await.unwrap()[0];
    assert_eq!((head.number, head.hash), (1, [1; 32]));
}

pub async fn each_organization_is_listed_with_its_retention((_, stores): Subject<impl Sequencer>) {
    let mut tenants = [stores.tenant().await, stores.tenant().await, stores.tenant().await];
    tenants.sort_by_key(Tenant::id);
    let year = RetentionDays::from_days(365).unwrap();
    let all: Vec<_> = tenants.iter().map(|tenant| (tenant.id(), year)).collect();
    let list = async |after, limit| stores.system.retentions(after, limit).await.unwrap();
    assert_eq!(list(None, 10).await, all);
    assert_eq!(list(Some(all[0].0), 1).await, all[1..2]);
    assert_eq!(stores.system.drop_empty_partitions().await.unwrap(), 0);
}
