//! Uploads in several requests, each of which may be interrupted.

use bytes::Bytes;
use futures::{Stream, stream};
use plinth_domain::{Upload, UploadId, UploadMethod, UploadState};
use tokio::sync::mpsc::Receiver;

use super::{
    UPLOAD_JOINED, UPLOAD_OFFSET, UploadGoal, UploadSlot, UploadSource,
    begin::StartedUpload,
    claim::ClaimUpload,
    complete::recorded_whole,
    intake::{Intake, wrong_length},
    receive::Piece,
};
use crate::{Application, Caller, Error};

/// What a request says about the bytes that it appends.
#[derive(Debug, Clone, Copy)]
pub struct Appended {
    /// The number of bytes received before.
    pub offset: u64,
    /// The total number of bytes, if the request tells it.
    pub length: Option<u64>,
}

impl Application {
    /// Starts a resumable upload. One that is empty, or joins others, becomes a document at once.
    pub async fn create_resumable(
        &self,
        caller: &Caller,
        goal: UploadGoal,
        source: UploadSource,
    ) -> Result<Upload, Error> {
        if !source.joins.is_empty() {
            return self.join_resumable(caller, goal, source).await;
        }
        let started = self.start_upload(caller, goal, UploadMethod::Resumable, source).await?;
        if started.upload.length == Some(0) {
            return self.append(caller, started, None, stream::empty(), None::<fn() -> _>).await;
        }
        Ok(started.upload)
    }

    /// Finds a resumable upload, with the number of bytes that are stored. One whose bytes are all
    /// stored becomes a document first, if an earlier request could not do that.
    pub async fn find_resumable(&self, caller: &Caller, id: UploadId) -> Result<Upload, Error> {
        let started = self.resumable(caller, id).await?;
        match recorded_whole(&started.upload)? {
            Some(received) => self.complete(caller, &started, received).await,
            None => Ok(started.upload),
        }
    }

    /// Appends bytes to a resumable upload. With the last byte it becomes a document or
    /// a version. If the request is cut, the received bytes are kept; with `verify`, they are kept
    /// only if `verify` succeeds at the end of the body.
    ///
    /// # Errors
    /// The conflict `upload.offset` unless exactly `offset` bytes are stored; `upload.length` when
    /// the length differs from the one that is known.
    pub async fn append_resumable<E: From<Error>>(
        &self,
        caller: &Caller,
        id: UploadId,
        Appended { offset, length }: Appended,
        body: impl Stream<Item = Result<Bytes, E>>,
        verify: Option<impl FnOnce() -> Result<(), E>>,
    ) -> Result<Upload, E> {
        let mut started = self.resumable(caller, id).await?;
        if !started.upload.joins.is_empty() {
            let detail = "this upload joins others: its bytes are theirs".into();
            return Err(Error::Refused { code: UPLOAD_JOINED, detail }.into());
        }
        let stored = started.upload.progress.offset;
        if offset != stored {
            let detail = format!("{stored} bytes are there").into();
            return Err(Error::Conflict { code: UPLOAD_OFFSET, detail }.into());
        }
        // What is stored of an upload without a length is not its end.
        let is_open_ended = started.upload.length.is_none();
        if let Some(length) = length {
            started = self.tell_length(caller, started, length).await?;
        }
        if is_open_ended {
            let slot = self.upload_slot(caller)?;
            return self.take_bytes(caller, started, slot, body, verify).await;
        }
        self.append(caller, started, None, body, verify).await
    }

    /// Discards a resumable upload with its stored bytes.
    pub async fn terminate_resumable(&self, caller: &Caller, id: UploadId) -> Result<(), Error> {
        let StartedUpload { scope, upload, .. } = self.resumable(caller, id).await?;
        self.discard(scope, upload.id).await
    }

    pub(super) async fn resumable(
        &self,
        caller: &Caller,
        id: UploadId,
    ) -> Result<StartedUpload, Error> {
        self.started(caller, ClaimUpload { id, method: UploadMethod::Resumable }).await
    }

    /// Appends bytes, in a slot that was taken before or in a new one.
    pub(super) async fn append<E: From<Error>>(
        &self,
        caller: &Caller,
        started: StartedUpload,
        slot: Option<UploadSlot>,
        body: impl Stream<Item = Result<Bytes, E>>,
        verify: Option<impl FnOnce() -> Result<(), E>>,
    ) -> Result<Upload, E> {
        if started.upload.state == UploadState::Finished {
            return Ok(started.upload);
        }
        if let Some(received) = recorded_whole(&started.upload)? {
            return Ok(self.complete(caller, &started, received).await?);
        }
        let slot = slot.map_or_else(|| self.upload_slot(caller), Ok)?;
        self.take_bytes(caller, started, slot, body, verify).await
    }

    async fn take_bytes<E: From<Error>>(
        &self,
        caller: &Caller,
        started: StartedUpload,
        slot: UploadSlot,
        body: impl Stream<Item = Result<Bytes, E>>,
        verify: Option<impl FnOnce() -> Result<(), E>>,
    ) -> Result<Upload, E> {
        let (app, caller, verified) = (self.clone(), caller.clone(), verify.is_some());
        let work = move |pieces| async move {
            app.receive_resumable(&caller, started, slot, pieces, verified).await
        };
        let (cut, upload) = self.receive_by(body, verify, work).await;
        match (cut, upload?) {
            (Some(cut), upload) if upload.state != UploadState::Finished => Err(cut),
            (_, upload) => Ok(upload),
        }
    }

    /// Receives the bytes of one request.
    async fn receive_resumable(
        &self,
        caller: &Caller,
        started: StartedUpload,
        slot: UploadSlot,
        mut pieces: Receiver<Piece>,
        verified: bool,
    ) -> Result<Upload, Error> {
        if let Some(received) = self.stored_before(&started).await? {
            if !drain(&mut pieces, received.content.size_bytes).await? {
                return Ok(started.upload);
            }
            self.clear_tails(&started.upload).await?;
            return self.complete(caller, &started, received).await;
        }
        let mut intake = Intake::open(self, started.clone(), slot, !verified).await?;
        let whole = intake.take(&mut pieces).await?;
        if verified && !whole {
            return Ok(started.upload);
        }
        if intake.is_complete() {
            let received = intake.finish().await?;
            return self.complete(caller, &started, received).await;
        }
        intake.pause().await
    }
}

/// Reads a body to its end; false when it was cut. Refuses more than `most` bytes.
async fn drain(pieces: &mut Receiver<Piece>, most: u64) -> Result<bool, Error> {
    let mut read = 0;
    loop {
        match pieces.recv().await {
            Some(Piece::Bytes(bytes)) => {
                read += bytes.len() as u64;
                if read > most {
                    return Err(wrong_length());
                }
            }
            Some(Piece::End) => return Ok(true),
            None => return Ok(false),
        }
    }
}
