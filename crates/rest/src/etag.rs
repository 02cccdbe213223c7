//! `ETag`, `If-Match` and `If-None-Match` (RFC 9110, sections 8.8.3 and 13).

mod parameters;
mod tags;

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::{
        StatusCode,
        header::{self, HeaderName},
    },
};
use plinth_application::{Error, Expected};
use plinth_domain::Version;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::problem::ApiError;
use tags::{Malformed, Tags};

pub(crate) use parameters::Conditional;

plinth_domain::codes! {
    IF_MATCH_REQUIRED = "if_match.required", "A change needs If-Match with the record's ETag.";
    IF_MATCH_MALFORMED = "if_match.malformed", "If-Match is neither a list of entity tags nor *.";
    IF_NONE_MATCH_MALFORMED = "if_none_match.malformed",
        "If-None-Match is neither a list of entity tags nor *.";
}

/// A record's entity tag: its version, quoted.
pub(crate) fn format(version: Version) -> String {
    quoted(&version.number().to_string())
}

/// A strong entity tag.
pub(crate) fn quoted(opaque: &str) -> String {
    format!("\"{opaque}\"")
}

/// The tag, without quotes, of what has these bytes.
pub(crate) fn of_bytes(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().take(8).fold(String::new(), |tag, byte| format!("{tag}{byte:02x}"))
}

/// The required `If-Match` of a PATCH or DELETE; 428 (RFC 6585) without it.
pub(crate) struct IfMatch(pub(crate) Expected);

/// An optional `If-Match`.
pub(crate) struct MaybeIfMatch(pub(crate) Expected);

impl FromRequest for IfMatch {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let missing = || {
            let detail = "this needs If-Match with the record's ETag";
            ApiError::new(StatusCode::PRECONDITION_REQUIRED, IF_MATCH_REQUIRED, detail)
        };
        ready(expected(request).and_then(|expected| {
            if expected.one_of.is_some() { Ok(Self(expected)) } else { Err(missing()) }
        }))
    }
}

impl FromRequest for MaybeIfMatch {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(expected(request).map(Self))
    }
}

/// The preconditions of a change.
fn expected(request: &HttpRequest) -> Result<Expected, ApiError> {
    Ok(Expected {
        one_of: if_match(request)?.map(|tags| tags.strong_versions()),
        none_of: if_none_match(request)?.map(|tags| tags.weak_versions()),
    })
}

fn if_match(request: &HttpRequest) -> Result<Option<Tags>, ApiError> {
    tags(request, &header::IF_MATCH)
        .map_err(|detail| ApiError::bad_request(IF_MATCH_MALFORMED, detail))
}

fn if_none_match(request: &HttpRequest) -> Result<Option<Tags>, ApiError> {
    tags(request, &header::IF_NONE_MATCH)
        .map_err(|detail| ApiError::bad_request(IF_NONE_MATCH_MALFORMED, detail))
}

fn tags(request: &HttpRequest, name: &HeaderName) -> Result<Option<Tags>, &'static str> {
    Tags::read(request.headers(), name)
        .map_err(|Malformed| "entity tags such as \"3\" with commas between them, or *")
}

/// Answers the preconditions of a GET of what has this tag: 304 when the client has it, the error
/// 412 when `If-Match` names another one, and `None` when it must be sent.
pub(crate) fn unchanged(
    request: &HttpRequest,
    opaque: &str,
) -> Result<Option<HttpResponse>, ApiError> {
    if if_match(request)?.is_some_and(|tags| !tags.have_strong(opaque)) {
        return Err(Error::Stale.into());
    }
    let tag = (header::ETAG, quoted(opaque));
    Ok(is_known(request, opaque)?.then(|| HttpResponse::NotModified().insert_header(tag).finish()))
}

/// Whether `If-None-Match` names this tag.
pub(crate) fn is_known(request: &HttpRequest, opaque: &str) -> Result<bool, ApiError> {
    Ok(if_none_match(request)?.is_some_and(|tags| tags.have_weak(opaque)))
}

/// Whether `Range` applies to what has this tag: `If-Range` is absent, or is exactly this strong
/// tag. A date never matches, because no `Last-Modified` is sent.
pub(crate) fn range_applies(request: &HttpRequest, opaque: &str) -> bool {
    let mut lines = request.headers().get_all(header::IF_RANGE);
    match (lines.next(), lines.next()) {
        (None, _) => true,
        (Some(line), None) => line.as_bytes().trim_ascii() == quoted(opaque).as_bytes(),
        (Some(_), Some(_)) => false,
    }
}

/// Responds with a record: 200 with its tag, or as its preconditions say.
pub(crate) fn item<V: Serialize>(
    request: &HttpRequest,
    view: &V,
    version: Version,
) -> Result<HttpResponse, ApiError> {
    let answered = unchanged(request, &version.number().to_string())?;
    Ok(answered.unwrap_or_else(|| changed(view, version)))
}

/// Responds with a changed record: 200 with its new tag.
pub(crate) fn changed<V: Serialize>(view: &V, version: Version) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::ETAG, format(version))).json(view)
}
