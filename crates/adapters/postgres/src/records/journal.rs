use async_trait::async_trait;
use plinth_domain::{JsonObject, Timestamp};
use plinth_ports::{
    Journal, JournalEntry, JournalFilter, JournalReader, JournalRecord, JournalSort, OneOf,
    Outcome, Page, PageRequest, Result,
};
use sea_orm::{Condition, NotSet, Set, entity::prelude::*, sea_query::ExprTrait};

use crate::{
    list,
    row::{FromRow, Row},
    scoped::ScopedTx,
};

/// The columns of `audit_logs a`, in the order in which [`Model`] has them, for
/// hand-written statements.
macro_rules! columns {
    () => {
        "a.organization_id, a.id, a.actor_kind, a.actor_id, a.action, a.subject_kind, \
         a.subject_id, a.project_id, a.before::text, a.after::text, a.outcome, a.audit_only, \
         a.request_id, a.trace_parent, a.address, a.version, a.created_at, a.updated_at"
    };
}
pub(crate) use columns;

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
    pub project_id: Option<Uuid>,
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

crate::scoped::tenant_table!();

impl FromRow for JournalRecord {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let json = |column| -> Result<Option<JsonObject>> {
            Ok(row.get::<Option<String>>(column)?.map(JsonObject::from_parsed))
        };
        Ok(Self {
            id: row.id(Column::Id)?,
            at: row.get(Column::CreatedAt)?,
            actor_kind: row.get(Column::ActorKind)?,
            actor_id: row.get(Column::ActorId)?,
            action: row.get(Column::Action)?,
            subject_kind: row.get(Column::SubjectKind)?,
            subject_id: row.get(Column::SubjectId)?,
            project_id: row.get(Column::ProjectId)?,
            before: json(Column::Before)?,
            after: json(Column::After)?,
            outcome: row.known(Column::Outcome, Outcome::from_name)?,
            audit_only: row.get(Column::AuditOnly)?,
            request_id: row.get(Column::RequestId)?,
            trace_parent: row.get(Column::TraceParent)?,
            address: row.get(Column::Address)?,
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
            project_id: Set(entry.project),
            before: Set(entry.before.as_ref().map(text)),
            after: Set(entry.after.as_ref().map(text)),
            outcome: Set(entry.outcome.name().to_owned()),
            audit_only: Set(entry.audit_only),
            request_id: Set(entry.origin.request_id.clone()),
            trace_parent: Set(entry.origin.trace_parent.clone()),
            address: Set(entry.origin.address.map(|address| address.to_string())),
            version: Set(1),
            created_at: Set(entry.at),
            updated_at: Set(entry.at),
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
        let created = page.times.created;
        let selected = Condition::all()
            .add_option(list::one_of(Column::Action, &filter.action, |action| action))
            .add_option(filter.actor_id.map(|actor| Column::ActorId.eq(actor)))
            .add_option(list::one_of(Column::SubjectKind, &filter.subject_kind, |kind| kind))
            .add_option(filter.subject_id.map(|subject| Column::SubjectId.eq(subject)))
            .add_option(outcomes(&filter.outcome))
            // Bounds of the identity, by which the table is partitioned.
            .add_option(created.from.map(|from| Column::Id.gte(first_id(from))))
            .add_option(created.until.map(|until| Column::Id.lt(first_id(until))));
        list::page(self, None, selected, page, None, Column::Id).await
    }
}

#[async_trait]
impl Journal for ScopedTx {
    async fn append(&mut self, entry: &JournalEntry) -> Result<()> {
        self.add(ActiveModel::from(entry)).await
    }
}

/// A condition with the outcomes in its text: parameters would not prove that the partial index
/// `audit_logs_outcome_idx` has the rows.
fn outcomes(outcomes: &OneOf<Outcome>) -> Option<Expr> {
    let names = outcomes.values()?.iter().map(|outcome| Expr::Constant(outcome.name().into()));
    Some(ExprTrait::is_in(Column::Outcome.into_expr(), names))
}

/// The smallest `UUIDv7` of a millisecond (RFC 9562, 5.7), as the database
/// bounds its partitions.
pub(super) fn first_id(at: Timestamp) -> Uuid {
    let milliseconds = u128::try_from(at.timestamp_millis()).unwrap_or_default();
    Uuid::from_u128(milliseconds << 80 | 0x7000_8000_0000_0000_0000)
}
