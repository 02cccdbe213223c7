//! What happened in runs.

use async_trait::async_trait;
use plinth_domain::{AgentRunId, ApiKeyId, Timestamp};
use plinth_ports::{
    AgentRunCost, AgentRunEvent, AgentRunReader, NewAgentEvent, PAGE_BYTES, Result, StoreError,
};
use uuid::Uuid;

use super::integer;
use crate::{row::named, scoped::ScopedTx, value::each};

/// The arrays are of the same length.
const ADD: &str = "INSERT INTO agent_events \
    (organization_id, run_id, seq, kind, data, created_at, updated_at) \
    SELECT $1::uuid, $2::uuid, unnest($3::integer[]), unnest($4::text[]), \
    unnest($5::text[])::json, $6::timestamptz, $6::timestamptz";

const AFTER: &str = "SELECT seq, kind, data::text AS data, created_at FROM agent_events \
    WHERE organization_id = $1 AND run_id = $2 AND seq > $3 ORDER BY seq LIMIT $4";

impl ScopedTx {
    /// `last` is the number of the last of them.
    pub(super) async fn insert_events(
        &mut self,
        run: AgentRunId,
        last: u32,
        events: &[NewAgentEvent],
        at: Timestamp,
    ) -> Result<()> {
        if events.is_empty() {
            return Ok(());
        }
        let first = integer(last as usize + 1 - events.len())?;
        let numbers: Vec<i32> = (first..).take(events.len()).collect();
        let values = vec![
            run.uuid().into(),
            numbers.into(),
            each(events, |event| event.kind.to_owned()),
            each(events, |event| event.data.clone()),
            at.into(),
        ];
        self.insert_rows(ADD, values).await
    }
}

#[async_trait]
impl AgentRunReader for ScopedTx {
    async fn events(
        &mut self,
        run: AgentRunId,
        after: u32,
        limit: u16,
    ) -> Result<Vec<AgentRunEvent>> {
        let after = i32::try_from(after).unwrap_or(i32::MAX);
        let values: Vec<sea_orm::Value> =
            vec![run.uuid().into(), after.into(), i64::from(limit).into()];
        let found = self.ask_within(AFTER, values, PAGE_BYTES, |row| {
            let number: i32 = named(row, "seq")?;
            Ok(AgentRunEvent {
                number: u32::try_from(number).map_err(|error| StoreError::Other(error.into()))?,
                kind: named(row, "kind")?,
                data: named(row, "data")?,
                at: named(row, "created_at")?,
            })
        });
        Ok(found.await?.items)
    }

    async fn costs(&mut self, keys: &[ApiKeyId]) -> Result<Vec<(ApiKeyId, AgentRunCost)>> {
        let keys: Vec<Uuid> = keys.iter().map(|key| key.uuid()).collect();
        self.sum_by_key(keys).await
    }

    async fn is_held(&mut self, run: AgentRunId, holder: Uuid) -> Result<bool> {
        self.has_holder(run, holder).await
    }
}
