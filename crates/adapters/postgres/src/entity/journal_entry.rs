//! `audit_logs`: the journal. The column `before` and `after` are only carried.

use domain::{Id, JsonObject};
use ports::{JournalEntry, JournalRecord, Outcome, StoreError};
use sea_orm::{NotSet, Set, entity::prelude::*};

use super::known;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_logs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub actor_kind: String,
    pub actor_id: Option<Uuid>,
    pub action: String,
    pub subject_kind: String,
    pub subject_id: Option<Uuid>,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub before: Option<String>,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub after: Option<String>,
    pub outcome: String,
    pub audit_only: bool,
    pub request_id: String,
    pub trace_parent: Option<String>,
    pub address: Option<String>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for JournalRecord {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: Id::from_uuid(row.id),
            at: row.created_at,
            actor_kind: row.actor_kind,
            actor_id: row.actor_id,
            action: row.action,
            subject_kind: row.subject_kind,
            subject_id: row.subject_id,
            before: row.before.map(JsonObject::from_parsed),
            after: row.after.map(JsonObject::from_parsed),
            outcome: known("audit_logs", "outcome", Outcome::from_name(&row.outcome))?,
            request_id: row.request_id,
            address: row.address,
        })
    }
}

impl From<&JournalEntry> for ActiveModel {
    fn from(entry: &JournalEntry) -> Self {
        let text = |json: &JsonObject| json.as_str().to_owned();
        Self {
            organization_id: NotSet,
            id: Set(entry.id.uuid()),
            actor_kind: Set(entry.actor.kind().to_owned()),
            actor_id: Set(entry.actor.id()),
            action: Set(entry.action.to_owned()),
            subject_kind: Set(entry.subject.kind.to_owned()),
            subject_id: Set(entry.subject.id),
            before: Set(entry.before.as_ref().map(text)),
            after: Set(entry.after.as_ref().map(text)),
            outcome: Set(entry.outcome.name().to_owned()),
            audit_only: Set(entry.audit_only),
            request_id: Set(entry.origin.request_id.clone()),
            trace_parent: Set(entry.origin.trace_parent.clone()),
            address: Set(entry.origin.address.clone()),
            version: Set(1),
            created_at: Set(entry.at),
            updated_at: Set(entry.at),
        }
    }
}
