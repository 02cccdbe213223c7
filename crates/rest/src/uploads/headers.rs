//! The headers of the tus protocol.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder,
    dev::Payload,
    http::{StatusCode, header},
};
use plinth_application::uploads::{UploadGoal, UploadSource};
use utoipa::{
    IntoParams,
    openapi::{
        Required,
        path::{Parameter, ParameterIn},
    },
};

use super::{
    codes::{UPLOAD_HEADER, UPLOAD_VERSION},
    concatenation::Concatenation,
    metadata::Metadata,
};
use crate::{
    parameter::{header, text as text_of},
    problem::ApiError,
};

/// The supported version of the protocol.
const VERSION: &str = "1.0.0";

pub(super) const LENGTH: &str = "Upload-Length";
pub(super) const DEFER_LENGTH: &str = "Upload-Defer-Length";

/// Requires the supported version in `Tus-Resumable`. Otherwise the response is 412 with the
/// supported version.
pub(crate) struct Tus;

impl FromRequest for Tus {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let spoken = text(request, "Tus-Resumable");
        ready(if spoken == Some(VERSION) {
            Ok(Self)
        } else {
            let detail = format!("this needs Tus-Resumable: {VERSION}");
            Err(ApiError::new(StatusCode::PRECONDITION_FAILED, UPLOAD_VERSION, detail))
        })
    }
}

impl IntoParams for Tus {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let version = text_of("^1\\.0\\.0$").examples([VERSION]);
        vec![header("Tus-Resumable", Required::True, "The version of the protocol", version)]
    }
}

/// A response with the header `Tus-Resumable`.
pub(super) fn respond(status: StatusCode) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response
        .insert_header(("Tus-Resumable", VERSION))
        .insert_header((header::CACHE_CONTROL, "no-store"));
    response
}

/// The response to `OPTIONS`: version, extensions and maximum size.
pub(super) fn describe(max_bytes: u64) -> HttpResponse {
    respond(StatusCode::NO_CONTENT)
        .insert_header(("Tus-Version", VERSION))
        .insert_header(("Tus-Extension", super::EXTENSIONS))
        .insert_header(("Tus-Max-Size", max_bytes.to_string()))
        .insert_header(("Tus-Checksum-Algorithm", super::checksum::ALGORITHMS))
        .finish()
}

/// A number of bytes in a header.
pub(super) fn bytes(request: &HttpRequest, name: &'static str) -> Result<u64, ApiError> {
    let number = text(request, name).filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
    number.and_then(|digits| digits.parse().ok()).ok_or_else(|| {
        ApiError::bad_request(UPLOAD_HEADER, format!("{name} must be a number of bytes"))
    })
}

pub(super) fn text<'r>(request: &'r HttpRequest, name: &str) -> Option<&'r str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}

/// Reads the headers of a creation.
pub(super) fn creation(request: &HttpRequest) -> Result<(UploadGoal, UploadSource), ApiError> {
    let concatenation = Concatenation::of(request)?;
    let length = length(request, &concatenation)?;
    let mut metadata = Metadata::read(text(request, "Upload-Metadata").unwrap_or_default())?;
    let claimed_type = metadata.file_type.take().map(|kind| kind.chars().take(200).collect());
    let (goal, joins) = match concatenation {
        Concatenation::Whole => (metadata.check()?, Vec::new()),
        Concatenation::Partial => (UploadGoal::Partial, Vec::new()),
        Concatenation::Joins(parts) => (metadata.check()?, parts),
    };
    Ok((goal, UploadSource { length, claimed_type, joins }))
}

/// The length that a creation declares; `None` when a later request tells it, or the parts have it.
fn length(request: &HttpRequest, concatenation: &Concatenation) -> Result<Option<u64>, ApiError> {
    let is_given = request.headers().contains_key(LENGTH);
    let deferred = request.headers().get(DEFER_LENGTH);
    let refused = |detail: &str| Err(ApiError::bad_request(UPLOAD_HEADER, detail));
    if let Concatenation::Joins(_) = concatenation {
        if is_given || deferred.is_some() {
            return refused("an upload that joins others has their length: send none");
        }
        return Ok(None);
    }
    match deferred {
        None => bytes(request, LENGTH).map(Some),
        Some(_) if is_given => refused("send either Upload-Length or Upload-Defer-Length"),
        Some(deferred) if deferred == "1" => Ok(None),
        Some(_) => refused("Upload-Defer-Length must be 1"),
    }
}
