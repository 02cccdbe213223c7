//! Notifications, and how users want to be told of them.

use async_trait::async_trait;
use plinth_domain::{
    CommentId, Id, Notification, NotificationSettings, OrganizationId, Revision, Timestamp, UserId,
};

use super::{Constraint, OnRemoval, Record, RecordUpdater, Reference};
use crate::{Result, SortValue, Total, page::sort_keys};

/// The comment does not exist.
pub const COMMENT: Constraint = Constraint("notifications_organization_id_comment_id_fkey");

sort_keys! {
    /// The orders of a list of notifications.
    NotificationSort of Notification, by |record| record.id.uuid();
    CreatedAt = "created_at" => |record| SortValue::Time(record.revision.created_at),
}

/// Selects the notifications of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NotificationFilter {
    /// Only those of this user.
    pub user: Option<UserId>,
    /// Only those that the inbox shows, or only the others.
    pub in_app: Option<bool>,
    /// Only those that were not read, or only those that were.
    pub unread: Option<bool>,
}

impl Record for Notification {
    const TABLE: &'static str = "notifications";
    const REFERENCES: &'static [Reference<Self>] = &[Reference {
        constraint: COMMENT,
        field: "comment_id",
        to: "comments",
        id: |record| Some(record.comment.uuid()),
        on_removal: OnRemoval::Cascade,
    }];
    type Filter = NotificationFilter;
    type Sort = NotificationSort;

    fn id(&self) -> Id<Self> {
        self.id
    }
    fn revision(&self) -> &Revision {
        &self.revision
    }
    fn owned_by(self, organization: OrganizationId) -> Self {
        Self { organization, ..self }
    }
    fn matches(&self, filter: &NotificationFilter) -> bool {
        filter.user.is_none_or(|user| self.user == user)
            && filter.in_app.is_none_or(|in_app| self.in_app == in_app)
            && filter.unread.is_none_or(|unread| self.read_at.is_none() == unread)
    }
}

/// What a digest tells a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotificationDigest {
    /// The user.
    pub user: UserId,
    /// How many comments mention the user, and were not read.
    pub mentions: u64,
    /// How many comments are replies, and were not read.
    pub replies: u64,
}

/// Counts what users have not read.
#[async_trait]
pub trait NotificationCounts: Send {
    /// How many unread notifications a user's inbox has.
    async fn unread(&mut self, user: UserId) -> Result<Total>;
}

/// Reads and writes notifications. They go with their comment, and with the membership of their user.
#[async_trait]
pub trait Notifications: RecordUpdater<Notification> {
    /// Stores new notifications.
    async fn add(&mut self, notifications: &[Notification]) -> Result<()>;
    /// Those of these users who were told of a comment.
    async fn told(&mut self, comment: CommentId, users: &[UserId]) -> Result<Vec<UserId>>;
    /// Those of these users whom at least `most` mails of their own have told of notifications since
    /// this moment.
    async fn mailed(
        &mut self,
        users: &[UserId],
        since: Timestamp,
        most: u32,
    ) -> Result<Vec<UserId>>;
    /// Marks all unread notifications in a user's inbox as read, and returns their number.
    async fn mark_all_read(&mut self, user: UserId, at: Timestamp) -> Result<u64>;
    /// Takes what one user's next digest counts of the time before this moment: it is in no other
    /// digest. `None` when no user has any.
    async fn take_digest(&mut self, before: Timestamp) -> Result<Option<NotificationDigest>>;
    /// Removes at most `limit` notifications that were created before this moment, and returns their
    /// number.
    async fn remove_old(&mut self, before: Timestamp, limit: u32) -> Result<u64>;
}

/// Reads how users want to be told of notifications.
#[async_trait]
pub trait NotificationSettingsReader: Send {
    /// The settings of those users who have changed theirs.
    async fn of(&mut self, users: &[UserId]) -> Result<Vec<NotificationSettings>>;
}

/// Reads and writes how users want to be told of notifications.
#[async_trait]
pub trait NotificationPreferences: NotificationSettingsReader {
    /// Stores the first settings of a user, or the next revision;
    /// [`Stale`](crate::StoreError::Stale) unless the one before it is stored.
    async fn put(&mut self, settings: &NotificationSettings) -> Result<()>;
}
