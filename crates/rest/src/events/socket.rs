//! `/ws`: the event stream over a WebSocket (RFC 6455).

mod allowance;
mod client;
mod connection;
mod messages;
mod origin;
mod outgoing;

use super::{Streams, Transport};
use crate::{
    config::Config,
    events::codes::{WS_HANDSHAKE, WS_ORIGIN},
    middleware::{App, MaybeAuthenticated, RequestOrigin},
    problem::{ApiError, Problem},
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{StatusCode, header},
    web::{Data, Payload},
};
use client::{Client, permit};
use connection::Connection;

/// The maximum size of a client's message, in bytes.
const MESSAGE_BYTES: usize = 4096;

/// Subscribe to events over a WebSocket.
///
/// The credential comes in `Authorization`, or where a browser cannot send that, as the first
/// message within seconds: `{"type":"authenticate","token":"…"}`. Then
/// `{"type":"subscribe","topics":["documents"],"after":41}`, `unsubscribe` and `ping`. The server
/// sends `authenticated`, `subscribed`, `event`, `resync_required`, `pong` and `error`. A page of
/// another origin is refused unless CORS allows the origin.
#[utoipa::path(
    tag = "events",
    operation_id = "open_socket",
    responses(
        (status = 101, description = "A WebSocket"),
        (status = 400, description = "ws.handshake"),
        (status = 403, description = "ws.origin"),
        (status = 426, description = "ws.handshake"),
        (status = 429, description = "streams.too_many"),
        // Some generators refuse an operation that declares no answer of 2XX and no default.
        (status = "default", description = "Any other answer", body = Problem, content_type = "application/problem+json"),
    ),
    security((), ("bearer" = ["event:read"])),
)]
#[get("/ws")]
pub(crate) async fn open_socket(
    request: HttpRequest,
    body: Payload,
    app: App,
    config: Data<Config>,
    streams: Data<Streams>,
    RequestOrigin(origin): RequestOrigin,
    MaybeAuthenticated(authenticated): MaybeAuthenticated,
) -> Result<HttpResponse, ApiError> {
    if origin::is_foreign(&request, &config) {
        let detail = "pages of this origin may not open a socket";
        return Err(ApiError::new(StatusCode::FORBIDDEN, WS_ORIGIN, detail));
    }
    let slot = match &authenticated {
        Some(authenticated) => {
            permit(&app, authenticated, &origin)?;
            streams.enter(&authenticated.access, Transport::WebSocket)?
        }
        None => streams.enter_unauthenticated(origin.block())?,
    };
    let (response, session, messages) = actix_ws::handle(&request, body).map_err(|error| {
        let status = error.as_response_error().status_code();
        // 426 without an `Upgrade` header, 400 for any other fault of the handshake.
        let missing = !request.headers().contains_key(header::UPGRADE);
        let status = if missing { StatusCode::UPGRADE_REQUIRED } else { status };
        ApiError::new(status, WS_HANDSHAKE, "this takes the handshake of a WebSocket (RFC 6455)")
    })?;
    let messages = messages
        .max_frame_size(MESSAGE_BYTES)
        .aggregate_continuations()
        .max_continuation_size(MESSAGE_BYTES);
    let timeout = streams.authentication_timeout();
    let address = config.rate_limits.then(|| origin.block());
    let client = Client::new(app, streams, slot, origin, address, authenticated);
    let connection = Connection::new(session, messages, client, timeout);
    drop(actix_web::rt::spawn(connection.run()));
    Ok(response)
}
