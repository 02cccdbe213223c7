//! Audit records are numbered, and read by their numbers.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use std::slice;

use plinth_domain::{EntryId, OrganizationId};
use plinth_ports::{JournalEntry, Link, Numbered, Sequencer, Span, StoreError};

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
    let waiting = sequencer.pending(100).await.unwrap();
    waiting.iter().map(|waiting| (waiting.organization, waiting.record.id)).collect()
}

async fn read(stores: &Stores, tenant: &Tenant, after: i64, limit: u32) -> Vec<Numbered> {
    stores.read(tenant).await.feed().after(after, limit).await.unwrap()
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
    assert_eq!(sequencer.pending(2).await.unwrap().len(), 2);
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
    let waiting = sequencer.pending(1).await.unwrap();
    let record = &waiting[0].record;
    assert_eq!((record.id, record.at, &*record.action), (written.id, written.at, "made"));
    assert_eq!((record.project_id, record.audit_only), (project, false));
    assert!(record.after.is_some() && record.before.is_none());
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
    assert_eq!(sequencer.numbered(ours.id(), 0, 10).await.unwrap(), seen);
    assert_eq!(sequencer.numbered(ours.id(), 1, 10).await.unwrap(), []);

    let mut ids = [ours.id(), theirs.id(), empty.id()];
    ids.sort_unstable();
    let organizations = async |after, limit| sequencer.organizations(after, limit).await.unwrap();
    assert_eq!(organizations(None, 10).await, ids);
    assert_eq!(organizations(Some(ids[0]), 1).await, ids[1..2]);
}
