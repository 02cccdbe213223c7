//! The headers of the tus protocol.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder,
    dev::Payload,
    http::{StatusCode, header},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use plinth_application::{
    Expected,
    uploads::{UploadGoal, UploadSource},
};
use plinth_domain::{DocumentDraft, Invalid, Name, codes};
use utoipa::{
    IntoParams,
    openapi::{
        Required,
        path::{Parameter, ParameterIn},
    },
};

use super::concatenation::Concatenation;
use crate::{
    documents::file_name_text,
    json::{Faults, parse_object},
    parameter::{header, text as text_of},
    problem::ApiError,
    uploads::codes::{UPLOAD_HEADER, UPLOAD_VERSION},
    values::{identity, object},
};

/// The supported version of the protocol.
const VERSION: &str = "1.0.0";

pub(super) const LENGTH: &str = "Upload-Length";
pub(super) const DEFER_LENGTH: &str = "Upload-Defer-Length";

/// The maximum length of `Upload-Metadata`, in bytes.
const METADATA_BYTES: usize = 32 * 1024;

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

/// The pairs of `Upload-Metadata`.
#[derive(Default)]
struct Metadata {
    file_name: Option<String>,
    file_type: Option<String>,
    project_id: Option<String>,
    document_id: Option<String>,
    extra: Option<String>,
}

/// Reads the headers of a creation.
pub(super) fn creation(request: &HttpRequest) -> Result<(UploadGoal, UploadSource), ApiError> {
    let concatenation = Concatenation::of(request)?;
    let length = length(request, &concatenation)?;
    let mut metadata = Metadata::read(text(request, "Upload-Metadata").unwrap_or_default())?;
    let claimed_type = metadata.file_type.take().map(|kind| kind.chars().take(200).collect());
    let (goal, joins) = match concatenation {
        Concatenation::Whole => (metadata.check()?, Vec::new()),
        Concatenation::Part => (UploadGoal::Part, Vec::new()),
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

impl Metadata {
    /// Parses pairs of a key and a value in Base64, separated by commas.
    fn read(header: &str) -> Result<Self, ApiError> {
        if header.len() > METADATA_BYTES {
            let detail = format!("Upload-Metadata may have at most {METADATA_BYTES} bytes");
            return Err(ApiError::bad_request(UPLOAD_HEADER, detail));
        }
        let mut said = Self::default();
        for pair in header.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
            let place = match key {
                "filename" | "name" => &mut said.file_name,
                "filetype" | "type" => &mut said.file_type,
                "project_id" => &mut said.project_id,
                "document_id" => &mut said.document_id,
                "metadata" => &mut said.extra,
                // Clients may send further keys, such as `relativePath` or `caption`.
                _ => continue,
            };
            let value = STANDARD.decode(value.trim()).ok();
            let value = value.and_then(|bytes| match key {
                "filename" | "name" => Some(file_name_text(&bytes)),
                _ => String::from_utf8(bytes).ok(),
            });
            let value = value.ok_or_else(|| {
                ApiError::bad_request(UPLOAD_HEADER, "Upload-Metadata holds text in Base64")
            })?;
            *place = Some(value);
        }
        Ok(said)
    }

    fn check(self) -> Result<UploadGoal, ApiError> {
        let mut faults = Faults::default();
        let document = faults.check_some("/document_id", self.document_id, |text| identity(&text));
        let project = faults.check_some("/project_id", self.project_id, |text| identity(&text));
        let metadata = faults.check_some("/metadata", self.extra, |text| {
            parse_object(&text).and_then(|fields| object(&fields))
        });
        let goal = match document {
            None => None,
            Some(Some(document)) => Some(UploadGoal::Version { document, expected: Expected::ANY }),
            Some(None) => {
                let missing =
                    || Invalid::new(codes::FIELD_REQUIRED, "Upload-Metadata needs a filename");
                let name = self.file_name.ok_or_else(missing).and_then(|name| Name::of_file(&name));
                let name = faults.check("/filename", name);
                name.zip(project).zip(metadata).map(|((name, project), metadata)| {
                    let metadata = metadata.unwrap_or_default();
                    UploadGoal::Document(DocumentDraft { name, project, metadata })
                })
            }
        };
        faults.into_result(goal)
    }
}
