use async_trait::async_trait;
use plinth_domain::Timestamp;
use plinth_ports::{
    Journal, JournalEntry, JournalFilter, JournalReader, JournalRecord, JournalSort, Page,
    PageRequest, Result,
};
use sea_orm::{ColumnTrait, QueryFilter};
use uuid::Uuid;

use crate::{
    entity::journal_entry::{ActiveModel, Column, Entity},
    list::{self, Listed},
    scoped::{Scoped, ScopedTx},
};

impl Listed for JournalSort {
    type Entity = Entity;
    const ID: Column = Column::Id;

    fn column(self) -> Option<Column> {
        match self {
            // Their identities carry their time.
            Self::CreatedAt => None,
        }
    }
}

#[async_trait]
impl JournalReader for ScopedTx {
    async fn list(
        &mut self,
        filter: &JournalFilter,
        page: &PageRequest<JournalSort>,
    ) -> Result<Page<JournalRecord>> {
        let conditions = [
            filter.action.as_ref().map(|action| Column::Action.eq(action)),
            filter.actor_id.map(|actor| Column::ActorId.eq(actor)),
            filter.subject_kind.as_ref().map(|kind| Column::SubjectKind.eq(kind)),
            filter.subject_id.map(|subject| Column::SubjectId.eq(subject)),
            filter.outcome.map(|outcome| Column::Outcome.eq(outcome.name())),
            // Bounds of the identity, by which the table is partitioned.
            filter.from.map(|from| Column::Id.gte(first_id(from))),
            filter.until.map(|until| Column::Id.lt(first_id(until))),
        ];
        let rows = conditions.into_iter().flatten().fold(self.select::<Entity>(), Scoped::filter);
        Ok(page.page(list::page(rows, page).all().await?))
    }
}

#[async_trait]
impl Journal for ScopedTx {
    async fn append(&mut self, entry: &JournalEntry) -> Result<()> {
        self.add(ActiveModel::from(entry)).await
    }
}

/// The smallest `UUIDv7` of a millisecond (RFC 9562, 5.7), as the database
/// bounds its partitions.
fn first_id(at: Timestamp) -> Uuid {
    let milliseconds = u128::try_from(at.timestamp_millis()).unwrap_or_default();
    Uuid::from_u128(milliseconds << 80 | 0x7000_8000_0000_0000_0000)
}
