//! `Idempotency-Key` (IETF draft): a write is executed once, and its response
//! is replayed.

use std::{
    borrow::Borrow,
    future::{Ready, ready},
};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse, dev::Payload, http::StatusCode, http::header,
};
use plinth_application::{Answer, Application, Caller, Command, Error, Rendered};
use plinth_domain::Version;
use plinth_ports::{IdempotencyKey, Record, StoredReply};
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::{
    IntoParams,
    openapi::{
        Required,
        path::{Parameter, ParameterIn},
    },
};

use crate::{
    etag,
    parameter::{header, text},
    problem::ApiError,
};

plinth_domain::codes! {
    IDEMPOTENCY_KEY_MALFORMED = "idempotency_key.malformed",
        "The key is not 1 to 255 visible ASCII characters.";
}

/// The key that the client sent: 1 to 255 visible ASCII characters.
pub(crate) fn name(request: &HttpRequest) -> Result<Option<String>, ApiError> {
    let Some(value) = request.headers().get("Idempotency-Key") else { return Ok(None) };
    let bytes = value.as_bytes();
    let fits = (1..=255).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic);
    match value.to_str() {
        Ok(text) if fits => Ok(Some(text.to_owned())),
        _ => {
            let detail = "1 to 255 visible ASCII characters";
            Err(ApiError::bad_request(IDEMPOTENCY_KEY_MALFORMED, detail))
        }
    }
}

/// The idempotency key of a request without a body.
pub(crate) struct Key(pub(crate) Option<IdempotencyKey>);

impl FromRequest for Key {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let fingerprint = || Sha256::digest(request.path()).into();
        let key = |key: Option<String>| {
            Self(key.map(|key| IdempotencyKey { key, fingerprint: fingerprint() }))
        };
        ready(name(request).map(key))
    }
}

impl IntoParams for Key {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "Identifies this attempt. A second request with the same key within 24 hours \
                     gets the first answer and changes nothing.";
        let key = text("^[!-~]+$").min_length(Some(1)).max_length(Some(255));
        vec![header("Idempotency-Key", Required::False, about, key)]
    }
}

/// The response to a change: 200 and the changed record.
pub(crate) fn changed<V: Serialize>(view: &V, version: Version) -> Result<Rendered, Error> {
    let reply = StoredReply { status: StatusCode::OK.as_u16(), ..reply(view, version)? };
    Ok(Rendered { reply, redacted: None })
}

/// The response to a creation: 201, `Location` and the record.
pub(crate) fn created<V: Serialize>(
    view: &V,
    version: Version,
    location: String,
) -> Result<Rendered, Error> {
    let reply = StoredReply { location: Some(location), ..reply(view, version)? };
    Ok(Rendered { reply, redacted: None })
}

/// The response to a request that a job fulfils: 202, `Location` and the job.
pub(crate) fn accepted<V: Serialize>(
    view: &V,
    version: Version,
    location: String,
) -> Result<Rendered, Error> {
    let status = StatusCode::ACCEPTED.as_u16();
    let reply = StoredReply { status, location: Some(location), ..reply(view, version)? };
    Ok(Rendered { reply, redacted: None })
}

/// The response to the creation of a record with a secret. `view(true)`
/// contains the secret and is sent now; `view(false)` omits it and is stored
/// for a replay.
pub(crate) fn shown_once<V: Serialize>(
    version: Version,
    view: impl Fn(bool) -> V,
) -> Result<Rendered, Error> {
    let redacted = Some(reply(&view(false), version)?);
    Ok(Rendered { reply: reply(&view(true), version)?, redacted })
}

/// The response to a creation of several records: 201 and the view.
pub(crate) fn made<V: Serialize>(view: &V) -> Result<Rendered, Error> {
    Ok(Rendered { reply: plain(view)?, redacted: None })
}

fn reply<V: Serialize>(view: &V, version: Version) -> Result<StoredReply, Error> {
    Ok(StoredReply { etag: Some(etag::format(version)), ..plain(view)? })
}

fn plain<V: Serialize>(view: &V) -> Result<StoredReply, Error> {
    Ok(StoredReply {
        status: StatusCode::CREATED.as_u16(),
        etag: None,
        location: None,
        body: serde_json::to_vec(view).map_err(Error::internal)?,
    })
}

/// Creates a record, perhaps with parts, once per key, and responds with its view and `Location`.
pub(crate) async fn create<V, R, C>(
    app: &Application,
    caller: &Caller,
    key: Option<IdempotencyKey>,
    command: C,
) -> Result<HttpResponse, ApiError>
where
    V: From<C::Output> + Serialize,
    R: Record,
    C: Command<Output: Borrow<R> + Clone>,
{
    let answer = app.execute_once(caller, key, command, |output| {
        let record = output.borrow();
        let location = format!("/api/v1/{}/{}", R::TABLE.replace('_', "-"), record.id());
        created(&V::from(output.clone()), record.revision().version, location)
    });
    respond(answer.await?)
}

/// Changes a record, perhaps with parts, once per key, and responds with its view.
pub(crate) async fn change<V, R, C>(
    app: &Application,
    caller: &Caller,
    key: Option<IdempotencyKey>,
    command: C,
) -> Result<HttpResponse, ApiError>
where
    V: From<C::Output> + Serialize,
    R: Record,
    C: Command<Output: Borrow<R> + Clone>,
{
    let answer = app.execute_once(caller, key, command, |output| {
        changed(&V::from(output.clone()), output.borrow().revision().version)
    });
    respond(answer.await?)
}

/// Sends a rendered response.
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
