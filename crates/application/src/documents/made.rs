use bytes::Bytes;
use plinth_domain::{
    ContentType, Document, DocumentDraft, DocumentVersion, JsonObject, Processing, Revision,
};
use sha2::{Digest, Sha256};

use super::{ProcessDocument, VersionRef};
use crate::{Context, Error};

/// A file that a job has made, and stored where the content of this version is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MadeFile {
    of: VersionRef,
    content_type: ContentType,
    sha256: [u8; 32],
    size_bytes: u64,
}

impl MadeFile {
    pub(crate) fn new(of: VersionRef, content_type: ContentType, bytes: &Bytes) -> Self {
        let sha256 = Sha256::digest(bytes).into();
        Self { of, content_type, sha256, size_bytes: bytes.len() as u64 }
    }

    pub(crate) const fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// Stores the document with this only version, and enqueues its processing.
    pub(crate) async fn become_document(
        self,
        ctx: &mut Context<'_>,
        draft: DocumentDraft,
    ) -> Result<Document, Error> {
        let VersionRef { document, version } = self.of;
        let job = ctx.enqueue(ProcessDocument { version: self.of }).await?;
        let first = DocumentVersion {
            id: version,
            document,
            number: 1,
            content_type: self.content_type,
            size_bytes: self.size_bytes,
            sha256: Some(self.sha256),
            processing: Processing::Pending,
            properties: JsonObject::default(),
            has_thumbnails: false,
            job,
            revision: Revision::first(ctx.now),
        };
        let document = Document::create(ctx.organization(), draft, first, ctx.now);
        ctx.unit.documents().insert(&document).await.map_err(Error::write::<Document>)?;
        ctx.unit.document_versions().insert(&document.current).await?;
        Ok(document)
    }
}
