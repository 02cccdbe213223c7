//! Reading executions.

use plinth_domain::{Attempt, Execution, ExecutionId, OUTPUT_IN_ROW, Permission};
use plinth_ports::{ExecutionFilter, ExecutionSort, Page, PageRequest};

use crate::{Error, Query, Reading, View, resource::Found};

plinth_domain::codes! {
    EXECUTION_CONTENT_REMOVED = "execution.content_removed",
        "The texts of the execution were removed, because the organization keeps them no longer.";
}

/// An execution with its calls of models.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecutionDetails {
    /// The execution. The text of a running one is what came until now, at most
    /// [`OUTPUT_IN_ROW`] bytes of it.
    pub execution: Execution,
    /// The calls, in their order; those of a running one are not known yet.
    pub attempts: Vec<Attempt>,
}

impl ExecutionDetails {
    /// The execution, if its texts are still there.
    pub fn with_content(self) -> Result<Execution, Error> {
        if self.execution.content_removed_at.is_some() {
            let detail = "the texts of the execution are kept no longer";
            return Err(Error::conflict(EXECUTION_CONTENT_REMOVED, detail));
        }
        Ok(self.execution)
    }
}

/// Reads one execution.
#[derive(Debug, Clone, Copy)]
pub struct GetExecution {
    /// The execution.
    pub id: ExecutionId,
}

impl Query for GetExecution {
    const NAME: &'static str = "execution.get";
    const PERMISSION: Permission = Permission::ExecutionRead;
    type Output = ExecutionDetails;

    async fn run(self, view: &mut View<'_>) -> Result<ExecutionDetails, Error> {
        let mut execution = view.unit.executions().get(self.id).await?;
        let parts = view.unit.execution_parts();
        if !execution.status.is_ended() {
            let pieces = parts.pieces(self.id, 0, OUTPUT_IN_ROW).await?;
            execution.answer.text = pieces.into_iter().map(|piece| piece.text).collect();
            let progress = parts.progress(self.id).await?;
            execution.answer.characters = progress.map_or(0, |progress| progress.characters);
        }
        let attempts = parts.attempts(self.id).await?;
        Ok(ExecutionDetails { execution, attempts })
    }
}

/// Lists executions. Running ones are listed without their text.
#[derive(Debug)]
pub struct ListExecutions {
    /// Selects the executions.
    pub filter: ExecutionFilter,
    /// The order and the position.
    pub page: PageRequest<ExecutionSort>,
}

impl Query for ListExecutions {
    const NAME: &'static str = "execution.list";
    const PERMISSION: Permission = Permission::ExecutionRead;
    type Output = Page<Execution>;

    fn reading(&self) -> Reading {
        // These have no index.
        let is_slow = self.filter.tag.is_some() || self.filter.status.values().is_some();
        Reading::page(&self.page, is_slow)
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<Execution>, Error> {
        Ok(view.unit.executions().list(&self.filter, &self.page).await?)
    }
}
