//! The headers of an answer about an upload.

use std::time::SystemTime;

use actix_web::{HttpRequest, HttpResponseBuilder, http::header::HttpDate};
use plinth_domain::{Upload, UploadState, UploadTarget};

use super::{
    concatenation,
    headers::{DEFER_LENGTH, LENGTH},
};
use crate::{middleware::RequestContext, problem::ApiError};

pub(super) fn describe_progress(
    response: &mut HttpResponseBuilder,
    upload: &Upload,
    request: &HttpRequest,
) -> Result<(), ApiError> {
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
    let prefix = &RequestContext::of(request)?.prefix;
    if let Some(concatenation) = concatenation::of_upload(upload, prefix) {
        response.insert_header((concatenation::HEADER, concatenation));
    }
    Ok(())
}
