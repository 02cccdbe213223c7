use plinth_domain::{Upload, UploadProgress};

use crate::{
    Application, Caller, Error,
    application::{detached, use_case_span},
};

impl Application {
    /// Records how far an upload has come. Whoever was let to begin it may go
    /// on, and the journal has nothing to say yet.
    pub(super) async fn save(
        &self,
        caller: &Caller,
        upload: Upload,
        progress: UploadProgress,
    ) -> Result<Upload, Error> {
        let (app, scope) = (self.clone(), caller.access.own());
        detached(use_case_span("document.save_upload"), async move {
            let mut unit = app.ports.store.begin(scope).await?;
            let now = app.ports.clock.now();
            let next = upload.advance(progress, now + app.policy.upload, now)?;
            unit.uploads().update(&next).await?;
            unit.commit().await?;
            Ok(next)
        })
        .await
    }

    /// Gives an upload up, so that it cannot become a document any more.
    /// `None` when it has become one, or is gone.
    pub(super) async fn abandon(
        &self,
        caller: &Caller,
        upload: Upload,
    ) -> Result<Option<Upload>, Error> {
        let (app, scope) = (self.clone(), caller.access.own());
        detached(use_case_span("document.abandon_upload"), async move {
            let mut unit = app.ports.store.begin(scope).await?;
            let Some(stored) = unit.uploads().find(upload.id).await? else { return Ok(None) };
            let Ok(abandoned) = stored.abandon(app.ports.clock.now()) else { return Ok(None) };
            unit.uploads().update(&abandoned).await?;
            unit.commit().await?;
            Ok(Some(abandoned))
        })
        .await
    }
}
