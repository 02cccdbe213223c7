//! `multipart/form-data` (RFC 7578) with one file in it.

use std::{cell::Cell, rc::Rc};

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
        codes::{FIELD_REPEATED, TEXT_ENCODING},
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
    fields: Fields,
    claimed_type: Option<String>,
    file: Field,
    rest: Multipart,
}

/// The values of a form, which are known when its stream has ended.
pub(super) type Complete = Rc<Cell<Option<DocumentDraft>>>;

/// The parts of a form: what is said about the file so far, its bytes, and what the fields after it
/// complete.
pub(super) struct Parts<B> {
    pub(super) file: NewFile,
    pub(super) bytes: B,
    /// Whether a field has said the name.
    pub(super) is_named: bool,
    pub(super) complete: Complete,
}

/// The name of a document whose form has not said any yet.
const UNNAMED: &str = "unnamed";

/// The fields besides the file's bytes.
#[derive(Debug, Clone, Default)]
struct Fields {
    /// The name of the file in its part.
    file_name: Option<String>,
    name: Option<String>,
    project_id: Option<String>,
    metadata: Option<String>,
}

impl FileForm {
    /// Reads the fields before the file. The stream of the form is paced as a whole.
    pub(super) async fn read(mut form: Multipart) -> Result<Self, ApiError> {
        let mut fields = Fields::default();
        loop {
            let Some(field) = form.try_next().await.map_err(broken)? else {
                return Err(fault("/file", codes::FIELD_REQUIRED, "the form has no file"));
            };
            let (name, file_name) = names(&field)?;
            if name == "file" {
                let claimed_type = field.content_type().map(ToString::to_string);
                fields.file_name = file_name;
                return Ok(Self { fields, claimed_type, file: field, rest: form });
            }
            fields.take(field, name).await?;
        }
    }

    pub(super) fn split(
        self,
    ) -> Result<Parts<impl Stream<Item = Result<Bytes, ApiError>>>, ApiError> {
        let Self { fields, claimed_type, file, rest } = self;
        let is_named = fields.name.is_some();
        let mut known = fields.clone();
        let has_name = known.file_name.as_ref().is_some_and(|name| !name.is_empty());
        if known.name.is_none() && !has_name {
            known.name = Some(UNNAMED.to_owned());
        }
        let draft = known.check()?;
        let source = UploadSource { claimed_type, ..UploadSource::default() };
        let complete = Complete::default();
        let rest = finish(fields, rest, Rc::clone(&complete));
        let rest = futures::stream::once(rest).try_filter_map(|()| async { Ok(None) });
        let bytes = futures::StreamExt::chain(file.map_err(broken), rest);
        Ok(Parts { file: NewFile { draft, source }, bytes, is_named, complete })
    }
}

/// Reads the fields after the file.
async fn finish(mut fields: Fields, mut rest: Multipart, into: Complete) -> Result<(), ApiError> {
    while let Some(field) = rest.try_next().await.map_err(broken)? {
        let (name, _) = names(&field)?;
        if name == "file" {
            return Err(fault("/file", FIELD_REPEATED, "it is given twice"));
        }
        fields.take(field, name).await?;
    }
    into.set(Some(fields.check()?));
    Ok(())
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
        // A browser sends what was left empty, too.
        *place = Some(text(field, &name).await?).filter(|text| !text.is_empty());
        Ok(())
    }

    /// The values of the fields, or all their faults.
    fn check(self) -> Result<DocumentDraft, ApiError> {
        let mut faults = Faults::default();
        let name = match self.name {
            Some(name) => Name::parse(&name),
            None => Name::of_file(&self.file_name.unwrap_or_default()),
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

/// The name of a part, and that of its file.
fn names(field: &Field) -> Result<(String, Option<String>), ApiError> {
    let header = field.headers().get(CONTENT_DISPOSITION);
    let parsed = header.map(|value| PartDisposition::parse(value.as_bytes())).unwrap_or_default();
    let PartDisposition { name, file_name } = parsed;
    let missing = || {
        let detail = "a part of the form has no Content-Disposition with a name";
        ApiError::bad_request(BODY_MALFORMED, detail)
    };
    Ok((name.ok_or_else(missing)?, file_name))
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
