use plinth_domain::{Notification, Permission};

use crate::{Command, Context, Error, Recorded};

/// Removes some of the notifications that are kept no longer. Returns their number.
#[derive(Debug, Clone, Copy)]
pub struct RemoveOldNotifications;

impl RemoveOldNotifications {
    /// How many one transaction removes: it holds its locks for milliseconds only.
    pub const BATCH: u32 = 1000;
}

impl Command for RemoveOldNotifications {
    const NAME: &'static str = "notification.remove_old";
    const PERMISSION: Permission = Permission::NotificationUpdate;
    type Output = u64;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<u64>, Error> {
        let before = ctx.now - Notification::KEPT;
        let removed = ctx.unit.notifications().remove_old(before, Self::BATCH).await?;
        Ok(Recorded::without_audit(removed))
    }
}
