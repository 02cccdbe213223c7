//! Removes expired rows.

use plinth_domain::Timestamp;
use plinth_ports::Result;
use sea_orm::Value;

use crate::{PgStore, connection::Begin, sql::Sql};

/// The number of rows that one transaction removes: few enough to hold its locks
/// for milliseconds only.
const BATCH: u64 = 1000;

/// The number of months for which partitions of the audit log exist in advance.
const MONTHS_AHEAD: i32 = 3;

/// Each statement removes one batch; locked rows are left to the next sweep.
const EXPIRED: [&str; 5] = [
    "DELETE FROM idempotency_keys WHERE (organization_id, id) IN (
        SELECT organization_id, id FROM idempotency_keys WHERE expires_at <= $1
        ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)",
    "DELETE FROM sessions WHERE (organization_id, id) IN (
        SELECT organization_id, id FROM sessions WHERE expires_at <= $1
        ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)",
    // The root of its chain is enough to detect a replay of its refresh token.
    "DELETE FROM sessions WHERE (organization_id, id) IN (
        SELECT organization_id, id FROM sessions
        WHERE access_expires_at <= $1 AND rotated_at IS NOT NULL AND root_hash IS NOT NULL
        ORDER BY access_expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)",
    "DELETE FROM uploads WHERE (organization_id, id) IN (
        SELECT organization_id, id FROM uploads WHERE expires_at <= $1 AND state = 'finished'
        ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)",
    // A month after the end of the job; the audit log keeps its outcome.
    "DELETE FROM jobs WHERE (organization_id, id) IN (
        SELECT organization_id, id FROM jobs WHERE finished_at <= $1 - interval '30 days'
        ORDER BY finished_at LIMIT $2 FOR UPDATE SKIP LOCKED)",
];

impl PgStore {
    /// Removes expired rows and creates the next partitions of the audit log.
    pub(super) async fn remove_expired(&self, now: Timestamp) -> Result<u64> {
        let mut removed = 0;
        for sql in EXPIRED {
            loop {
                let batch = self.housekeep(sql, vec![now.into(), BATCH.into()]).await?;
                removed += batch;
                if batch < BATCH {
                    break;
                }
            }
        }
        let partitions = "SELECT ensure_journal_partitions($1)";
        self.housekeep(partitions, vec![MONTHS_AHEAD.into()]).await?;
        self.housekeep("SELECT let_backup_read_partitions()", Vec::new()).await?;
        Ok(removed)
    }

    async fn housekeep(&self, sql: &'static str, values: Vec<Value>) -> Result<u64> {
        let mut tx = self.system(Begin::Housekeeping).await?;
        let rows = tx.execute(Sql::fixed(sql, values)).await?;
        tx.close().await?;
        Ok(rows)
    }
}
