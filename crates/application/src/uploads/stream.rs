//! Uploads in one request.

use std::pin::pin;

use bytes::Bytes;
use futures::{Stream, TryStreamExt};
use plinth_domain::{Document, DocumentDraft, DocumentId, Permission, UploadMethod, UploadTarget};
use plinth_ports::IdempotencyKey;
use sha2::{Digest, Sha256};
use tokio::time::sleep_until;

use super::{
    NewFile, UploadGoal, UploadSlot, UploadSource, assemble::is_refusal, begin::StartedUpload,
    finish::Received, intake::Intake,
};
use crate::{Answer, Application, Caller, Error, Expected, Rendered, command::person};

/// The body of a form.
#[derive(Debug)]
pub struct UploadBody<B, C> {
    /// The bytes of the file.
    pub bytes: B,
    /// Whether the name is final before the bytes.
    pub is_named: bool,
    /// Answers, when the bytes have ended, the values of the document if some came after them.
    pub complete: C,
}

impl Application {
    /// Checks the permission to create documents, in the organization or on a project, and takes a slot,
    /// before the first byte of a form is read.
    pub async fn reserve_upload(&self, caller: &Caller) -> Result<UploadSlot, Error> {
        let permission = Permission::DocumentCreate;
        self.permit_on_any_project(caller, permission, "document.create").await?;
        self.upload_slot(caller)
    }

    /// A slot of the caller.
    pub(super) fn upload_slot(&self, caller: &Caller) -> Result<UploadSlot, Error> {
        self.uploads.take(caller.access.organization(), person(caller.access.principal())?)
    }

    /// Stores a file and turns it into a new document. `key` is an idempotency key: a repeated
    /// request with the same bytes and the same draft returns the first reply. After an error,
    /// nothing remains in the storage, at the latest when the upload expires. `slot` is of
    /// [`Application::reserve_upload`].
    pub async fn upload_document<E: From<Error>>(
        &self,
        caller: &Caller,
        slot: UploadSlot,
        file: NewFile,
        body: UploadBody<
            impl Stream<Item = Result<Bytes, E>>,
            impl FnOnce() -> Option<DocumentDraft>,
        >,
        key: Option<String>,
        render: impl FnOnce(&Document) -> Result<Rendered, Error> + Clone + Send + 'static,
    ) -> Result<Answer, E> {
        let goal = UploadGoal::Document(file.draft);
        let mut started =
            self.start_upload(caller, goal, UploadMethod::Stream, file.source).await?;
        let scope = started.scope;
        if !body.is_named {
            started.constraints.forget_name();
        }
        let mut received = self.receive(started, slot, body.bytes).await?;
        received.draft = (body.complete)();
        let key = key.map(|key| IdempotencyKey { key, fingerprint: fingerprint(&received) });
        let upload = received.upload.clone();
        let answer = self.finish_upload_once(caller, key, received, render).await;
        // A replayed reply means that an earlier request created the document.
        if answer.as_ref().map_or_else(is_refusal, |answer| answer.replayed) {
            self.discard_in_background(scope, upload);
        }
        Ok(answer?)
    }

    /// Stores a file and turns it into the newest version of a document. After an error, nothing
    /// remains in the storage, at the latest when the upload expires.
    pub async fn upload_version<E: From<Error>>(
        &self,
        caller: &Caller,
        document: DocumentId,
        expected: Expected,
        source: UploadSource,
        body: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<Document, E> {
        let permission = Permission::DocumentUpdate;
        self.permit_on_any_project(caller, permission, "document.add_version").await?;
        let slot = self.upload_slot(caller)?;
        let goal = UploadGoal::Version { document, expected: expected.clone() };
        let started = self.start_upload(caller, goal, UploadMethod::Stream, source).await?;
        let scope = started.scope;
        let received = self.receive(started, slot, body).await?;
        let upload = received.upload.clone();
        let document = self.finish_upload(caller, received, expected).await;
        if document.as_ref().is_err_and(is_refusal) {
            self.discard_in_background(scope, upload);
        }
        Ok(document?)
    }

    /// Receives all bytes of an upload.
    async fn receive<E: From<Error>>(
        &self,
        started: StartedUpload,
        slot: UploadSlot,
        body: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<Received, E> {
        let (scope, upload) = (started.scope, started.upload.clone());
        let mut guard = self.discard_unless_settled(scope, upload.clone());
        let mut intake = Intake::open(self, started, slot, true).await?;
        let mut body = pin!(body);
        while let Some(bytes) = body.try_next().await? {
            intake.write(bytes).await?;
            sleep_until(intake.ready_at).await;
        }
        // From here on only a refusal discards the bytes; the sweep removes what is left.
        guard.settle();
        let received = intake.finish().await;
        if received.as_ref().is_err_and(is_refusal) {
            self.discard_in_background(scope, upload);
        }
        Ok(received?)
    }
}

/// The fingerprint of an upload for the idempotency key: over the bytes and their declared values.
fn fingerprint(received: &Received) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(received.content.sha256.unwrap_or_default());
    if let UploadTarget::NewDocument(draft) = &received.upload.target {
        let draft = received.draft.as_ref().unwrap_or(draft);
        let project = draft.project.map(|project| project.to_string()).unwrap_or_default();
        for part in [draft.name.as_str(), &project, draft.metadata.as_str()] {
            digest.update(part.len().to_be_bytes());
            digest.update(part);
        }
    }
    digest.finalize().into()
}
