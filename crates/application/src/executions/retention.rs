//! How long executions are kept: first their texts go, later the rest.

use chrono::TimeDelta;
use plinth_domain::{JobDraft, OrganizationId, Permission, RetentionDays, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Application, Command, Context, Error, JobKind, Recorded};

/// How many executions one transaction changes: it holds its locks for milliseconds only.
const BATCH: u32 = 200;

/// The job that removes what an organization keeps no longer of its executions.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct RetainExecutions {}

impl JobKind for RetainExecutions {
    const KIND: &'static str = "execution.retain";
    const PRIORITY: i16 = -50;

    fn dedup_key(&self) -> Option<String> {
        Some(Self::KIND.to_owned())
    }
}

/// What one step has removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemovedExecutions {
    /// Of how many executions the texts were removed.
    pub contents: u64,
    /// How many executions were removed.
    pub executions: u64,
}

impl RemovedExecutions {
    /// Whether there may be more.
    #[must_use]
    pub const fn is_full(self) -> bool {
        self.contents == BATCH as u64 || self.executions == BATCH as u64
    }
}

/// Removes some of the executions that are older than their organization keeps them, and the texts of
/// some others. It is logged, and not in the audit log: what executions did is there already, for as
/// long as that is kept.
#[derive(Debug, Clone, Copy)]
pub struct RemoveOldExecutions;

impl Command for RemoveOldExecutions {
    const NAME: &'static str = "execution.remove_old";
    const PERMISSION: Permission = Permission::ExecutionCreate;
    type Output = RemovedExecutions;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<RemovedExecutions>, Error> {
        let organization = ctx.unit.organization().find().await?;
        let settings = organization.ok_or(Error::NotFound("organization"))?.settings;
        let (rows, texts) = (settings.executions, settings.execution_content);
        let unit = ctx.unit.executions();
        let executions = unit.remove_old(ago(rows, ctx.now), BATCH).await?;
        let contents = unit.remove_contents(ago(texts, ctx.now), BATCH).await?;
        Ok(Recorded::without_audit(RemovedExecutions { contents, executions }))
    }
}

/// The moment from which on something is kept.
fn ago(kept: RetentionDays, now: Timestamp) -> Timestamp {
    now - TimeDelta::days(kept.days().into())
}

impl Application {
    /// A job for each organization that removes what it keeps no longer of its executions: a write for
    /// an organization needs that organization's scope.
    pub async fn old_executions(&self) -> Result<Vec<(OrganizationId, JobDraft)>, Error> {
        self.job_for_each(&RetainExecutions {}).await
    }
}
