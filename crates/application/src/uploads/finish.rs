use plinth_domain::{
    ContentType, Document, DocumentDraft, DocumentVersion, JsonObject, Permission, Processing,
    Revision, Upload, UploadMethod, UploadProgress, UploadState, UploadTarget,
};
use plinth_ports::{Counted, IdempotencyKey};

use super::{assemble::persist, parts};
use crate::{
    Answer, Application, ByProject, Caller, Command, Context, Error, Expected, Recorded, Rendered,
    documents::{NOT_FOUND, ProcessDocument, VersionRef},
    resource::Found,
};

/// The stored bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StoredContent {
    /// Their type.
    pub(super) content_type: ContentType,
    /// Their number.
    pub(super) size_bytes: u64,
    /// Their SHA-256; `None` for a direct upload.
    pub(super) sha256: Option<[u8; 32]>,
}

/// An upload whose bytes are all stored.
#[derive(Debug, Clone)]
pub(super) struct Received {
    /// The upload.
    pub(super) upload: Upload,
    /// The stored bytes.
    pub(super) content: StoredContent,
    /// The progress to record if it cannot become a document now.
    pub(super) stored: Option<UploadProgress>,
    /// The values of the new document, when some of them came after its bytes.
    pub(super) draft: Option<DocumentDraft>,
}

impl Received {
    /// Where a role on a single project admits to the document: where the upload came in one request.
    fn by_project(&self) -> ByProject<'static> {
        if self.upload.method != UploadMethod::Stream {
            return ByProject::Never;
        }
        match &self.upload.target {
            UploadTarget::NewDocument(draft) => {
                ByProject::new_in(self.draft.as_ref().unwrap_or(draft).project)
            }
            UploadTarget::NewVersion => ByProject::document(self.upload.document),
            UploadTarget::Partial => ByProject::Never,
        }
    }
}

impl Application {
    /// Turns an upload whose bytes are all stored into a document or a version.
    pub(super) async fn finish_upload(
        &self,
        caller: &Caller,
        received: Received,
        expected: Expected,
    ) -> Result<Document, Error> {
        match received.upload.target {
            UploadTarget::NewDocument(_) => {
                persist(|| self.execute(caller, FinishUpload(received.clone()))).await
            }
            UploadTarget::NewVersion => {
                let command =
                    || FinishVersion { received: received.clone(), expected: expected.clone() };
                persist(|| self.execute(caller, command())).await
            }
            UploadTarget::Partial => Err(partial_has_no_document()),
        }
    }

    /// The same, once for an idempotency key.
    pub(super) async fn finish_upload_once(
        &self,
        caller: &Caller,
        key: Option<IdempotencyKey>,
        received: Received,
        render: impl FnOnce(&Document) -> Result<Rendered, Error> + Clone + Send + 'static,
    ) -> Result<Answer, Error> {
        match received.upload.target {
            UploadTarget::NewDocument(_) => {
                let command = || FinishUpload(received.clone());
                persist(|| self.execute_once(caller, key.clone(), command(), render.clone())).await
            }
            UploadTarget::NewVersion => {
                let expected = Expected::ANY;
                let command =
                    || FinishVersion { received: received.clone(), expected: expected.clone() };
                persist(|| self.execute_once(caller, key.clone(), command(), render.clone())).await
            }
            UploadTarget::Partial => Err(partial_has_no_document()),
        }
    }
}

/// A part leads to no document.
fn partial_has_no_document() -> Error {
    Error::internal("the upload is a part")
}

impl Application {
    /// The document of an upload that an earlier request has finished.
    pub(super) async fn finished_upload_once(
        &self,
        caller: &Caller,
        key: Option<IdempotencyKey>,
        upload: Upload,
        render: impl FnOnce(&Document) -> Result<Rendered, Error> + Send + 'static,
    ) -> Result<Answer, Error> {
        match upload.target {
            UploadTarget::NewDocument(_) => {
                self.execute_once(caller, key, FindFinished::<false>(upload), render).await
            }
            UploadTarget::NewVersion => {
                self.execute_once(caller, key, FindFinished::<true>(upload), render).await
            }
            UploadTarget::Partial => Err(partial_has_no_document()),
        }
    }
}

/// Turns an upload into a new document, and enqueues its processing. It may be repeated.
#[derive(Debug, Clone)]
struct FinishUpload(Received);

impl Command for FinishUpload {
    const NAME: &'static str = "document.create";
    const PERMISSION: Permission = Permission::DocumentCreate;
    type Output = Document;

    fn by_project(&mut self) -> ByProject<'_> {
        self.0.by_project()
    }

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Document>, Error> {
        // The body may have taken hours.
        ctx.read_rights_by(Self::PERMISSION, self.0.by_project()).await?;
        let Received { upload, content, draft: complete, .. } = self.0;
        let upload = match lock(ctx, &upload).await? {
            Locked::Open(upload) => *upload,
            Locked::Finished(document) => return Ok(Recorded::without_audit(*document)),
        };
        let UploadTarget::NewDocument(draft) = upload.target.clone() else {
            return Err(Error::internal("the upload leads to a version"));
        };
        let draft = complete.unwrap_or(draft);
        let agrees = content.content_type.agrees(draft.name.as_str(), None);
        agrees.map_err(|invalid| Error::field("/file", invalid))?;
        ctx.make_room::<Document>().await?;
        let first = version(ctx, &upload, content, 1).await?;
        let document = Document::create(ctx.organization(), draft, first, ctx.now);
        ctx.unit.documents().insert(&document).await.map_err(Error::write::<Document>)?;
        ctx.unit.document_versions().insert(&document.current).await?;
        close(ctx, upload, content.size_bytes).await?;
        Recorded::created(document)
    }
}

/// Turns an upload into the newest version of its document, and enqueues its processing. It may be
/// repeated.
#[derive(Debug, Clone)]
struct FinishVersion {
    received: Received,
    /// The revision that the caller saw. It is checked when the upload begins, and again here:
    /// another version may have been added since.
    expected: Expected,
}

impl Command for FinishVersion {
    const NAME: &'static str = "document.add_version";
    const PERMISSION: Permission = Permission::DocumentUpdate;
    type Output = Document;

    fn by_project(&mut self) -> ByProject<'_> {
        self.received.by_project()
    }

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Document>, Error> {
        // The body may have taken hours.
        ctx.read_rights_by(Self::PERMISSION, self.received.by_project()).await?;
        let Received { upload, content, .. } = self.received;
        let upload = match lock(ctx, &upload).await? {
            Locked::Open(upload) => *upload,
            Locked::Finished(document) => return Ok(Recorded::without_audit(*document)),
        };
        let before = ctx.unit.documents().expect(upload.document, &self.expected).await?;
        let next = version(ctx, &upload, content, before.current.number + 1).await?;
        // Of two concurrent uploads with the same number, the second is refused. It is tried again,
        // with the next number, unless its precondition names the revision before.
        ctx.unit
            .document_versions()
            .insert(&next)
            .await
            .map_err(Error::write::<DocumentVersion>)?;
        let after = before.clone().supersede(next, ctx.now);
        ctx.unit.documents().update(&after).await?;
        // The searched text is that of the newest version, which is not inspected yet.
        ctx.unit.document_contents().remove(after.id).await?;
        close(ctx, upload, content.size_bytes).await?;
        Recorded::changed("document.version_added", &before, after)
    }
}

/// Answers the document of an upload that is finished already. It has the name of the command that
/// has finished it, so that an idempotency key finds the first reply.
#[derive(Debug, Clone)]
struct FindFinished<const VERSION: bool>(Upload);

impl<const VERSION: bool> Command for FindFinished<VERSION> {
    const NAME: &'static str = if VERSION { FinishVersion::NAME } else { FinishUpload::NAME };
    const PERMISSION: Permission =
        if VERSION { FinishVersion::PERMISSION } else { FinishUpload::PERMISSION };
    type Output = Document;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Document>, Error> {
        match lock(ctx, &self.0).await? {
            Locked::Finished(document) => Ok(Recorded::without_audit(*document)),
            Locked::Open(_) => Err(NOT_FOUND),
        }
    }
}

/// An upload that is locked for its last step.
enum Locked {
    /// Its bytes may become a version.
    Open(Box<Upload>),
    /// An earlier try has committed, although its answer was lost: the document.
    Finished(Box<Document>),
}

async fn lock(ctx: &mut Context<'_>, upload: &Upload) -> Result<Locked, Error> {
    match ctx.unit.uploads().lock(upload.id).await? {
        Some(stored) if stored.state == UploadState::Open => Ok(Locked::Open(Box::new(stored))),
        Some(stored) if stored.state == UploadState::Abandoned => Err(super::NOT_FOUND),
        _ => {
            let version = ctx.unit.document_versions().find(upload.document_version).await?;
            let version = version.ok_or(super::NOT_FOUND)?;
            let document = ctx.unit.documents().find(version.document).await?;
            Ok(Locked::Finished(Box::new(document.ok_or(NOT_FOUND)?)))
        }
    }
}

async fn version(
    ctx: &mut Context<'_>,
    upload: &Upload,
    content: StoredContent,
    number: u32,
) -> Result<DocumentVersion, Error> {
    ctx.make_room::<DocumentVersion>().await?;
    if upload.length.is_none() {
        // A declared length was counted when it was told, and what was recorded is counted.
        let more = content.size_bytes.saturating_sub(upload.progress.held());
        if more > 0 {
            ctx.make_room_for(Counted::StoredBytes, more).await?;
        }
    }
    let of = VersionRef { document: upload.document, version: upload.document_version };
    let job = ctx.enqueue(ProcessDocument { version: of }).await?;
    Ok(DocumentVersion {
        id: upload.document_version,
        document: upload.document,
        number,
        content_type: content.content_type,
        size_bytes: content.size_bytes,
        sha256: content.sha256,
        processing: Processing::Pending,
        properties: JsonObject::default(),
        has_thumbnails: false,
        job,
        revision: Revision::first(ctx.now),
    })
}

/// Finishes an upload. The record of a resumable or direct upload is kept until it expires, for a
/// client that missed the last response.
async fn close(ctx: &mut Context<'_>, upload: Upload, length: u64) -> Result<(), Error> {
    if upload.method == UploadMethod::Stream {
        return Ok(ctx.unit.uploads().remove(&upload).await?);
    }
    parts::abandon_parts(ctx, &upload).await?;
    let mut finished = upload.finish(ctx.now)?;
    finished.length = Some(length);
    finished.progress.offset = length;
    Ok(ctx.unit.uploads().update(&finished).await?)
}
