//! `/webhooks`

mod body;
mod deliveries;
mod events;
mod view;

use actix_web::{HttpResponse, delete, get, patch, post};
use plinth_application::webhooks::{
    GetWebhook, ListWebhooks, RemoveWebhook, RotateWebhookSecret, UpdateWebhook,
};
use plinth_domain::{Webhook, WebhookPause};
use plinth_ports::{WebhookFilter, WebhookSort};

use crate::{
    etag::{self, IfMatch, MaybeIfMatch},
    idempotency,
    json::Body,
    list::{ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    record::Record,
    routing::Routes,
};
use body::{NewWebhook, WebhookPatch};
use view::{NewWebhookView, WebhookPauseName, WebhookStateView, WebhookView};

pub(super) const RECORD: Record =
    Record { routes, tag: ("webhooks", "Servers to which the organization has its events sent") };

fn routes(config: &mut Routes<'_>) {
    config
        .service(list_webhooks)
        .service(create_webhook)
        .service(events::list_event_types)
        .service(get_webhook)
        .service(update_webhook)
        .service(delete_webhook)
        .service(rotate_webhook_secret)
        .service(deliveries::test_webhook)
        .service(deliveries::replay_events)
        .service(deliveries::list_webhook_deliveries)
        .service(deliveries::get_webhook_delivery)
        .service(deliveries::resend_webhook_delivery);
}

/// Create a webhook.
///
/// It gets the events from now on, signed by Standard Webhooks. The secret is shown only once. The
/// values of headers are stored encrypted and never shown.
#[utoipa::path(
    tag = "webhooks",
    operation_id = "create_webhook",
    params(idempotency::Key),
    request_body = NewWebhook,
    responses(
        (status = 201, body = NewWebhookView, headers(("ETag"), ("Idempotent-Replayed"))),
        (status = 403, description = "webhook.exhausted, webhook.exceeds_caller"),
        (status = 409, description = "secret.no_master_key"),
    ),
    security(("bearer" = ["webhook:create"])),
)]
#[post("/webhooks")]
pub(crate) async fn create_webhook(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<NewWebhook>,
) -> Result<HttpResponse, ApiError> {
    let answer = app.execute_once(&caller, body.key, body.value, |created| {
        let version = created.webhook.revision.version;
        idempotency::shown_once(version, |secret| NewWebhookView::of(created, secret))
    });
    idempotency::respond(answer.await?)
}

/// List webhooks.
#[utoipa::path(
    tag = "webhooks",
    operation_id = "list_webhooks",
    params(
        ("paused" = Option<Vec<WebhookPauseName>>, Query, description = "Paused for one of these reasons"),
        Paging<WebhookSort>,
    ),
    responses((status = 200, body = ListView<WebhookView>, headers(("Link")))),
    security(("bearer" = ["webhook:read"])),
)]
#[get("/webhooks")]
pub(crate) async fn list_webhooks(
    app: App,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let paused = query.one_of("paused", WebhookPause::NAMES, WebhookPause::from_name);
    let filter = WebhookFilter { paused };
    let page = query.page(&caller)?;
    let ask = move |page| ListWebhooks { filter: filter.clone(), page };
    query.answer(app, caller, page, ask, WebhookView::from).await
}

/// Read a webhook.
///
/// The `ETag` covers the webhook, and not how far it is.
#[utoipa::path(
    tag = "webhooks",
    operation_id = "get_webhook",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = WebhookStateView, headers(("ETag")))),
    security(("bearer" = ["webhook:read"])),
)]
#[get("/webhooks/{id}")]
pub(crate) async fn get_webhook(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Webhook>,
) -> Result<HttpResponse, ApiError> {
    let state = app.query(&caller, GetWebhook { id: id.0 }).await?;
    let version = state.webhook.revision.version;
    // Never 304: how far it is changes without the version.
    Ok(etag::changed(&WebhookStateView::from(state), version))
}

/// Change a webhook.
///
/// A new `url` needs the `headers` again, or `null`: stored headers are never sent to another address.
/// A webhook that is enabled again gets the events from now on; earlier ones can be replayed.
#[utoipa::path(
    tag = "webhooks",
    operation_id = "update_webhook",
    params(("id" = Uuid, Path), IfMatch),
    request_body(content = WebhookPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, body = WebhookView, headers(("ETag"))),
        (status = 403, description = "webhook.exceeds_caller"),
        (status = 409, description = "secret.no_master_key"),
    ),
    security(("bearer" = ["webhook:update"])),
)]
#[patch("/webhooks/{id}")]
pub(crate) async fn update_webhook(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Webhook>,
    expected: IfMatch,
    body: Body<WebhookPatch>,
) -> Result<HttpResponse, ApiError> {
    let command = UpdateWebhook { id: id.0, expected: expected.0, update: body.value };
    let webhook = app.execute(&caller, command).await?;
    let version = webhook.revision.version;
    Ok(etag::changed(&WebhookView::from(webhook), version))
}

/// Remove a webhook permanently, with its deliveries.
#[utoipa::path(
    tag = "webhooks",
    operation_id = "delete_webhook",
    params(("id" = Uuid, Path), IfMatch),
    responses((status = 204, description = "The webhook is removed")),
    security(("bearer" = ["webhook:delete"])),
)]
#[delete("/webhooks/{id}")]
pub(crate) async fn delete_webhook(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Webhook>,
    expected: IfMatch,
) -> Result<HttpResponse, ApiError> {
    app.execute(&caller, RemoveWebhook { id: id.0, expected: expected.0 }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Replace the secret of a webhook.
///
/// For 24 hours, each event has the signatures of both secrets. The secret is shown only once.
#[utoipa::path(
    tag = "webhooks",
    operation_id = "rotate_webhook_secret",
    params(("id" = Uuid, Path), MaybeIfMatch),
    responses(
        (status = 200, body = NewWebhookView, headers(("ETag"))),
        (status = 409, description = "secret.no_master_key"),
    ),
    security(("bearer" = ["webhook:update"])),
)]
#[post("/webhooks/{id}/rotate-secret")]
pub(crate) async fn rotate_webhook_secret(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Webhook>,
    expected: MaybeIfMatch,
) -> Result<HttpResponse, ApiError> {
    let command = RotateWebhookSecret { id: id.0, expected: expected.0 };
    let created = app.execute(&caller, command).await?;
    let version = created.webhook.revision.version;
    Ok(etag::changed(&NewWebhookView::of(&created, true), version))
}
