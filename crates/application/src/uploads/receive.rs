//! Receives the body of a request in a task of its own. A client that hangs up drops the future of
//! its request; the task sees the end of the bytes and saves what it has.

use std::pin::pin;

use bytes::Bytes;
use futures::{Stream, TryStreamExt};
use tokio::{
    sync::mpsc::{self, Receiver},
    time::{Instant, sleep_until},
};
use tracing::Instrument;

use super::intake::Intake;
use crate::{Application, Error};

/// The number of pieces that wait for the task. A piece is at most what the server reads at once,
/// some ten kilobytes.
const WAITING: usize = 4;

/// A piece of a body.
pub(super) enum Piece {
    /// The next bytes.
    Bytes(Bytes),
    /// The body is complete. Without it, the request was cut.
    End,
}

impl Application {
    /// Runs `work` to its end, even if the caller's future is dropped.
    pub(super) async fn outliving<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        let task = self.background.spawn(work.in_current_span());
        task.await.unwrap_or_else(|gone| Err(Error::internal(gone)))
    }

    /// Sends a body to `work`, which runs to its end, even if the caller's future is dropped.
    /// Returns the error of the body, if it was cut, and the result of the work. The body is
    /// complete only if `verify` agrees.
    pub(super) async fn receive_by<T, E, W>(
        &self,
        body: impl Stream<Item = Result<Bytes, E>>,
        verify: Option<impl FnOnce() -> Result<(), E>>,
        work: impl FnOnce(Receiver<Piece>) -> W,
    ) -> (Option<E>, Result<T, Error>)
    where
        T: Send + 'static,
        W: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let (sender, receiver) = mpsc::channel(WAITING);
        let work = self.background.spawn_receiving(work(receiver).in_current_span());
        let mut body = pin!(body);
        let cut = loop {
            match body.try_next().await {
                Ok(Some(bytes)) => {
                    if sender.send(Piece::Bytes(bytes)).await.is_err() {
                        // The task has ended; its result says why.
                        break None;
                    }
                }
                Ok(None) => match verify.map_or(Ok(()), |verify| verify()) {
                    Ok(()) => {
                        drop(sender.send(Piece::End).await);
                        break None;
                    }
                    Err(error) => break Some(error),
                },
                Err(error) => break Some(error),
            }
        };
        drop(sender);
        (cut, work.await.unwrap_or_else(|gone| Err(Error::internal(gone))))
    }
}

impl Intake {
    /// Receives a body, and saves it at checkpoints. False when it was cut, or another request took
    /// its place.
    pub(super) async fn take(&mut self, pieces: &mut Receiver<Piece>) -> Result<bool, Error> {
        let interrupted = self.interrupted();
        loop {
            let due = self.checkpoint_due();
            if due.is_some_and(|due| due <= Instant::now()) {
                self.checkpoint().await?;
                continue;
            }
            let next = tokio::select! {
                biased;
                () = interrupted.cancelled() => return Ok(false),
                next = next_at(self.ready_at, pieces) => next,
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => continue,
            };
            match next {
                Some(Piece::Bytes(bytes)) => self.write(bytes).await?,
                Some(Piece::End) => return Ok(true),
                None => return Ok(false),
            }
        }
    }
}

/// The next piece, not before `ready_at`.
async fn next_at(ready_at: Instant, pieces: &mut Receiver<Piece>) -> Option<Piece> {
    sleep_until(ready_at).await;
    pieces.recv().await
}
