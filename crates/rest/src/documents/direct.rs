use actix_web::{HttpResponse, delete, post};
use plinth_application::uploads::{DirectUpload, UPLOAD_WRONG_PARTS, UploadGoal, UploadSource};
use plinth_domain::{DocumentDraft, Invalid, Name, codes};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{dto::DocumentView, upload::created};
use crate::{
    idempotency,
    json::{Body, Faults, Form, given},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    values::{identity, object},
};

/// A file that the client will put into the object storage by itself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "tower.ifc", "size_bytes": 734_003_200}))]
pub(crate) struct NewDirectUpload {
    /// Of a new document.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, min_length = 1, max_length = 200, example = "tower.ifc")]
    name: Option<String>,
    /// The document that gets a new version, instead of a new document.
    #[schema(value_type = Option<Uuid>)]
    document_id: Option<String>,
    #[schema(value_type = Option<Uuid>)]
    project_id: Option<String>,
    /// An object of at most 16 KiB.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
    /// How many bytes it has.
    #[schema(minimum = 1, example = 734_003_200)]
    size_bytes: u64,
    /// What it claims to be; the content decides.
    #[schema(max_length = 200, example = "application/x-step")]
    content_type: Option<String>,
}

impl Form for NewDirectUpload {
    type Value = (UploadGoal, UploadSource);

    fn check(self, faults: &mut Faults) -> Option<Self::Value> {
        let name = faults.check_some("/name", self.name, |text| Name::parse(&text));
        let document = faults.check_some("/document_id", self.document_id, |text| identity(&text));
        let project = faults.check_some("/project_id", self.project_id, |text| identity(&text));
        let metadata = faults.check_some("/metadata", self.metadata, |fields| object(&fields));
        let claimed = faults.check_some("/content_type", self.content_type, short);
        let length = faults.check("/size_bytes", positive(self.size_bytes));
        let missing = || Invalid::new(codes::FIELD_REQUIRED, "a new document needs a name");
        let name = match (&document, name) {
            (Some(None), Some(None)) => faults.check("/name", Err(missing())),
            (_, name) => name,
        };
        let source =
            UploadSource { length: Some(length?), claimed_type: claimed?, joins: Vec::new() };
        if let Some(document) = document? {
            let expected = plinth_application::Expected::ANY;
            return Some((UploadGoal::Version { document, expected }, source));
        }
        let (project, metadata) = (project?, metadata?.unwrap_or_default());
        Some((UploadGoal::Document(DocumentDraft { name: name??, project, metadata }), source))
    }
}

fn short(text: String) -> Result<String, Invalid> {
    if text.chars().count() > 200 {
        return Err(Invalid::new(codes::TEXT_TOO_LONG, "at most 200 characters"));
    }
    if text.chars().any(char::is_control) {
        return Err(Invalid::new(
            codes::TEXT_CONTROL_CHARACTER,
            "control characters are not allowed",
        ));
    }
    Ok(text)
}

fn positive(bytes: u64) -> Result<u64, Invalid> {
    if bytes > 0 {
        Ok(bytes)
    } else {
        Err(Invalid::new(codes::NUMBER_OUT_OF_RANGE, "at least 1 byte"))
    }
}

/// Where the parts go.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DirectUploadView {
    id: Uuid,
    /// The document that it leads to.
    document_id: Uuid,
    /// How long each part is, but the last.
    part_bytes: u64,
    /// `PUT` each part to its URL, and keep the `ETag` of the answer.
    parts: Vec<DirectUploadUrlView>,
    urls_expire_at: chrono::DateTime<chrono::Utc>,
    /// When the upload is given up.
    expires_at: chrono::DateTime<chrono::Utc>,
}

/// Where one part goes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DirectUploadUrlView {
    number: u16,
    #[schema(format = "uri")]
    url: String,
}

impl From<DirectUpload> for DirectUploadView {
    fn from(direct: DirectUpload) -> Self {
        let part = |part: plinth_application::uploads::PartUrl| DirectUploadUrlView {
            number: part.number,
            url: part.url.0,
        };
        Self {
            id: direct.upload.id.uuid(),
            document_id: direct.upload.document.uuid(),
            part_bytes: direct.part_bytes,
            parts: direct.parts.into_iter().map(part).collect(),
            urls_expire_at: direct.urls_expire_at,
            expires_at: direct.upload.expires_at,
        }
    }
}

/// Begin an upload straight into the object storage.
#[utoipa::path(
    tag = "documents",
    operation_id = "create_direct_upload",
    request_body = NewDirectUpload,
    responses(
        (status = 201, body = DirectUploadView),
        (status = 404, description = "not_found"),
        (status = 409, description = "upload.direct_unavailable, record.in_use, plan_limit_exceeded"),
        (status = 413, description = "document.too_large"),
    ),
    security(("bearer" = ["document:create"])),
)]
#[post("/documents/uploads")]
pub(crate) async fn create_direct_upload(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<NewDirectUpload>,
) -> Result<HttpResponse, ApiError> {
    let (goal, source) = body.value;
    let direct = app.begin_direct(&caller, goal, source).await?;
    Ok(HttpResponse::Created().json(DirectUploadView::from(direct)))
}

/// The parts, as the object storage has acknowledged them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DirectUploadParts {
    /// All of them, in order.
    #[schema(max_items = 1000)]
    parts: Vec<DirectUploadPart>,
}

/// One part.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DirectUploadPart {
    /// From 1.
    #[schema(minimum = 1, maximum = 1000)]
    number: u16,
    /// The `ETag` that its `PUT` was answered with.
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = "^[!-~]+$",
        example = "\"9bb58f26192e4ba00f01e2e7b136bbd8\""
    )]
    etag: String,
}

impl Form for DirectUploadParts {
    type Value = Vec<String>;

    fn check(self, faults: &mut Faults) -> Option<Vec<String>> {
        let mut receipts = Vec::new();
        for (place, part) in self.parts.into_iter().enumerate() {
            let pointer = format!("/parts/{place}");
            let fits = usize::from(part.number) == place + 1
                && (1..=200).contains(&part.etag.len())
                && part.etag.bytes().all(|byte| byte.is_ascii_graphic());
            let fault = || {
                Invalid::new(UPLOAD_WRONG_PARTS, "the parts in order, from 1, each with its ETag")
            };
            receipts.push(faults.check(&pointer, fits.then_some(part.etag).ok_or_else(fault)));
        }
        receipts.into_iter().collect()
    }
}

/// Complete a direct upload.
#[utoipa::path(
    tag = "documents",
    operation_id = "complete_direct_upload",
    params(("id" = uuid::Uuid, Path), idempotency::Key),
    request_body = DirectUploadParts,
    responses(
        (status = 201, body = DocumentView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 409, description = "upload.in_use, document.concurrent_version, state.transition, plan_limit_exceeded"),
        (status = 412, description = "if_match.stale"),
        (status = 429, description = "upload.share_taken"),
        (status = 503, description = "upload.too_many"),
    ),
    security(("bearer" = ["document:create"])),
)]
#[post("/documents/uploads/{id}/complete")]
pub(crate) async fn complete_direct_upload(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<plinth_domain::Upload>,
    body: Body<DirectUploadParts>,
) -> Result<HttpResponse, ApiError> {
    let completed = app.complete_direct(&caller, id.0, body.value, body.key, created);
    idempotency::respond(completed.await?)
}

/// Give a direct upload up.
#[utoipa::path(
    tag = "documents",
    operation_id = "abandon_direct_upload",
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 204, description = "The upload is removed, with its stored bytes"),
        (status = 412, description = "if_match.stale"),
    ),
    security(("bearer" = ["document:create"])),
)]
#[delete("/documents/uploads/{id}")]
pub(crate) async fn abandon_direct_upload(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<plinth_domain::Upload>,
) -> Result<HttpResponse, ApiError> {
    app.abandon_direct(&caller, id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
