//! Stores the end of an execution, with what it cost.

use plinth_domain::{Attempt, Ending, Execution, ExecutionId, ExecutionStatus, Permission};
use plinth_ports::OutputPiece;
use uuid::Uuid;

use super::estimate::told;
use crate::{AuditRecord, Command, Context, Error, Recorded, resource::Resource};

/// Ends an execution that this process runs. `None` where another process has ended it: the first end
/// holds.
#[derive(Debug)]
pub(super) struct FinishExecution {
    pub(super) id: ExecutionId,
    pub(super) holder: Uuid,
    pub(super) ending: Ending,
    pub(super) attempts: Vec<Attempt>,
    /// How the text is kept.
    pub(super) text: TextKept,
}

/// How the text of an ended execution is kept.
#[derive(Debug)]
pub(super) enum TextKept {
    /// In the row; no piece was stored.
    InRow,
    /// In the row; the stored pieces are removed.
    InsteadOfPieces,
    /// In pieces, with these last ones, since it is too long for the row.
    InPieces(Vec<OutputPiece>),
}

impl Command for FinishExecution {
    const NAME: &'static str = "execution.finish";
    const PERMISSION: Permission = Permission::ExecutionCreate;
    type Output = Option<Execution>;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Option<Execution>>, Error> {
        let executions = ctx.unit.executions();
        let found = executions.lock(self.id).await?;
        let before = found.ok_or(Error::NotFound(Execution::KIND))?;
        if before.status.is_ended() || !executions.is_leased(self.id, self.holder).await? {
            return Ok(Recorded::without_audit(None));
        }
        match self.text {
            TextKept::InRow => {}
            TextKept::InsteadOfPieces => executions.remove_pieces(self.id).await?,
            TextKept::InPieces(last) => {
                for piece in &last {
                    executions.append(self.id, self.holder, piece).await?;
                }
            }
        }
        executions.add_attempts(&self.attempts).await?;
        let (after, audits) = end(ctx, before, self.ending).await?;
        Ok(Recorded { output: Some(after), audits })
    }
}

/// Ends a locked execution, with its lease, and settles what it cost.
pub(super) async fn end(
    ctx: &mut Context<'_>,
    before: Execution,
    ending: Ending,
) -> Result<(Execution, Vec<AuditRecord>), Error> {
    let ending = Ending { answer: ending.answer.in_row(), ..ending };
    let after = before.clone().end(ending, ctx.now)?;
    let executions = ctx.unit.executions();
    executions.release(after.id).await?;
    executions.update(&after).await?;
    ctx.ended = Some(after.status);
    let mut audits = vec![AuditRecord::changed(action(after.status), &before, &after)?];
    audits.extend(settle(ctx, &before, &after).await?);
    Ok((after, audits))
}

/// Settles what an ended execution cost. Returns the warnings of budgets.
pub(super) async fn settle(
    ctx: &mut Context<'_>,
    before: &Execution,
    after: &Execution,
) -> Result<Vec<AuditRecord>, Error> {
    if before.reservation.periods.is_empty() {
        return Ok(Vec::new());
    }
    if let (Some(version), Some(tokens)) = (after.draft.prompt, told(after)) {
        ctx.unit.answer_lengths().remember(version, after.model, tokens).await?;
    }
    let cost = after.answer.cost.unwrap_or_default();
    let settled = ctx.unit.budget_periods().settle(&before.reservation, cost).await?;
    let warned = settled.iter().filter(|settled| settled.is_warned);
    Ok(warned.map(|one| AuditRecord::about("budget.warning", &one.budget)).collect())
}

pub(super) const fn action(status: ExecutionStatus) -> &'static str {
    match status {
        ExecutionStatus::Succeeded => "execution.succeeded",
        ExecutionStatus::Cancelled => "execution.cancelled",
        ExecutionStatus::TimedOut => "execution.timed_out",
        ExecutionStatus::Failed | ExecutionStatus::Queued | ExecutionStatus::Running => {
            "execution.failed"
        }
    }
}
