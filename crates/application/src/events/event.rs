use plinth_domain::{Permission, Project, Timestamp};
use plinth_ports::{JournalRecord, Numbered};
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::kind::Kind;
use crate::{Error, comments::subjects, resource::Resource};

/// An entry of the audit log as subscribers receive it, encoded once for all of
/// them.
#[derive(Debug, PartialEq, Eq)]
pub struct Event {
    pub(super) number: i64,
    pub(super) kind: Kind,
    /// The permission to read it, beside that of its kind.
    pub(super) further: Option<Permission>,
    /// The project of its subject.
    pub(super) project: Option<Uuid>,
    json: String,
}

/// The JSON of an event.
#[derive(Serialize)]
struct Shape<'a> {
    number: i64,
    id: Uuid,
    r#type: &'a str,
    at: Timestamp,
    actor: Party<'a>,
    subject: Party<'a>,
    project_id: Option<Uuid>,
    data: Option<&'a RawValue>,
}

#[derive(Serialize)]
struct Party<'a> {
    kind: &'a str,
    id: Option<Uuid>,
}

impl Event {
    /// The event of an entry; `None` when the entry is only for the audit log, or was removed.
    pub(super) fn of(numbered: &Numbered) -> Result<Option<Self>, Error> {
        let Some(record) = numbered.record.as_ref().filter(|record| !record.audit_only) else {
            return Ok(None);
        };
        let Some(kind) = Kind::of_subject(&record.subject_kind) else { return Ok(None) };
        let project = record
            .project_id
            .or(record.subject_id.filter(|_| record.subject_kind == Project::KIND));
        let json = encode(numbered.number, record, project)?;
        let further = subjects::read_of_entry(record);
        Ok(Some(Self { number: numbered.number, kind, further, project, json }))
    }

    /// Its number in the organization's event stream, from 1. Some numbers have no event.
    #[must_use]
    pub const fn number(&self) -> i64 {
        self.number
    }

    /// The event as JSON.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.json
    }
}

fn encode(number: i64, record: &JournalRecord, project: Option<Uuid>) -> Result<String, Error> {
    // Valid JSON from the store: it is passed on without being decoded.
    let data = record.after.as_ref().map(|after| serde_json::from_str(after.as_str()));
    let shape = Shape {
        number,
        id: record.id.uuid(),
        r#type: &record.action,
        at: record.at,
        actor: Party { kind: &record.actor_kind, id: record.actor_id },
        subject: Party { kind: &record.subject_kind, id: record.subject_id },
        project_id: project,
        data: data.transpose().map_err(Error::internal)?,
    };
    serde_json::to_string(&shape).map_err(Error::internal)
}
