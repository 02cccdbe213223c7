//! Uploads in several requests, each of which may be interrupted.

use std::pin::pin;

use bytes::Bytes;
use futures::{Stream, TryStreamExt, stream};
use plinth_domain::{Upload, UploadId, UploadMethod, UploadState, UploadTarget};

use super::{
    UPLOAD_OFFSET, UploadGoal, UploadSource,
    begin::StartedUpload,
    claim::ClaimUpload,
    finish::{FinishUpload, FinishVersion, Received, StoredContent},
    intake::{Intake, wrong_length},
};
use crate::{Application, Caller, Error};

/// The state of an upload after one more request.
enum Appended {
    /// More bytes are missing.
    Open(Upload),
    /// All of them are stored.
    Complete(Received),
}

impl Application {
    /// Starts a resumable upload. An empty one becomes a document at once.
    pub async fn create_resumable(
        &self,
        caller: &Caller,
        goal: UploadGoal,
        source: UploadSource,
    ) -> Result<Upload, Error> {
        let started = self.start_upload(caller, goal, UploadMethod::Resumable, source).await?;
        if started.upload.length == Some(0) {
            return self.append(caller, started, stream::empty(), None::<fn() -> _>).await;
        }
        Ok(started.upload)
    }

    /// Finds a resumable upload, with the number of bytes that are stored.
    pub async fn find_resumable(&self, caller: &Caller, id: UploadId) -> Result<Upload, Error> {
        Ok(self.resumable(caller, id).await?.upload)
    }

    /// Appends bytes at `offset` of a resumable upload. With the last byte it becomes a document or
    /// a version. If the body is interrupted, the received bytes are kept; with `verify`, they are
    /// kept only if `verify` succeeds at the end of the body.
    ///
    /// # Errors
    /// The conflict `upload.offset` unless exactly `offset` bytes are stored.
    pub async fn append_resumable<E: From<Error>>(
        &self,
        caller: &Caller,
        id: UploadId,
        offset: u64,
        body: impl Stream<Item = Result<Bytes, E>>,
        verify: Option<impl FnOnce() -> Result<(), E>>,
    ) -> Result<Upload, E> {
        let started = self.resumable(caller, id).await?;
        let stored = started.upload.progress.offset;
        if offset != stored {
            let detail = format!("{stored} bytes are there").into();
            return Err(Error::Conflict { code: UPLOAD_OFFSET, detail }.into());
        }
        self.append(caller, started, body, verify).await
    }

    /// Discards a resumable upload with its stored bytes.
    pub async fn terminate_resumable(&self, caller: &Caller, id: UploadId) -> Result<(), Error> {
        let StartedUpload { scope, upload, .. } = self.resumable(caller, id).await?;
        self.discard(scope, upload).await
    }

    async fn resumable(&self, caller: &Caller, id: UploadId) -> Result<StartedUpload, Error> {
        self.started(caller, ClaimUpload { id, method: UploadMethod::Resumable }).await
    }

    async fn append<E: From<Error>>(
        &self,
        caller: &Caller,
        started: StartedUpload,
        body: impl Stream<Item = Result<Bytes, E>>,
        verify: Option<impl FnOnce() -> Result<(), E>>,
    ) -> Result<Upload, E> {
        let (scope, mut upload) = (started.scope, started.upload.clone());
        if upload.state == UploadState::Finished {
            return Ok(upload);
        }
        let received = match self.take(started, body, verify).await? {
            Appended::Open(upload) => return Ok(upload),
            Appended::Complete(received) => received,
        };
        upload.progress.offset = received.content.size_bytes;
        let finished = match received.upload.target {
            UploadTarget::NewDocument(_) => self.execute(caller, FinishUpload(received)).await,
            UploadTarget::NewVersion => self.execute(caller, FinishVersion(received)).await,
        };
        if let Err(error) = finished {
            self.discard_in_background(scope, upload);
            return Err(error.into());
        }
        Ok(upload)
    }

    /// Receives the bytes of one request.
    async fn take<E: From<Error>>(
        &self,
        started: StartedUpload,
        body: impl Stream<Item = Result<Bytes, E>>,
        verify: Option<impl FnOnce() -> Result<(), E>>,
    ) -> Result<Appended, E> {
        let mut body = pin!(body);
        if let Some(received) = self.stored_before(&started).await? {
            drain(&mut body, received.content.size_bytes).await?;
            verify.map_or(Ok(()), |verify| verify())?;
            self.clear_tails(&received.upload).await?;
            return Ok(Appended::Complete(received));
        }
        let mut intake = Intake::open(self, started, verify.is_none()).await?;
        let broken = loop {
            match body.try_next().await {
                Ok(Some(bytes)) => intake.write(bytes).await?,
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        match (broken, verify) {
            (Some(error), Some(_)) => return Err(error),
            (Some(error), None) if !intake.is_complete() => {
                intake.pause().await?;
                return Err(error);
            }
            (None, Some(verify)) => verify()?,
            (_, None) => {}
        }
        Ok(if intake.is_complete() {
            Appended::Complete(intake.finish().await?)
        } else {
            Appended::Open(intake.pause().await?)
        })
    }

    /// The content that an earlier request stored to the last byte without recording it: its parts
    /// are complete, and none can be added.
    async fn stored_before(&self, started: &StartedUpload) -> Result<Option<Received>, Error> {
        let StartedUpload { upload, constraints, .. } = started;
        let progress = &upload.progress;
        if progress.multipart.is_none() && progress.tail == 0 {
            return Ok(None);
        }
        let Some(stored) = self.ports.files.blobs.find(&upload.key()).await? else {
            return Ok(None);
        };
        let size_bytes = stored.size;
        let head = self.head(upload, size_bytes).await?;
        let content_type = constraints.detect_type(&head, upload.claimed_type.as_deref())?;
        let content = StoredContent { content_type, size_bytes, sha256: None };
        Ok(Some(Received { upload: upload.clone(), content }))
    }
}

/// Reads a body to its end. Refuses more than `most` bytes.
async fn drain<E: From<Error>>(
    body: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
    most: u64,
) -> Result<(), E> {
    let mut read = 0;
    while let Some(bytes) = body.try_next().await? {
        read += bytes.len() as u64;
        if read > most {
            return Err(wrong_length().into());
        }
    }
    Ok(())
}
