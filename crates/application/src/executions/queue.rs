//! Queued executions: a job begins them, in a worker.

use plinth_domain::{Execution, ExecutionDraft, ExecutionId, ExecutionStatus, Permission};
use serde::{Deserialize, Serialize};

use super::{begin::BeginExecution, refuse::RefuseExecution};
use crate::{Application, Caller, Command, Error, JobKind, Query, View, job_kind, resource::Found};

/// Begins a queued execution, which then runs apart from the job.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct RunExecution {
    /// The execution.
    #[serde(with = "job_kind::id")]
    pub execution: ExecutionId,
}

impl JobKind for RunExecution {
    const KIND: &'static str = "execution.run";
}

/// The values of an execution, as long as it is queued.
struct FindQueued {
    id: ExecutionId,
}

impl Query for FindQueued {
    const NAME: &'static str = "execution.queued";
    const PERMISSION: Permission = Permission::ExecutionCreate;
    type Output = Option<ExecutionDraft>;

    async fn run(self, view: &mut View<'_>) -> Result<Option<ExecutionDraft>, Error> {
        let Execution { status, draft, .. } = view.unit.executions().get(self.id).await?;
        Ok((status == ExecutionStatus::Queued).then_some(draft))
    }
}

impl Application {
    /// Begins a queued execution, and runs it apart from the caller. Nothing is done for one that runs
    /// or has ended.
    ///
    /// # Errors
    /// [`Error::Exhausted`] where as many executions run as may at once; and what may pass: the
    /// execution stays queued then.
    pub async fn run_queued(&self, caller: &Caller, id: ExecutionId) -> Result<(), Error> {
        let scope = self.admit(caller, BeginExecution::PERMISSION, BeginExecution::NAME)?;
        let Some(draft) = self.query(caller, FindQueued { id }).await? else { return Ok(()) };
        let place = self.keeper.enter(caller.access.organization())?;
        let plan = match self.plan_of(caller, &draft).await {
            Ok(plan) => plan,
            Err(error) if error.may_pass() => return Err(error),
            Err(error) => return self.execute(caller, RefuseExecution::because(id, &error)).await,
        };
        let begin = BeginExecution { id, holder: self.keeper.holder() };
        if let Some(begun) = self.execute(caller, begin).await? {
            self.spawn_run(caller.clone(), scope, place, begun, plan);
        }
        Ok(())
    }
}
