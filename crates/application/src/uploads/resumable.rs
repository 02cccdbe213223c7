use std::pin::pin;

use bytes::Bytes;
use futures::{Stream, TryStreamExt};
use plinth_domain::{Upload, UploadMethod};

use super::{
    Begun, Content, Received,
    intake::{Intake, wrong_length},
};
use crate::{Application, Caller, Error};

/// What has become of an upload by one more request.
#[derive(Debug)]
pub enum Appended {
    /// More bytes must come.
    Open(Upload),
    /// All of them are there.
    Complete(Received),
}

impl Application {
    /// Takes all bytes of an upload in one go. When it fails, nothing stays
    /// behind.
    pub async fn receive<E: From<Error>>(
        &self,
        caller: &Caller,
        begun: Begun,
        body: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<Received, E> {
        let upload = begun.upload.clone();
        let mut guard = self.discard_unless_settled(caller, upload);
        let received = async {
            let mut intake = Intake::open(self, caller, begun, true).await?;
            let mut body = pin!(body);
            while let Some(bytes) = body.try_next().await? {
                intake.write(bytes).await?;
            }
            Ok(intake.finish().await?)
        }
        .await;
        if received.is_ok() {
            guard.settle();
        }
        received
    }

    /// Takes more bytes of a resumable upload. When the body breaks off, what
    /// came before counts. With `verify`, nothing counts unless it says so at
    /// the end.
    pub async fn append<E: From<Error>>(
        &self,
        caller: &Caller,
        begun: Begun,
        body: impl Stream<Item = Result<Bytes, E>>,
        verify: Option<impl FnOnce() -> Result<(), E>>,
    ) -> Result<Appended, E> {
        debug_assert_eq!(begun.upload.method, UploadMethod::Resumable);
        let mut body = pin!(body);
        if let Some(received) = self.stored_before(&begun).await? {
            drain(&mut body, received.content.size_bytes).await?;
            verify.map_or(Ok(()), |verify| verify())?;
            self.clear_tails(&received.upload).await?;
            return Ok(Appended::Complete(received));
        }
        let mut intake = Intake::open(self, caller, begun, verify.is_none()).await?;
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

    /// What an earlier request stored to the last byte, and never came to say
    /// so: its parts are put together, and no more can be added to them.
    async fn stored_before(&self, begun: &Begun) -> Result<Option<Received>, Error> {
        let Begun { upload, terms } = begun;
        let progress = &upload.progress;
        if progress.multipart.is_none() && progress.tail == 0 {
            return Ok(None);
        }
        let Some(stored) = self.ports.blobs.find(&upload.key()).await? else { return Ok(None) };
        let size_bytes = stored.size;
        let head = self.head(upload, size_bytes).await?;
        let content_type = terms.recognise(&head, upload.claimed_type.as_deref())?;
        let content = Content { content_type, size_bytes, sha256: None };
        Ok(Some(Received { upload: upload.clone(), content }))
    }
}

/// Reads a body to its end, which is not beyond so many bytes.
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
