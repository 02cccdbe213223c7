//! What was sent to webhooks, and sending it again.

use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, Utc};
use plinth_application::webhooks::{
    DeliveryDetails, GetDelivery, ListDeliveries, ReplayEvents, Replayed, ResendDelivery,
    TestWebhook,
};
use plinth_domain::{
    Invalid, Webhook, WebhookAttempt, WebhookCause, WebhookDelivery, WebhookDeliveryStatus, codes,
};
use plinth_ports::{WebhookDeliveryFilter, WebhookDeliverySort};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    json::{Body, Faults, Form},
    list::{ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    values::names,
};

names! {
    /// Why an event is sent: it happened, a user tries the webhook, or a user has it sent again.
    WebhookCauseName = Event, Test, Resend, Replay
}

names! {
    /// What has become of a delivery.
    WebhookDeliveryStatusName = Pending, Delivered, Failed
}

/// An event on its way to a webhook.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookDeliveryView {
    id: Uuid,
    webhook_id: Uuid,
    /// `webhook-id`: the same for each attempt, and when the event is sent again.
    message_id: Uuid,
    /// The number in the event stream; `null` for a test.
    number: Option<i64>,
    #[schema(example = "project.created")]
    event: String,
    subject_kind: Option<String>,
    subject_id: Option<Uuid>,
    #[schema(value_type = WebhookCauseName)]
    cause: &'static str,
    #[schema(value_type = WebhookDeliveryStatusName)]
    status: &'static str,
    /// The attempts that have ended.
    attempts: u16,
    /// The earliest time of the next attempt. An earlier event about the same subject goes first.
    next_attempt_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<WebhookDelivery> for WebhookDeliveryView {
    fn from(delivery: WebhookDelivery) -> Self {
        let (kind, id) = delivery
            .message
            .subject
            .map_or((None, None), |subject| (Some(subject.kind), subject.id));
        Self {
            id: delivery.id.uuid(),
            webhook_id: delivery.webhook.uuid(),
            message_id: delivery.message.id,
            number: delivery.message.number,
            event: delivery.message.event,
            subject_kind: kind,
            subject_id: id,
            cause: delivery.cause.name(),
            status: delivery.status.name(),
            attempts: delivery.attempts,
            next_attempt_at: delivery.due_at,
            created_at: delivery.revision.created_at,
            updated_at: delivery.revision.updated_at,
        }
    }
}

/// An attempt to deliver an event.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookAttemptView {
    /// From 1.
    number: u16,
    at: DateTime<Utc>,
    duration_ms: u32,
    /// The HTTP status of the answer; `null` where there is none.
    status: Option<u16>,
    /// The first 1,024 bytes of the answer.
    answer: Option<String>,
    /// Why there is no answer.
    error: Option<String>,
}

impl From<WebhookAttempt> for WebhookAttemptView {
    fn from(attempt: WebhookAttempt) -> Self {
        let (reply, error) = match attempt.outcome {
            Ok(reply) => (Some(reply), None),
            Err(error) => (None, Some(error)),
        };
        Self {
            number: attempt.number,
            at: attempt.at,
            duration_ms: attempt.milliseconds,
            status: reply.as_ref().map(|reply| reply.status),
            answer: reply.map(|reply| reply.excerpt),
            error,
        }
    }
}

/// A delivery with what is sent, and its attempts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookDeliveryDetailsView {
    #[serde(flatten)]
    delivery: WebhookDeliveryView,
    /// What is sent.
    #[schema(value_type = Object)]
    body: Option<Box<RawValue>>,
    /// The attempts, in their order.
    log: Vec<WebhookAttemptView>,
}

impl From<DeliveryDetails> for WebhookDeliveryDetailsView {
    fn from(details: DeliveryDetails) -> Self {
        Self {
            delivery: details.delivery.into(),
            body: RawValue::from_string(details.body.as_str().to_owned()).ok(),
            log: details.attempts.into_iter().map(WebhookAttemptView::from).collect(),
        }
    }
}

/// Which events are sent again: those after a number, until another one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookReplay {
    /// The number before the first event.
    #[schema(minimum = 0)]
    after: i64,
    /// The number of the last event. Defaults to the newest one.
    #[schema(minimum = 1)]
    until: Option<i64>,
}

impl Form for WebhookReplay {
    type Value = (i64, i64);

    fn check(self, f: &mut Faults) -> Option<(i64, i64)> {
        let (after, until) = (self.after, self.until.unwrap_or(i64::MAX));
        let bounded = |is_in_range: bool, detail: &'static str| {
            is_in_range.then_some(()).ok_or(Invalid::new(codes::NUMBER_OUT_OF_RANGE, detail))
        };
        f.check("/until", bounded(until >= 1, "from 1"))?;
        f.check("/after", bounded((0..until).contains(&after), "from 0, and less than until"))?;
        Some((after, until))
    }
}

/// How far a replay came.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReplayedEventsView {
    /// The events that are sent again.
    #[schema(maximum = 1000)]
    events: u16,
    /// The `after` of the next request.
    last_number: i64,
    /// Whether the range goes on behind it.
    has_more: bool,
}

impl From<Replayed> for ReplayedEventsView {
    fn from(replayed: Replayed) -> Self {
        Self { events: replayed.events, last_number: replayed.last, has_more: replayed.has_more }
    }
}

/// Send a test to a webhook: an event `webhook.test` without data.
#[utoipa::path(
    tag = "webhooks",
    operation_id = "test_webhook",
    params(("id" = Uuid, Path)),
    responses(
        (status = 202, body = WebhookDeliveryView),
        (status = 409, description = "webhook.paused, webhook.backlog"),
    ),
    security(("bearer" = ["webhook:update"])),
)]
#[post("/webhooks/{id}/test")]
pub(crate) async fn test_webhook(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Webhook>,
) -> Result<HttpResponse, ApiError> {
    let delivery = app.execute(&caller, TestWebhook { webhook: id.0 }).await?;
    Ok(HttpResponse::Accepted().json(WebhookDeliveryView::from(delivery)))
}

/// Send the events of a range again.
///
/// Those that the webhook wants, at most 1,000 of them: `has_more` tells whether to go on with
/// `last_number`.
#[utoipa::path(
    tag = "webhooks",
    operation_id = "replay_webhook",
    params(("id" = Uuid, Path)),
    request_body = WebhookReplay,
    responses(
        (status = 202, body = ReplayedEventsView),
        (status = 409, description = "events.resync_required, webhook.paused, webhook.backlog"),
    ),
    security(("bearer" = ["webhook:update"])),
)]
#[post("/webhooks/{id}/replay")]
pub(crate) async fn replay_events(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Webhook>,
    body: Body<WebhookReplay>,
) -> Result<HttpResponse, ApiError> {
    let (after, until) = body.value;
    let replay = ReplayEvents { webhook: id.0, after, until };
    let replayed = app.replay_events(&caller, replay).await?;
    Ok(HttpResponse::Accepted().json(ReplayedEventsView::from(replayed)))
}

/// List the deliveries of a webhook.
///
/// A delivery is kept for 30 days after its end.
#[utoipa::path(
    tag = "webhooks",
    operation_id = "list_webhook_deliveries",
    params(
        ("id" = Uuid, Path),
        ("status" = Option<Vec<WebhookDeliveryStatusName>>, Query, description = "One of these statuses"),
        ("cause" = Option<Vec<WebhookCauseName>>, Query, description = "For one of these reasons"),
        ("event" = Option<String>, Query, min_length = 1, max_length = 100, description = "Of the events of this name"),
        Paging<WebhookDeliverySort>,
    ),
    responses((status = 200, body = ListView<WebhookDeliveryView>, headers(("Link")))),
    security(("bearer" = ["webhook:read"])),
)]
#[get("/webhooks/{id}/deliveries")]
pub(crate) async fn list_webhook_deliveries(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Webhook>,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let filter = WebhookDeliveryFilter {
        status: query.one_of(
            "status",
            WebhookDeliveryStatus::NAMES,
            WebhookDeliveryStatus::from_name,
        ),
        cause: query.one_of("cause", WebhookCause::NAMES, WebhookCause::from_name),
        event: query.text("event", 100),
    };
    let (webhook, page) = (id.0, query.page(&caller)?);
    let ask = move |page| ListDeliveries { webhook, filter: filter.clone(), page };
    query.answer(app, caller, page, ask, WebhookDeliveryView::from).await
}

/// Read a delivery with what is sent, and its attempts.
#[utoipa::path(
    tag = "webhooks",
    operation_id = "get_webhook_delivery",
    params(("id" = Uuid, Path)),
    responses(
        (status = 200, body = WebhookDeliveryDetailsView),
        (status = 403, description = "webhook.exceeds_caller"),
    ),
    security(("bearer" = ["webhook:read"])),
)]
#[get("/webhook-deliveries/{id}")]
pub(crate) async fn get_webhook_delivery(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<WebhookDelivery>,
) -> Result<HttpResponse, ApiError> {
    let details = app.query(&caller, GetDelivery { id: id.0 }).await?;
    Ok(HttpResponse::Ok().json(WebhookDeliveryDetailsView::from(details)))
}

/// Send an event again whose delivery has ended.
#[utoipa::path(
    tag = "webhooks",
    operation_id = "resend_webhook_delivery",
    params(("id" = Uuid, Path)),
    responses(
        (status = 202, body = WebhookDeliveryView),
        (status = 409, description = "webhook.delivery_pending, webhook.paused, webhook.backlog"),
    ),
    security(("bearer" = ["webhook:update"])),
)]
#[post("/webhook-deliveries/{id}/resend")]
pub(crate) async fn resend_webhook_delivery(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<WebhookDelivery>,
) -> Result<HttpResponse, ApiError> {
    let delivery = app.execute(&caller, ResendDelivery { id: id.0 }).await?;
    Ok(HttpResponse::Accepted().json(WebhookDeliveryView::from(delivery)))
}
