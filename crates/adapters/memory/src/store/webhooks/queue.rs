use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use plinth_domain::{OrganizationId, OrganizationStatus, Timestamp, WebhookId, WebhookTurn};
use plinth_in_process::SystemClock;
use plinth_ports::{Clock, Result, WebhookClaim, WebhookQueue};
use uuid::Uuid;

use crate::store::{MemoryStore, rows::WebhookCursor, tables::Tables};

#[async_trait]
impl WebhookQueue for MemoryStore {
    async fn claim(&self, claim: WebhookClaim<'_>) -> Result<Vec<WebhookTurn>> {
        let mut draft = self.draft().await?;
        let now = SystemClock.now();
        let tables = &draft.tables;
        let mut turns: Vec<(usize, WebhookTurn)> = Vec::new();
        for ((organization, webhook), cursor) in tables.records.webhook_cursors.iter() {
            if has_work(tables, (*organization, *webhook), cursor, &claim, now) {
                let before = turns.iter().filter(|(_, turn)| turn.organization == *organization);
                let turn = WebhookTurn { organization: *organization, webhook: *webhook };
                turns.push((before.count(), turn));
            }
        }
        turns.sort();
        turns.truncate(claim.limit as usize);
        let until = after(now, claim.lease);
        for (_, turn) in &turns {
            let key = (turn.organization, turn.webhook);
            if let Some(cursor) = draft.tables.records.webhook_cursors.get_mut(&key) {
                cursor.holder = Some((claim.holder, until));
            }
        }
        draft.commit()?;
        Ok(turns.into_iter().map(|(_, turn)| turn).collect())
    }

    async fn extend(
        &self,
        holder: Uuid,
        turns: &[WebhookTurn],
        time: Duration,
    ) -> Result<Vec<WebhookTurn>> {
        let mut draft = self.draft().await?;
        let until = after(SystemClock.now(), time);
        let mut held = Vec::new();
        for turn in turns {
            let key = (turn.organization, turn.webhook);
            let cursor = draft.tables.records.webhook_cursors.get_mut(&key);
            if let Some(cursor) = cursor.filter(|cursor| cursor.enabled && cursor.is_of(holder)) {
                cursor.holder = Some((holder, until));
                held.push(*turn);
            }
        }
        draft.commit()?;
        Ok(held)
    }
}

fn has_work(
    tables: &Tables,
    (organization, webhook): (OrganizationId, WebhookId),
    cursor: &WebhookCursor,
    claim: &WebhookClaim<'_>,
    now: Timestamp,
) -> bool {
    let owner = tables.organizations.get(&organization);
    let is_active = owner.is_none_or(|owner| owner.status == OrganizationStatus::Active);
    let is_free = cursor.holder.is_none_or(|(_, until)| until <= now);
    let is_asked = claim.organizations.is_none_or(|asked| asked.contains(&organization));
    let last = tables.sequence.last_of(organization).map_or(0, |(number, _)| number);
    let is_due = || {
        let ready = tables.ready(organization, webhook);
        ready.iter().any(|row| row.delivery.due_at.is_some_and(|due| due <= now))
    };
    cursor.enabled && is_active && is_free && is_asked && (cursor.number < last || is_due())
}

fn after(now: Timestamp, time: Duration) -> Timestamp {
    now + TimeDelta::from_std(time).unwrap_or(TimeDelta::MAX)
}
