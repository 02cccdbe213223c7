use plinth_domain::{
    Document, DocumentDraft, DocumentId, Permission, Revision, TenantScope, Upload, UploadId,
    UploadMethod, UploadProgress, UploadState, UploadTarget,
};
use plinth_ports::{Counted, StoreError};

use super::{UPLOAD_IN_USE, UploadConstraints, parts};
use crate::{
    Application, ByProject, Caller, Command, Context, Error, Expected, Recorded,
    documents::NOT_FOUND, error::RECORD_IN_USE,
};

/// The result that an upload shall have.
#[derive(Debug, Clone)]
pub enum UploadGoal {
    /// A new document.
    Document(DocumentDraft),
    /// Another version of a document.
    Version {
        /// The document.
        document: DocumentId,
        /// The revision that the caller saw.
        expected: Expected,
    },
    /// A part of another upload, which joins it.
    Partial,
}

/// What the client declares about the bytes of an upload.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UploadSource {
    /// The number of bytes, if known.
    pub length: Option<u64>,
    /// The media type that the client claims.
    pub claimed_type: Option<String>,
    /// The partial uploads that it joins, in order; empty for an upload with bytes of its own.
    pub joins: Vec<UploadId>,
}

/// A file that shall become a document.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// The values of the document.
    pub draft: DocumentDraft,
    /// What is declared about the bytes.
    pub source: UploadSource,
}

/// A recorded, open upload.
#[derive(Debug, Clone)]
pub(super) struct StartedUpload {
    /// The scope in which the upload was started or found.
    pub(super) scope: TenantScope,
    pub(super) upload: Upload,
    pub(super) constraints: UploadConstraints,
    /// The partial uploads that it joins, if it has just begun.
    pub(super) parts: Vec<Upload>,
}

/// What is recorded of an upload that was begun or found.
pub(super) struct Begun {
    pub(super) upload: Upload,
    pub(super) constraints: UploadConstraints,
    pub(super) parts: Vec<Upload>,
}

impl Application {
    /// Records an upload before its first byte.
    pub(super) async fn start_upload(
        &self,
        caller: &Caller,
        goal: UploadGoal,
        method: UploadMethod,
        source: UploadSource,
    ) -> Result<StartedUpload, Error> {
        let started = match goal {
            UploadGoal::Document(draft) => {
                self.started(caller, BeginUpload { draft, method, source }).await
            }
            UploadGoal::Version { document, expected } => {
                self.started(caller, BeginVersion { document, expected, method, source }).await
            }
            UploadGoal::Partial => self.started(caller, BeginPartial { method, source }).await,
        }?;
        // With its records and its inspection, a small file costs as much as a larger one.
        self.transfers.count(started.scope.organization(), UPLOAD_BYTES).await;
        Ok(started)
    }

    pub(super) async fn started<C>(
        &self,
        caller: &Caller,
        command: C,
    ) -> Result<StartedUpload, Error>
    where
        C: Command<Output = Begun>,
    {
        let (scope, begun) = self.execute_scoped(caller, command).await?;
        let Begun { upload, constraints, parts } = begun;
        Ok(StartedUpload { scope, upload, constraints, parts })
    }
}

/// What an upload costs besides its bytes.
const UPLOAD_BYTES: usize = 2 * 1024 * 1024;

/// Records an upload of a new document.
struct BeginUpload {
    draft: DocumentDraft,
    method: UploadMethod,
    source: UploadSource,
}

impl Command for BeginUpload {
    const NAME: &'static str = "document.begin_upload";
    const PERMISSION: Permission = Permission::DocumentCreate;
    type Output = Begun;

    fn by_project(&mut self) -> ByProject<'_> {
        of_stream(self.method, ByProject::new_in(self.draft.project))
    }

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Self::Output>, Error> {
        if let Some(project) = self.draft.project {
            ctx.unit
                .projects()
                .find(project)
                .await?
                .ok_or_else(|| Error::unknown_reference("project_id"))?;
        }
        // Checked again when the document is created; without a byte in vain.
        ctx.make_room::<Document>().await?;
        let name = self.draft.name.as_str().to_owned();
        let document = ctx.id();
        let target = UploadTarget::NewDocument(self.draft);
        begin(ctx, document, target, self.method, self.source, &name).await
    }
}

/// Records an upload of a new version of a document.
struct BeginVersion {
    document: DocumentId,
    expected: Expected,
    method: UploadMethod,
    source: UploadSource,
}

impl Command for BeginVersion {
    const NAME: &'static str = "document.begin_version";
    const PERMISSION: Permission = Permission::DocumentUpdate;
    type Output = Begun;

    fn by_project(&mut self) -> ByProject<'_> {
        of_stream(self.method, ByProject::document(self.document))
    }

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Self::Output>, Error> {
        let document = ctx.unit.documents().find(self.document).await?.ok_or(NOT_FOUND)?;
        self.expected.check(&document.revision)?;
        if ctx.unit.invoice_pdfs().has(document.id).await? {
            return Err(Error::conflict(RECORD_IN_USE, "it is the PDF of an invoice"));
        }
        let (target, name) = (UploadTarget::NewVersion, document.name.as_str());
        begin(ctx, document.id, target, self.method, self.source, name).await
    }
}

/// Records an upload of a part.
struct BeginPartial {
    method: UploadMethod,
    source: UploadSource,
}

impl Command for BeginPartial {
    const NAME: &'static str = "document.begin_part";
    const PERMISSION: Permission = Permission::DocumentCreate;
    type Output = Begun;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Self::Output>, Error> {
        // Its content is stored like that of a document that will never exist.
        let document = ctx.id();
        begin(ctx, document, UploadTarget::Partial, self.method, self.source, "").await
    }
}

/// An upload in several requests needs its permission in the organization.
fn of_stream(method: UploadMethod, by: ByProject<'_>) -> ByProject<'_> {
    if method == UploadMethod::Stream { by } else { ByProject::Never }
}

async fn begin(
    ctx: &mut Context<'_>,
    document: DocumentId,
    target: UploadTarget,
    method: UploadMethod,
    source: UploadSource,
    name: &str,
) -> Result<Recorded<Begun>, Error> {
    let constraints = UploadConstraints::find(ctx, &target, name).await?;
    let (organization, person) = (ctx.organization(), ctx.person()?);
    let (id, length, parts) = if source.joins.is_empty() {
        (ctx.id(), source.length, Vec::new())
    } else {
        let id = parts::identity(organization, person, &source.joins);
        let parts = parts::claim(ctx, id, &source.joins).await?;
        let lengths = parts.iter().filter_map(|part| part.length);
        (id, Some(lengths.fold(0, u64::saturating_add)), parts)
    };
    let declared = length.unwrap_or_default();
    constraints.check_length(declared)?;
    ctx.make_room_for(Counted::OpenUploads, 1).await?;
    if parts.is_empty() {
        // The bytes of one that joins others have room as those of its parts.
        ctx.make_room_for(Counted::StoredBytes, declared).await?;
    }
    let upload = Upload {
        id,
        organization,
        created_by: person,
        document,
        document_version: ctx.id(),
        target,
        method,
        joins: source.joins,
        joined_by: None,
        length,
        claimed_type: source.claimed_type,
        progress: UploadProgress::default(),
        state: UploadState::Open,
        expires_at: ctx.now + ctx.policy.upload,
        revision: Revision::first(ctx.now),
    };
    ctx.unit.uploads().insert(&upload).await.map_err(|error| match error {
        StoreError::Conflict { .. } => {
            Error::conflict(UPLOAD_IN_USE, "another request has just begun to join these uploads")
        }
        error => error.into(),
    })?;
    Ok(Recorded::without_audit(Begun { upload, constraints, parts }))
}
