use plinth_domain::{
    Budget, CommentSubject, CommentSubjectKind, JsonObject, Model, Principal, Prompt, Timestamp,
};
use plinth_ports::{Actor, Ids, JournalEntry, Origin, Outcome, Subject};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    Error, audit_size,
    event_types::is_event,
    resource::{Action, Resource, resources},
};

/// What a command reports about itself; it becomes one entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    action: &'static str,
    subject: Subject,
    project: Option<Uuid>,
    before: Option<JsonObject>,
    after: Option<JsonObject>,
    outcome: Outcome,
}

impl AuditRecord {
    /// A record was created.
    pub(crate) fn created<S: Resource>(action: &'static str, now: &S) -> Result<Self, Error> {
        Ok(Self { after: Some(encode(now)?), ..Self::about(action, now) })
    }

    /// A record was changed.
    pub(crate) fn changed<S: Resource>(
        action: &'static str,
        before: &S,
        after: &S,
    ) -> Result<Self, Error> {
        let (before, now) = (Some(encode(before)?), Some(encode(after)?));
        Ok(Self { before, after: now, ..Self::about(action, after) })
    }

    /// A record was removed.
    pub(crate) fn removed<S: Resource>(action: &'static str, last: &S) -> Result<Self, Error> {
        Ok(Self { before: Some(encode(last)?), ..Self::about(action, last) })
    }

    /// An action on a record that does not change its audit representation.
    pub(crate) fn about<S: Resource>(action: &'static str, record: &S) -> Self {
        Self { project: record.project(), ..Self::of(action, S::KIND, Some(record.id())) }
    }

    /// An action on a subject without an audit representation.
    pub(crate) const fn of(action: &'static str, kind: &'static str, id: Option<Uuid>) -> Self {
        Self {
            action,
            subject: Subject { kind, id },
            project: None,
            before: None,
            after: None,
            outcome: Outcome::Succeeded,
        }
    }

    /// Sets another outcome than success.
    pub(crate) fn ended(self, outcome: Outcome) -> Self {
        Self { outcome, ..self }
    }

    /// Adds what is stored beside the record to its representation after the action.
    pub(crate) fn beside(mut self, field: &str, value: Value) -> Result<Self, Error> {
        let mut after: Map<String, Value> = match &self.after {
            Some(after) => serde_json::from_str(after.as_str()).map_err(Error::internal)?,
            None => Map::new(),
        };
        after.insert(field.to_owned(), value);
        self.after = Some(JsonObject::from_parsed(Value::Object(after).to_string()));
        Ok(self)
    }

    /// Names the operator of a support session beside what they did.
    pub(crate) fn by(self, principal: Principal) -> Result<Self, Error> {
        match principal {
            Principal::Operator { name, .. } => self.beside("operator", name.as_str().into()),
            _ => Ok(self),
        }
    }

    /// Whether it tells of a change of what executions read: each such change is audited.
    pub(crate) fn is_of_catalogue(&self) -> bool {
        [Model::KIND, Prompt::KIND, Budget::KIND].contains(&self.subject.kind)
    }

    /// The record whose removal it tells, if it is of a kind that members comment on.
    pub(crate) fn removed_subject(&self) -> Option<CommentSubject> {
        let is_removed = self.before.is_some() && self.after.is_none();
        let is_removed = is_removed && self.outcome == Outcome::Succeeded;
        let kind = CommentSubjectKind::from_name(self.subject.kind).filter(|_| is_removed)?;
        Some(CommentSubject { kind, id: self.subject.id? })
    }

    /// The entry to append. Only a success is published as an event.
    pub(crate) fn entry(
        self,
        actor: Actor,
        origin: Origin,
        ids: &dyn Ids,
        at: Timestamp,
    ) -> JournalEntry {
        let has_events = resources().any(|resource| resource.kind == self.subject.kind);
        debug_assert!(
            self.outcome != Outcome::Succeeded || !has_events || is_event(self.action),
            "{} is missing from event_types.rs",
            self.action
        );
        let (before, after) = audit_size::fit(self.before, self.after);
        JournalEntry {
            id: plinth_domain::Id::from_uuid(ids.at(at)),
            at,
            actor,
            action: self.action,
            subject: self.subject,
            project: self.project,
            before,
            after,
            outcome: self.outcome,
            audit_only: self.outcome != Outcome::Succeeded,
            origin,
        }
    }
}

fn encode<S: Resource>(record: &S) -> Result<JsonObject, Error> {
    serde_json::to_string(&record.audit_view())
        .map(JsonObject::from_parsed)
        .map_err(Error::internal)
}

/// A command's output with its audit records: one for the command, and one for each further record
/// that it changes. A command cannot succeed without one.
#[derive(Debug)]
pub struct Recorded<T> {
    pub(crate) output: T,
    pub(crate) audits: Vec<AuditRecord>,
}

impl<R: Resource> Recorded<R> {
    /// A new record, audited as `<kind>.created`.
    pub(crate) fn created(record: R) -> Result<Self, Error> {
        let audit = AuditRecord::created(Action::<R>::CREATED, &record)?;
        Ok(Self::new(record, audit))
    }

    /// A record after a change, audited with its state before and after.
    pub(crate) fn changed(action: &'static str, before: &R, after: R) -> Result<Self, Error> {
        let audit = AuditRecord::changed(action, before, &after)?;
        Ok(Self::new(after, audit))
    }
}

impl<T> Recorded<T> {
    /// Pairs an output with its audit record.
    pub fn new(output: T, audit: AuditRecord) -> Self {
        Self { output, audits: vec![audit] }
    }

    /// Adds the audit records of other records that the command changed.
    #[must_use]
    pub(crate) fn along_with(mut self, others: Vec<AuditRecord>) -> Self {
        self.audits.extend(others);
        self
    }

    /// An output without an audit record, for preparations of a change such as the progress of an
    /// upload.
    pub const fn without_audit(output: T) -> Self {
        Self { output, audits: Vec::new() }
    }
}
