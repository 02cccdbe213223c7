//! Removes what is kept no longer, a few executions at once.

use plinth_domain::Timestamp;
use plinth_ports::Result;

use super::super::journal::first_id;
use crate::scoped::ScopedTx;

/// `$2` bounds the identities, which carry the time, `$3` is the number. An execution that another
/// transaction has locked is left to the next time.
const CLEAR: &str = "WITH old AS MATERIALIZED (SELECT e.id FROM executions e \
        WHERE e.organization_id = $1 AND e.id < $2 AND e.content_removed_at IS NULL \
            AND e.ended_at IS NOT NULL \
        ORDER BY e.id LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED), \
    pieces AS (DELETE FROM execution_pieces p USING old \
        WHERE p.organization_id = $1 AND p.execution_id = old.id), \
    calls AS (UPDATE execution_attempts a SET error = NULL, provider_request = NULL FROM old \
        WHERE a.organization_id = $1 AND a.execution_id = old.id \
            AND (a.error IS NOT NULL OR a.provider_request IS NOT NULL)) \
    UPDATE executions e SET input = '{}', context = NULL, output = '', tool_calls = NULL, \
        error = NULL, content_removed_at = now(), version = e.version + 1, updated_at = now() \
    FROM old WHERE e.organization_id = $1 AND e.id = old.id";

/// What is stored beside them goes with them.
const DELETE: &str = "WITH old AS MATERIALIZED (SELECT e.id FROM executions e \
        WHERE e.organization_id = $1 AND e.id < $2 AND e.ended_at IS NOT NULL \
        ORDER BY e.id LIMIT $3 FOR UPDATE SKIP LOCKED) \
    DELETE FROM executions e USING old WHERE e.organization_id = $1 AND e.id = old.id";

impl ScopedTx {
    pub(super) async fn clear_contents(&mut self, before: Timestamp, limit: u32) -> Result<u64> {
        self.write(CLEAR, vec![first_id(before).into(), i64::from(limit).into()]).await
    }

    pub(super) async fn delete_old(&mut self, before: Timestamp, limit: u32) -> Result<u64> {
        self.write(DELETE, vec![first_id(before).into(), i64::from(limit).into()]).await
    }
}
