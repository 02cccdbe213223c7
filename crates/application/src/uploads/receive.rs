use std::pin::pin;

use bytes::Bytes;
use domain::{DocumentId, Upload, UploadMethod};
use futures::{Stream, TryStreamExt};

use super::{Begun, Received, intake::Intake};
use crate::{Application, Caller, Error};

/// What has become of an upload by one more request.
#[derive(Debug)]
pub enum Appended {
    /// More bytes must come.
    Open(Upload),
    /// All of them are there.
    Complete(Received),
}

impl Appended {
    /// The document that it leads to.
    #[must_use]
    pub const fn document(&self) -> DocumentId {
        match self {
            Self::Open(upload) | Self::Complete(Received { upload, .. }) => upload.document,
        }
    }
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
        let mut intake = Intake::open(self, caller, begun, verify.is_none()).await?;
        let mut body = pin!(body);
        let broken = loop {
            match body.try_next().await {
                Ok(Some(bytes)) => intake.write(bytes).await?,
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        match (broken, verify) {
            (Some(error), Some(_)) => return Err(error),
            (Some(error), None) => {
                intake.pause().await?;
                return Err(error);
            }
            (None, Some(verify)) => verify()?,
            (None, None) => {}
        }
        Ok(if intake.is_complete() {
            Appended::Complete(intake.finish().await?)
        } else {
            Appended::Open(intake.pause().await?)
        })
    }
}
