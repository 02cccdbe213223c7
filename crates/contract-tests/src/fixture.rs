//! Test values.

use std::{sync::LazyLock, time::Duration};

use chrono::{SubsecRound, Utc};
use plinth_domain::{
    ContentType, Description, Document, DocumentDraft, DocumentId, DocumentVersion, Email, EntryId,
    Id, Job, JobCause, JobDraft, JsonObject, Name, Organization, OrganizationId, Processing,
    Project, ProjectCode, ProjectDraft, ProjectStatus, Revision, Schedule, Slug, Timestamp, User,
    UserStatus,
};
use plinth_ports::{Actor, JournalEntry, Origin, Outcome, Subject, TokenHash, TokenKey};
use uuid::{NoContext, Uuid};

/// The start of the tests, in whole microseconds.
static START: LazyLock<Timestamp> = LazyLock::new(|| {
    #[expect(clippy::disallowed_methods, reason = "the journal's partitions begin with this month")]
    let now = Utc::now();
    now.trunc_subsecs(0) + Duration::from_micros(123_456)
});

/// The time this many seconds after the start of the tests.
pub(crate) fn at(seconds: i64) -> Timestamp {
    *START + chrono::Duration::seconds(seconds)
}

#[expect(clippy::disallowed_methods, reason = "no test foresees these")]
pub(crate) fn id<T>() -> Id<T> {
    Id::from_uuid(Uuid::now_v7())
}

/// A UUIDv7 of this time.
pub(crate) fn id_of(at: Timestamp) -> Uuid {
    let seconds = at.timestamp().cast_unsigned();
    Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, seconds, at.timestamp_subsec_nanos()))
}

/// The hash of a random token.
#[expect(clippy::disallowed_methods, reason = "no test foresees these")]
pub(crate) fn token() -> TokenHash {
    let mut hash = [0; 32];
    hash[..16].copy_from_slice(Uuid::new_v4().as_bytes());
    hash[16..].copy_from_slice(Uuid::new_v4().as_bytes());
    hash
}

/// What a token of this organization is looked up by.
pub(crate) fn named(organization: OrganizationId, hash: TokenHash) -> TokenKey {
    TokenKey { organization: Some(organization), hash }
}

pub(crate) fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

/// A unique address.
pub(crate) fn email() -> Email {
    Email::parse(&format!("{}@example.com", id::<User>())).unwrap()
}

/// An active user.
pub(crate) fn user() -> User {
    User {
        id: id(),
        email: email(),
        name: name("Ada Lovelace"),
        status: UserStatus::Active,
        email_verified_at: None,
        locale: None,
        time_zone: None,
        revision: Revision::first(at(0)),
    }
}

/// An active organization.
pub(crate) fn organization() -> Organization {
    let id = id();
    let slug = Slug::parse(&format!("o-{id}")).unwrap();
    Organization::found(id, name("Harbour Works"), slug, at(0))
}

/// A project with all optional values.
pub(crate) fn project(code: &str) -> Project {
    let day = |n| at(0).date_naive() + chrono::Days::new(n);
    let draft = ProjectDraft {
        code: ProjectCode::parse(code).unwrap(),
        name: name("Harbour crossing"),
        description: Some(Description::parse("Two lanes,\none tunnel".to_owned()).unwrap()),
        status: ProjectStatus::Planned,
        schedule: Schedule::new(Some(day(1)), Some(day(90))).unwrap(),
        metadata: JsonObject::default(),
    };
    Project::plan(id(), id(), draft, at(0))
}

/// A document without a project, with its first version.
pub(crate) fn document(title: &str) -> Document {
    let draft = DocumentDraft { name: name(title), project: None, metadata: JsonObject::default() };
    Document::create(id(), draft, version(id(), 1), at(0))
}

/// A version that waits for a worker.
pub(crate) fn version(document: DocumentId, number: u32) -> DocumentVersion {
    DocumentVersion {
        id: id(),
        document,
        number,
        content_type: ContentType::Pdf,
        size_bytes: 1 << 33,
        sha256: Some([7; 32]),
        processing: Processing::Pending,
        properties: JsonObject::default(),
        has_thumbnails: false,
        job: id(),
        revision: Revision::first(at(0)),
    }
}

/// A job that has been due for a minute.
pub(crate) fn job(kind: &'static str) -> Job {
    let draft = JobDraft { run_at: Some(at(-60)), ..JobDraft::new(kind, JsonObject::default()) };
    Job::queue(id(), id(), draft, JobCause::default(), at(0))
}

/// An audit record of this time.
pub(crate) fn entry(at: Timestamp, action: &'static str) -> JournalEntry {
    JournalEntry {
        id: EntryId::from_uuid(id_of(at)),
        at,
        actor: Actor::System,
        action,
        subject: Subject { kind: "project", id: None },
        project: None,
        before: None,
        after: None,
        outcome: Outcome::Succeeded,
        audit_only: false,
        origin: Origin { request_id: "req-1".to_owned(), ..Origin::default() },
    }
}
