//! `Idempotency-Key` (IETF draft): a write and its answer, once.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, http::header};
use application::{Answer, Error, Rendered};
use ports::StoredReply;
use serde::Serialize;

use crate::{etag, problem::ApiError};

/// The key that the client gave, 1 to 255 visible ASCII characters.
pub(crate) fn name(request: &HttpRequest) -> Result<Option<String>, ApiError> {
    let Some(value) = request.headers().get("Idempotency-Key") else { return Ok(None) };
    let bytes = value.as_bytes();
    let fits = (1..=255).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic);
    match value.to_str() {
        Ok(text) if fits => Ok(Some(text.to_owned())),
        _ => {
            let detail = "1 to 255 visible ASCII characters";
            Err(ApiError::bad_request("idempotency_key.malformed", detail))
        }
    }
}

/// The reply to a creation: 201, where it is, and what it is.
pub(crate) fn created<V: Serialize>(
    view: &V,
    version: domain::Version,
    location: Option<String>,
) -> Result<StoredReply, Error> {
    Ok(StoredReply {
        status: StatusCode::CREATED.as_u16(),
        etag: Some(etag::format(version)),
        location,
        body: serde_json::to_vec(view).map_err(Error::internal)?,
    })
}

/// A reply that is kept as it is sent.
pub(crate) fn kept(reply: StoredReply) -> Rendered {
    Rendered { reply, redacted: None }
}

/// Sends an answer.
pub(crate) fn respond(answer: Answer) -> Result<HttpResponse, ApiError> {
    let status = StatusCode::from_u16(answer.reply.status).map_err(|_| ApiError::internal())?;
    let mut response = HttpResponse::build(status);
    if let Some(etag) = answer.reply.etag {
        response.insert_header((header::ETAG, etag));
    }
    if let Some(location) = answer.reply.location {
        response.insert_header((header::LOCATION, location));
    }
    if answer.replayed {
        response.insert_header(("Idempotent-Replayed", "true"));
    }
    Ok(response.content_type("application/json").body(answer.reply.body))
}
