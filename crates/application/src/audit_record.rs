use plinth_domain::{JsonObject, Timestamp};
use plinth_ports::{Actor, Ids, JournalEntry, Origin, Outcome, Subject};
use uuid::Uuid;

use crate::{
    Error,
    resource::{Action, Resource},
};

/// What a command did: the one line it adds to the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    action: &'static str,
    subject: Subject,
    project: Option<Uuid>,
    before: Option<JsonObject>,
    after: Option<JsonObject>,
    outcome: Outcome,
}

impl Fact {
    /// Something new exists.
    pub(crate) fn created<S: Resource>(action: &'static str, now: &S) -> Result<Self, Error> {
        Ok(Self { after: Some(encode(now)?), ..Self::about(action, now) })
    }

    /// Something is different.
    pub(crate) fn changed<S: Resource>(
        action: &'static str,
        before: &S,
        after: &S,
    ) -> Result<Self, Error> {
        let (before, now) = (Some(encode(before)?), Some(encode(after)?));
        Ok(Self { before, after: now, ..Self::about(action, after) })
    }

    /// Something is gone.
    pub(crate) fn removed<S: Resource>(action: &'static str, last: &S) -> Result<Self, Error> {
        Ok(Self { before: Some(encode(last)?), ..Self::about(action, last) })
    }

    /// Something happened to a record that it does not show.
    pub(crate) fn about<S: Resource>(action: &'static str, record: &S) -> Self {
        Self { project: record.project(), ..Self::of(action, S::KIND, Some(record.id())) }
    }

    /// Something happened to a subject that has no snapshot.
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

    /// It did not succeed.
    pub(crate) fn ended(self, outcome: Outcome) -> Self {
        Self { outcome, ..self }
    }

    /// The journal's line. What did not succeed is no event.
    pub(crate) fn entry(
        self,
        actor: Actor,
        origin: Origin,
        ids: &dyn Ids,
        at: Timestamp,
    ) -> JournalEntry {
        JournalEntry {
            id: plinth_domain::Id::from_uuid(ids.next()),
            at,
            actor,
            action: self.action,
            subject: self.subject,
            project: self.project,
            before: self.before,
            after: self.after,
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

/// A command's output together with the fact that explains it. A command
/// cannot end well without one, and cannot have two.
#[derive(Debug)]
pub struct Recorded<T> {
    pub(crate) output: T,
    pub(crate) fact: Option<Fact>,
}

impl<R: Resource> Recorded<R> {
    /// A new record, and the line that says so.
    pub(crate) fn created(record: R) -> Result<Self, Error> {
        let fact = Fact::created(Action::<R>::CREATED, &record)?;
        Ok(Self::new(record, fact))
    }

    /// A record after a change, and the line that says so.
    pub(crate) fn changed(action: &'static str, before: &R, after: R) -> Result<Self, Error> {
        let fact = Fact::changed(action, before, &after)?;
        Ok(Self::new(after, fact))
    }
}

impl<T> Recorded<T> {
    /// Pairs an output with its fact.
    pub const fn new(output: T, fact: Fact) -> Self {
        Self { output, fact: Some(fact) }
    }

    /// An output without a fact: bookkeeping on the way to one, such as how far
    /// an upload has come. Nobody who reads the journal would miss it.
    pub const fn silent(output: T) -> Self {
        Self { output, fact: None }
    }
}
