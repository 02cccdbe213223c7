use async_trait::async_trait;
use plinth_domain::Timestamp;
use uuid::Uuid;

use crate::{JournalEntry, JournalRecord, Outcome, Page, PageRequest, Result, SortValue};

super::sort_keys! {
    /// The order of the journal: by time, which its UUIDv7 identities carry.
    JournalSort of JournalRecord, by |r| r.id.uuid();
    CreatedAt = "created_at" => |_| SortValue::Identity,
}

/// Which lines of the journal a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalFilter {
    /// Only this action.
    pub action: Option<String>,
    /// Only by this actor.
    pub actor_id: Option<Uuid>,
    /// Only about this kind of record.
    pub subject_kind: Option<String>,
    /// Only about this record.
    pub subject_id: Option<Uuid>,
    /// Only with this outcome.
    pub outcome: Option<Outcome>,
    /// Only at or after this moment, to the millisecond.
    pub from: Option<Timestamp>,
    /// Only before this moment, to the millisecond.
    pub until: Option<Timestamp>,
}

/// Reads the journal.
#[async_trait]
pub trait JournalReader: Send {
    /// Lists its lines.
    async fn list(
        &mut self,
        filter: &JournalFilter,
        page: &PageRequest<JournalSort>,
    ) -> Result<Page<JournalRecord>>;
}

/// Appends to the journal. What is written stays: there is no other method.
#[async_trait]
pub trait Journal: Send {
    /// Appends one line.
    async fn append(&mut self, entry: &JournalEntry) -> Result<()>;
}
