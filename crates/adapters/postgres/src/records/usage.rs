use async_trait::async_trait;
use plinth_domain::Timestamp;
use plinth_ports::{Counted, Result, StoreError, Usage};
use sqlx::Row as _;

use crate::scoped::ScopedTx;

/// The name has a prefix that no other use of advisory locks has.
const LOCK: &str =
    "SELECT pg_advisory_xact_lock(hashtextextended('plinth usage ' || $1::text || $2, 0))";

const MEMBERS: &str = "SELECT (SELECT count(*) FROM memberships WHERE organization_id = $1)
    + (SELECT count(*) FROM invitations WHERE organization_id = $1
        AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $2)";
const OPEN_INVITATIONS: &str = "SELECT count(*) FROM invitations WHERE organization_id = $1
    AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $2";
const LIVE_API_KEYS: &str = "SELECT count(*) FROM api_keys WHERE organization_id = $1
    AND agent_run_id IS NULL AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)";
const OPEN_UPLOADS: &str = "SELECT count(*) FROM uploads WHERE organization_id = $1
    AND state = 'open' AND expires_at > $2";
const STORED_BYTES: &str = "SELECT (
        coalesce((SELECT sum(size_bytes) FROM document_versions WHERE organization_id = $1), 0)
        + coalesce((SELECT sum(CASE WHEN joins = '{}'
                THEN greatest(coalesce(length, received), reserved) ELSE received END)
            FROM uploads
            WHERE organization_id = $1 AND state = 'open' AND expires_at > $2), 0))::bigint";

#[async_trait]
impl Usage for ScopedTx {
    async fn lock(&mut self, name: &'static str) -> Result<()> {
        self.ask(LOCK, vec![name.into()]).await.map(drop)
    }

    async fn count(&mut self, counted: Counted, now: Timestamp) -> Result<u64> {
        let sql = match counted {
            Counted::Members => MEMBERS,
            Counted::OpenInvitations => OPEN_INVITATIONS,
            Counted::LiveApiKeys => LIVE_API_KEYS,
            Counted::OpenUploads => OPEN_UPLOADS,
            Counted::StoredBytes => STORED_BYTES,
        };
        let row = self.ask(sql, vec![now.into()]).await?;
        let count: Option<i64> = row
            .map(|row| row.try_get(0))
            .transpose()
            .map_err(|error| StoreError::Other(error.into()))?;
        Ok(count.unwrap_or_default().unsigned_abs())
    }
}
