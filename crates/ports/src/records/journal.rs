//! The audit log of an organization.

use async_trait::async_trait;
use plinth_domain::Timestamp;
use uuid::Uuid;

use crate::{
    JournalEntry, JournalRecord, Outcome, Page, PageRequest, Result, SortValue, page::sort_keys,
};

sort_keys! {
    /// The order of the audit log: by time, which the UUIDv7 identities carry.
    JournalSort of JournalRecord, by |r| r.id.uuid();
    CreatedAt = "created_at" => |_| SortValue::Identity,
}

/// Selects the audit records of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalFilter {
    /// Only records of this action: `project.created`.
    pub action: Option<String>,
    /// Only records of this actor.
    pub actor_id: Option<Uuid>,
    /// Only records about a subject of this kind: `project`.
    pub subject_kind: Option<String>,
    /// Only records about this subject.
    pub subject_id: Option<Uuid>,
    /// Only records with this outcome.
    pub outcome: Option<Outcome>,
    /// Only records of this moment or later, to the millisecond.
    pub from: Option<Timestamp>,
    /// Only records before this moment, to the millisecond.
    pub until: Option<Timestamp>,
}

/// Reads the audit log.
#[async_trait]
pub trait JournalReader: Send {
    /// Lists one page of the records that `filter` selects.
    async fn list(
        &mut self,
        filter: &JournalFilter,
        page: &PageRequest<JournalSort>,
    ) -> Result<Page<JournalRecord>>;
}

/// Appends to the audit log. A record is never changed or removed.
#[async_trait]
pub trait Journal: Send {
    /// Appends one record.
    async fn append(&mut self, entry: &JournalEntry) -> Result<()>;
}
