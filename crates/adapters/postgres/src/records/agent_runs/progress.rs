//! From where a run goes on, and who may write about it.

use plinth_domain::AgentRunId;
use plinth_ports::{AgentProgress, Result, StoreError};
use uuid::Uuid;

use super::integer;
use crate::{row::named, scoped::ScopedTx};

const MAKE: &str = "INSERT INTO agent_checkpoints (organization_id, id) SELECT $1::uuid, $2::uuid";
const HOLD: &str =
    "UPDATE agent_checkpoints SET holder = $3 WHERE organization_id = $1 AND id = $2";
const HELD: &str = "SELECT true AS held FROM agent_checkpoints \
    WHERE organization_id = $1 AND id = $2 AND holder = $3";
const READ: &str = "SELECT events, state, question_id, answer::text AS answer \
    FROM agent_checkpoints WHERE organization_id = $1 AND id = $2";
const ANSWER: &str = "UPDATE agent_checkpoints SET question_id = $3, answer = $4::json \
    WHERE organization_id = $1 AND id = $2";
const CHECKPOINT: &str = "UPDATE agent_checkpoints \
    SET state = $3, question_id = NULL, answer = NULL WHERE organization_id = $1 AND id = $2";

/// Locks the row, so that the numbers of events have no holes.
const COUNT: &str = "UPDATE agent_checkpoints SET events = events + $4 \
    WHERE organization_id = $1 AND id = $2 AND holder IS NOT DISTINCT FROM $3 RETURNING events";

impl ScopedTx {
    pub(super) async fn make_progress(&mut self, run: AgentRunId) -> Result<()> {
        self.write(MAKE, vec![run.uuid().into()]).await.map(drop)
    }

    pub(super) async fn set_holder(&mut self, run: AgentRunId, holder: Option<Uuid>) -> Result<()> {
        self.write(HOLD, vec![run.uuid().into(), holder.into()]).await.map(drop)
    }

    pub(super) async fn has_holder(&mut self, run: AgentRunId, holder: Uuid) -> Result<bool> {
        let row = self.ask(HELD, vec![run.uuid().into(), holder.into()]).await?;
        Ok(row.is_some())
    }

    pub(super) async fn read_progress(&mut self, run: AgentRunId) -> Result<AgentProgress> {
        let Some(row) = self.ask(READ, vec![run.uuid().into()]).await? else {
            return Ok(AgentProgress::default());
        };
        let question: Option<String> = named(&row, "question_id")?;
        let answer: Option<String> = named(&row, "answer")?;
        Ok(AgentProgress {
            events: number(named(&row, "events")?)?,
            checkpoint: named(&row, "state")?,
            answer: question.zip(answer),
        })
    }

    pub(super) async fn set_answer(
        &mut self,
        run: AgentRunId,
        question: &str,
        answer: &str,
    ) -> Result<()> {
        let values = vec![run.uuid().into(), question.into(), answer.into()];
        self.write(ANSWER, values).await.map(drop)
    }

    pub(super) async fn set_checkpoint(
        &mut self,
        run: AgentRunId,
        state: Option<&str>,
    ) -> Result<()> {
        let values = vec![run.uuid().into(), state.map(str::to_owned).into()];
        self.write(CHECKPOINT, values).await.map(drop)
    }

    /// Counts further events, if this is the holder. Returns how many there are with them.
    pub(super) async fn count_events(
        &mut self,
        run: AgentRunId,
        holder: Option<Uuid>,
        more: usize,
    ) -> Result<Option<u32>> {
        let values = vec![run.uuid().into(), holder.into(), integer(more)?.into()];
        let row = self.ask(COUNT, values).await?;
        row.map(|row| number(named(&row, "events")?)).transpose()
    }
}

fn number(stored: i32) -> Result<u32> {
    u32::try_from(stored).map_err(|error| StoreError::Other(error.into()))
}
