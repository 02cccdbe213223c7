//! Uploads that the client sends directly to the object storage.

use plinth_domain::{
    Document, Timestamp, Upload, UploadId, UploadMethod, UploadProgress, UploadState,
};
use plinth_ports::{IdempotencyKey, MultipartId, PART_BYTES, PartReceipt, PresignedUrl};

use super::{
    UPLOAD_DIRECT_UNAVAILABLE, UploadGoal, UploadSource,
    assemble::{is_refusal, wrong_parts},
    begin::StartedUpload,
    claim::ClaimUpload,
    finish::{Received, StoredContent},
};
use crate::{Answer, Application, Caller, Error, Rendered};

/// The maximum number of parts of a direct upload: the response has a URL for each.
const MAX_PARTS: u64 = 1000;

/// The URL for one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartUrl {
    /// Its number, from 1.
    pub number: u16,
    /// The URL of the `PUT`.
    pub url: PresignedUrl,
}

/// An upload whose bytes go directly to the object storage.
#[derive(Debug, Clone)]
pub struct DirectUpload {
    /// The upload.
    pub upload: Upload,
    /// The length of each part but the last, in bytes.
    pub part_bytes: u64,
    /// The parts.
    pub parts: Vec<PartUrl>,
    /// When the URLs expire.
    pub urls_expire_at: Timestamp,
}

impl Application {
    /// Starts a direct upload, with a presigned URL for each part. `source` must contain the
    /// length.
    pub async fn begin_direct(
        &self,
        caller: &Caller,
        goal: UploadGoal,
        source: UploadSource,
    ) -> Result<DirectUpload, Error> {
        let started = self.start_upload(caller, goal, UploadMethod::Direct, source).await?;
        let StartedUpload { scope, upload, .. } = started;
        let mut guard = self.discard_unless_settled(scope, upload.clone());
        let length = upload.length.ok_or_else(|| Error::internal("its length is not known"))?;
        let multipart = self.ports.files.blobs.begin(&upload.key()).await?;
        let progress =
            UploadProgress { multipart: Some(multipart.0.clone()), ..UploadProgress::default() };
        let upload = self.save(scope, upload, progress).await?;
        let ttl = self.policy.presigned_url;
        let urls_expire_at = self.ports.clock.now() + ttl;
        let (part_bytes, count) = split(length);
        let mut parts = Vec::with_capacity(usize::from(count));
        for number in 0..count {
            let bytes = part_bytes.min(length - u64::from(number) * part_bytes);
            let url = self.presign_part(&upload, &multipart, number, bytes).await?;
            parts.push(PartUrl { number: number + 1, url });
        }
        guard.settle();
        Ok(DirectUpload { upload, part_bytes, parts, urls_expire_at })
    }

    async fn presign_part(
        &self,
        upload: &Upload,
        multipart: &MultipartId,
        number: u16,
        length: u64,
    ) -> Result<PresignedUrl, Error> {
        let (blobs, key, ttl) = (&self.ports.files.blobs, upload.key(), self.policy.presigned_url);
        let url = blobs.presign_part(&key, multipart, number, length, ttl).await?;
        url.ok_or_else(|| Error::Conflict {
            code: UPLOAD_DIRECT_UNAVAILABLE,
            detail: "this server's object storage takes no direct uploads".into(),
        })
    }

    /// Completes a direct upload and turns it into a document or a version. `receipts` are the
    /// `ETag`s of the object storage's responses, in the order of the parts. It may be repeated,
    /// also after it has succeeded, and goes on when the caller's future is dropped.
    pub async fn complete_direct(
        &self,
        caller: &Caller,
        id: UploadId,
        receipts: Vec<String>,
        key: Option<IdempotencyKey>,
        render: impl FnOnce(&Document) -> Result<Rendered, Error> + Clone + Send + Sync + 'static,
    ) -> Result<Answer, Error> {
        let (app, caller) = (self.clone(), caller.clone());
        self.outliving(async move {
            let started = app.direct(&caller, id).await?;
            let (scope, upload) = (started.scope, started.upload.clone());
            if upload.state == UploadState::Finished {
                return app.finished_upload_once(&caller, key, upload, render).await;
            }
            let received = app.receive_direct(&caller, started, receipts).await?;
            let answer = match received {
                Ok(received) => app.finish_upload_once(&caller, key, received, render).await,
                Err(refusal) => Err(refusal),
            };
            if answer.as_ref().is_err_and(is_refusal) {
                app.discard_in_background(scope, upload);
            }
            answer
        })
        .await
    }

    /// Discards a direct upload, with its stored bytes.
    pub async fn abandon_direct(&self, caller: &Caller, id: UploadId) -> Result<(), Error> {
        let StartedUpload { scope, upload, .. } = self.direct(caller, id).await?;
        self.discard(scope, upload.id).await
    }

    async fn direct(&self, caller: &Caller, id: UploadId) -> Result<StartedUpload, Error> {
        self.started(caller, ClaimUpload { id, method: UploadMethod::Direct }).await
    }

    /// Puts the parts together and looks at the result. The inner error is one for which the bytes
    /// are discarded: they are not what was declared.
    async fn receive_direct(
        &self,
        caller: &Caller,
        started: StartedUpload,
        receipts: Vec<String>,
    ) -> Result<Result<Received, Error>, Error> {
        let StartedUpload { upload, constraints, .. } = started;
        let mut slot = self.upload_slot(caller)?;
        slot.write_to(upload.id)?;
        let length = upload.length.unwrap_or_default();
        if receipts.len() != usize::from(split(length).1) {
            return Err(wrong_parts());
        }
        let multipart = upload.progress.multipart.clone().map(MultipartId);
        let multipart = multipart.ok_or_else(|| Error::internal("it was never begun"))?;
        let parts: Vec<_> = receipts.into_iter().map(PartReceipt).collect();
        self.put_together(&upload, multipart, parts, length).await?;
        let stored = self.ports.files.blobs.find(&upload.key()).await?;
        let size_bytes = stored.map_or(0, |blob| blob.size);
        if size_bytes != length {
            return Ok(Err(wrong_parts()));
        }
        let head = self.head(&upload, size_bytes).await?;
        let found = constraints.detect_type(&head, upload.claimed_type.as_deref());
        Ok(found.map(|content_type| {
            let content = StoredContent { content_type, size_bytes, sha256: None };
            Received { upload, content, stored: None, draft: None }
        }))
    }
}

/// The length of each part of `length` bytes, and the number of parts: from 1
/// to [`MAX_PARTS`].
fn split(length: u64) -> (u64, u16) {
    let part = length.div_ceil(MAX_PARTS).max(PART_BYTES as u64);
    (part, u16::try_from(length.div_ceil(part).max(1)).unwrap_or(u16::MAX))
}

#[cfg(test)]
mod tests {
    use plinth_domain::UploadLimit;

    use super::*;

    #[test]
    fn the_parts_of_any_length_are_few_and_cover_it() {
        for length in [0, 1, 8 << 20, (8 << 20) + 1, 1 << 30, UploadLimit::MAX] {
            let (part, count) = split(length);
            assert!(u64::from(count) <= MAX_PARTS && part >= PART_BYTES as u64);
            assert!(part * u64::from(count) >= length);
            assert!(part * u64::from(count - 1) < length.max(1));
        }
    }
}
