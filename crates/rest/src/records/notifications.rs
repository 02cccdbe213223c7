//! `/notifications` and `/notification-preferences`

mod preferences;

use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, Utc};
use plinth_application::notifications::{
    CountUnread, ListNotifications, ReadAllNotifications, ReadNotification,
};
use plinth_domain::Notification;
use plinth_ports::{NotificationSort, Total};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::comments::CommentSubjectTypeName;
use crate::{
    idempotency::{self, Key},
    list::{ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    record::Record,
    routing::Routes,
    values::names,
};

pub(super) const RECORD: Record = Record {
    routes,
    tag: ("notifications", "What the caller is told in the organization, and by which ways"),
};

fn routes(config: &mut Routes<'_>) {
    config
        .service(list_notifications)
        .service(count_unread_notifications)
        .service(read_all_notifications)
        .service(read_notification)
        .configure(preferences::routes);
}

names! {
    /// What a notification tells: a comment that mentions the user, or one on a record that the user
    /// has commented on before.
    NotificationKindName = Mention, Reply
}

/// What the caller is told.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NotificationView {
    id: Uuid,
    #[schema(value_type = NotificationKindName)]
    kind: &'static str,
    comment_id: Uuid,
    #[schema(value_type = CommentSubjectTypeName)]
    subject_type: &'static str,
    /// The record that the comment is about.
    subject_id: Uuid,
    /// The user who has written the comment.
    actor_id: Uuid,
    /// When the caller has read it; `null` for an unread one.
    read_at: Option<DateTime<Utc>>,
    /// Increases by one with each change; the `ETag` is this number in quotes.
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Notification> for NotificationView {
    fn from(notification: Notification) -> Self {
        Self {
            id: notification.id.uuid(),
            kind: notification.kind.name(),
            comment_id: notification.comment.uuid(),
            subject_type: notification.subject.kind.name(),
            subject_id: notification.subject.id,
            actor_id: notification.actor.uuid(),
            read_at: notification.read_at,
            version: notification.revision.version.number(),
            created_at: notification.revision.created_at,
            updated_at: notification.revision.updated_at,
        }
    }
}

/// How many notifications are unread.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnreadNotifications {
    /// The number; no more are counted than 10,000.
    #[schema(minimum = 0, maximum = 10_000)]
    count: u64,
    /// Whether these are all.
    exact: bool,
}

/// How many notifications were unread, and are read now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MarkedNotifications {
    #[schema(minimum = 0)]
    marked: u64,
}

/// List the caller's notifications. They are kept for 90 days.
#[utoipa::path(
    tag = "notifications",
    operation_id = "list_notifications",
    params(
        ("unread" = Option<bool>, Query, description = "Only unread ones, or only those that were read"),
        Paging<NotificationSort>,
    ),
    responses((status = 200, body = ListView<NotificationView>, headers(("Link")))),
    security(("bearer" = ["notification:read"])),
)]
#[get("/notifications")]
pub(crate) async fn list_notifications(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let unread: Option<bool> = query.take("unread", "true or false", |text| text.parse().ok());
    let page = query.page(&caller)?;
    let ask = move |page| ListNotifications { unread, page };
    query.answer(app, caller, page, ask, NotificationView::from).await
}

/// Count the caller's unread notifications.
#[utoipa::path(
    tag = "notifications",
    operation_id = "count_unread_notifications",
    responses((status = 200, body = UnreadNotifications)),
    security(("bearer" = ["notification:read"])),
)]
#[get("/notifications/unread")]
pub(crate) async fn count_unread_notifications(
    app: App,
    Authenticated(caller): Authenticated,
) -> Result<HttpResponse, ApiError> {
    let Total { count, exact } = app.query(&caller, CountUnread).await?;
    Ok(HttpResponse::Ok().json(UnreadNotifications { count, exact }))
}

/// Mark all of the caller's notifications as read.
#[utoipa::path(
    tag = "notifications",
    operation_id = "read_all_notifications",
    responses((status = 200, body = MarkedNotifications)),
    security(("bearer" = ["notification:update"])),
)]
#[post("/notifications/read")]
pub(crate) async fn read_all_notifications(
    app: App,
    Authenticated(caller): Authenticated,
) -> Result<HttpResponse, ApiError> {
    let marked = app.execute(&caller, ReadAllNotifications).await?;
    Ok(HttpResponse::Ok().json(MarkedNotifications { marked }))
}

/// Mark a notification as read. A second request changes nothing.
#[utoipa::path(
    tag = "notifications",
    operation_id = "read_notification",
    params(("id" = Uuid, Path), idempotency::Key),
    responses((
        status = 200, body = NotificationView, headers(("ETag"), ("Idempotent-Replayed")),
    )),
    security(("bearer" = ["notification:update"])),
)]
#[post("/notifications/{id}/read")]
pub(crate) async fn read_notification(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Notification>,
    key: Key,
) -> Result<HttpResponse, ApiError> {
    let command = ReadNotification { id: id.0 };
    idempotency::change::<NotificationView, Notification, _>(&app, &caller, key.0, command).await
}
