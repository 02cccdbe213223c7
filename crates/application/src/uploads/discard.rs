use plinth_domain::{TenantScope, Upload, UploadId, UploadMethod};
use plinth_ports::MultipartId;

use crate::{Application, Error};

/// Discards an upload in the background if it is dropped before [`Self::settle`], for example
/// because the client has disconnected.
pub(super) struct DiscardGuard {
    app: Application,
    scope: TenantScope,
    upload: Option<Upload>,
}

impl DiscardGuard {
    /// Keeps the upload when the guard is dropped.
    pub(super) fn settle(&mut self) {
        self.upload = None;
    }
}

impl Drop for DiscardGuard {
    fn drop(&mut self) {
        let Some(upload) = self.upload.take() else { return };
        let (app, scope) = (self.app.clone(), self.scope);
        let owner = scope.organization().uuid();
        self.app.in_background(owner, async move { app.discard(scope, upload.id).await });
    }
}

impl Application {
    pub(super) fn discard_unless_settled(
        &self,
        scope: TenantScope,
        upload: Upload,
    ) -> DiscardGuard {
        DiscardGuard { app: self.clone(), scope, upload: Some(upload) }
    }

    /// Discards an upload after the response.
    pub(super) fn discard_in_background(&self, scope: TenantScope, upload: Upload) {
        drop(self.discard_unless_settled(scope, upload));
    }

    /// Abandons an upload, and removes its stored bytes.
    pub(super) async fn discard(&self, scope: TenantScope, upload: UploadId) -> Result<(), Error> {
        if let Some(abandoned) = self.abandon(scope, upload).await? {
            self.clear(&abandoned).await?;
        }
        Ok(())
    }

    /// Removes the stored bytes of an abandoned upload, and then its record.
    pub(super) async fn clear(&self, upload: &Upload) -> Result<(), Error> {
        let (blobs, progress) = (&self.ports.files.blobs, &upload.progress);
        if let Some(multipart) = &progress.multipart {
            blobs.abort(&upload.key(), &MultipartId(multipart.clone())).await?;
        }
        self.clear_tails(upload).await?;
        // The parts may be completed although there is no document.
        blobs.remove(&upload.key()).await?;
        Ok(self.ports.files.ledger.forget_upload(upload.organization, upload.id).await?)
    }

    /// Removes every tail of an upload, also one that is stored but not recorded.
    pub(super) async fn clear_tails(&self, upload: &Upload) -> Result<(), Error> {
        if upload.method == UploadMethod::Resumable {
            self.ports.files.blobs.remove_tails(upload.organization, upload.id).await?;
        }
        Ok(())
    }
}
