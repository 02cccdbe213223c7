//! The checkpoints of a resumable upload. While its bytes come in, what does not fill a part yet is
//! stored as a tail and recorded, so that a cut loses at most the bytes of one second or 256 KiB,
//! however the cut comes about.

use std::time::Duration;

use bytes::Bytes;
use plinth_domain::{Upload, UploadMethod, UploadProgress, UploadTail};
use sha2::digest::common::hazmat::SerializableState;
use tokio::time::Instant;

use super::{
    UPLOAD_OFFSET,
    assemble::{WAITS, may_pass},
    intake::{INTERVAL, Intake, Saving},
};
use crate::{Application, Error};

/// Bytes for which a checkpoint is made while more come in: a slow upload has one for each 256 KiB.
/// Fewer bytes are saved when nothing comes in for [`INTERVAL`].
const BYTES: u64 = 256 * 1024;

/// How often a checkpoint is tried again that waits for a part to be stored.
const RETRY: Duration = Duration::from_millis(100);

impl Intake {
    /// When the next checkpoint is due; `None` while nothing is to be saved.
    pub(super) fn checkpoint_due(&self) -> Option<Instant> {
        let unsaved = self.received() - self.upload.progress.offset;
        let resumable = self.checkpoints && self.upload.method == UploadMethod::Resumable;
        // A recorded offset at the end would tell that the blob is complete.
        if !resumable || unsaved == 0 || self.is_complete() {
            return None;
        }
        let quiet = if unsaved < BYTES { self.received_at } else { self.saved_at };
        Some(quiet.max(self.saved_at) + INTERVAL)
    }

    /// Begins to save all received bytes. Receiving goes on meanwhile.
    pub(super) async fn checkpoint(&mut self) -> Result<(), Error> {
        self.settle_checkpoint().await?;
        if self.in_flight.as_ref().is_some_and(|part| !part.arrival.is_finished()) {
            self.saved_at += RETRY;
            return Ok(());
        }
        self.settle_part().await?;
        if self.buffer.len() as u64 > self.progress.tail_bytes() {
            self.begin_saving();
        } else if self.progress.offset > self.upload.progress.offset {
            self.save().await?;
        }
        self.saved_at = Instant::now();
        Ok(())
    }

    /// Stores the remaining bytes in a tail, and records progress.
    pub(super) async fn pause(mut self) -> Result<Upload, Error> {
        self.settle_checkpoint().await?;
        self.settle_part().await?;
        // A storage or database that is away for a moment costs no bytes.
        let mut waits = WAITS.into_iter();
        loop {
            let paused = self.save_rest().await;
            if self.received() == self.upload.progress.offset {
                return Ok(self.upload);
            }
            match (paused, waits.next()) {
                (Err(error), _) if !may_pass(&error) => return Err(error),
                (_, Some(wait)) => tokio::time::sleep(wait).await,
                (Err(error), None) => return Err(error),
                (Ok(()), None) => return Ok(self.upload),
            }
        }
    }

    /// Tries to store and record all received bytes.
    async fn save_rest(&mut self) -> Result<(), Error> {
        if self.buffer.len() as u64 > self.progress.tail_bytes() {
            self.begin_saving();
            self.settle_checkpoint().await?;
        }
        if self.progress.offset > self.upload.progress.offset {
            self.save().await?;
        }
        Ok(())
    }

    /// Waits for the checkpoint that is being saved. A storage or database that is away does not
    /// end the request: the next checkpoint saves the same bytes.
    pub(super) async fn settle_checkpoint(&mut self) -> Result<(), Error> {
        let Some(Saving { record, tail, replaced }) = self.saving.take() else { return Ok(()) };
        match record.await.map_err(Error::internal)? {
            Ok(upload) => {
                let UploadProgress { offset, tails, digest, .. } = upload.progress.clone();
                self.progress.offset = offset;
                self.progress.tails = tails;
                self.progress.digest = digest;
                self.upload = upload;
                self.replaced.extend(replaced);
                self.remove_replaced();
                Ok(())
            }
            Err(error) if may_pass(&error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "no checkpoint is saved");
                Ok(())
            }
            Err(error) => {
                self.app.remove_tails(&self.upload, &[tail]);
                Err(taken_over(error))
            }
        }
    }

    fn begin_saving(&mut self) {
        let (app, scope, upload) = (self.app.clone(), self.scope, self.upload.clone());
        let mut next = self.progress.clone();
        let mut replaced = Vec::new();
        if next.tails.len() >= UploadProgress::MAX_TAILS {
            // One tail of all bytes in their place.
            next.offset -= next.tail_bytes();
            replaced.append(&mut next.tails);
        }
        let from = usize::try_from(next.tail_bytes()).unwrap_or(usize::MAX);
        let bytes = Bytes::copy_from_slice(self.buffer.get(from..).unwrap_or_default());
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let tail = UploadTail { number: app.tail_number(), length };
        next.offset += u64::from(length);
        next.tails.push(tail);
        next.digest = self.digest.serialize().to_vec();
        let record = tokio::spawn(async move {
            app.ports.files.blobs.put(&upload.tail_key(tail.number), bytes).await?;
            app.save(scope, upload, next).await
        });
        self.saving = Some(Saving { record, tail, replaced });
    }

    /// Records the stored progress.
    pub(super) async fn save(&mut self) -> Result<(), Error> {
        self.record(self.progress.clone()).await?;
        self.remove_replaced();
        Ok(())
    }

    pub(super) async fn record(&mut self, progress: UploadProgress) -> Result<(), Error> {
        let saved = self.app.save(self.scope, self.upload.clone(), progress).await;
        self.upload = saved.map_err(taken_over)?;
        self.saved_at = Instant::now();
        Ok(())
    }

    fn remove_replaced(&mut self) {
        let replaced = std::mem::take(&mut self.replaced);
        self.app.remove_tails(&self.upload, &replaced);
    }
}

impl Application {
    /// A number that no other tail of an upload has.
    fn tail_number(&self) -> u64 {
        // The last 62 bits of a UUIDv7 are random.
        let random = self.ports.ids.next().as_u64_pair().1;
        random & (u64::MAX >> 2)
    }

    /// Removes tails that no record names, in the background.
    fn remove_tails(&self, upload: &Upload, tails: &[UploadTail]) {
        if tails.is_empty() {
            return;
        }
        let keys: Vec<_> = tails.iter().map(|tail| upload.tail_key(tail.number)).collect();
        let blobs = self.ports.files.blobs.clone();
        self.in_background(upload.organization.uuid(), async move {
            for key in keys {
                blobs.remove(&key).await?;
            }
            Ok(())
        });
    }
}

/// Another process has written to the upload since it was read.
fn taken_over(error: Error) -> Error {
    match error {
        Error::Stale => Error::conflict(UPLOAD_OFFSET, "another request has continued the upload"),
        other => other,
    }
}
