//! The headers of an answer about an upload.

use std::time::SystemTime;

use actix_web::{HttpRequest, HttpResponseBuilder, http::header::HttpDate};
use plinth_domain::{Upload, UploadState, UploadTarget};

use super::{
    concatenation,
    headers::{DEFER_LENGTH, LENGTH},
};
use crate::{middleware::RequestContext, problem::ApiError};

pub(super) fn describe_progress(response: &mut HttpResponseBuilder, upload: &Upload) {
    let expires = HttpDate::from(SystemTime::from(upload.expires_at));
    response.insert_header(("Upload-Expires", expires.to_string()));
    let is_joining = !upload.joins.is_empty() && upload.state != UploadState::Finished;
    if !is_joining {
        response.insert_header(("Upload-Offset", upload.progress.offset.to_string()));
    }
    match upload.length {
        Some(length) => response.insert_header((LENGTH, length.to_string())),
        None => response.insert_header((DEFER_LENGTH, "1")),
    };
    if upload.target != UploadTarget::Partial {
        let document = format!("/api/v1/documents/{}", upload.document);
        response.insert_header(("Plinth-Document", document));
    }
    if upload.target == UploadTarget::Partial {
        response.insert_header((concatenation::HEADER, concatenation::PARTIAL));
    }
}

/// Names the uploads that this one joins. These are up to 256 URLs, a head that some proxies refuse:
/// only the answer to the question has them.
pub(super) fn describe_joins(
    response: &mut HttpResponseBuilder,
    upload: &Upload,
    request: &HttpRequest,
) -> Result<(), ApiError> {
    if !upload.joins.is_empty() {
        let prefix = &RequestContext::of(request)?.prefix;
        response.insert_header((concatenation::HEADER, concatenation::joining(upload, prefix)));
    }
    Ok(())
}
