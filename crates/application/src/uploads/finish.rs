use plinth_domain::{
    ContentType, Document, DocumentVersion, JsonObject, Permission, Processing, Revision, Upload,
    UploadMethod, UploadTarget,
};

use crate::{
    Command, Context, Error, Recorded,
    documents::{NOT_FOUND, ProcessDocument, VersionRef},
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
}

/// Turns an upload into a new document, and enqueues its processing.
#[derive(Debug, Clone)]
pub(super) struct FinishUpload(pub(super) Received);

impl Command for FinishUpload {
    const NAME: &'static str = "document.create";
    const PERMISSION: Permission = Permission::DocumentCreate;
    type Output = Document;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Document>, Error> {
        let Received { upload, content } = self.0;
        let UploadTarget::NewDocument(draft) = upload.target.clone() else {
            return Err(Error::internal("the upload leads to a version"));
        };
        let first = version(ctx, &upload, content, 1).await?;
        let document = Document::create(ctx.organization(), draft, first, ctx.now);
        ctx.unit.documents().insert(&document).await.map_err(Error::write::<Document>)?;
        ctx.unit.document_versions().insert(&document.current).await?;
        close(ctx, upload).await?;
        Recorded::created(document)
    }
}

/// Turns an upload into the newest version of its document, and enqueues its processing.
#[derive(Debug, Clone)]
pub(super) struct FinishVersion(pub(super) Received);

impl Command for FinishVersion {
    const NAME: &'static str = "document.add_version";
    const PERMISSION: Permission = Permission::DocumentUpdate;
    type Output = Document;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Document>, Error> {
        let Received { upload, content } = self.0;
        let before = ctx.unit.documents().find(upload.document).await?.ok_or(NOT_FOUND)?;
        let next = version(ctx, &upload, content, before.current.number + 1).await?;
        // Of two concurrent uploads with the same number, the second is refused.
        ctx.unit
            .document_versions()
            .insert(&next)
            .await
            .map_err(Error::write::<DocumentVersion>)?;
        let after = before.clone().supersede(next, ctx.now);
        ctx.unit.documents().update(&after).await?;
        // The searched text is that of the newest version, which is not inspected yet.
        ctx.unit.document_contents().remove(after.id).await?;
        close(ctx, upload).await?;
        Recorded::changed("document.version_added", &before, after)
    }
}

async fn version(
    ctx: &mut Context<'_>,
    upload: &Upload,
    content: StoredContent,
    number: u32,
) -> Result<DocumentVersion, Error> {
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
async fn close(ctx: &mut Context<'_>, upload: Upload) -> Result<(), Error> {
    if upload.method == UploadMethod::Stream {
        return Ok(ctx.unit.uploads().remove(&upload).await?);
    }
    let mut finished = upload.finish(ctx.now)?;
    if let Some(length) = finished.length {
        finished.progress.offset = length;
    }
    Ok(ctx.unit.uploads().update(&finished).await?)
}
