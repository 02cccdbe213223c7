//! What is asked for, and its jobs.

use chrono::TimeDelta;
use plinth_domain::{OrganizationExport, OrganizationExportId, Permission};
use serde::{Deserialize, Serialize};

use crate::{
    AuditRecord, Command, Context, Error, JobKind, Recorded, job_kind::id, resource::Action,
};

/// How long an export is kept after it has ended.
pub(super) const KEPT: TimeDelta = TimeDelta::days(7);

/// The job that makes an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MakeExport {
    /// The export.
    #[serde(with = "id")]
    pub export: OrganizationExportId,
}

impl JobKind for MakeExport {
    const KIND: &'static str = "organization_export.make";
    /// Other work goes before.
    const PRIORITY: i16 = -20;

    fn dedup_key(&self) -> Option<String> {
        Some(format!("{}/{}", Self::KIND, self.export))
    }
}

/// The job that removes an export that is kept no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveExport {
    /// The export.
    #[serde(with = "id")]
    pub export: OrganizationExportId,
}

impl JobKind for RemoveExport {
    const KIND: &'static str = "organization_export.remove";
    /// Over about a day: a storage that is away for a night keeps no file for ever.
    const MAX_ATTEMPTS: u16 = 12;
    const PRIORITY: i16 = -50;

    fn dedup_key(&self) -> Option<String> {
        Some(format!("{}/{}", Self::KIND, self.export))
    }
}

/// Asks for an export of the organization. There is one at once.
#[derive(Debug, Clone, Copy)]
pub struct RequestExport;

impl Command for RequestExport {
    const NAME: &'static str = Action::<OrganizationExport>::CREATE;
    const PERMISSION: Permission = Permission::OrganizationExport;
    type Output = OrganizationExport;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<OrganizationExport>, Error> {
        ctx.make_room::<OrganizationExport>().await?;
        let by = ctx.person()?;
        let export = OrganizationExport::request(ctx.id(), ctx.organization(), by, ctx.now);
        let stored = ctx.unit.organization_exports().insert(&export).await;
        stored.map_err(Error::write::<OrganizationExport>)?;
        ctx.enqueue(MakeExport { export: export.id }).await?;
        Recorded::created(export)
    }
}

/// A worker has removed the file of an export that is kept no longer.
#[derive(Debug, Clone, Copy)]
pub struct RemoveOldExport {
    /// The export.
    pub id: OrganizationExportId,
}

impl Command for RemoveOldExport {
    const NAME: &'static str = Action::<OrganizationExport>::REMOVE;
    const PERMISSION: Permission = Permission::DocumentCreate;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let Some(export) = ctx.unit.organization_exports().find(self.id).await? else {
            return Ok(Recorded::without_audit(()));
        };
        ctx.unit.organization_exports().remove(&export).await?;
        let removed = AuditRecord::removed(Action::<OrganizationExport>::REMOVED, &export)?;
        Ok(Recorded::new((), removed))
    }
}
