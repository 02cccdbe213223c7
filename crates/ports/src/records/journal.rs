//! The audit log of an organization.

use async_trait::async_trait;
use uuid::Uuid;

use crate::{
    JournalEntry, JournalRecord, OneOf, Outcome, Page, PageRequest, Result, SortValue,
    page::sort_keys,
};

sort_keys! {
    /// The order of the audit log: by time, which the UUIDv7 identities carry.
    JournalSort of JournalRecord, unchanged, by |r| r.id.uuid();
    CreatedAt = "created_at" => |_| SortValue::Identity,
}

/// Selects the audit records of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalFilter {
    /// Only records of one of these actions: `project.created`.
    pub action: OneOf<String>,
    /// Only records of this actor.
    pub actor_id: Option<Uuid>,
    /// Only records about a subject of one of these kinds: `project`.
    pub subject_kind: OneOf<String>,
    /// Only records about this subject.
    pub subject_id: Option<Uuid>,
    /// Only records with one of these outcomes.
    pub outcome: OneOf<Outcome>,
}

/// Reads the audit log.
#[async_trait]
pub trait JournalReader: Send {
    /// Lists one page of the records that `filter` selects. The times of the request are compared to
    /// the millisecond.
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
