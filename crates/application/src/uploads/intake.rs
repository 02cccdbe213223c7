use std::mem;

use bytes::{Bytes, BytesMut};
use chrono::TimeDelta;
use plinth_domain::{
    ContentType, Invalid, TenantScope, Timestamp, Upload, UploadMethod, UploadProgress,
};
use plinth_ports::{MultipartId, PART_BYTES, PartReceipt};
use sha2::{
    Digest, Sha256,
    digest::common::hazmat::{SerializableState, SerializedState},
};
use tokio::task::JoinHandle;

use super::{
    UPLOAD_WRONG_LENGTH, UploadConstraints,
    begin::StartedUpload,
    finish::{Received, StoredContent},
    slots::UploadSlot,
};
use crate::{Application, Error};

/// A part that is being stored.
struct PartInFlight {
    arrival: JoinHandle<plinth_ports::Result<PartReceipt>>,
    /// Its bytes; their memory is reused for a later part.
    bytes: Bytes,
    /// The digest up to its end.
    digest: Sha256,
}

/// Receives the bytes of one upload: hashes and counts them, detects their type, and stores them
/// part by part. It holds at most two parts in memory: the one being filled and the one being
/// stored.
pub(super) struct Intake {
    app: Application,
    scope: TenantScope,
    upload: Upload,
    constraints: UploadConstraints,
    /// The stored progress; `upload` has the recorded one.
    progress: UploadProgress,
    digest: Sha256,
    /// Bytes that do not fill a part yet.
    buffer: BytesMut,
    in_flight: Option<PartInFlight>,
    /// Memory for the next part: it is reused, since repeated allocations of this size fragment the
    /// heap.
    spare: Option<BytesMut>,
    saved_at: Timestamp,
    /// Whether progress is recorded during the request.
    checkpoints: bool,
    _slot: UploadSlot,
}

impl Intake {
    /// Continues after the stored bytes. With `checkpoints`, progress is recorded during the
    /// request, so that it survives a crash of the process.
    pub(super) async fn open(
        app: &Application,
        started: StartedUpload,
        checkpoints: bool,
    ) -> Result<Self, Error> {
        let StartedUpload { scope, upload, constraints } = started;
        let slot = app.uploads.enter(upload.id)?;
        let mut progress = upload.progress.clone();
        let mut buffer = BytesMut::new();
        if progress.tail > 0 {
            let tail = u64::from(progress.tail);
            let bytes = app.first_bytes(&upload.tail_key(), tail).await?;
            buffer = bytes.ok_or_else(|| Error::internal("the tail is gone"))?;
            progress.offset -= tail;
            progress.tail = 0;
        }
        Ok(Self {
            app: app.clone(),
            scope,
            digest: restored(&upload.progress)?,
            progress,
            saved_at: app.ports.clock.now(),
            upload,
            constraints,
            buffer,
            in_flight: None,
            spare: None,
            checkpoints,
            _slot: slot,
        })
    }

    /// The number of bytes received so far, in all requests.
    pub(super) fn received(&self) -> u64 {
        let in_flight = if self.in_flight.is_some() { PART_BYTES } else { 0 };
        self.progress.offset + (in_flight + self.buffer.len()) as u64
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
        // A recorded offset at the end would tell the client that the upload is complete, before
        // the document exists.
        self.checkpoints = false;
        let size_bytes = self.received();
        if self.upload.length.is_some_and(|length| size_bytes != length) {
            return Err(wrong_length());
        }
        let content_type = self.detect_type()?;
        if self.progress.multipart.is_none() {
            let bytes = self.buffer.split().freeze();
            self.app.ports.files.blobs.put(&self.upload.key(), bytes).await?;
        } else {
            if !self.buffer.is_empty() {
                self.send_part().await?;
            }
            self.settle_part().await?;
            let multipart = self.multipart().await?;
            let parts: Vec<_> = self.progress.parts.drain(..).map(PartReceipt).collect();
            self.app.ports.files.blobs.complete(&self.upload.key(), &multipart, &parts).await?;
        }
        self.app.clear_tails(&self.upload).await?;
        let sha256 = Some(self.digest.finalize().into());
        let content = StoredContent { content_type, size_bytes, sha256 };
        Ok(Received { upload: self.upload, content })
    }

    /// Stores the remaining bytes in a tail, and records progress.
    pub(super) async fn pause(mut self) -> Result<Upload, Error> {
        self.settle_part().await?;
        if !self.buffer.is_empty() {
            let bytes = self.buffer.split().freeze();
            self.progress.tail = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
            self.progress.offset += bytes.len() as u64;
            self.progress.digest = self.digest.serialize().to_vec();
            self.progress.second_tail = !self.upload.progress.second_tail;
            let tail = self.upload.tail_keys()[usize::from(self.progress.second_tail)];
            self.app.ports.files.blobs.put(&tail, bytes).await?;
        }
        self.save().await?;
        Ok(self.upload)
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
        self.settle_part().await?;
        let (key, multipart) = (self.upload.key(), self.multipart().await?);
        let number = u16::try_from(self.progress.parts.len()).map_err(Error::internal)?;
        let empty = self.spare.take().unwrap_or_else(|| BytesMut::with_capacity(PART_BYTES));
        let bytes = mem::replace(&mut self.buffer, empty).freeze();
        let (part, blobs) = (bytes.clone(), self.app.ports.files.blobs.clone());
        let arrival =
            tokio::spawn(async move { blobs.put_part(&key, &multipart, number, part).await });
        self.in_flight = Some(PartInFlight { arrival, bytes, digest: self.digest.clone() });
        Ok(())
    }

    /// Waits for the part that is being stored.
    async fn settle_part(&mut self) -> Result<(), Error> {
        let Some(PartInFlight { arrival, bytes, digest }) = self.in_flight.take() else {
            return Ok(());
        };
        let receipt = arrival.await.map_err(Error::internal)??;
        self.spare = bytes.try_into_mut().ok().map(|mut bytes| {
            bytes.clear();
            bytes
        });
        self.progress.parts.push(receipt.0);
        self.progress.offset = (self.progress.parts.len() * PART_BYTES) as u64;
        self.progress.digest = digest.serialize().to_vec();
        let due = self.saved_at + self.checkpoint_interval();
        if self.checkpoints && self.app.ports.clock.now() >= due {
            self.save().await?;
        }
        Ok(())
    }

    /// The interval of checkpoints: a resumable upload loses at most the bytes of this time; for
    /// other uploads they only extend the expiry.
    fn checkpoint_interval(&self) -> TimeDelta {
        match self.upload.method {
            UploadMethod::Resumable => TimeDelta::seconds(1),
            UploadMethod::Stream | UploadMethod::Direct => TimeDelta::minutes(10),
        }
    }

    /// The multipart upload; it is recorded before its first byte is sent.
    async fn multipart(&mut self) -> Result<MultipartId, Error> {
        if let Some(id) = &self.progress.multipart {
            return Ok(MultipartId(id.clone()));
        }
        let id = self.app.ports.files.blobs.begin(&self.upload.key()).await?;
        self.progress.multipart = Some(id.0.clone());
        let begun = UploadProgress {
            multipart: Some(id.0.clone()),
            content_type: self.progress.content_type,
            ..self.upload.progress.clone()
        };
        self.record(begun).await?;
        Ok(id)
    }

    async fn save(&mut self) -> Result<(), Error> {
        self.record(self.progress.clone()).await
    }

    async fn record(&mut self, progress: UploadProgress) -> Result<(), Error> {
        self.upload = self.app.save(self.scope, self.upload.clone(), progress).await?;
        self.saved_at = self.app.ports.clock.now();
        Ok(())
    }
}

/// The digest at the recorded progress.
fn restored(progress: &UploadProgress) -> Result<Sha256, Error> {
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
