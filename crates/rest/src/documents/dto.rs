use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use plinth_application::MetadataPatch;
use plinth_domain::{Document, DocumentChanges, DocumentVersion, Name, Verdict};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, value::RawValue};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    json::{Faults, Form, Merge},
    values::{identity, names, object},
};

names! {
    /// The kind of a document.
    DocumentKindName = Pdf, Photo, Ifc, Other
}

names! {
    /// The state of a document's processing.
    DocumentStatusName = Pending, Processing, Ready, Unreadable, Rejected, Failed
}

/// A document.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DocumentView {
    id: Uuid,
    #[schema(example = "drawing.pdf")]
    name: String,
    project_id: Option<Uuid>,
    #[schema(value_type = DocumentKindName)]
    kind: &'static str,
    /// The processing state of the current version.
    #[schema(value_type = DocumentStatusName)]
    status: &'static str,
    /// Free-form data of the client.
    #[schema(value_type = Object)]
    metadata: Option<Box<RawValue>>,
    current: DocumentVersionView,
    /// Increases by one with each change; the `ETag` is this number in quotes.
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// One content of a document. Its bytes never change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DocumentVersionView {
    /// For `?version=` of the download.
    id: Uuid,
    /// The number of the version in its document, from 1.
    #[schema(example = 1)]
    number: u32,
    /// Determined by the content, not by the client's headers.
    #[schema(example = "application/pdf")]
    content_type: &'static str,
    #[schema(example = 48_213)]
    size_bytes: u64,
    /// Hexadecimal; null until a worker has read the bytes of a direct upload.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    sha256: Option<String>,
    #[schema(value_type = DocumentStatusName)]
    status: &'static str,
    /// Why the version is unreadable, rejected or failed.
    verdict: Option<DocumentVerdictView>,
    /// What was found in it: `{"pages": 3, "title": "…"}` of a PDF,
    /// `{"width": 4032, "height": 3024, "orientation": 6}` of a picture,
    /// `{"schema": "IFC4", "project": "…", "entity_counts": {…}}` of a model.
    #[schema(value_type = Object)]
    properties: Option<Box<RawValue>>,
    has_thumbnails: bool,
    /// The job that inspects it; `GET /jobs/{id}` shows its progress.
    job_id: Uuid,
    created_at: DateTime<Utc>,
}

/// Why a version is unreadable, rejected or failed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DocumentVerdictView {
    #[schema(example = "document.malformed")]
    code: String,
    detail: String,
}

impl From<Document> for DocumentView {
    fn from(document: Document) -> Self {
        Self {
            id: document.id.uuid(),
            kind: document.kind().name(),
            status: document.current.processing.name(),
            name: document.name.as_str().to_owned(),
            project_id: document.project.map(plinth_domain::Id::uuid),
            metadata: RawValue::from_string(document.metadata.into_string()).ok(),
            version: document.revision.version.number(),
            created_at: document.revision.created_at,
            updated_at: document.revision.updated_at,
            current: document.current.into(),
        }
    }
}

impl From<DocumentVersion> for DocumentVersionView {
    fn from(version: DocumentVersion) -> Self {
        let verdict =
            |v: &Verdict| DocumentVerdictView { code: v.code.clone(), detail: v.detail.clone() };
        Self {
            id: version.id.uuid(),
            number: version.number,
            content_type: version.content_type.media_type(),
            size_bytes: version.size_bytes,
            sha256: version.sha256.map(|hash| HEXLOWER.encode(&hash)),
            status: version.processing.name(),
            verdict: version.processing.verdict().map(verdict),
            properties: RawValue::from_string(version.properties.into_string()).ok(),
            has_thumbnails: version.has_thumbnails,
            job_id: version.job.uuid(),
            created_at: version.revision.created_at,
        }
    }
}

/// A change to a document: a merge patch (RFC 7396). `null` clears a field;
/// metadata is merged key by key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DocumentPatch {
    /// The extension must match the content's type.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    name: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    project_id: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Object)]
    metadata: Merge<Map<String, Value>>,
}

impl Form for DocumentPatch {
    /// The changes and the metadata patch.
    type Value = (DocumentChanges, Option<MetadataPatch>);

    fn check(self, f: &mut Faults) -> Option<Self::Value> {
        let name = self.name.required(f, "/name", |text| Name::parse(&text));
        let project = self.project_id.optional(f, "/project_id", |text| identity(&text));
        let metadata =
            self.metadata.required(f, "/metadata", |patch| object(&patch).map(|_| patch));
        let changes = DocumentChanges { name: name?, project: project?, metadata: None };
        Some((changes, metadata?))
    }
}
