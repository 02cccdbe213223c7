//! The webhooks that have something to send, for the workers.

use std::time::Duration;

use async_trait::async_trait;
use plinth_domain::{Id, WebhookTurn};
use plinth_ports::{Result, WebhookClaim, WebhookQueue};
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{listed, queue::milliseconds};
use crate::{PgStore, connection::Begin, row::named, sql::Sql};

/// The webhooks of active organizations that are behind, or have a delivery that is due. Each
/// organization has its first one before the second one of any.
const WHO: &str = "
    SELECT c.organization_id, c.id FROM webhook_cursors c
    WHERE c.enabled AND (c.until IS NULL OR c.until <= now())
        AND ($2::uuid[] IS NULL OR c.organization_id = ANY ($2))
        AND (c.due_at <= now() OR c.number < (SELECT s.number FROM journal_sequence s
            WHERE s.organization_id = c.organization_id ORDER BY s.number DESC LIMIT 1))
        AND EXISTS (SELECT FROM organizations o
            WHERE o.id = c.organization_id AND o.status = 'active')
    ORDER BY row_number() OVER (PARTITION BY c.organization_id ORDER BY c.due_at NULLS LAST), c.id
    LIMIT $1";

/// Leases those that no other worker has leased meanwhile.
const CLAIM: &str = "
    WITH held AS MATERIALIZED (SELECT c.organization_id, c.id
        FROM unnest($1::uuid[], $2::uuid[]) w (organization_id, id) JOIN webhook_cursors c
            ON c.organization_id = w.organization_id AND c.id = w.id
        WHERE c.enabled AND (c.until IS NULL OR c.until <= now())
        ORDER BY c.organization_id, c.id FOR UPDATE OF c SKIP LOCKED)
    UPDATE webhook_cursors c SET holder = $3, until = now() + $4::bigint * interval '1 millisecond'
    FROM held h WHERE c.organization_id = h.organization_id AND c.id = h.id
    RETURNING c.organization_id, c.id";

const EXTEND: &str = "
    WITH held AS MATERIALIZED (SELECT c.organization_id, c.id
        FROM unnest($1::uuid[], $2::uuid[]) w (organization_id, id) JOIN webhook_cursors c
            ON c.organization_id = w.organization_id AND c.id = w.id
        WHERE c.holder = $3 AND c.enabled
        ORDER BY c.organization_id, c.id FOR UPDATE OF c)
    UPDATE webhook_cursors c SET until = now() + $4::bigint * interval '1 millisecond'
    FROM held h WHERE c.organization_id = h.organization_id AND c.id = h.id
    RETURNING c.organization_id, c.id";

#[async_trait]
impl WebhookQueue for PgStore {
    async fn claim(&self, claim: WebhookClaim<'_>) -> Result<Vec<WebhookTurn>> {
        let ids = |all: &[plinth_domain::OrganizationId]| -> Vec<Uuid> {
            all.iter().map(|organization| organization.uuid()).collect()
        };
        let organizations = claim.organizations.map(ids);
        let values = vec![i64::from(claim.limit).into(), organizations.into()];
        let rows = self.system_reads().rows(Sql::fixed(WHO, values)).await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let [organizations, ids] = listed(&rows)?;
        let values = vec![organizations, ids, claim.holder.into(), milliseconds(claim.lease)];
        let mut system = self.system(Begin::System).await?;
        let rows = system.rows(Sql::fixed(CLAIM, values)).await?;
        system.close().await?;
        rows.iter().map(turn).collect()
    }

    async fn extend(
        &self,
        holder: Uuid,
        turns: &[WebhookTurn],
        time: Duration,
    ) -> Result<Vec<WebhookTurn>> {
        let organizations: Vec<Uuid> = turns.iter().map(|turn| turn.organization.uuid()).collect();
        let ids: Vec<Uuid> = turns.iter().map(|turn| turn.webhook.uuid()).collect();
        let values = vec![organizations.into(), ids.into(), holder.into(), milliseconds(time)];
        let mut system = self.system(Begin::System).await?;
        let rows = system.rows(Sql::fixed(EXTEND, values)).await?;
        system.close().await?;
        rows.iter().map(turn).collect()
    }
}

fn turn(row: &PgRow) -> Result<WebhookTurn> {
    let (organization, webhook): (Uuid, Uuid) = (named(row, "organization_id")?, named(row, "id")?);
    Ok(WebhookTurn { organization: Id::from_uuid(organization), webhook: Id::from_uuid(webhook) })
}
