use async_trait::async_trait;
use plinth_domain::{
    CommentId, CommentSubject, Id, Notification, NotificationKind, OrganizationId, Timestamp,
    UserId,
};
use plinth_ports::{
    NotificationCounts, NotificationDigest, NotificationFilter, NotificationSort, Notifications,
    Result, Total,
};
use sea_orm::{Condition, Set, entity::prelude::*};
use sqlx::postgres::PgRow;

use super::Stored;
use crate::{
    row::{FromRow, Row, named},
    scoped::ScopedTx,
    value::{name, set},
};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notifications")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub kind: String,
    pub comment_id: Uuid,
    pub subject_kind: String,
    pub subject: Uuid,
    pub actor_id: Uuid,
    pub in_app: bool,
    pub in_digest: bool,
    pub mailed: bool,
    pub read_at: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();
name!(NotificationKind);

impl FromRow for Notification {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            user: row.value(Column::UserId)?,
            kind: row.value(Column::Kind)?,
            comment: row.value(Column::CommentId)?,
            subject: CommentSubject {
                kind: row.value(Column::SubjectKind)?,
                id: row.get(Column::Subject)?,
            },
            actor: row.value(Column::ActorId)?,
            in_app: row.get(Column::InApp)?,
            in_digest: row.get(Column::InDigest)?,
            mailed: row.get(Column::Mailed)?,
            read_at: row.get(Column::ReadAt)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl Stored for Notification {
    type Row = ActiveModel;

    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            user_id: set(&self.user),
            kind: set(&self.kind),
            comment_id: set(&self.comment),
            subject_kind: set(&self.subject.kind),
            subject: Set(self.subject.id),
            actor_id: set(&self.actor),
            in_app: Set(self.in_app),
            in_digest: Set(self.in_digest),
            mailed: Set(self.mailed),
            read_at: Set(self.read_at),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition(filter: &NotificationFilter) -> Condition {
        let unread = |is: bool| {
            if is { Column::ReadAt.is_null() } else { Column::ReadAt.is_not_null() }
        };
        Condition::all()
            .add_option(filter.user.map(|user| Column::UserId.eq(user.uuid())))
            .add_option(filter.in_app.map(|in_app| Column::InApp.eq(in_app)))
            .add_option(filter.unread.map(unread))
    }

    fn column(sort: NotificationSort) -> Column {
        match sort {
            NotificationSort::CreatedAt => Column::CreatedAt,
        }
    }
}

/// As the index of unread notifications has it.
const UNREAD: &str = "SELECT count(*) AS counted FROM (SELECT n.id FROM notifications n \
        WHERE n.organization_id = $1 AND n.user_id = $2 AND n.in_app AND n.read_at IS NULL \
        LIMIT $3) unread";

const TOLD: &str = "SELECT DISTINCT user_id FROM notifications \
    WHERE organization_id = $1 AND comment_id = $2 AND user_id = ANY($3::uuid[])";

const MAILED: &str = "SELECT user_id FROM notifications \
    WHERE organization_id = $1 AND user_id = ANY($2::uuid[]) AND mailed AND created_at > $3 \
    GROUP BY user_id HAVING count(*) >= $4";

/// As in [`TAKE_DIGEST`], the rows are locked in the order of their identities before any is changed:
/// so two statements wait for no lock in a circle.
const MARK_ALL_READ: &str = "WITH locked AS MATERIALIZED (SELECT n.id FROM notifications n \
        WHERE n.organization_id = $1 AND n.user_id = $2 AND n.in_app AND n.read_at IS NULL \
        ORDER BY n.id FOR UPDATE) \
    UPDATE notifications n SET read_at = $3, updated_at = $3, version = n.version + 1 \
    FROM locked WHERE n.organization_id = $1 AND n.id = locked.id";

/// The user who comes first of those with something for a digest. Another digest may have taken the rows
/// while this one waited for them. A version is what clients know, and a digest changes nothing that they
/// see.
const TAKE_DIGEST: &str = "WITH next AS (SELECT n.user_id FROM notifications n \
        WHERE n.organization_id = $1 AND n.in_digest AND n.created_at < $2 \
        ORDER BY n.user_id LIMIT 1), \
    locked AS MATERIALIZED (SELECT n.id FROM notifications n \
        WHERE n.organization_id = $1 AND n.user_id = (SELECT next.user_id FROM next) \
            AND n.in_digest AND n.created_at < $2 \
        ORDER BY n.id FOR UPDATE), \
    taken AS (UPDATE notifications n SET in_digest = false FROM locked \
        WHERE n.organization_id = $1 AND n.id = locked.id AND n.in_digest \
        RETURNING n.user_id, n.kind, n.read_at) \
    SELECT user_id, count(*) FILTER (WHERE kind = 'mention' AND read_at IS NULL) AS mentions, \
        count(*) FILTER (WHERE kind = 'reply' AND read_at IS NULL) AS replies \
    FROM taken GROUP BY user_id";

const REMOVE_OLD: &str = "DELETE FROM notifications WHERE organization_id = $1 AND id IN \
    (SELECT n.id FROM notifications n WHERE n.organization_id = $1 AND n.created_at < $2 \
    ORDER BY n.created_at LIMIT $3)";

fn uuids(users: &[UserId]) -> Vec<Uuid> {
    users.iter().map(|user| user.uuid()).collect()
}

fn user(row: &PgRow) -> Result<UserId> {
    named::<Uuid>(row, "user_id").map(Id::from_uuid)
}

#[async_trait]
impl NotificationCounts for ScopedTx {
    async fn unread(&mut self, user: UserId) -> Result<Total> {
        let most = i64::try_from(Total::MOST + 1).unwrap_or(i64::MAX);
        let row = self.ask(UNREAD, vec![user.uuid().into(), most.into()]).await?;
        let counted = row.map(|row| named::<i64>(&row, "counted")).transpose()?;
        Ok(Total::of(counted.unwrap_or_default().unsigned_abs()))
    }
}

#[async_trait]
impl Notifications for ScopedTx {
    async fn add(&mut self, notifications: &[Notification]) -> Result<()> {
        for notification in notifications {
            let row = notification.to_row(self.organization());
            ScopedTx::add(self, row).await?;
        }
        Ok(())
    }

    async fn told(&mut self, comment: CommentId, users: &[UserId]) -> Result<Vec<UserId>> {
        let values = vec![comment.uuid().into(), uuids(users).into()];
        Ok(self.ask_within(TOLD, values, usize::MAX, user).await?.items)
    }

    async fn mailed(
        &mut self,
        users: &[UserId],
        since: Timestamp,
        most: u32,
    ) -> Result<Vec<UserId>> {
        let values = vec![uuids(users).into(), since.into(), i64::from(most).into()];
        Ok(self.ask_within(MAILED, values, usize::MAX, user).await?.items)
    }

    async fn mark_all_read(&mut self, user: UserId, at: Timestamp) -> Result<u64> {
        self.write(MARK_ALL_READ, vec![user.uuid().into(), at.into()]).await
    }

    async fn take_digest(&mut self, before: Timestamp) -> Result<Option<NotificationDigest>> {
        let Some(row) = self.ask(TAKE_DIGEST, vec![before.into()]).await? else {
            return Ok(None);
        };
        let count = |name| named::<i64>(&row, name).map(i64::unsigned_abs);
        Ok(Some(NotificationDigest {
            user: user(&row)?,
            mentions: count("mentions")?,
            replies: count("replies")?,
        }))
    }

    async fn remove_old(&mut self, before: Timestamp, limit: u32) -> Result<u64> {
        self.write(REMOVE_OLD, vec![before.into(), i64::from(limit).into()]).await
    }
}
