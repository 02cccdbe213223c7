use std::fmt::Write;

use plinth_domain::{Id, Timestamp};
use plinth_ports::Outcome;
use uuid::Uuid;

use super::*;

fn record() -> JournalRecord {
    let json = |text: &str| Some(JsonObject::from_parsed(text.to_owned()));
    JournalRecord {
        id: Id::from_uuid(Uuid::from_u128(7)),
        at: Timestamp::from_timestamp_micros(1_795_176_000_123_456).unwrap(),
        actor_kind: "user".to_owned(),
        actor_id: Some(Uuid::from_u128(8)),
        action: "project.updated".to_owned(),
        subject_kind: "project".to_owned(),
        subject_id: Some(Uuid::from_u128(9)),
        project_id: Some(Uuid::from_u128(9)),
        before: json(r#"{"name": "Old"}"#),
        after: json(r#"{"name": "Neü"}"#),
        outcome: Outcome::Succeeded,
        audit_only: false,
        request_id: "req-1".to_owned(),
        trace_parent: None,
        address: Some("2001:db8::1".to_owned()),
    }
}

fn organization() -> OrganizationId {
    Id::from_uuid(Uuid::from_u128(6))
}

fn of(record: &JournalRecord) -> ChainHash {
    hash(&NOTHING, organization(), 1, record)
}

/// If this value changes, the verification of every existing audit log fails.
#[test]
fn the_hash_of_one_entry_is_what_it_always_was() {
    let hex = of(&record()).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    });
    assert_eq!(hex, "8b78c2264f30d3d2a72e429770fcd98516909f6246f724961b4c5697bd0e3c97");
}

#[test]
fn every_field_counts() {
    let original = record();
    let change = |change: fn(&mut JournalRecord)| {
        let mut other = record();
        change(&mut other);
        of(&other)
    };
    let hashes = [
        of(&original),
        hash(&[1; 32], organization(), 1, &original),
        hash(&NOTHING, Id::from_uuid(Uuid::from_u128(5)), 1, &original),
        hash(&NOTHING, organization(), 2, &original),
        change(|r| r.id = Id::from_uuid(Uuid::from_u128(1))),
        change(|r| r.at += std::time::Duration::from_micros(1)),
        change(|r| r.actor_kind.push('s')),
        change(|r| r.actor_id = None),
        change(|r| r.action.push('s')),
        change(|r| r.subject_kind.push('s')),
        change(|r| r.subject_id = None),
        change(|r| r.project_id = None),
        change(|r| r.before = None),
        change(|r| r.after = r.before.clone()),
        change(|r| r.outcome = Outcome::Denied),
        change(|r| r.audit_only = true),
        change(|r| r.request_id.push('1')),
        change(|r| r.trace_parent = Some(String::new())),
        change(|r| r.address = None),
        // A character moves from one field into the next.
        change(|r| {
            r.action = "project.updatedp".to_owned();
            r.subject_kind = "roject".to_owned();
        }),
    ];
    for (at, hash) in hashes.iter().enumerate() {
        assert!(!hashes[at + 1..].contains(hash), "number {at}");
    }
}
