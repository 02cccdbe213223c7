//! What users are told in an organization: an inbox, mails, and how each user wants to be told.
//!
//! A notification belongs to its user alone, so no event tells of it, and no entry of the audit log.

mod digest;
mod retention;
mod settings;
mod telling;

use plinth_domain::{Notification, NotificationId, Permission};
use plinth_ports::{NotificationFilter, NotificationSort, Page, PageRequest, Total};

use crate::{Command, Context, Error, Query, Reading, Recorded, View, command::person};

pub use digest::{SendDigests, SendNextDigest};
pub use retention::RemoveOldNotifications;
pub use settings::{GetNotificationSettings, UpdateNotificationSettings};
pub(crate) use telling::tell;

plinth_domain::codes! {
    NOTIFICATION_RECIPIENT_LEFT = "notification.recipient_left",
        "A member who is told of the comment leaves at this moment: try again.";
}

/// A notification that does not exist, or is another user's.
const NOT_FOUND: Error = Error::NotFound("notification");

/// Lists the notifications in the caller's inbox.
#[derive(Debug, Clone)]
pub struct ListNotifications {
    /// Only unread ones, or only those that were read.
    pub unread: Option<bool>,
    /// The order and the position.
    pub page: PageRequest<NotificationSort>,
}

impl Query for ListNotifications {
    const NAME: &'static str = "notification.list";
    const PERMISSION: Permission = Permission::NotificationRead;
    type Output = Page<Notification>;

    fn reading(&self) -> Reading {
        Reading::page(&self.page, false)
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<Notification>, Error> {
        let filter = inbox(view, self.unread)?;
        Ok(view.unit.notifications().list(&filter, &self.page).await?)
    }
}

/// Counts the unread notifications in the caller's inbox.
#[derive(Debug, Clone, Copy)]
pub struct CountUnread;

impl Query for CountUnread {
    const NAME: &'static str = "notification.count_unread";
    const PERMISSION: Permission = Permission::NotificationRead;
    type Output = Total;

    async fn run(self, view: &mut View<'_>) -> Result<Total, Error> {
        let user = person(view.access.principal())?;
        Ok(view.unit.notification_counts().unread(user).await?)
    }
}

fn inbox(view: &View<'_>, unread: Option<bool>) -> Result<NotificationFilter, Error> {
    let user = person(view.access.principal())?;
    Ok(NotificationFilter { user: Some(user), in_app: Some(true), unread })
}

/// Marks a notification of the caller as read.
#[derive(Debug, Clone, Copy)]
pub struct ReadNotification {
    /// The notification.
    pub id: NotificationId,
}

impl Command for ReadNotification {
    const NAME: &'static str = "notification.read";
    const PERMISSION: Permission = Permission::NotificationUpdate;
    type Output = Notification;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Notification>, Error> {
        let user = ctx.person()?;
        let found = ctx.unit.notifications().find(self.id).await?;
        let found = found.filter(|found| found.user == user && found.in_app);
        let before = found.ok_or(NOT_FOUND)?;
        let after = before.clone().read(ctx.now);
        if after != before {
            ctx.unit.notifications().update(&after).await?;
        }
        Ok(Recorded::without_audit(after))
    }
}

/// Marks all notifications in the caller's inbox as read. Returns the number of those that were not.
#[derive(Debug, Clone, Copy)]
pub struct ReadAllNotifications;

impl Command for ReadAllNotifications {
    const NAME: &'static str = "notification.read_all";
    const PERMISSION: Permission = Permission::NotificationUpdate;
    type Output = u64;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<u64>, Error> {
        let user = ctx.person()?;
        let marked = ctx.unit.notifications().mark_all_read(user, ctx.now).await?;
        Ok(Recorded::without_audit(marked))
    }
}
