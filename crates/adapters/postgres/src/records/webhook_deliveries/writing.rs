use async_trait::async_trait;
use plinth_domain::{
    JsonObject, Timestamp, WebhookAttempt, WebhookDelivery, WebhookDeliveryId,
    WebhookDeliveryStatus, WebhookId,
};
use plinth_ports::{PAGE_BYTES, Result, WebhookDeliveries};
use serde_json::{Value as Json, json};
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::{row::stored, scoped::ScopedTx};

/// The number of the last event, which a new webhook follows.
macro_rules! last_number {
    () => {
        "coalesce((SELECT s.number FROM journal_sequence s WHERE s.organization_id = $1 \
         ORDER BY s.number DESC LIMIT 1), 0)"
    };
}

const FOLLOW: &str = concat!(
    "INSERT INTO webhook_cursors (organization_id, id, number, position, enabled) \
     VALUES ($1, $2, ",
    last_number!(),
    ", 0, true) ON CONFLICT (organization_id, id) DO UPDATE SET enabled = true, \
     number = excluded.number, failing_since = NULL, due_at = now(), updated_at = now()"
);

const UNFOLLOW: &str = "UPDATE webhook_cursors SET enabled = false, updated_at = now() \
    WHERE organization_id = $1 AND id = $2";

/// Locks the cursor until commit and takes the positions of new deliveries.
const POSITIONS: &str = "UPDATE webhook_cursors SET position = position + $3, due_at = now() \
    WHERE organization_id = $1 AND id = $2";

/// A new delivery is ready where none about its subject is pending, and it is the first one of the
/// new ones. A delivery without a subject waits for none.
const ADD: &str = "
    INSERT INTO webhook_deliveries (organization_id, id, webhook_id, position, message, number,
        event, subject_kind, subject, body, cause, status, attempts, due_at, ready, version,
        created_at, updated_at)
    SELECT $1, n.id, $2, c.position - $4 + n.place, n.message, n.number, n.event,
        n.subject_kind, n.subject, n.body::json, n.cause, 'pending', 0, $5,
        n.subject_kind IS NULL OR (n.turn = 1 AND NOT EXISTS (SELECT FROM webhook_deliveries d
            WHERE d.organization_id = $1 AND d.webhook_id = $2 AND d.status = 'pending'
                AND d.subject_kind = n.subject_kind
                AND d.subject IS NOT DISTINCT FROM n.subject)),
        1, $5, $5
    FROM webhook_cursors c CROSS JOIN (SELECT r.*, row_number() OVER (
            PARTITION BY r.subject_kind, r.subject ORDER BY r.place) AS turn
        FROM json_to_recordset($3::json) r (place bigint, id uuid, message uuid, number bigint,
            event text, subject_kind text, subject uuid, body text, cause text)) n
    WHERE c.organization_id = $1 AND c.id = $2";

const ADVANCE: &str = "UPDATE webhook_cursors SET number = $4 \
    WHERE organization_id = $1 AND id = $2 AND holder = $3";

const LOCK: &str =
    "SELECT id FROM webhook_cursors WHERE organization_id = $1 AND id = $2 FOR UPDATE";

/// The next revisions, of those that nothing else has changed. Each ended one lets the next one about
/// its subject be ready.
const ATTEMPTED: &str = "
    UPDATE webhook_deliveries d SET status = r.status, attempts = r.attempts, due_at = r.due_at,
        ready = r.due_at IS NOT NULL, version = r.version, updated_at = r.updated_at
    FROM json_to_recordset($3::json) r (id uuid, status text, attempts smallint,
        due_at timestamptz, version bigint, updated_at timestamptz)
    WHERE d.organization_id = $1 AND d.webhook_id = $2 AND d.id = r.id
        AND d.version = r.version - 1
    RETURNING d.id";

const NEXT_READY: &str = "
    UPDATE webhook_deliveries n SET ready = true
    FROM webhook_deliveries e
    WHERE e.organization_id = $1 AND e.webhook_id = $2 AND e.id = ANY($3::uuid[])
        AND e.status <> 'pending' AND e.subject_kind IS NOT NULL
        AND n.organization_id = $1 AND n.webhook_id = $2 AND n.status = 'pending' AND NOT n.ready
        AND n.position = (SELECT min(m.position) FROM webhook_deliveries m
            WHERE m.organization_id = $1 AND m.webhook_id = $2 AND m.status = 'pending'
                AND m.subject_kind = e.subject_kind
                AND m.subject IS NOT DISTINCT FROM e.subject)";

const ADD_ATTEMPTS: &str = "
    INSERT INTO webhook_attempts (organization_id, id, delivery_id, number, milliseconds, status,
        excerpt, error, created_at, updated_at)
    SELECT $1, r.id, r.delivery_id, r.number, r.milliseconds, r.status, r.excerpt, r.error, r.at,
        r.at
    FROM json_to_recordset($2::json) r (id uuid, delivery_id uuid, number smallint,
        milliseconds integer, status smallint, excerpt text, error text, at timestamptz)
    WHERE r.delivery_id = ANY($3::uuid[])";

const FAILS_SINCE: &str = "UPDATE webhook_cursors SET failing_since = $3, updated_at = now() \
    WHERE organization_id = $1 AND id = $2";

const RELEASE: &str = "UPDATE webhook_cursors c SET holder = NULL, until = NULL, due_at = \
        (SELECT min(d.due_at) FROM webhook_deliveries d WHERE d.organization_id = $1 \
            AND d.webhook_id = $2 AND d.status = 'pending' AND d.ready) \
    WHERE c.organization_id = $1 AND c.id = $2 AND c.holder = $3";

const FORGET: &str = "DELETE FROM webhook_deliveries WHERE organization_id = $1 AND id IN \
    (SELECT d.id FROM webhook_deliveries d WHERE d.organization_id = $1 AND d.webhook_id = $2 \
        AND d.updated_at < $3 AND d.status <> 'pending' ORDER BY d.updated_at, d.id LIMIT $4)";

#[async_trait]
impl WebhookDeliveries for ScopedTx {
    async fn follow(&mut self, webhook: WebhookId) -> Result<()> {
        self.write(FOLLOW, vec![webhook.uuid().into()]).await.map(drop)
    }

    async fn unfollow(&mut self, webhook: WebhookId) -> Result<()> {
        self.write(UNFOLLOW, vec![webhook.uuid().into()]).await.map(drop)
    }

    async fn add(
        &mut self,
        webhook: WebhookId,
        deliveries: &[(WebhookDelivery, JsonObject)],
    ) -> Result<()> {
        let Some((first, _)) = deliveries.first() else { return Ok(()) };
        let count = i64::try_from(deliveries.len()).unwrap_or(i64::MAX);
        self.write(POSITIONS, vec![webhook.uuid().into(), count.into()]).await?;
        let rows: Json = (1_i64..).zip(deliveries).map(|(place, new)| row(place, new)).collect();
        let values = vec![
            webhook.uuid().into(),
            rows.to_string().into(),
            count.into(),
            first.revision.created_at.into(),
        ];
        self.write(ADD, values).await.map(drop)
    }

    async fn advance(&mut self, webhook: WebhookId, holder: Uuid, number: i64) -> Result<bool> {
        let values = vec![webhook.uuid().into(), holder.into(), number.into()];
        Ok(self.write(ADVANCE, values).await? == 1)
    }

    async fn attempted(
        &mut self,
        webhook: WebhookId,
        attempts: &[(WebhookDelivery, WebhookAttempt)],
    ) -> Result<Vec<WebhookDeliveryId>> {
        // A statement of its own, so that the next ones see what was stored while it waited.
        self.ask(LOCK, vec![webhook.uuid().into()]).await?;
        let rows: Json = attempts.iter().map(|(delivery, _)| revised(delivery)).collect();
        let values = vec![webhook.uuid().into(), rows.to_string().into()];
        let id = |row: &PgRow| stored(row, "id");
        let known: Vec<WebhookDeliveryId> =
            self.ask_within(ATTEMPTED, values, PAGE_BYTES, id).await?.items;
        let ids: Vec<Uuid> = known.iter().map(|id| id.uuid()).collect();
        let is_ended = |(delivery, _): &(WebhookDelivery, _)| {
            delivery.status != WebhookDeliveryStatus::Pending
        };
        if attempts.iter().any(is_ended) {
            self.write(NEXT_READY, vec![webhook.uuid().into(), ids.clone().into()]).await?;
        }
        let rows: Json = attempts.iter().map(|(_, attempt)| attempt_row(attempt)).collect();
        self.write(ADD_ATTEMPTS, vec![rows.to_string().into(), ids.into()]).await?;
        Ok(known)
    }

    async fn fails_since(&mut self, webhook: WebhookId, since: Option<Timestamp>) -> Result<()> {
        self.write(FAILS_SINCE, vec![webhook.uuid().into(), since.into()]).await.map(drop)
    }

    async fn release(
        &mut self,
        webhook: WebhookId,
        holder: Uuid,
        ended_before: Timestamp,
        limit: u32,
    ) -> Result<()> {
        self.write(RELEASE, vec![webhook.uuid().into(), holder.into()]).await?;
        let values = vec![webhook.uuid().into(), ended_before.into(), i64::from(limit).into()];
        self.write(FORGET, values).await.map(drop)
    }
}

fn row(place: i64, (delivery, body): &(WebhookDelivery, JsonObject)) -> Json {
    let message = &delivery.message;
    json!({
        "place": place,
        "id": delivery.id.uuid(),
        "message": message.id,
        "number": message.number,
        "event": message.event,
        "subject_kind": message.subject.as_ref().map(|subject| &subject.kind),
        "subject": message.subject.as_ref().and_then(|subject| subject.id),
        "body": body.as_str(),
        "cause": delivery.cause.name(),
    })
}

fn revised(delivery: &WebhookDelivery) -> Json {
    json!({
        "id": delivery.id.uuid(),
        "status": delivery.status.name(),
        "attempts": delivery.attempts,
        "due_at": delivery.due_at,
        "version": delivery.revision.version.number(),
        "updated_at": delivery.revision.updated_at,
    })
}

fn attempt_row(attempt: &WebhookAttempt) -> Json {
    let (reply, error) = (attempt.outcome.as_ref().ok(), attempt.outcome.as_ref().err());
    json!({
        "id": attempt.id.uuid(),
        "delivery_id": attempt.delivery.uuid(),
        "number": attempt.number,
        "milliseconds": attempt.milliseconds,
        "status": reply.map(|reply| reply.status),
        "excerpt": reply.map(|reply| &reply.excerpt),
        "error": error,
        "at": attempt.at,
    })
}
