use plinth_domain::{Upload, UploadMethod};
use plinth_ports::MultipartId;

use crate::{Application, Caller, Error};

/// Discards an upload in the background, unless it is told otherwise: also
/// when the client hangs up and the request's future is dropped.
pub(super) struct DiscardGuard {
    app: Application,
    caller: Caller,
    upload: Option<Upload>,
}

impl DiscardGuard {
    /// The upload came to its end.
    pub(super) fn settle(&mut self) {
        self.upload = None;
    }
}

impl Drop for DiscardGuard {
    fn drop(&mut self) {
        let Some(upload) = self.upload.take() else { return };
        let (app, caller) = (self.app.clone(), self.caller.clone());
        self.app.in_background(async move { app.discard(&caller, upload).await });
    }
}

impl Application {
    pub(super) fn discard_unless_settled(&self, caller: &Caller, upload: Upload) -> DiscardGuard {
        DiscardGuard { app: self.clone(), caller: caller.clone(), upload: Some(upload) }
    }

    /// Gives an upload up while nobody waits for it.
    pub fn discard_in_background(&self, caller: &Caller, upload: Upload) {
        drop(self.discard_unless_settled(caller, upload));
    }

    /// Gives an upload up, and removes what is stored of it.
    pub async fn discard(&self, caller: &Caller, upload: Upload) -> Result<(), Error> {
        if let Some(abandoned) = self.abandon(caller, upload).await? {
            self.clear(&abandoned).await?;
        }
        Ok(())
    }

    /// Removes what is stored of an abandoned upload, and then its record.
    pub(super) async fn clear(&self, upload: &Upload) -> Result<(), Error> {
        let (blobs, progress) = (&self.ports.blobs, &upload.progress);
        if let Some(multipart) = &progress.multipart {
            blobs.abort(&upload.key(), &MultipartId(multipart.clone())).await?;
        }
        self.clear_tails(upload).await?;
        // It may have been put together, and never become a document.
        blobs.remove(&upload.key()).await?;
        Ok(self.ports.ledger.forget_upload(upload.organization, upload.id).await?)
    }

    /// Removes every tail of an upload, also one that was stored and never
    /// recorded.
    pub(super) async fn clear_tails(&self, upload: &Upload) -> Result<(), Error> {
        if upload.method == UploadMethod::Resumable {
            for tail in upload.tail_keys() {
                self.ports.blobs.remove(&tail).await?;
            }
        }
        Ok(())
    }
}
