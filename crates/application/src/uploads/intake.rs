use std::{mem, time::Duration};

use bytes::{Bytes, BytesMut};
use plinth_domain::{
    ContentType, Invalid, TenantScope, Upload, UploadMethod, UploadProgress, UploadTail,
};
use plinth_ports::{MultipartId, PART_BYTES, PartReceipt};
use sha2::{
    Digest, Sha256,
    digest::common::hazmat::{SerializableState, SerializedState},
};
use tokio::{task::JoinHandle, time::Instant};
use tokio_util::sync::CancellationToken;

use super::{
    UPLOAD_WRONG_LENGTH, UploadConstraints,
    begin::StartedUpload,
    finish::{Received, StoredContent},
    slots::UploadSlot,
};
use crate::{Application, Error};

/// The least time between two checkpoints: a fast upload has one a second.
pub(super) const INTERVAL: Duration = Duration::from_secs(1);

/// A checkpoint that is being stored and recorded.
pub(super) struct Saving {
    pub(super) record: JoinHandle<Result<Upload, Error>>,
    /// The tail that it stores.
    pub(super) tail: UploadTail,
    /// The tails that this one replaces.
    pub(super) replaced: Vec<UploadTail>,
}

/// A part that is being stored.
pub(super) struct PartInFlight {
    pub(super) arrival: JoinHandle<plinth_ports::Result<PartReceipt>>,
    /// Its bytes; their memory is reused for a later part.
    bytes: Bytes,
    /// The digest up to its end.
    digest: Sha256,
    /// The tails that it replaces.
    tails: Vec<UploadTail>,
}

/// Receives the bytes of one upload: hashes and counts them, detects their type, and stores them
/// part by part. It holds at most two parts in memory, the one being filled and the one being
/// stored, and a copy of what a checkpoint stores.
pub(super) struct Intake {
    pub(super) app: Application,
    pub(super) scope: TenantScope,
    /// The upload as it is recorded.
    pub(super) upload: Upload,
    constraints: UploadConstraints,
    /// The stored progress; `upload` has the recorded one.
    pub(super) progress: UploadProgress,
    pub(super) digest: Sha256,
    /// Bytes that do not fill a part yet. The first of them may also be stored in tails.
    pub(super) buffer: BytesMut,
    pub(super) in_flight: Option<PartInFlight>,
    /// Memory for the next part: it is reused, since repeated allocations of this size fragment the
    /// heap.
    spare: Option<BytesMut>,
    /// A checkpoint that is being stored and recorded.
    pub(super) saving: Option<Saving>,
    /// Stored tails that the next record no longer names.
    pub(super) replaced: Vec<UploadTail>,
    pub(super) saved_at: Instant,
    /// When the last bytes were received.
    pub(super) received_at: Instant,
    /// When the organization's rate allows more of them.
    pub(super) ready_at: Instant,
    /// Whether progress is recorded during the request.
    pub(super) checkpoints: bool,
    slot: UploadSlot,
}

impl Intake {
    /// Continues after the stored bytes. With `checkpoints`, progress is recorded during the
    /// request, so that it survives a crash of the process.
    pub(super) async fn open(
        app: &Application,
        started: StartedUpload,
        mut slot: UploadSlot,
        checkpoints: bool,
    ) -> Result<Self, Error> {
        let StartedUpload { scope, upload, constraints, .. } = started;
        slot.write_to(upload.id)?;
        let buffer = app.tails_of(&upload).await?;
        let now = Instant::now();
        Ok(Self {
            app: app.clone(),
            scope,
            digest: digest_at(&upload.progress)?,
            progress: upload.progress.clone(),
            upload,
            constraints,
            buffer,
            in_flight: None,
            spare: None,
            saving: None,
            replaced: Vec::new(),
            saved_at: now,
            received_at: now,
            ready_at: now,
            checkpoints,
            slot,
        })
    }

    /// Ends when another request wants to write to the upload.
    pub(super) fn interrupted(&self) -> CancellationToken {
        self.slot.interrupted()
    }

    /// The number of bytes received so far, in all requests.
    pub(super) fn received(&self) -> u64 {
        let parts = self.progress.parts.len() + usize::from(self.in_flight.is_some());
        (parts * PART_BYTES + self.buffer.len()) as u64
    }

    /// Whether the declared number of bytes was received.
    pub(super) fn is_complete(&self) -> bool {
        self.upload.length == Some(self.received())
    }

    /// Receives bytes.
    pub(super) async fn write(&mut self, mut bytes: Bytes) -> Result<(), Error> {
        let total = self.received() + bytes.len() as u64;
        self.constraints.check_length(total)?;
        if self.upload.length.is_some_and(|length| total > length) {
            return Err(wrong_length());
        }
        self.received_at = Instant::now();
        self.ready_at = self.app.transfers.add(self.scope.organization(), bytes.len());
        while !bytes.is_empty() {
            let some = bytes.split_to(bytes.len().min(PART_BYTES - self.buffer.len()));
            self.digest.update(&some);
            self.buffer.extend_from_slice(&some);
            if self.buffer.len() >= ContentType::SNIFFED_BYTES {
                self.detect_type()?;
            }
            if self.buffer.len() == PART_BYTES {
                self.send_part().await?;
            }
        }
        Ok(())
    }

    /// Stores the remaining bytes, and completes the blob.
    pub(super) async fn finish(mut self) -> Result<Received, Error> {
        // A recorded offset at the end would tell that the blob is complete.
        self.checkpoints = false;
        self.settle_checkpoint().await?;
        let size_bytes = self.received();
        if self.upload.length.is_some_and(|length| size_bytes != length) {
            return Err(wrong_length());
        }
        let content_type = self.detect_type()?;
        if self.progress.multipart.is_none() {
            let bytes = self.buffer.split().freeze();
            self.app.put_whole(&self.upload.key(), bytes).await?;
        } else {
            if !self.buffer.is_empty() {
                self.send_part().await?;
            }
            self.settle_part().await?;
            let parts: Vec<_> = self.progress.parts.iter().cloned().map(PartReceipt).collect();
            let multipart = self.multipart().await?;
            self.app.put_together(&self.upload, multipart, parts, size_bytes).await?;
        }
        self.app.clear_tails(&self.upload).await?;
        let stored = UploadProgress {
            offset: size_bytes,
            tails: Vec::new(),
            digest: self.digest.serialize().to_vec(),
            content_type: Some(content_type),
            ..self.progress
        };
        let sha256 = Some(self.digest.finalize().into());
        let content = StoredContent { content_type, size_bytes, sha256 };
        Ok(Received { upload: self.upload, content, stored: Some(stored), draft: None })
    }

    /// Detects the type by the beginning of the first part.
    fn detect_type(&mut self) -> Result<ContentType, Error> {
        if let Some(known) = self.progress.content_type {
            return Ok(known);
        }
        let found =
            self.constraints.detect_type(&self.buffer, self.upload.claimed_type.as_deref())?;
        self.progress.content_type = Some(found);
        Ok(found)
    }

    /// Starts to store the buffer as a part, once the part before it is stored.
    async fn send_part(&mut self) -> Result<(), Error> {
        self.settle_checkpoint().await?;
        self.settle_part().await?;
        self.reserve().await?;
        let (key, multipart) = (self.upload.key(), self.multipart().await?);
        let number = u16::try_from(self.progress.parts.len()).map_err(Error::internal)?;
        let empty = self.spare.take().unwrap_or_else(|| BytesMut::with_capacity(PART_BYTES));
        let bytes = mem::replace(&mut self.buffer, empty).freeze();
        let (part, blobs) = (bytes.clone(), self.app.ports.files.blobs.clone());
        let arrival =
            tokio::spawn(async move { blobs.put_part(&key, &multipart, number, part).await });
        let tails = mem::take(&mut self.progress.tails);
        let digest = self.digest.clone();
        self.in_flight = Some(PartInFlight { arrival, bytes, digest, tails });
        Ok(())
    }

    /// Makes room for the received bytes of an upload without a length, before they are stored as
    /// a part.
    async fn reserve(&mut self) -> Result<(), Error> {
        let received = self.received();
        if self.upload.length.is_some() || received <= self.upload.progress.held() {
            return Ok(());
        }
        self.progress.reserved = received;
        if self.checkpoints {
            return self.save().await;
        }
        self.record(UploadProgress { reserved: received, ..self.upload.progress.clone() }).await
    }

    /// Waits for the part that is being stored.
    pub(super) async fn settle_part(&mut self) -> Result<(), Error> {
        let Some(PartInFlight { arrival, bytes, digest, tails }) = self.in_flight.take() else {
            return Ok(());
        };
        let receipt = arrival.await.map_err(Error::internal)??;
        self.spare = bytes.try_into_mut().ok().map(|mut bytes| {
            bytes.clear();
            bytes
        });
        self.replaced.extend(tails);
        self.progress.parts.push(receipt.0);
        self.progress.offset = (self.progress.parts.len() * PART_BYTES) as u64;
        self.progress.digest = digest.serialize().to_vec();
        if self.checkpoints && self.saved_at.elapsed() >= self.interval() {
            self.save().await?;
        }
        Ok(())
    }

    /// How often progress is recorded; for uploads that cannot be resumed it only extends the
    /// expiry.
    fn interval(&self) -> Duration {
        match self.upload.method {
            UploadMethod::Resumable => INTERVAL,
            UploadMethod::Stream | UploadMethod::Direct => Duration::from_mins(10),
        }
    }

    /// The multipart upload; it is recorded before its first byte is sent.
    async fn multipart(&mut self) -> Result<MultipartId, Error> {
        if let Some(id) = &self.progress.multipart {
            return Ok(MultipartId(id.clone()));
        }
        let (blobs, key) = (self.app.ports.files.blobs.clone(), self.upload.key());
        let id = blobs.begin(&key).await?;
        let begun = UploadProgress {
            multipart: Some(id.0.clone()),
            content_type: self.progress.content_type,
            ..self.upload.progress.clone()
        };
        if let Err(error) = self.record(begun).await {
            // Otherwise no record would name it.
            blobs.abort(&key, &id).await?;
            return Err(error);
        }
        self.progress.multipart = Some(id.0.clone());
        Ok(id)
    }
}

/// The digest at the recorded progress.
pub(super) fn digest_at(progress: &UploadProgress) -> Result<Sha256, Error> {
    if progress.digest.is_empty() {
        return Ok(Sha256::new());
    }
    let state = SerializedState::<Sha256>::try_from(progress.digest.as_slice());
    Sha256::deserialize(&state.map_err(Error::internal)?).map_err(Error::internal)
}

pub(super) fn wrong_length() -> Error {
    let detail = "as many bytes as were announced";
    Error::field("/file", Invalid::new(UPLOAD_WRONG_LENGTH, detail))
}
