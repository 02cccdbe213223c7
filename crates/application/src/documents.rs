//! Documents, with their versions.

mod download;
mod made;
mod processing;
mod text;
mod version_ref;

pub use download::{Download, OpenContent, OpenThumbnail};
pub(crate) use made::MadeFile;
pub use processing::{
    FailProcessing, FailUnprocessed, FinishProcessing, LoseContent, ProcessDocument,
    ReportLostContent, StartProcessing, Started, VersionState,
};
pub(crate) use text::CODES as TEXT_CODES;
pub use text::{DocumentText, MAX_TEXT, ReadText};
pub use version_ref::VersionRef;

use plinth_domain::{
    Document, DocumentChanges, DocumentId, DocumentVersion, DocumentVersionId, Permission,
};
use plinth_ports::{
    DocumentFilter, DocumentSort, DocumentVersionFilter, DocumentVersionSort, Page, PageRequest,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::{
    AuditRecord, ByProject, Command, Context, Error, Expected, JobKind, MetadataPatch, Query,
    Reading, Recorded, View, job_kind, metadata,
    resource::{Found, Resource},
};

plinth_domain::codes! {
    DOCUMENT_KIND_NOT_ALLOWED = "document.kind_not_allowed",
        "The organization does not take documents of this kind.";
    DOCUMENT_TOO_LARGE = "document.too_large",
        "The file is larger than the organization, or the server, allows.";
    DOCUMENT_REJECTED = "document.rejected",
        "The file is not what was uploaded; it is not given out.";
}

pub(crate) const NOT_FOUND: Error = Error::NotFound("document");

impl Resource for Document {
    const KIND: &'static str = "document";
    const TOPIC: &'static str = "documents";
    const READ: Permission = Permission::DocumentRead;
    fn id(&self) -> Uuid {
        self.id.uuid()
    }
    fn project(&self) -> Option<Uuid> {
        self.project.map(plinth_domain::Id::uuid)
    }
    fn audit_view(&self) -> impl Serialize {
        let version = &self.current;
        let verdict = version.processing.verdict();
        json!({
            "name": self.name.as_str(),
            "project_id": self.project.map(plinth_domain::Id::uuid),
            "kind": self.kind().name(),
            "status": version.processing.name(),
            "verdict": verdict.map(|v| json!({ "code": v.code, "detail": v.detail })),
            "version_id": version.id.uuid(),
            "number": version.number,
            "content_type": version.content_type.media_type(),
            "size_bytes": version.size_bytes,
            "job_id": version.job.uuid(),
            "version": self.revision.version.number(),
        })
    }
}

/// Reads one document.
#[derive(Debug, Clone, Copy)]
pub struct GetDocument {
    /// The document.
    pub id: DocumentId,
}

impl Query for GetDocument {
    const NAME: &'static str = "document.get";
    const PERMISSION: Permission = Permission::DocumentRead;
    type Output = Document;

    fn by_project(&mut self) -> ByProject<'_> {
        ByProject::document(self.id)
    }

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<Document, Error> {
        view.unit.documents().get(self.id).await
    }
}

/// Lists a document's versions.
#[derive(Debug, Clone)]
pub struct ListDocumentVersions {
    /// The document.
    pub id: DocumentId,
    /// The order and the position.
    pub page: PageRequest<DocumentVersionSort>,
}

impl Query for ListDocumentVersions {
    const NAME: &'static str = "document.versions";
    const PERMISSION: Permission = Permission::DocumentRead;
    type Output = Page<DocumentVersion>;

    fn by_project(&mut self) -> ByProject<'_> {
        ByProject::document(self.id)
    }

    fn reading(&self) -> Reading {
        if self.page.is_special() { Reading::Slowly } else { Reading::Together }
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<DocumentVersion>, Error> {
        view.unit.documents().get(self.id).await?;
        let filter = DocumentVersionFilter { document: Some(self.id), job: None };
        Ok(view.unit.document_versions().list(&filter, &self.page).await?)
    }
}

/// Lists documents.
#[derive(Debug, Clone)]
pub struct ListDocuments {
    /// Selects the documents.
    pub filter: DocumentFilter,
    /// The order and the position.
    pub page: PageRequest<DocumentSort>,
}

impl Query for ListDocuments {
    const NAME: &'static str = "document.list";
    const PERMISSION: Permission = Permission::DocumentRead;
    type Output = Page<Document>;

    fn by_project(&mut self) -> ByProject<'_> {
        ByProject::Listing(&mut self.filter.among)
    }

    fn reading(&self) -> Reading {
        let DocumentFilter { search, kind, status, .. } = &self.filter;
        let is_slow = search.is_some() || kind.values().is_some() || status.values().is_some();
        Reading::page(&self.page, is_slow)
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<Document>, Error> {
        Ok(view.unit.documents().list(&self.filter, &self.page).await?)
    }
}

/// Changes a document's values besides its content.
#[derive(Debug, Clone)]
pub struct UpdateDocument {
    /// The document.
    pub id: DocumentId,
    /// The version that the caller saw.
    pub expected: Expected,
    /// The new values. The command sets the metadata.
    pub changes: DocumentChanges,
    /// The merge patch on the metadata.
    pub metadata: Option<MetadataPatch>,
}

impl Command for UpdateDocument {
    const NAME: &'static str = "document.update";
    const PERMISSION: Permission = Permission::DocumentUpdate;
    type Output = Document;

    fn by_project(&mut self) -> ByProject<'_> {
        ByProject::document(self.id).moved(&self.changes.project)
    }

    async fn run(mut self, ctx: &mut Context<'_>) -> Result<Recorded<Document>, Error> {
        let before = ctx.unit.documents().expect(self.id, &self.expected).await?;
        if let Some(patch) = self.metadata {
            self.changes.metadata = Some(metadata::merge(&before.metadata, patch)?);
        }
        let after = before
            .clone()
            .change(self.changes, ctx.now)
            .map_err(|invalid| Error::field("/name", invalid))?;
        ctx.unit.documents().update(&after).await.map_err(Error::write::<Document>)?;
        Recorded::changed("document.updated", &before, after)
    }
}

/// The job that removes the files of removed versions from the object storage.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PurgeDocument {
    /// The document of the versions.
    #[serde(rename = "document_id", with = "job_kind::id")]
    pub document: DocumentId,
    /// At most 100 versions: a payload is bounded.
    #[serde(rename = "version_ids", with = "job_kind::ids")]
    pub versions: Vec<DocumentVersionId>,
}

impl JobKind for PurgeDocument {
    const KIND: &'static str = "document.purge";
}

/// Removes a document with all its versions. A job, enqueued in the same transaction, removes the
/// files.
#[derive(Debug, Clone)]
pub struct DeleteDocument {
    /// The document.
    pub id: DocumentId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for DeleteDocument {
    const NAME: &'static str = "document.delete";
    const PERMISSION: Permission = Permission::DocumentDelete;
    type Output = ();

    fn by_project(&mut self) -> ByProject<'_> {
        ByProject::document(self.id)
    }

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let document = ctx.unit.documents().expect(self.id, &self.expected).await?;
        let versions = ctx.unit.document_contents().version_ids(self.id).await?;
        ctx.unit.documents().remove(&document).await.map_err(Error::in_use)?;
        for versions in versions.chunks(100) {
            let versions = versions.to_vec();
            ctx.enqueue(PurgeDocument { document: self.id, versions }).await?;
        }
        Ok(Recorded::new((), AuditRecord::removed("document.deleted", &document)?))
    }
}
