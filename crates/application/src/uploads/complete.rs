//! The last step of an upload in several requests, which may be repeated.

use plinth_domain::{Upload, UploadProgress, UploadState, UploadTarget};
use sha2::Digest;

use super::{
    assemble::{is_refusal, persist},
    begin::StartedUpload,
    finish::{Received, StoredContent},
    intake::digest_at,
};
use crate::{Application, Caller, Error, Expected};

impl Application {
    /// Turns an upload whose bytes are all stored into a document or a version. Only a refusal
    /// discards the bytes: after any other error, the next request completes the upload.
    pub(super) async fn complete(
        &self,
        caller: &Caller,
        started: &StartedUpload,
        received: Received,
    ) -> Result<Upload, Error> {
        if received.upload.target == UploadTarget::Partial {
            return self.complete_part(started, received).await;
        }
        let (scope, stored) = (started.scope, received.stored.clone());
        let mut upload = received.upload.clone();
        let size_bytes = received.content.size_bytes;
        match self.finish_upload(caller, received, Expected::ANY).await {
            Ok(_) => {
                self.discard_parts(scope, &upload);
                upload.length = Some(size_bytes);
                upload.progress.offset = size_bytes;
                upload.state = UploadState::Finished;
                Ok(upload)
            }
            Err(error) if is_refusal(&error) => {
                self.discard_in_background(scope, upload);
                Err(error)
            }
            Err(error) => {
                // Otherwise the client would send the bytes since the last checkpoint again.
                if let Some(stored) = stored
                    && let Err(failed) = self.save(scope, upload, stored).await
                {
                    let failed = &failed as &dyn std::error::Error;
                    tracing::warn!(error = failed, "a stored upload is not recorded as such");
                }
                Err(error)
            }
        }
    }

    /// Records that all bytes of a part are stored.
    async fn complete_part(
        &self,
        started: &StartedUpload,
        received: Received,
    ) -> Result<Upload, Error> {
        let Received { upload, content, stored, .. } = received;
        let offset = content.size_bytes;
        let upload = Upload { length: Some(offset), ..upload };
        let stored = stored.unwrap_or_else(|| UploadProgress {
            offset,
            tails: Vec::new(),
            content_type: Some(content.content_type),
            ..upload.progress.clone()
        });
        if stored == upload.progress {
            return Ok(upload);
        }
        persist(|| self.save(started.scope, upload.clone(), stored.clone())).await
    }

    /// The content that an earlier request stored to the last byte without recording it: its parts
    /// are complete, and none can be added.
    pub(super) async fn stored_before(
        &self,
        started: &StartedUpload,
    ) -> Result<Option<Received>, Error> {
        let StartedUpload { upload, constraints, .. } = started;
        let progress = &upload.progress;
        if progress.multipart.is_none() && progress.tails.is_empty() {
            return Ok(None);
        }
        let Some(stored) = self.ports.files.blobs.find(&upload.key()).await? else {
            return Ok(None);
        };
        let size_bytes = stored.size;
        let head = self.head(upload, size_bytes).await?;
        let content_type = constraints.detect_type(&head, upload.claimed_type.as_deref())?;
        let content = StoredContent { content_type, size_bytes, sha256: None };
        Ok(Some(Received { upload: upload.clone(), content, stored: None, draft: None }))
    }
}

/// The content of an open upload whose record says that all bytes are stored.
pub(super) fn recorded_whole(upload: &Upload) -> Result<Option<Received>, Error> {
    let progress = &upload.progress;
    let whole = upload.state == UploadState::Open && upload.length == Some(progress.offset);
    let Some(content_type) = progress.content_type.filter(|_| whole) else { return Ok(None) };
    let sha256 = Some(digest_at(progress)?.finalize().into());
    let content = StoredContent { content_type, size_bytes: progress.offset, sha256 };
    Ok(Some(Received { upload: upload.clone(), content, stored: None, draft: None }))
}
