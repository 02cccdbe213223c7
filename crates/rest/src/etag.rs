//! `ETag`, `If-Match` and `If-None-Match` (RFC 9110, section 13).

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::{StatusCode, header},
};
use plinth_application::Expected;
use plinth_domain::Version;
use serde::Serialize;

use crate::problem::ApiError;

plinth_domain::codes! {
    IF_MATCH_REQUIRED = "if_match.required", "A change needs If-Match with the record's ETag.";
    IF_MATCH_MALFORMED = "if_match.malformed", "If-Match is not one entity tag, or *.";
}

/// A record's entity tag: its version, quoted.
pub(crate) fn format(version: Version) -> String {
    format!("\"{}\"", version.number())
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
        ready(parse(request).and_then(|expected| expected.map(Self).ok_or_else(missing)))
    }
}

impl FromRequest for MaybeIfMatch {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse(request).map(|expected| Self(expected.unwrap_or(Expected::Any))))
    }
}

fn parse(request: &HttpRequest) -> Result<Option<Expected>, ApiError> {
    let Some(value) = request.headers().get(header::IF_MATCH) else { return Ok(None) };
    let malformed =
        || ApiError::bad_request(IF_MATCH_MALFORMED, "one entity tag such as \"3\", or *");
    let text = value.to_str().map_err(|_| malformed())?.trim();
    if text == "*" {
        return Ok(Some(Expected::Any));
    }
    // A weak tag never matches in `If-Match` (RFC 9110, 13.1.1); version 0 does
    // not exist.
    let strong = text.strip_prefix("W/").map_or(text, |_| "\"0\"");
    let number = strong.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let number = number.and_then(|digits| digits.parse().ok()).ok_or_else(malformed)?;
    Ok(Some(Expected::Version(Version::from_number(number))))
}

/// Responds with a record: 200 with its tag, or 304 if `If-None-Match` has it.
pub(crate) fn item<V: Serialize>(
    request: &HttpRequest,
    view: &V,
    version: Version,
) -> HttpResponse {
    let tag = format(version);
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok());
    let has_it = known.is_some_and(|list| {
        list.split(',').map(|t| t.trim().trim_start_matches("W/")).any(|t| t == tag || t == "*")
    });
    if has_it {
        return HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish();
    }
    HttpResponse::Ok().insert_header((header::ETAG, tag)).json(view)
}

/// Responds with a changed record: 200 with its new tag.
pub(crate) fn changed<V: Serialize>(view: &V, version: Version) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::ETAG, format(version))).json(view)
}
