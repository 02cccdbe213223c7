use async_trait::async_trait;
use plinth_domain::{
    Comment, CommentBody, CommentSubject, CommentSubjectKind, Id, Mentions, OrganizationId, UserId,
};
use plinth_ports::{CommentFilter, CommentSort, CommentThreads, NEWEST_COMMENTS, Result};
use sea_orm::{Condition, Set, Value, entity::prelude::*};

use super::Stored;
use crate::{
    list,
    row::{FromRow, Row, corrupt, named},
    scoped::ScopedTx,
    value::{name, set, text},
};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "comments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub subject_kind: String,
    pub subject: Uuid,
    pub author_id: Uuid,
    pub body: String,
    pub mentions: Vec<Uuid>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();
name!(CommentSubjectKind);
text!(CommentBody: CommentBody::parse);

impl FromRow for Comment {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let mentions: Vec<Uuid> = row.get(Column::Mentions)?;
        let mentions = mentions.into_iter().map(Id::from_uuid).collect();
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            subject: CommentSubject {
                kind: row.value(Column::SubjectKind)?,
                id: row.get(Column::Subject)?,
            },
            author: row.value(Column::AuthorId)?,
            body: row.value(Column::Body)?,
            mentions: Mentions::new(mentions).map_err(|_| corrupt::<Entity>(Column::Mentions))?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl Stored for Comment {
    type Row = ActiveModel;

    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            subject_kind: set(&self.subject.kind),
            subject: Set(self.subject.id),
            author_id: set(&self.author),
            body: set(&self.body),
            mentions: Set(self.mentions.users().iter().map(|user| user.uuid()).collect()),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition(filter: &CommentFilter) -> Condition {
        Condition::all()
            .add_option(list::one_of(Column::SubjectKind, &filter.kinds, CommentSubjectKind::name))
            .add_option(filter.subject.map(|subject| Column::Subject.eq(subject)))
    }

    fn column(sort: CommentSort) -> Column {
        match sort {
            CommentSort::CreatedAt => Column::CreatedAt,
        }
    }
}

/// In the order of the index of subjects, so that a record with many comments costs no more.
const AUTHORS: &str = "SELECT n.author_id FROM (SELECT c.author_id, c.created_at FROM comments c \
        WHERE c.organization_id = $1 AND c.subject_kind = $2 AND c.subject = $3 \
        ORDER BY c.created_at DESC, c.id DESC LIMIT $5) n \
    GROUP BY n.author_id ORDER BY max(n.created_at) DESC, n.author_id LIMIT $4";

macro_rules! hold {
    ($table:literal) => {
        concat!("SELECT id FROM ", $table, " WHERE organization_id = $1 AND id = $2 FOR KEY SHARE")
    };
}

/// The lock lets others change the record, and makes its removal wait.
const fn hold(kind: CommentSubjectKind) -> &'static str {
    match kind {
        CommentSubjectKind::BankTransaction => hold!("bank_transactions"),
        CommentSubjectKind::Contract => hold!("contracts"),
        CommentSubjectKind::Dataset => hold!("datasets"),
        CommentSubjectKind::Document => hold!("documents"),
        CommentSubjectKind::Evaluation => hold!("evaluations"),
        CommentSubjectKind::Invoice => hold!("invoices"),
        CommentSubjectKind::Party => hold!("parties"),
        CommentSubjectKind::Payment => hold!("payments"),
        CommentSubjectKind::Project => hold!("projects"),
        CommentSubjectKind::Prompt => hold!("prompts"),
    }
}

/// The notifications about them are removed by a cascade.
const REMOVE: &str =
    "DELETE FROM comments WHERE organization_id = $1 AND subject_kind = $2 AND subject = $3";

fn values(subject: CommentSubject) -> Vec<Value> {
    vec![subject.kind.name().into(), subject.id.into()]
}

#[async_trait]
impl CommentThreads for ScopedTx {
    async fn authors(&mut self, subject: CommentSubject, limit: u32) -> Result<Vec<UserId>> {
        let mut values = values(subject);
        values.extend([limit, NEWEST_COMMENTS].map(|most| Value::from(i64::from(most))));
        let read = |row: &_| named::<Uuid>(row, "author_id").map(Id::from_uuid);
        Ok(self.ask_within(AUTHORS, values, usize::MAX, read).await?.items)
    }

    async fn hold(&mut self, subject: CommentSubject) -> Result<bool> {
        let found = self.ask(hold(subject.kind), vec![subject.id.into()]).await?;
        Ok(found.is_some())
    }

    async fn remove_of(&mut self, subject: CommentSubject) -> Result<()> {
        self.write(REMOVE, values(subject)).await.map(drop)
    }
}
