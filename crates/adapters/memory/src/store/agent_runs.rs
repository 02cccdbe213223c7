//! Runs of agents.

use async_trait::async_trait;
use plinth_domain::{AgentRun, AgentRunId, ApiKeyId, Execution, Timestamp};
use plinth_ports::{
    AgentProgress, AgentRunCost, AgentRunEvent, AgentRunReader, AgentRuns, NewAgentEvent, Records,
    Result,
};
use uuid::Uuid;

use super::{record_tables::Stored, rows::AgentProgressRow, unit::Unit};

impl Stored for AgentRun {
    /// The first end holds.
    fn may_become(&self, next: Option<&Self>) -> bool {
        next.is_none() || !self.status.is_ended()
    }
}

impl Unit {
    fn change_progress(&mut self, run: AgentRunId, change: impl FnOnce(&mut AgentProgressRow)) {
        let key = (self.organization_id(), run);
        if let Some(row) = self.draft.tables.records.agent_progress.get_mut(&key) {
            change(row);
        }
    }

    fn progress_row(&self, run: AgentRunId) -> Option<&AgentProgressRow> {
        self.tables().records.agent_progress.get(&(self.organization_id(), run))
    }
}

#[async_trait]
impl AgentRunReader for Unit {
    async fn events(
        &mut self,
        run: AgentRunId,
        after: u32,
        limit: u16,
    ) -> Result<Vec<AgentRunEvent>> {
        let events = self.tables().records.agent_events.get(&(self.organization_id(), run));
        let events = events.into_iter().flatten().filter(|event| event.number > after);
        Ok(events.take(limit.into()).cloned().collect())
    }

    async fn costs(&mut self, keys: &[ApiKeyId]) -> Result<Vec<(ApiKeyId, AgentRunCost)>> {
        let mut found = Vec::new();
        for key in keys {
            let mut sum = AgentRunCost::default();
            let own = |e: &&Execution| e.draft.api_key == Some(*key);
            for execution in self.records::<Execution>().filter(own) {
                sum.executions += 1;
                sum.tokens_input += u64::from(execution.answer.usage.input);
                sum.tokens_output += u64::from(execution.answer.usage.output);
                sum.cost += execution.answer.cost.unwrap_or_default();
            }
            if sum.executions > 0 {
                found.push((*key, sum));
            }
        }
        Ok(found)
    }

    async fn is_held(&mut self, run: AgentRunId, holder: Uuid) -> Result<bool> {
        Ok(self.progress_row(run).is_some_and(|row| row.holder == Some(holder)))
    }
}

#[async_trait]
impl AgentRuns for Unit {
    async fn insert(&mut self, run: &AgentRun) -> Result<()> {
        Records::insert(self, run).await?;
        let key = (self.organization_id(), run.id);
        self.draft.tables.records.agent_progress.insert(key, AgentProgressRow::default());
        Ok(())
    }

    /// Units of work run one after another, so there is nothing to lock.
    async fn lock(&mut self, run: AgentRunId) -> Result<Option<AgentRun>> {
        Ok(self.record(run).cloned())
    }

    async fn open(&mut self) -> Result<u64> {
        let open = self.records::<AgentRun>().filter(|run| !run.status.is_ended());
        Ok(open.map(|_| 1).sum())
    }

    async fn hold(&mut self, run: AgentRunId, holder: Option<Uuid>) -> Result<()> {
        self.change_progress(run, |row| row.holder = holder);
        Ok(())
    }

    async fn progress(&mut self, run: AgentRunId) -> Result<AgentProgress> {
        Ok(self.progress_row(run).map(|row| row.progress.clone()).unwrap_or_default())
    }

    async fn keep_answer(&mut self, run: AgentRunId, question: &str, answer: &str) -> Result<()> {
        let answer = Some((question.to_owned(), answer.to_owned()));
        self.change_progress(run, |row| row.progress.answer = answer);
        Ok(())
    }

    async fn append(
        &mut self,
        run: AgentRunId,
        holder: Option<Uuid>,
        events: &[NewAgentEvent],
        at: Timestamp,
    ) -> Result<bool> {
        let Some(row) = self.progress_row(run).filter(|row| row.holder == holder) else {
            return Ok(false);
        };
        let first = row.progress.events + 1;
        let added = (first..).zip(events).map(|(number, event)| {
            let (kind, data) = (event.kind.to_owned(), event.data.clone());
            AgentRunEvent { number, kind, data, at }
        });
        let key = (self.organization_id(), run);
        let stored = self.tables().records.agent_events.get(&key).cloned();
        let all: Vec<_> = stored.into_iter().flatten().chain(added).collect();
        let count = u32::try_from(all.len()).unwrap_or(u32::MAX);
        self.draft.tables.records.agent_events.insert(key, all);
        self.change_progress(run, |row| row.progress.events = count);
        Ok(true)
    }

    async fn keep_checkpoint(&mut self, run: AgentRunId, state: &str) -> Result<()> {
        self.change_progress(run, |row| {
            row.progress.checkpoint = Some(state.to_owned());
            row.progress.answer = None;
        });
        Ok(())
    }

    async fn drop_checkpoint(&mut self, run: AgentRunId) -> Result<()> {
        self.change_progress(run, |row| {
            row.progress.checkpoint = None;
            row.progress.answer = None;
        });
        Ok(())
    }
}
