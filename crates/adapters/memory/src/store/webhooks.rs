//! Webhooks, their deliveries, and how far each of them is.

mod queue;

use async_trait::async_trait;
use plinth_domain::{
    JsonObject, OrganizationId, SecretId, Timestamp, Webhook, WebhookAttempt, WebhookDelivery,
    WebhookDeliveryId, WebhookDeliveryStatus, WebhookId,
};
use plinth_in_process::SystemClock;
use plinth_ports::{
    Batch, Clock, Constraint, Limit, Page, PageRequest, Result, SealedSecret, WebhookDeliveries,
    WebhookDeliveryFilter, WebhookDeliveryReader, WebhookDeliverySort, WebhookProgress,
    records::webhooks::{HEADERS_SECRET, PREVIOUS_SECRET, SECRET},
};
use uuid::Uuid;

use super::{
    lists,
    record_tables::{RecordTables, Stored},
    rows::{WebhookCursor, WebhookDeliveryRow},
    tables::Tables,
    unit::Unit,
};

impl Stored for Webhook {
    fn lacks(&self, tables: &RecordTables, organization: OrganizationId) -> Option<Constraint> {
        let is_missing = |id: SecretId| !tables.secrets.contains(&(organization, id));
        let headers = self.headers.as_ref().map(|headers| (headers.secret, HEADERS_SECRET));
        let previous = self.previous.as_ref().map(|previous| (previous.secret.id, PREVIOUS_SECRET));
        [headers, Some((self.secret.id, SECRET)), previous]
            .into_iter()
            .flatten()
            .find_map(|(id, constraint)| is_missing(id).then_some(constraint))
    }

    fn removed(&self, tables: &mut RecordTables, organization: OrganizationId) {
        let own: Vec<_> = tables
            .webhook_deliveries
            .of(organization)
            .filter(|row| row.delivery.webhook == self.id)
            .map(|row| (organization, row.delivery.id))
            .collect();
        for key in own {
            tables.webhook_attempts.remove(&key);
            tables.webhook_deliveries.remove(&key);
        }
        tables.webhook_cursors.remove(&(organization, self.id));
    }
}

impl Tables {
    /// The deliveries of a webhook that are pending, without those that wait for an earlier one.
    fn ready(&self, organization: OrganizationId, webhook: WebhookId) -> Vec<&WebhookDeliveryRow> {
        let is_pending = |row: &&WebhookDeliveryRow| {
            row.delivery.webhook == webhook && row.delivery.status == WebhookDeliveryStatus::Pending
        };
        let rows = self.records.webhook_deliveries.of(organization).filter(is_pending);
        let mut rows: Vec<_> = rows.collect();
        rows.sort_by_key(|row| row.position);
        let mut subjects = std::collections::HashSet::new();
        rows.retain(|row| {
            let subject = &row.delivery.message.subject;
            subject.is_none() || subjects.insert(subject.clone())
        });
        rows
    }
}

#[async_trait]
impl WebhookDeliveryReader for Unit {
    async fn deliveries(
        &mut self,
        webhook: WebhookId,
        filter: &WebhookDeliveryFilter,
        page: &PageRequest<WebhookDeliverySort>,
    ) -> Result<Page<WebhookDelivery>> {
        let rows = self.tables().records.webhook_deliveries.of(self.organization_id());
        let shown = rows.map(|row| &row.delivery).filter(|delivery| {
            delivery.webhook == webhook
                && filter.status.allows(&delivery.status)
                && filter.cause.allows(&delivery.cause)
                && filter.event.as_ref().is_none_or(|event| *event == delivery.message.event)
                && page.times.include(&delivery.revision)
        });
        Ok(lists::page(shown.cloned(), page))
    }

    async fn delivery(
        &mut self,
        delivery: WebhookDeliveryId,
    ) -> Result<Option<(WebhookDelivery, JsonObject)>> {
        let key = (self.organization_id(), delivery);
        let row = self.tables().records.webhook_deliveries.get(&key);
        Ok(row.map(|row| (row.delivery.clone(), row.body.clone())))
    }

    async fn attempts(&mut self, delivery: WebhookDeliveryId) -> Result<Vec<WebhookAttempt>> {
        let key = (self.organization_id(), delivery);
        Ok(self.tables().records.webhook_attempts.get(&key).cloned().unwrap_or_default())
    }

    async fn progress(&mut self, webhook: WebhookId) -> Result<Option<WebhookProgress>> {
        let organization = self.organization_id();
        let records = &self.tables().records;
        let Some(cursor) = records.webhook_cursors.get(&(organization, webhook)) else {
            return Ok(None);
        };
        let pending = records.webhook_deliveries.of(organization).filter(|row| {
            row.delivery.webhook == webhook && row.delivery.status == WebhookDeliveryStatus::Pending
        });
        Ok(Some(WebhookProgress {
            number: cursor.number,
            failing_since: cursor.failing_since,
            pending: pending.count() as u64,
        }))
    }

    async fn secrets(&mut self, secrets: &[SecretId]) -> Result<Vec<SealedSecret>> {
        let organization = self.organization_id();
        let known = &self.tables().records.secrets;
        Ok(secrets.iter().filter_map(|id| known.get(&(organization, *id)).cloned()).collect())
    }

    async fn due(
        &mut self,
        webhook: WebhookId,
        except: &[WebhookDeliveryId],
        limit: Limit,
    ) -> Result<Batch<(WebhookDelivery, JsonObject)>> {
        let now = SystemClock.now();
        let mut rows = self.tables().ready(self.organization_id(), webhook);
        rows.retain(|row| row.delivery.due_at.is_some_and(|due| due <= now));
        rows.retain(|row| !except.contains(&row.delivery.id));
        rows.sort_by_key(|row| (row.delivery.due_at, row.position));
        let rows = rows.into_iter().map(|row| (row.delivery.clone(), row.body.clone()));
        Ok(Batch::take(rows, limit, |(_, body)| body.as_str().len()))
    }
}

#[async_trait]
impl WebhookDeliveries for Unit {
    async fn follow(&mut self, webhook: WebhookId) -> Result<()> {
        let organization = self.organization_id();
        let number = self.tables().sequence.last_of(organization).map_or(0, |(number, _)| number);
        let cursors = &mut self.draft.tables.records.webhook_cursors;
        let known = cursors.get(&(organization, webhook)).cloned().unwrap_or_default();
        let cursor = WebhookCursor { number, enabled: true, failing_since: None, ..known };
        cursors.insert((organization, webhook), cursor);
        Ok(())
    }

    async fn unfollow(&mut self, webhook: WebhookId) -> Result<()> {
        self.change_cursor(webhook, |cursor| cursor.enabled = false);
        Ok(())
    }

    async fn add(
        &mut self,
        webhook: WebhookId,
        deliveries: &[(WebhookDelivery, JsonObject)],
    ) -> Result<()> {
        let organization = self.organization_id();
        let rows = &mut self.draft.tables.records.webhook_deliveries;
        let own = rows.of(organization).filter(|row| row.delivery.webhook == webhook);
        let last = own.map(|row| row.position).max().unwrap_or_default();
        for (position, (delivery, body)) in (last + 1..).zip(deliveries) {
            let delivery = WebhookDelivery { organization, ..delivery.clone() };
            let row = WebhookDeliveryRow { position, delivery, body: body.clone() };
            rows.insert((organization, row.delivery.id), row);
        }
        Ok(())
    }

    async fn advance(&mut self, webhook: WebhookId, holder: Uuid, number: i64) -> Result<bool> {
        let key = (self.organization_id(), webhook);
        let cursors = &mut self.draft.tables.records.webhook_cursors;
        let held = cursors.get_mut(&key).filter(|cursor| cursor.is_of(holder));
        let Some(cursor) = held else { return Ok(false) };
        cursor.number = number;
        Ok(true)
    }

    async fn attempted(
        &mut self,
        _webhook: WebhookId,
        attempts: &[(WebhookDelivery, WebhookAttempt)],
    ) -> Result<Vec<WebhookDeliveryId>> {
        let organization = self.organization_id();
        let records = &mut self.draft.tables.records;
        let mut stored = Vec::new();
        for (delivery, attempt) in attempts {
            let key = (organization, delivery.id);
            let Some(row) = records.webhook_deliveries.get_mut(&key) else { continue };
            if row.delivery.revision.version != delivery.revision.previous() {
                continue;
            }
            row.delivery = WebhookDelivery { organization, ..delivery.clone() };
            let mut known = records.webhook_attempts.get(&key).cloned().unwrap_or_default();
            known.push(attempt.clone());
            records.webhook_attempts.insert(key, known);
            stored.push(delivery.id);
        }
        Ok(stored)
    }

    async fn fails_since(&mut self, webhook: WebhookId, since: Option<Timestamp>) -> Result<()> {
        self.change_cursor(webhook, |cursor| cursor.failing_since = since);
        Ok(())
    }

    async fn release(
        &mut self,
        webhook: WebhookId,
        holder: Uuid,
        ended_before: Timestamp,
        limit: u32,
    ) -> Result<()> {
        self.change_cursor(webhook, |cursor| {
            if cursor.is_of(holder) {
                cursor.holder = None;
            }
        });
        let organization = self.organization_id();
        let records = &mut self.draft.tables.records;
        let ended = records.webhook_deliveries.of(organization).filter(|row| {
            row.delivery.webhook == webhook
                && row.delivery.due_at.is_none()
                && row.delivery.revision.updated_at < ended_before
        });
        let ended: Vec<_> = ended.map(|row| row.delivery.id).take(limit as usize).collect();
        for id in ended {
            records.webhook_attempts.remove(&(organization, id));
            records.webhook_deliveries.remove(&(organization, id));
        }
        Ok(())
    }
}

impl Unit {
    fn change_cursor(&mut self, webhook: WebhookId, change: impl FnOnce(&mut WebhookCursor)) {
        let key = (self.organization_id(), webhook);
        if let Some(cursor) = self.draft.tables.records.webhook_cursors.get_mut(&key) {
            change(cursor);
        }
    }
}
