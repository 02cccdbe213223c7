use bytes::BytesMut;
use futures::TryStreamExt;
use plinth_domain::{BlobKey, ContentType, Upload};

use crate::{Application, Error};

impl Application {
    /// The first bytes of a stored upload, by which its type is detected.
    pub(super) async fn head(&self, upload: &Upload, size: u64) -> Result<BytesMut, Error> {
        let end = size.min(ContentType::SNIFFED_BYTES as u64);
        if end == 0 {
            return Ok(BytesMut::new());
        }
        Ok(self.first_bytes(&upload.key(), end).await?.unwrap_or_default())
    }

    /// The first `count` bytes of a blob, at least one; `None` when there is no
    /// such blob.
    pub(super) async fn first_bytes(
        &self,
        key: &BlobKey,
        count: u64,
    ) -> Result<Option<BytesMut>, Error> {
        let Some(mut bytes) = self.ports.files.blobs.read(key, Some(0..count)).await? else {
            return Ok(None);
        };
        let mut gathered = BytesMut::new();
        while let Some(some) = bytes.try_next().await? {
            gathered.extend_from_slice(&some);
        }
        Ok(Some(gathered))
    }
}
