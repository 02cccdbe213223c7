use base64::{Engine, engine::general_purpose::STANDARD};
use plinth_application::{Expected, uploads::UploadGoal};
use plinth_domain::{DocumentDraft, Invalid, Name, codes};

use super::codes::UPLOAD_HEADER;
use crate::{
    documents::file_name_text,
    json::{Faults, parse_object},
    problem::ApiError,
    values::{identity, object},
};

/// The maximum length of `Upload-Metadata`, in bytes.
const METADATA_BYTES: usize = 32 * 1024;

/// The pairs of `Upload-Metadata`.
#[derive(Default)]
pub(super) struct Metadata {
    file_name: Option<String>,
    pub(super) file_type: Option<String>,
    project_id: Option<String>,
    document_id: Option<String>,
    extra: Option<String>,
}

impl Metadata {
    /// Parses pairs of a key and a value in Base64, separated by commas.
    pub(super) fn read(header: &str) -> Result<Self, ApiError> {
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

    pub(super) fn check(self) -> Result<UploadGoal, ApiError> {
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
