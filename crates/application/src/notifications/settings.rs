//! How a user wants to be told of notifications in an organization.

use plinth_domain::{NotificationSettings, NotificationSettingsChanges, Permission};

use crate::{Command, Context, Error, Expected, Query, Reading, Recorded, View, command::person};

/// Reads the caller's settings.
#[derive(Debug, Clone, Copy)]
pub struct GetNotificationSettings;

impl Query for GetNotificationSettings {
    const NAME: &'static str = "notification.get_settings";
    const PERMISSION: Permission = Permission::NotificationRead;
    type Output = NotificationSettings;

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<NotificationSettings, Error> {
        let user = person(view.access.principal())?;
        let stored = view.unit.notification_settings().of(&[user]).await?.pop();
        let organization = view.access.organization();
        Ok(stored.unwrap_or(NotificationSettings::default_of(organization, user)))
    }
}

/// Changes the caller's settings.
#[derive(Debug, Clone)]
pub struct UpdateNotificationSettings {
    /// The version that the caller saw; 0 for the defaults.
    pub expected: Expected,
    /// The new values.
    pub changes: NotificationSettingsChanges,
}

impl Command for UpdateNotificationSettings {
    const NAME: &'static str = "notification.update_settings";
    const PERMISSION: Permission = Permission::NotificationUpdate;
    type Output = NotificationSettings;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<NotificationSettings>, Error> {
        let user = ctx.person()?;
        let stored = ctx.unit.notification_settings().of(&[user]).await?.pop();
        let before = stored.unwrap_or(NotificationSettings::default_of(ctx.organization(), user));
        self.expected.check(&before.revision)?;
        let after = before.change(self.changes, ctx.now);
        ctx.unit.notification_settings().put(&after).await?;
        Ok(Recorded::without_audit(after))
    }
}
