//! Removes expired rows.

use plinth_domain::Timestamp;
use plinth_ports::Result;
use sea_orm::Value;

use super::listed;
use crate::{PgStore, connection::Begin, sql::Sql};

/// The number of rows that one transaction removes: few enough to hold its locks
/// for milliseconds only.
const BATCH: u64 = 1000;

/// The number of months for which partitions exist in advance.
const MONTHS_AHEAD: i32 = 3;

/// The two statements on the rows of a table that have expired.
struct Expired {
    /// The oldest rows, without locks. `$1` is the time, `$2` the maximum number.
    who: &'static str,
    /// Removes these rows, if they still match; locked rows are left to the next sweep.
    act: &'static str,
}

/// A table, its column of the time, how much later its rows expire, and which rows do.
macro_rules! expired {
    ($table:literal, $column:literal, $later:literal, $which:literal) => {
        Expired {
            who: concat!(
                "SELECT r.organization_id, r.id FROM ",
                $table,
                " r
                WHERE r.",
                $column,
                " <= $1",
                $later,
                $which,
                " ORDER BY r.",
                $column,
                " LIMIT $2"
            ),
            act: concat!(
                "DELETE FROM ",
                $table,
                " WHERE (organization_id, id) IN (
                    SELECT r.organization_id, r.id
                    FROM unnest($1::uuid[], $2::uuid[]) l (organization_id, id)
                    JOIN ",
                $table,
                " r ON r.organization_id = l.organization_id AND r.id = l.id
                    WHERE r.",
                $column,
                " <= $3",
                $later,
                $which,
                " FOR UPDATE OF r SKIP LOCKED)"
            ),
        }
    };
}

const EXPIRED: [Expired; 5] = [
    expired!("idempotency_keys", "expires_at", "", ""),
    expired!("sessions", "expires_at", "", ""),
    // The root of its chain is enough to detect a replay of its refresh token.
    expired!(
        "sessions",
        "access_expires_at",
        "",
        " AND r.rotated_at IS NOT NULL AND r.root_hash IS NOT NULL"
    ),
    expired!("uploads", "expires_at", "", " AND r.state = 'finished'"),
    // A month after the end of the job; the audit log keeps its outcome.
    expired!("jobs", "finished_at", " - interval '30 days'", ""),
];

/// The states of logins at providers, which belong to no organization. They live for minutes, so there
/// are few.
const USED_STATES: &str = "DELETE FROM used_oidc_states WHERE expires_at <= $1";

impl PgStore {
    /// Removes expired rows and creates the next partitions.
    pub(super) async fn remove_expired(&self, now: Timestamp) -> Result<u64> {
        let mut removed = 0;
        for expired in &EXPIRED {
            loop {
                let (found, gone) = self.remove_batch(expired, now).await?;
                removed += gone;
                // Others may hold or have removed some of a full batch.
                if found < BATCH || gone == 0 {
                    break;
                }
            }
        }
        removed += self.housekeep(USED_STATES, vec![now.into()]).await?;
        let partitions = "SELECT ensure_journal_partitions($1)";
        self.housekeep(partitions, vec![MONTHS_AHEAD.into()]).await?;
        let partitions = "SELECT ensure_execution_partitions($1)";
        self.housekeep(partitions, vec![MONTHS_AHEAD.into()]).await?;
        self.housekeep("SELECT let_backup_read_partitions()", Vec::new()).await?;
        Ok(removed)
    }

    /// The number of expired rows that it found, at most [`BATCH`], and of those that it removed.
    async fn remove_batch(&self, expired: &Expired, now: Timestamp) -> Result<(u64, u64)> {
        let mut tx = self.system(Begin::Housekeeping).await?;
        let who = Sql::fixed(expired.who, vec![now.into(), BATCH.into()]);
        let rows = tx.rows(who).await?;
        if rows.is_empty() {
            return Ok((0, 0));
        }
        let values = listed(&rows)?.into_iter().chain([now.into()]).collect();
        let removed = tx.execute(Sql::fixed(expired.act, values)).await?;
        tx.close().await?;
        Ok((rows.len() as u64, removed))
    }

    async fn housekeep(&self, sql: &'static str, values: Vec<Value>) -> Result<u64> {
        let mut tx = self.system(Begin::Housekeeping).await?;
        let rows = tx.execute(Sql::fixed(sql, values)).await?;
        tx.close().await?;
        Ok(rows)
    }
}
