//! `/notification-preferences`

use actix_web::{HttpRequest, HttpResponse, get, patch};
use plinth_application::notifications::{GetNotificationSettings, UpdateNotificationSettings};
use plinth_domain::{
    Channels, Invalid, MailTiming, NotificationSettings, NotificationSettingsChanges,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    etag::{self, IfMatch},
    json::{Body, Faults, Form, Merge},
    middleware::{App, Authenticated},
    problem::ApiError,
    routing::Routes,
    values::{known, names},
};

pub(super) fn routes(config: &mut Routes<'_>) {
    config.service(get_notification_preferences).service(update_notification_preferences);
}

names! {
    /// When a mail tells of a notification: never, at once, or in one mail a day, unless it was read by
    /// then.
    MailTimingName = None, Immediately, Daily
}

/// The ways by which the caller is told of one kind of notification.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NotificationChannels)]
pub(crate) struct ChannelsView {
    /// Whether `GET /notifications` shows it.
    in_app: bool,
    #[schema(value_type = MailTimingName)]
    mail: &'static str,
}

impl From<Channels> for ChannelsView {
    fn from(channels: Channels) -> Self {
        Self { in_app: channels.in_app, mail: channels.mail.name() }
    }
}

/// How the caller is told of notifications in the organization.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NotificationPreferencesView {
    /// Of comments that mention the caller.
    mention: ChannelsView,
    /// Of comments on records that the caller has commented on before.
    reply: ChannelsView,
    /// Increases by one with each change, from 0 of the defaults; the `ETag` is this number in quotes.
    #[schema(minimum = 0)]
    version: i64,
}

impl From<NotificationSettings> for NotificationPreferencesView {
    fn from(settings: NotificationSettings) -> Self {
        Self {
            mention: settings.mention.into(),
            reply: settings.reply.into(),
            version: settings.revision.version.number(),
        }
    }
}

/// A change of the ways by which the caller is told of one kind of notification.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NotificationChannelsPatch)]
pub(crate) struct ChannelsPatch {
    #[serde(default)]
    #[schema(value_type = bool)]
    in_app: Merge<bool>,
    #[serde(default)]
    #[schema(value_type = MailTimingName)]
    mail: Merge<String>,
}

impl ChannelsPatch {
    fn check(self, faults: &mut Faults) -> Option<(Option<bool>, Option<MailTiming>)> {
        let in_app = self.in_app.required(faults, "/in_app", Ok);
        let mail = self.mail.required(faults, "/mail", |text| timing(&text));
        Some((in_app?, mail?))
    }
}

/// A change of how the caller is told: a merge patch (RFC 7396).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NotificationPreferencesPatch {
    #[serde(default)]
    #[schema(value_type = ChannelsPatch)]
    mention: Merge<ChannelsPatch>,
    #[serde(default)]
    #[schema(value_type = ChannelsPatch)]
    reply: Merge<ChannelsPatch>,
}

impl Form for NotificationPreferencesPatch {
    type Value = NotificationSettingsChanges;

    fn check(self, faults: &mut Faults) -> Option<NotificationSettingsChanges> {
        let mut part = |at: &str, given: Merge<ChannelsPatch>| {
            let patch = given.required(faults, at, Ok)?.unwrap_or_default();
            faults.within(at, |faults| patch.check(faults))
        };
        let mention = part("/mention", self.mention);
        let reply = part("/reply", self.reply);
        let ((mention_in_app, mention_mail), (reply_in_app, reply_mail)) = (mention?, reply?);
        Some(NotificationSettingsChanges { mention_in_app, mention_mail, reply_in_app, reply_mail })
    }
}

fn timing(text: &str) -> Result<MailTiming, Invalid> {
    known(text, MailTiming::from_name, &MailTiming::ALL.map(MailTiming::name))
}

/// Read how the caller is told of notifications in this organization.
#[utoipa::path(
    tag = "notifications",
    operation_id = "get_notification_preferences",
    params(etag::Conditional),
    responses(
        (status = 200, body = NotificationPreferencesView, headers(("ETag"))),
        (status = 304, description = "Not modified", headers(("ETag"))),
    ),
    security(("bearer" = ["notification:read"])),
)]
#[get("/notification-preferences")]
pub(crate) async fn get_notification_preferences(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
) -> Result<HttpResponse, ApiError> {
    let settings = app.query(&caller, GetNotificationSettings).await?;
    let version = settings.revision.version;
    etag::item(&request, &NotificationPreferencesView::from(settings), version)
}

/// Change how the caller is told of notifications in this organization.
#[utoipa::path(
    tag = "notifications",
    operation_id = "update_notification_preferences",
    params(IfMatch),
    request_body(content = NotificationPreferencesPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, body = NotificationPreferencesView, headers(("ETag")))),
    security(("bearer" = ["notification:update"])),
)]
#[patch("/notification-preferences")]
pub(crate) async fn update_notification_preferences(
    app: App,
    Authenticated(caller): Authenticated,
    expected: IfMatch,
    body: Body<NotificationPreferencesPatch>,
) -> Result<HttpResponse, ApiError> {
    let command = UpdateNotificationSettings { expected: expected.0, changes: body.value };
    let settings = app.execute(&caller, command).await?;
    let version = settings.revision.version;
    Ok(etag::changed(&NotificationPreferencesView::from(settings), version))
}
