use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use plinth_domain::{
    Attempt, Execution, ExecutionId, ExecutionStatus, MAX_COST, OrganizationId, Timestamp,
    UsageMeasure, Version,
};
use plinth_ports::{
    ExecutionLeases, ExecutionProgress, ExecutionReader, Executions, LeaseState, OutputPiece,
    RecordUpdater, Records, Result, StoreError,
    records::execution_usage::{UsageQuery, UsageRow},
};
use uuid::Uuid;

use super::{
    MemoryStore,
    execution_lease::ExecutionLease,
    record_tables::{RecordTables, Stored},
    unit::Unit,
};

impl Stored for Execution {
    /// The first end holds.
    fn may_become(&self, next: Option<&Self>) -> bool {
        let Some(next) = next else { return true };
        !self.status.is_ended() || is_without_content(self, next)
    }

    fn used(&self, before: Option<&Self>) -> Vec<(UsageMeasure, u64)> {
        let mut used = Vec::new();
        if before.is_none() {
            used.push((UsageMeasure::Executions, 1));
        }
        let has_ended = before.is_none_or(|before| before.ended_at.is_none());
        let cost = self.answer.cost.filter(|_| has_ended && self.ended_at.is_some());
        let cost = cost.map(|cost| cost.clamp(0, MAX_COST).unsigned_abs());
        used.extend(cost.map(|cost| (UsageMeasure::AiCost, cost)));
        used
    }

    fn removed(&self, tables: &mut RecordTables, organization: OrganizationId) {
        let key = (organization, self.id);
        tables.execution_leases.remove(&key);
        tables.execution_pieces.remove(&key);
        tables.execution_attempts.remove(&key);
        tables.execution_scores.remove(&key);
    }
}

/// Whether `next` is the same ended execution without its texts.
fn is_without_content(ended: &Execution, next: &Execution) -> bool {
    let removed_at = next.content_removed_at.filter(|_| ended.content_removed_at.is_none());
    removed_at.is_some_and(|at| ended.clone().without_content(at) == *next)
}

impl Unit {
    /// The ended executions that were created before a moment, the oldest first.
    fn old_executions(&self, before: Timestamp, limit: u32) -> Vec<Execution> {
        let is_old = |e: &&Execution| e.revision.created_at < before && e.status.is_ended();
        let mut old: Vec<_> = self.records::<Execution>().filter(is_old).cloned().collect();
        old.sort_by_key(|execution| execution.id);
        old.truncate(limit as usize);
        old
    }
}

#[async_trait]
impl ExecutionReader for Unit {
    async fn attempts(&mut self, execution: ExecutionId) -> Result<Vec<Attempt>> {
        let key = (self.organization_id(), execution);
        Ok(self.tables().records.execution_attempts.get(&key).cloned().unwrap_or_default())
    }

    async fn progress(&mut self, execution: ExecutionId) -> Result<Option<ExecutionProgress>> {
        let pieces = self.pieces(execution, 0, usize::MAX).await?;
        let end = |piece: &OutputPiece| {
            let length = u32::try_from(piece.text.chars().count()).unwrap_or(u32::MAX);
            piece.position.saturating_add(length)
        };
        let characters = pieces.last().map_or(0, end);
        let found = self.record(execution);
        let is_ended = found.map(|execution: &Execution| execution.status.is_ended());
        Ok(is_ended.map(|is_ended| ExecutionProgress { is_ended, characters }))
    }

    async fn pieces(
        &mut self,
        execution: ExecutionId,
        after: u32,
        bytes: usize,
    ) -> Result<Vec<OutputPiece>> {
        let key = (self.organization_id(), execution);
        let pieces = self.tables().records.execution_pieces.get(&key);
        let length =
            |piece: &OutputPiece| u32::try_from(piece.text.chars().count()).unwrap_or(u32::MAX);
        let (mut found, mut sum) = (Vec::new(), 0);
        for piece in pieces.into_iter().flatten() {
            if piece.position.saturating_add(length(piece)) <= after {
                continue;
            }
            sum += piece.text.len();
            if sum > bytes && !found.is_empty() {
                break;
            }
            found.push(piece.clone());
        }
        Ok(found)
    }

    async fn usage(&mut self, asked: &UsageQuery) -> Result<Vec<UsageRow>> {
        Ok(self.usage_of(asked))
    }
}

#[async_trait]
impl Executions for Unit {
    async fn insert(
        &mut self,
        execution: &Execution,
        lease: Option<(Uuid, Duration)>,
    ) -> Result<()> {
        Records::insert(self, execution).await?;
        match lease {
            Some((holder, time)) => self.lease(execution.id, holder, time).await,
            None => Ok(()),
        }
    }

    /// Units of work run one after another, so there is nothing to lock.
    async fn lock(&mut self, execution: ExecutionId) -> Result<Option<Execution>> {
        Ok(self.record(execution).cloned())
    }

    async fn lease(&mut self, execution: ExecutionId, holder: Uuid, time: Duration) -> Result<()> {
        let key = (self.organization_id(), execution);
        let taken = self.tables().records.execution_leases.contains(&key);
        self.draft.forbid(taken, "execution_leases_pkey")?;
        let lease = ExecutionLease {
            holder,
            until: after(self.draft.now(), time),
            cancel_requested: false,
        };
        self.draft.tables.records.execution_leases.insert(key, lease);
        Ok(())
    }

    async fn is_leased(&mut self, execution: ExecutionId, holder: Uuid) -> Result<bool> {
        let key = (self.organization_id(), execution);
        let lease = self.tables().records.execution_leases.get(&key);
        Ok(lease.is_some_and(|lease| lease.holder == holder))
    }

    async fn finish(&mut self, ended: &Execution, holder: Uuid, previous: Version) -> Result<()> {
        let running = self.record(ended.id);
        let is_previous = running.is_some_and(|running| {
            running.status == ExecutionStatus::Running && running.revision.version == previous
        });
        if !is_previous || !self.is_leased(ended.id, holder).await? {
            return Err(StoreError::Stale);
        }
        self.release(ended.id).await?;
        self.update(ended).await
    }

    async fn is_running(&mut self, execution: ExecutionId) -> Result<bool> {
        let key = (self.organization_id(), execution);
        let lease = self.tables().records.execution_leases.get(&key);
        let now = self.draft.now();
        Ok(lease.is_some_and(|lease| lease.until > now))
    }

    async fn release(&mut self, execution: ExecutionId) -> Result<()> {
        let key = (self.organization_id(), execution);
        self.draft.tables.records.execution_leases.remove(&key);
        Ok(())
    }

    async fn ask_to_cancel(&mut self, execution: ExecutionId) -> Result<()> {
        let key = (self.organization_id(), execution);
        if let Some(lease) = self.draft.tables.records.execution_leases.get_mut(&key) {
            lease.cancel_requested = true;
        }
        Ok(())
    }

    async fn append(
        &mut self,
        execution: ExecutionId,
        holder: Uuid,
        piece: &OutputPiece,
    ) -> Result<bool> {
        if !self.is_leased(execution, holder).await? {
            return Ok(false);
        }
        let key = (self.organization_id(), execution);
        let stored = self.tables().records.execution_pieces.get(&key);
        let mut pieces = stored.cloned().unwrap_or_default();
        pieces.retain(|stored| stored.position != piece.position);
        pieces.push(piece.clone());
        pieces.sort_by_key(|piece| piece.position);
        self.draft.tables.records.execution_pieces.insert(key, pieces);
        Ok(true)
    }

    async fn remove_pieces(&mut self, execution: ExecutionId) -> Result<()> {
        let key = (self.organization_id(), execution);
        self.draft.tables.records.execution_pieces.remove(&key);
        Ok(())
    }

    async fn add_attempts(&mut self, attempts: &[Attempt]) -> Result<()> {
        for attempt in attempts {
            let key = (self.organization_id(), attempt.execution);
            let stored = self.tables().records.execution_attempts.get(&key);
            let mut all = stored.cloned().unwrap_or_default();
            all.push(attempt.clone());
            self.draft.tables.records.execution_attempts.insert(key, all);
        }
        Ok(())
    }

    async fn remove_contents(&mut self, before: Timestamp, limit: u32) -> Result<u64> {
        let mut old = self.old_executions(before, u32::MAX);
        old.retain(|execution| execution.content_removed_at.is_none());
        old.truncate(limit as usize);
        let now = self.draft.now();
        for execution in &old {
            let key = (self.organization_id(), execution.id);
            let records = &mut self.draft.tables.records;
            records.execution_pieces.remove(&key);
            if let Some(attempts) = records.execution_attempts.get(&key) {
                let cleared = attempts.iter().cloned().map(Attempt::without_content).collect();
                records.execution_attempts.insert(key, cleared);
            }
            self.update(&execution.clone().without_content(now)).await?;
        }
        Ok(old.len() as u64)
    }

    async fn remove_old(&mut self, before: Timestamp, limit: u32) -> Result<u64> {
        let old = self.old_executions(before, limit);
        for execution in &old {
            Records::remove(self, execution).await?;
        }
        Ok(old.len() as u64)
    }
}

#[async_trait]
impl ExecutionLeases for MemoryStore {
    async fn extend(
        &self,
        holder: Uuid,
        executions: &[(OrganizationId, ExecutionId)],
        time: Duration,
    ) -> Result<Vec<LeaseState>> {
        let mut draft = self.draft().await?;
        let until = after(draft.now(), time);
        let leases = &mut draft.tables.records.execution_leases;
        let mut extend = |key| match leases.get_mut(key) {
            Some(lease) if lease.holder == holder => {
                lease.until = until;
                if lease.cancel_requested { LeaseState::CancelRequested } else { LeaseState::Held }
            }
            _ => LeaseState::Lost,
        };
        let states = executions.iter().map(&mut extend).collect();
        draft.commit()?;
        Ok(states)
    }

    async fn cancellations(&self, holder: Uuid) -> Result<Vec<ExecutionId>> {
        let tables = self.snapshot();
        let leases = tables.records.execution_leases.iter();
        let asked = leases.filter(|(_, l)| l.holder == holder && l.cancel_requested);
        Ok(asked.map(|(key, _)| key.1).collect())
    }

    async fn expired(&self, limit: u32) -> Result<Vec<(OrganizationId, ExecutionId)>> {
        let draft = self.draft().await?;
        let now = draft.now();
        let leases = &draft.tables.records.execution_leases;
        let mut expired: Vec<_> = leases.iter().filter(|(_, lease)| lease.until <= now).collect();
        expired.sort_by_key(|(_, lease)| lease.until);
        Ok(expired.into_iter().take(limit as usize).map(|(key, _)| *key).collect())
    }
}

fn after(now: Timestamp, time: Duration) -> Timestamp {
    now + TimeDelta::from_std(time).unwrap_or(TimeDelta::MAX)
}
