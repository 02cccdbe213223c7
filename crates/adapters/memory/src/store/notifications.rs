//! Notifications, and how users want to be told of them.

use std::collections::BTreeSet;

use async_trait::async_trait;
use plinth_domain::{
    CommentId, Notification, NotificationId, NotificationKind, NotificationSettings,
    OrganizationId, Timestamp, UserId, Version,
};
use plinth_ports::{
    NotificationCounts, NotificationDigest, NotificationPreferences, NotificationSettingsReader,
    Notifications, Records, Result, Total,
};

use super::{Tables, record_tables::HasRows, table::expect, unit::Unit};

impl Tables {
    /// Removes what a user was told in an organization, and how they want to be told.
    pub(super) fn remove_notifications(&mut self, key: &(OrganizationId, UserId)) {
        self.records.notification_settings.remove(key);
        let is_of = |owner: OrganizationId, row: &Notification| (owner, row.user) == *key;
        self.records.notifications.retain(|(owner, _), row| !is_of(*owner, row));
    }
}

impl Unit {
    fn notification(&mut self, id: NotificationId) -> Option<&mut Notification> {
        let key = (self.organization_id(), id);
        Notification::rows_mut(&mut self.draft.tables.records).get_mut(&key)
    }

    /// The identities of the notifications that `is` selects, in the order of their creation.
    fn notifications_that(&self, is: impl Fn(&Notification) -> bool) -> Vec<NotificationId> {
        let found = self.records::<Notification>().filter(|row| is(row));
        let mut found: Vec<_> = found.map(|row| (row.revision.created_at, row.id)).collect();
        found.sort_unstable();
        found.into_iter().map(|(_, id)| id).collect()
    }
}

#[async_trait]
impl NotificationCounts for Unit {
    async fn unread(&mut self, user: UserId) -> Result<Total> {
        let unread =
            self.notifications_that(|row| row.user == user && row.in_app && row.read_at.is_none());
        Ok(Total::of(unread.len() as u64))
    }
}

#[async_trait]
impl Notifications for Unit {
    async fn add(&mut self, notifications: &[Notification]) -> Result<()> {
        for notification in notifications {
            Records::insert(self, notification).await?;
        }
        Ok(())
    }

    async fn told(&mut self, comment: CommentId, users: &[UserId]) -> Result<Vec<UserId>> {
        let rows = self.records::<Notification>().filter(|row| row.comment == comment);
        let told: BTreeSet<UserId> = rows.map(|row| row.user).collect();
        Ok(users.iter().copied().filter(|user| told.contains(user)).collect())
    }

    async fn mailed(
        &mut self,
        users: &[UserId],
        since: Timestamp,
        most: u32,
    ) -> Result<Vec<UserId>> {
        let is_mailed = |row: &Notification| row.mailed && row.revision.created_at > since;
        let count = |user: UserId| {
            let rows = self.records::<Notification>();
            rows.filter(|row| row.user == user && is_mailed(row)).count()
        };
        let has_most = |user: &UserId| count(*user) >= most as usize;
        Ok(users.iter().copied().filter(has_most).collect())
    }

    async fn mark_all_read(&mut self, user: UserId, at: Timestamp) -> Result<u64> {
        let unread =
            self.notifications_that(|row| row.user == user && row.in_app && row.read_at.is_none());
        for id in &unread {
            if let Some(row) = self.notification(*id) {
                *row = row.clone().read(at);
            }
        }
        Ok(unread.len() as u64)
    }

    async fn take_digest(&mut self, before: Timestamp) -> Result<Option<NotificationDigest>> {
        let waits = |row: &Notification| row.in_digest && row.revision.created_at < before;
        let users = self.records::<Notification>().filter(|row| waits(row)).map(|row| row.user);
        let Some(user) = users.min() else { return Ok(None) };
        let mut digest = NotificationDigest { user, mentions: 0, replies: 0 };
        for id in self.notifications_that(|row| row.user == user && waits(row)) {
            let Some(row) = self.notification(id) else { continue };
            row.in_digest = false;
            if row.read_at.is_none() {
                match row.kind {
                    NotificationKind::Mention => digest.mentions += 1,
                    NotificationKind::Reply => digest.replies += 1,
                }
            }
        }
        Ok(Some(digest))
    }

    async fn remove_old(&mut self, before: Timestamp, limit: u32) -> Result<u64> {
        let mut old = self.notifications_that(|row| row.revision.created_at < before);
        old.truncate(limit as usize);
        let organization = self.organization_id();
        for id in &old {
            let rows = Notification::rows_mut(&mut self.draft.tables.records);
            rows.remove(&(organization, *id));
        }
        Ok(old.len() as u64)
    }
}

#[async_trait]
impl NotificationSettingsReader for Unit {
    async fn of(&mut self, users: &[UserId]) -> Result<Vec<NotificationSettings>> {
        let stored = self.tables().records.notification_settings.of(self.organization_id());
        Ok(stored.filter(|settings| users.contains(&settings.user)).copied().collect())
    }
}

#[async_trait]
impl NotificationPreferences for Unit {
    async fn put(&mut self, settings: &NotificationSettings) -> Result<()> {
        let organization = self.organization_id();
        let key = (organization, settings.user);
        let rows = &mut self.draft.tables.records.notification_settings;
        let stored = rows.get(&key).map(|row| row.revision.version);
        expect(stored.or(Some(Version::from_number(0))), settings.revision.previous())?;
        rows.insert(key, NotificationSettings { organization, ..*settings });
        Ok(())
    }
}
