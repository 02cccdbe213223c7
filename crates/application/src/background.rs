//! What the application does after a response.

pub(crate) mod queue;

use std::sync::Arc;

use plinth_domain::{ApiKey, OrganizationId, Timestamp};
use plinth_ports::{Actor, Origin};
use uuid::Uuid;

use crate::{Application, AuditRecord, Error};

impl Application {
    /// Appends an audit record in a separate transaction, after the response: the response time
    /// must not reveal whether there was something to audit.
    pub(crate) fn note(
        &self,
        organization: OrganizationId,
        actor: Actor,
        audit: AuditRecord,
        origin: &Origin,
    ) {
        let (app, origin) = (self.clone(), origin.clone());
        self.in_background(organization.uuid(), async move {
            let mut unit = app.ports.stores.system.begin().await?;
            let entry = audit.entry(actor, origin, &*app.ports.ids, unit.now());
            unit.append(organization, &entry).await?;
            app.commit(unit).await?;
            Ok(())
        });
    }

    /// Records, to the minute, that an API key was used.
    pub(crate) fn touch(&self, key: &ApiKey, now: Timestamp) {
        let seen = key.last_used_at.is_some_and(|at| now - at < chrono::TimeDelta::minutes(1));
        if !seen {
            let (app, organization, id) = (self.clone(), key.organization, key.id);
            self.in_background(organization.uuid(), async move {
                Ok(app.ports.stores.system.touch_api_key(organization, id, now).await?)
            });
        }
    }

    /// Removes expired records and uploads. Returns their number.
    pub async fn sweep(&self) -> Result<u64, Error> {
        let rows = self.ports.stores.system.sweep(self.ports.clock.now()).await?;
        Ok(rows + self.sweep_uploads().await?)
    }

    /// Waits until the bodies of resumable uploads that were cut are saved. The server's threads,
    /// on which this happens, must not end before.
    pub async fn received(&self) {
        self.background.received().await;
    }

    /// Ends the executions that this process runs, with what came until now, stores how many requests were
    /// counted, and waits for the running background work.
    pub async fn drain(&self) {
        self.keeper.end().await;
        self.calls.store().await;
        self.background.drain().await;
    }

    /// Tells how much background work was dropped, because too much was waiting. It does not keep
    /// the application.
    pub fn dropped_background_work(&self) -> impl Fn() -> u64 + Send + Sync + use<> {
        let background = Arc::clone(&self.background);
        move || background.dropped()
    }

    /// Runs `work` after the response, unless too much of it is waiting already. `owner` is the
    /// organization or the user that it is done for.
    pub(crate) fn in_background(
        &self,
        owner: Uuid,
        work: impl Future<Output = Result<(), Error>> + Send + 'static,
    ) {
        self.background.run(owner, work);
    }
}
