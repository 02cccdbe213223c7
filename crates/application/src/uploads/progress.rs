use plinth_domain::{TenantScope, Upload, UploadId, UploadProgress};
use plinth_ports::{Counted, Origin, Signal};

use crate::{
    Application, Error,
    execute::{detached, use_case_span},
    room::Room,
};

impl Application {
    /// Records how many bytes of an upload are stored, in the scope in which it was started or
    /// found. There is no audit record before the document exists. What is stored of an upload
    /// without a length must have room; a length has room since it was told.
    pub(super) async fn save(
        &self,
        scope: TenantScope,
        upload: Upload,
        progress: UploadProgress,
    ) -> Result<Upload, Error> {
        let app = self.clone();
        detached(use_case_span("document.save_upload"), async move {
            let mut unit = app.ports.stores.tenant.begin(scope).await?;
            let now = app.ports.clock.now();
            let more = progress.held().saturating_sub(upload.progress.held());
            let mut warning = None;
            if upload.length.is_none() && more > 0 {
                let room = Room {
                    organization: scope.organization(),
                    limits: app.policy.limits,
                    plans: &app.ports.plans,
                    allowances: &app.allowances,
                    now: unit.now(),
                };
                // Its row first, as where the length is told: two locks always in one order.
                unit.uploads().lock(upload.id).await?;
                warning = room.make(&mut *unit, Counted::StoredBytes, more).await?;
            }
            let next = upload.advance(progress, now + app.policy.upload, now)?;
            unit.uploads().update(&next).await?;
            let is_warned = warning.is_some();
            if let Some(warning) = warning {
                let origin = Origin { request_id: app.request_id(), ..Origin::default() };
                let actor = scope.principal().into();
                let entry = warning.entry(actor, origin, &*app.ports.ids, unit.now());
                unit.journal().append(&entry).await?;
            }
            unit.commit().await?;
            if is_warned {
                app.ports.bus.publish(Signal::Journal);
            }
            Ok(next)
        })
        .await
    }

    /// Abandons an upload: it cannot become a document any more. `None` if it has become one, or
    /// does not exist.
    pub(super) async fn abandon(
        &self,
        scope: TenantScope,
        upload: UploadId,
    ) -> Result<Option<Upload>, Error> {
        let app = self.clone();
        detached(use_case_span("document.abandon_upload"), async move {
            let mut unit = app.ports.stores.tenant.begin(scope).await?;
            let Some(stored) = unit.uploads().find(upload).await? else { return Ok(None) };
            let Ok(abandoned) = stored.abandon(app.ports.clock.now()) else { return Ok(None) };
            unit.uploads().update(&abandoned).await?;
            unit.commit().await?;
            Ok(Some(abandoned))
        })
        .await
    }
}
