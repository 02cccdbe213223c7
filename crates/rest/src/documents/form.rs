//! `multipart/form-data` (RFC 7578) with one file in it.

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::{
    error::PayloadError,
    http::{
        StatusCode,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderMap, HeaderValue},
    },
    web::Bytes,
};
use futures::{Stream, TryStreamExt};
use plinth_application::uploads::{NewFile, UploadSource};
use plinth_domain::{Code, DocumentDraft, Invalid, JsonObject, Name, codes};

use crate::{
    documents::{
        codes::{FIELD_REPEATED, MULTIPART_AFTER_FILE, TEXT_ENCODING},
        disposition::PartDisposition,
    },
    json::codes::{BODY_MALFORMED, BODY_MEDIA_TYPE, FIELD_UNKNOWN},
    json::{Faults, parse_object},
    problem::ApiError,
    transfer,
    values::{identity, object},
};

/// The maximum length of a field other than the file, in bytes: the limit of metadata, with space
/// for white space.
const FIELD_BYTES: usize = 64 * 1024;

/// The file, and the fields before it.
pub(super) struct FileForm {
    described: NewFile,
    file: Field,
    rest: Multipart,
}

/// The fields that may precede the file.
#[derive(Default)]
struct Fields {
    name: Option<String>,
    project_id: Option<String>,
    metadata: Option<String>,
}

impl FileForm {
    /// Reads the fields before the file. They must precede it, because they are
    /// needed when its first byte arrives. The stream of the form is paced as a whole.
    pub(super) async fn read(mut form: Multipart) -> Result<Self, ApiError> {
        let mut fields = Fields::default();
        loop {
            let Some(field) = form.try_next().await.map_err(broken)? else {
                return Err(fault("/file", codes::FIELD_REQUIRED, "the form has no file"));
            };
            let disposition = disposition(&field)?;
            if disposition.name == "file" {
                let claimed_type = field.content_type().map(ToString::to_string);
                let draft = fields.check(disposition.file_name)?;
                let source = UploadSource { length: None, claimed_type };
                return Ok(Self { described: NewFile { draft, source }, file: field, rest: form });
            }
            fields.take(field, disposition.name).await?;
        }
    }

    /// What is said about the file, and its bytes. The form must end after it.
    pub(super) fn split(self) -> (NewFile, impl Stream<Item = Result<Bytes, ApiError>>) {
        let over = futures::stream::once(over(self.rest)).try_filter_map(|()| async { Ok(None) });
        (self.described, futures::StreamExt::chain(self.file.map_err(broken), over))
    }
}

async fn over(mut rest: Multipart) -> Result<(), ApiError> {
    match rest.try_next().await.map_err(broken)? {
        None => Ok(()),
        Some(_) => {
            Err(fault("/file", MULTIPART_AFTER_FILE, "the file must be the form's last field"))
        }
    }
}

impl Fields {
    async fn take(&mut self, field: Field, name: String) -> Result<(), ApiError> {
        let place = match name.as_str() {
            "name" => &mut self.name,
            "project_id" => &mut self.project_id,
            "metadata" => &mut self.metadata,
            _ => {
                let pointer = format!("/{}", name.chars().take(100).collect::<String>());
                return Err(fault(&pointer, FIELD_UNKNOWN, "there is no such field"));
            }
        };
        if place.is_some() {
            return Err(fault(&format!("/{name}"), FIELD_REPEATED, "it is given twice"));
        }
        *place = Some(text(field, &name).await?);
        Ok(())
    }

    /// The values of the fields, or all their faults.
    fn check(self, file_name: Option<String>) -> Result<DocumentDraft, ApiError> {
        let mut faults = Faults::default();
        let name = match self.name {
            Some(name) => given_name(&name),
            None => Name::of_file(&file_name.unwrap_or_default()),
        };
        let name = faults.check("/name", name);
        let project = faults.check_some("/project_id", self.project_id, |text| identity(&text));
        let metadata = faults.check_some("/metadata", self.metadata, |text| metadata(&text));
        let draft = name.zip(project).zip(metadata).map(|((name, project), metadata)| {
            DocumentDraft { name, project, metadata: metadata.unwrap_or_default() }
        });
        faults.into_result(draft)
    }
}

/// A file's name that a client gives explicitly: it is made readable, but not shortened.
fn given_name(text: &str) -> Result<Name, Invalid> {
    if text.chars().count() > Name::MAX {
        return Name::parse(text);
    }
    Name::of_file(text)
}

/// The form in `body`. The reader of forms refuses names of files in other encodings than UTF-8,
/// and the reader of other multipart bodies leaves the header of each part to us.
pub(super) fn form(
    headers: &HeaderMap,
    body: impl Stream<Item = Result<Bytes, PayloadError>> + 'static,
) -> Multipart {
    const FORM: &str = "multipart/form-data";
    let mut headers = headers.clone();
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let (kind, parameters) =
        content_type.and_then(|value| value.split_at_checked(FORM.len())).unwrap_or_default();
    if kind.eq_ignore_ascii_case(FORM)
        && let Ok(mixed) = HeaderValue::from_str(&format!("multipart/mixed{parameters}"))
    {
        headers.insert(CONTENT_TYPE, mixed);
    }
    Multipart::new(&headers, body)
}

/// The `Content-Disposition` of a part.
struct Disposition {
    name: String,
    file_name: Option<String>,
}

fn disposition(field: &Field) -> Result<Disposition, ApiError> {
    let header = field.headers().get(CONTENT_DISPOSITION);
    let parsed = header.map(|value| PartDisposition::parse(value.as_bytes())).unwrap_or_default();
    let PartDisposition { name, file_name } = parsed;
    let missing = || {
        let detail = "a part of the form has no Content-Disposition with a name";
        ApiError::bad_request(BODY_MALFORMED, detail)
    };
    Ok(Disposition { name: name.ok_or_else(missing)?, file_name })
}

fn metadata(text: &str) -> Result<JsonObject, Invalid> {
    parse_object(text).and_then(|fields| object(&fields))
}

async fn text(mut field: Field, name: &str) -> Result<String, ApiError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.try_next().await.map_err(broken)? {
        if bytes.len() + chunk.len() > FIELD_BYTES {
            return Err(fault(&format!("/{name}"), codes::TEXT_TOO_LONG, "it is too long"));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes)
        .map_err(|_| fault(&format!("/{name}"), TEXT_ENCODING, "it must be UTF-8"))
}

fn fault(pointer: &str, code: Code, detail: &str) -> ApiError {
    ApiError::invalid_body(vec![crate::problem::Fault::at(pointer, code, detail)])
}

fn broken(error: MultipartError) -> ApiError {
    match error {
        MultipartError::ContentTypeMissing
        | MultipartError::ContentTypeIncompatible
        | MultipartError::ContentTypeParse => ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            BODY_MEDIA_TYPE,
            "the body must be multipart/form-data",
        ),
        MultipartError::Payload(error) => transfer::broken(&error),
        MultipartError::Incomplete => transfer::broken(&PayloadError::Incomplete(None)),
        other => ApiError::bad_request(BODY_MALFORMED, other.to_string()),
    }
}
