use plinth_domain::{TenantScope, Upload, UploadMethod};
use plinth_ports::MultipartId;

use crate::{Application, Error};

/// Discards an upload in the background when it is dropped before it is
/// settled: also when the client hangs up and the request's future is dropped.
pub(super) struct DiscardGuard {
    app: Application,
    scope: TenantScope,
    upload: Option<Upload>,
}

impl DiscardGuard {
    /// Keeps the upload.
    pub(super) fn settle(&mut self) {
        self.upload = None;
    }
}

impl Drop for DiscardGuard {
    fn drop(&mut self) {
        let Some(upload) = self.upload.take() else { return };
        let (app, scope) = (self.app.clone(), self.scope);
        self.app.in_background(async move { app.discard(scope, upload).await });
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

    /// Discards an upload after the request is answered.
    pub(super) fn discard_in_background(&self, scope: TenantScope, upload: Upload) {
        drop(self.discard_unless_settled(scope, upload));
    }

    /// Abandons an upload, and removes what is stored of it.
    pub(super) async fn discard(&self, scope: TenantScope, upload: Upload) -> Result<(), Error> {
        if let Some(abandoned) = self.abandon(scope, upload).await? {
            self.clear(&abandoned).await?;
        }
        Ok(())
    }

    /// Removes what is stored of an abandoned upload, and then its record.
    pub(super) async fn clear(&self, upload: &Upload) -> Result<(), Error> {
        let (blobs, progress) = (&self.ports.files.blobs, &upload.progress);
        if let Some(multipart) = &progress.multipart {
            blobs.abort(&upload.key(), &MultipartId(multipart.clone())).await?;
        }
        self.clear_tails(upload).await?;
        // Its parts may be put together without a document.
        blobs.remove(&upload.key()).await?;
        Ok(self.ports.files.ledger.forget_upload(upload.organization, upload.id).await?)
    }

    /// Removes every tail of an upload, also one that is stored and not recorded.
    pub(super) async fn clear_tails(&self, upload: &Upload) -> Result<(), Error> {
        if upload.method == UploadMethod::Resumable {
            for tail in upload.tail_keys() {
                self.ports.files.blobs.remove(&tail).await?;
            }
        }
        Ok(())
    }
}
