//! `/tickets`

use actix_web::{HttpRequest, HttpResponse, http::header, post};
use chrono::{DateTime, Utc};
use plinth_domain::{Invalid, codes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    json::{Body, Faults, Form},
    middleware::{App, Authenticated, RequestContext},
    problem::ApiError,
    routing::Routes,
};

/// The maximum length of a path with its query, in bytes.
const MAX_BYTES: usize = 2000;

pub(crate) fn routes(config: &mut Routes<'_>) {
    config.service(create_ticket);
}

/// What a ticket is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewTicket {
    /// The path with its query: the content or a thumbnail of a document, or the event stream.
    #[schema(
        max_length = 2000,
        example = "/api/v1/documents/01a1f8c8-a7ea-7099-91cd-d07ecd452611/content"
    )]
    path: String,
}

impl Form for NewTicket {
    type Value = String;

    fn check(self, faults: &mut Faults) -> Option<String> {
        faults.check("/path", path(self.path))
    }
}

/// A ticket.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TicketView {
    /// The path with the ticket in its query: a GET of it needs no credential.
    #[schema(
        example = "/api/v1/documents/01a1f8c8-a7ea-7099-91cd-d07ecd452611/content?ticket=plt_…"
    )]
    url: String,
    /// When the ticket expires.
    expires_at: DateTime<Utc>,
}

/// Get a ticket for one path.
///
/// Elements of a page and `EventSource` cannot send a credential. A ticket stands in for it: for 60
/// seconds, for a GET of this path alone, with the rights of the caller. It ends earlier with the
/// credential. A ticket for the event stream has one use.
#[utoipa::path(
    tag = "auth",
    operation_id = "create_ticket",
    request_body = NewTicket,
    responses((status = 201, body = TicketView)),
    security(("bearer" = [])),
)]
#[post("/tickets")]
pub(crate) async fn create_ticket(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<NewTicket>,
) -> Result<HttpResponse, ApiError> {
    let prefix = RequestContext::of(&request)?.prefix.clone();
    let path = body.value;
    let ticket = app.issue_ticket(&caller, &path);
    let separator = if path.contains('?') { '&' } else { '?' };
    let url = format!("{prefix}{path}{separator}ticket={}", ticket.text);
    Ok(HttpResponse::Created()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(TicketView { url, expires_at: ticket.expires_at }))
}

/// A path that a ticket can be for.
fn path(text: String) -> Result<String, Invalid> {
    let is_plain = text.len() <= MAX_BYTES && text.bytes().all(|byte| byte.is_ascii_graphic());
    let (path, query) = text.split_once('?').unwrap_or((&text, ""));
    let segments = path.strip_prefix("/api/v1/").map(|rest| rest.split('/').collect::<Vec<_>>());
    let is_known = match segments.as_deref() {
        Some(["documents", id, "content"] | ["documents", id, "thumbnails", _]) => {
            Uuid::try_parse(id).is_ok()
        }
        Some(["events", "stream"]) => true,
        _ => false,
    };
    let is_fresh = !query.split('&').any(|pair| pair.starts_with("ticket="));
    if is_plain && is_known && is_fresh && !text.contains('#') {
        return Ok(text);
    }
    let detail = "must be the path of a document's content or thumbnail, or of the event stream";
    Err(Invalid::new(codes::VALUE_UNKNOWN, detail))
}
