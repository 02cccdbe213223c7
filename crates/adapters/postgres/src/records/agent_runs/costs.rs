//! What the executions of runs come to.

use plinth_domain::{ApiKeyId, Id};
use plinth_ports::{AgentRunCost, Result};
use uuid::Uuid;

use crate::{row::named, scoped::ScopedTx};

/// One look-up in the index for each key.
const SUM: &str = "SELECT k.key, s.* FROM unnest($2::uuid[]) AS k (key) CROSS JOIN LATERAL ( \
    SELECT count(*) AS executions, coalesce(sum(e.tokens_input), 0)::bigint AS tokens_input, \
        coalesce(sum(e.tokens_output), 0)::bigint AS tokens_output, \
        coalesce(sum(e.cost), 0)::bigint AS cost \
    FROM executions e WHERE e.organization_id = $1 AND e.api_key = k.key) s \
    WHERE s.executions > 0";

impl ScopedTx {
    pub(super) async fn sum_by_key(
        &mut self,
        keys: Vec<Uuid>,
    ) -> Result<Vec<(ApiKeyId, AgentRunCost)>> {
        let found = self.ask_within(SUM, vec![keys.into()], usize::MAX, |row| {
            let count = |column| named::<i64>(row, column).map(i64::unsigned_abs);
            let cost = AgentRunCost {
                executions: u32::try_from(count("executions")?).unwrap_or(u32::MAX),
                tokens_input: count("tokens_input")?,
                tokens_output: count("tokens_output")?,
                cost: named(row, "cost")?,
            };
            Ok((Id::from_uuid(named::<Uuid>(row, "key")?), cost))
        });
        Ok(found.await?.items)
    }
}
