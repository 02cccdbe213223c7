use std::time::Duration;

use bytes::BytesMut;
use futures::TryStreamExt;
use plinth_domain::{
    BlobKey, ContentType, Invalid, Timestamp, Upload, UploadId, UploadMethod, UploadProgress,
};
use plinth_ports::{MultipartId, PART_BYTES, PartReceipt, PresignedUrl, StoreError};

use super::{Begun, ClaimUpload, Content, Received};
use crate::{
    Application, Caller, Error,
    uploads::{UPLOAD_DIRECT_UNAVAILABLE, UPLOAD_WRONG_PARTS},
};

/// How many parts a direct upload has at most: each takes a URL in the answer.
const MAX_PARTS: u64 = 1000;

/// Where a client puts one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartUrl {
    /// Its number, from 1.
    pub number: u16,
    /// Where to `PUT` its bytes.
    pub url: PresignedUrl,
}

/// An upload whose bytes go straight to the object storage.
#[derive(Debug, Clone)]
pub struct DirectUpload {
    /// The upload.
    pub upload: Upload,
    /// How long each part is, but the last, in bytes.
    pub part_bytes: u64,
    /// The parts.
    pub parts: Vec<PartUrl>,
    /// Until when the URLs hold.
    pub urls_expire_at: Timestamp,
}

impl Application {
    /// Begins a recorded upload at the object storage, and hands out a URL for
    /// each part.
    pub async fn begin_direct(&self, caller: &Caller, begun: Begun) -> Result<DirectUpload, Error> {
        let upload = begun.upload;
        let mut guard = self.discard_unless_settled(caller, upload.clone());
        let length = upload.length.ok_or_else(|| Error::internal("its length is not known"))?;
        let multipart = self.ports.blobs.begin(&upload.key()).await?;
        let progress =
            UploadProgress { multipart: Some(multipart.0.clone()), ..UploadProgress::default() };
        let upload = self.save(caller, upload, progress).await?;
        let ttl = self.policy.presigned_url;
        let urls_expire_at = self.ports.clock.now() + ttl;
        let (part_bytes, count) = split(length);
        let mut parts = Vec::with_capacity(usize::from(count));
        for number in 0..count {
            let url = self.presign_part(&upload, &multipart, number, ttl).await?;
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
        ttl: Duration,
    ) -> Result<PresignedUrl, Error> {
        let url = self.ports.blobs.presign_part(&upload.key(), multipart, number, ttl).await?;
        url.ok_or_else(|| Error::Conflict {
            code: UPLOAD_DIRECT_UNAVAILABLE,
            detail: "this server's object storage takes no direct uploads".into(),
        })
    }

    /// Puts the parts of a direct upload together. `receipts` are the `ETag`s
    /// that the object storage answered, in the order of the parts.
    pub async fn complete_direct(
        &self,
        caller: &Caller,
        id: UploadId,
        receipts: Vec<String>,
    ) -> Result<Received, Error> {
        let claim = ClaimUpload { id, method: UploadMethod::Direct };
        let Begun { upload, terms } = self.execute(caller, claim).await?;
        let _place = self.uploads.enter(id)?;
        let length = upload.length.unwrap_or_default();
        if receipts.len() != usize::from(split(length).1) {
            return Err(wrong_parts());
        }
        self.put_together(&upload, receipts).await?;
        let mut guard = self.discard_unless_settled(caller, upload.clone());
        let stored = self.ports.blobs.find(&upload.key()).await?;
        let size_bytes = stored.map_or(0, |blob| blob.size);
        if size_bytes != length {
            return Err(wrong_parts());
        }
        let head = self.head(&upload, size_bytes).await?;
        let content_type = terms.recognise(&head, upload.claimed_type.as_deref())?;
        guard.settle();
        Ok(Received { upload, content: Content { content_type, size_bytes, sha256: None } })
    }

    async fn put_together(&self, upload: &Upload, receipts: Vec<String>) -> Result<(), Error> {
        let (key, blobs) = (upload.key(), &self.ports.blobs);
        // A completion whose answer got lost is asked for again.
        if blobs.find(&key).await?.is_some() {
            return Ok(());
        }
        let multipart = upload.progress.multipart.clone().map(MultipartId);
        let multipart = multipart.ok_or_else(|| Error::internal("it was never begun"))?;
        let parts: Vec<_> = receipts.into_iter().map(PartReceipt).collect();
        blobs.complete(&key, &multipart, &parts).await.map_err(|error| match error {
            StoreError::Conflict { .. } => wrong_parts(),
            other => other.into(),
        })
    }

    /// The first bytes, by which the type is told.
    pub(super) async fn head(&self, upload: &Upload, size: u64) -> Result<BytesMut, Error> {
        let end = size.min(ContentType::SNIFFED_BYTES as u64);
        if end == 0 {
            return Ok(BytesMut::new());
        }
        Ok(self.first_bytes(&upload.key(), end).await?.unwrap_or_default())
    }

    /// So many bytes, at least one, of a blob's beginning in memory; `None`
    /// when there is no such blob.
    pub(super) async fn first_bytes(
        &self,
        key: &BlobKey,
        count: u64,
    ) -> Result<Option<BytesMut>, Error> {
        let Some(mut bytes) = self.ports.blobs.read(key, Some(0..count)).await? else {
            return Ok(None);
        };
        let mut gathered = BytesMut::new();
        while let Some(some) = bytes.try_next().await? {
            gathered.extend_from_slice(&some);
        }
        Ok(Some(gathered))
    }
}

/// How long the parts of so many bytes are, and how many there are: at least
/// one, and no more than [`MAX_PARTS`].
fn split(length: u64) -> (u64, u16) {
    let part = length.div_ceil(MAX_PARTS).max(PART_BYTES as u64);
    (part, u16::try_from(length.div_ceil(part).max(1)).unwrap_or(u16::MAX))
}

fn wrong_parts() -> Error {
    let detail = "not the parts that were announced, or not all of them are stored";
    Error::field("/parts", Invalid::new(UPLOAD_WRONG_PARTS, detail))
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
