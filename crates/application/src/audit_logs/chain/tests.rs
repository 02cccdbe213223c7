use plinth_domain::{Id, Timestamp};
use plinth_ports::{JournalRecord, Outcome};
use uuid::Uuid;

use super::*;
use crate::events::NOTHING;

fn organization() -> OrganizationId {
    Id::from_uuid(Uuid::from_u128(1))
}

fn record(n: u128) -> JournalRecord {
    JournalRecord {
        id: Id::from_uuid(Uuid::from_u128(n)),
        at: Timestamp::UNIX_EPOCH,
        actor_kind: "system".to_owned(),
        actor_id: None,
        action: format!("number.{n}"),
        subject_kind: "project".to_owned(),
        subject_id: None,
        project_id: None,
        before: None,
        after: None,
        outcome: Outcome::Succeeded,
        audit_only: false,
        request_id: String::new(),
        trace_parent: None,
        address: None,
    }
}

/// Ten entries, numbered and hashed.
fn journal() -> Vec<Numbered> {
    let mut previous = NOTHING;
    let mut number = |number: i64| {
        let record = record(number.unsigned_abs().into());
        previous = hash(&previous, organization(), number, &record);
        Numbered { number, entry: record.id, hash: previous, record: Some(record) }
    };
    (1..=10).map(&mut number).collect()
}

/// The fault that is found in a forged audit log.
fn found(forge: impl FnOnce(&mut Vec<Numbered>)) -> Option<(i64, Reason)> {
    let mut rows = journal();
    forge(&mut rows);
    let mut anchor = Anchor { number: 0, hash: NOTHING };
    let fault = anchor.follow(organization(), &rows).err()?;
    let number = fault.number.unwrap();
    assert_eq!(anchor.number, number - 1, "all before it is verified");
    Some((number, fault.reason))
}

fn changed(row: &mut Numbered) {
    row.record.as_mut().unwrap().action = "forged".to_owned();
}

#[test]
fn a_journal_as_it_was_written_is_verified_to_its_end() {
    assert_eq!(found(|_| {}), None);
}

#[test]
fn the_first_entry_that_was_touched_is_named() {
    assert_eq!(found(|rows| changed(&mut rows[4])), Some((5, Reason::Changed)));
    assert_eq!(found(|rows| rows[4].hash = [0; 32]), Some((5, Reason::Changed)));
    assert_eq!(found(|rows| rows[4].record = None), Some((5, Reason::Removed)));
    assert_eq!(found(|rows| drop(rows.remove(4))), Some((5, Reason::Removed)));
    assert_eq!(found(|rows| drop(rows.remove(0))), Some((1, Reason::Removed)));
}

#[test]
fn entries_that_changed_places_are_told_from_changed_ones() {
    let swapped = |rows: &mut Vec<Numbered>| {
        let (number, other) = (rows[2].number, rows[6].number);
        (rows[2].number, rows[6].number) = (other, number);
        rows.swap(2, 6);
    };
    assert_eq!(found(swapped), Some((3, Reason::Reordered)));
    // The same, with the hashes in their old places.
    let moved = |rows: &mut Vec<Numbered>| {
        let (one, other) = (rows[2].record.take(), rows[6].record.take());
        (rows[2].record, rows[6].record) = (other, one);
    };
    assert_eq!(found(moved), Some((3, Reason::Reordered)));
}

#[test]
fn a_forgery_that_recomputes_the_later_hashes_still_changes_the_head() {
    let genuine = journal()[9].hash;
    let mut rows = journal();
    changed(&mut rows[4]);
    let mut previous = rows[3].hash;
    for row in &mut rows[4..] {
        previous = hash(&previous, organization(), row.number, row.record.as_ref().unwrap());
        row.hash = previous;
    }
    let mut anchor = Anchor { number: 0, hash: NOTHING };
    assert_eq!(anchor.follow(organization(), &rows), Ok(()));
    assert_ne!(anchor.hash, genuine);
}
