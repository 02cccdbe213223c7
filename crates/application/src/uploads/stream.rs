//! Uploads in one request.

use std::pin::pin;

use bytes::Bytes;
use futures::{Stream, TryStreamExt};
use plinth_domain::{Document, DocumentDraft, DocumentId, UploadMethod, UploadTarget};
use plinth_ports::IdempotencyKey;
use sha2::{Digest, Sha256};

use super::{
    UploadGoal, UploadSource,
    begin::StartedUpload,
    finish::{FinishUpload, FinishVersion, Received},
    intake::Intake,
};
use crate::{Answer, Application, Caller, Error, Expected, Rendered};

impl Application {
    /// Stores a file and turns it into a new document. `key` is an idempotency key: a repeated
    /// request with the same bytes and the same draft returns the first reply. After an error,
    /// nothing remains in the storage.
    pub async fn upload_document<E: From<Error>>(
        &self,
        caller: &Caller,
        draft: DocumentDraft,
        source: UploadSource,
        body: impl Stream<Item = Result<Bytes, E>>,
        key: Option<String>,
        render: impl FnOnce(&Document) -> Result<Rendered, Error> + Send + 'static,
    ) -> Result<Answer, E> {
        let goal = UploadGoal::Document(draft);
        let started = self.start_upload(caller, goal, UploadMethod::Stream, source).await?;
        let scope = started.scope;
        let received = self.receive(started, body).await?;
        let key = key.map(|key| IdempotencyKey { key, fingerprint: fingerprint(&received) });
        let upload = received.upload.clone();
        let answer = self.execute_once(caller, key, FinishUpload(received), render).await;
        // A replayed reply means that an earlier request created the document.
        if answer.as_ref().map_or(true, |answer| answer.replayed) {
            self.discard_in_background(scope, upload);
        }
        Ok(answer?)
    }

    /// Stores a file and turns it into the newest version of a document. After an error, nothing
    /// remains in the storage.
    pub async fn upload_version<E: From<Error>>(
        &self,
        caller: &Caller,
        document: DocumentId,
        expected: Expected,
        source: UploadSource,
        body: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<Document, E> {
        let goal = UploadGoal::Version { document, expected };
        let started = self.start_upload(caller, goal, UploadMethod::Stream, source).await?;
        let scope = started.scope;
        let received = self.receive(started, body).await?;
        let upload = received.upload.clone();
        let document = self.execute(caller, FinishVersion(received)).await;
        if document.is_err() {
            self.discard_in_background(scope, upload);
        }
        Ok(document?)
    }

    /// Receives all bytes of an upload.
    async fn receive<E: From<Error>>(
        &self,
        started: StartedUpload,
        body: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<Received, E> {
        let mut guard = self.discard_unless_settled(started.scope, started.upload.clone());
        let mut intake = Intake::open(self, started, true).await?;
        let mut body = pin!(body);
        while let Some(bytes) = body.try_next().await? {
            intake.write(bytes).await?;
        }
        let received = intake.finish().await?;
        guard.settle();
        Ok(received)
    }
}

/// The fingerprint of an upload for the idempotency key: over the bytes and their declared values.
fn fingerprint(received: &Received) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(received.content.sha256.unwrap_or_default());
    if let UploadTarget::NewDocument(draft) = &received.upload.target {
        let project = draft.project.map(|project| project.to_string()).unwrap_or_default();
        for part in [draft.name.as_str(), &project, draft.metadata.as_str()] {
            digest.update(part.len().to_be_bytes());
            digest.update(part);
        }
    }
    digest.finalize().into()
}
