use bytes::BytesMut;
use plinth_domain::BlobKey;
use plinth_ports::{Blobs, MultipartId, PART_BYTES, PartReceipt, StoreError};
use sha2::{Digest, Sha256};

/// A blob that is written in parts, with at most two of them in memory.
pub(super) struct Parts<'a> {
    blobs: &'a dyn Blobs,
    key: BlobKey,
    upload: MultipartId,
    waiting: BytesMut,
    receipts: Vec<PartReceipt>,
    size: u64,
    hash: Sha256,
}

impl<'a> Parts<'a> {
    pub(super) fn new(blobs: &'a dyn Blobs, key: BlobKey, upload: MultipartId) -> Self {
        let (waiting, receipts) = (BytesMut::new(), Vec::new());
        Self { blobs, key, upload, waiting, receipts, size: 0, hash: Sha256::new() }
    }

    /// Adds bytes, and stores each part that is full.
    pub(super) async fn push(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.hash.update(bytes);
        self.size += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.waiting.extend_from_slice(bytes);
        while self.waiting.len() >= PART_BYTES {
            self.store(PART_BYTES).await?;
        }
        Ok(())
    }

    /// Stores the last part, and makes a blob of all. Returns its length and its SHA-256.
    pub(super) async fn complete(mut self) -> Result<(u64, [u8; 32]), StoreError> {
        if !self.waiting.is_empty() {
            self.store(self.waiting.len()).await?;
        }
        self.blobs.complete(&self.key, &self.upload, &self.receipts).await?;
        Ok((self.size, self.hash.finalize().into()))
    }

    async fn store(&mut self, length: usize) -> Result<(), StoreError> {
        let number = u16::try_from(self.receipts.len());
        let number = number.map_err(|error| StoreError::Other(error.into()))?;
        let part = self.waiting.split_to(length).freeze();
        let stored = self.blobs.put_part(&self.key, &self.upload, number, part).await?;
        self.receipts.push(stored);
        Ok(())
    }
}
