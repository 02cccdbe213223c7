//! The calls of models that an execution made.

use async_trait::async_trait;
use plinth_domain::{Attempt, ExecutionId, Failure, Id, TokenUsage};
use plinth_ports::{
    ExecutionProgress, ExecutionReader, OutputPiece, Result,
    records::execution_usage::{UsageQuery, UsageRow},
};
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::{
    row::{named, stored},
    scoped::ScopedTx,
    value::each,
};

/// The arrays are of the same length.
const ADD: &str = "INSERT INTO execution_attempts (organization_id, execution_id, number, model, \
    started_at, latency_ms, http_status, provider_request, error_code, error, tokens_input, \
    tokens_output, tokens_cached, tokens_cache_written, tokens_reasoning, usage_source, cost) \
    SELECT $1::uuid, unnest($2::uuid[]), unnest($3::integer[]), unnest($4::uuid[]), \
    unnest($5::timestamptz[]), unnest($6::bigint[]), nullif(unnest($7::integer[]), 0), \
    nullif(unnest($8::text[]), ''), nullif(unnest($9::text[]), ''), nullif(unnest($10::text[]), ''), \
    unnest($11::bigint[]), unnest($12::bigint[]), unnest($13::bigint[]), unnest($14::bigint[]), \
    unnest($15::bigint[]), unnest($16::text[]), nullif(unnest($17::bigint[]), -1)";

const OF: &str = "SELECT execution_id, number, model, started_at, latency_ms, http_status, \
    provider_request, error_code, error, tokens_input, tokens_output, tokens_cached, \
    tokens_cache_written, tokens_reasoning, usage_source, cost FROM execution_attempts \
    WHERE organization_id = $1 AND execution_id = $2 ORDER BY number";

impl ScopedTx {
    pub(super) async fn insert_attempts(&mut self, attempts: &[Attempt]) -> Result<()> {
        if attempts.is_empty() {
            return Ok(());
        }
        let failure = |part: fn(&Failure) -> &String| {
            each(attempts, |a| a.failure.as_ref().map(part).cloned().unwrap_or_default())
        };
        let tokens = |part: fn(&TokenUsage) -> u32| each(attempts, |a| i64::from(part(&a.usage)));
        let values = vec![
            each(attempts, |a| a.execution.uuid()),
            each(attempts, |a| i32::from(a.number)),
            each(attempts, |a| a.model.uuid()),
            each(attempts, |a| a.started_at),
            each(attempts, |a| i64::from(a.latency_ms)),
            each(attempts, |a| a.http_status.map_or(0, i32::from)),
            each(attempts, |a| a.provider_request.clone().unwrap_or_default()),
            failure(|failure| &failure.code),
            failure(|failure| &failure.detail),
            tokens(|usage| usage.input),
            tokens(|usage| usage.output),
            tokens(|usage| usage.cached),
            tokens(|usage| usage.cache_written),
            tokens(|usage| usage.reasoning),
            each(attempts, |a| a.usage_source.name().to_owned()),
            each(attempts, |a| a.cost.unwrap_or(-1)),
        ];
        self.insert_rows(ADD, values).await
    }
}

#[async_trait]
impl ExecutionReader for ScopedTx {
    async fn attempts(&mut self, execution: ExecutionId) -> Result<Vec<Attempt>> {
        let values = vec![execution.uuid().into()];
        Ok(self.ask_within(OF, values, usize::MAX, attempt).await?.items)
    }

    async fn progress(&mut self, execution: ExecutionId) -> Result<Option<ExecutionProgress>> {
        self.progress_of(execution).await
    }

    async fn pieces(
        &mut self,
        execution: ExecutionId,
        after: u32,
        bytes: usize,
    ) -> Result<Vec<OutputPiece>> {
        self.pieces_after(execution, after, bytes).await
    }

    async fn usage(&mut self, asked: &UsageQuery) -> Result<Vec<UsageRow>> {
        self.usage_of(asked).await
    }
}

fn attempt(row: &PgRow) -> Result<Attempt> {
    let id = |column| named::<Uuid>(row, column);
    let count = |column| -> Result<u32> {
        Ok(u32::try_from(named::<i64>(row, column)?).unwrap_or(u32::MAX))
    };
    let code: Option<String> = named(row, "error_code")?;
    let detail: Option<String> = named(row, "error")?;
    let failure = code.map(|code| Failure { code, detail: detail.unwrap_or_default() });
    let status: Option<i32> = named(row, "http_status")?;
    Ok(Attempt {
        execution: Id::from_uuid(id("execution_id")?),
        number: u16::try_from(named::<i32>(row, "number")?).unwrap_or(u16::MAX),
        model: Id::from_uuid(id("model")?),
        started_at: named(row, "started_at")?,
        latency_ms: count("latency_ms")?,
        http_status: status.and_then(|status| u16::try_from(status).ok()),
        provider_request: named(row, "provider_request")?,
        failure,
        usage: TokenUsage {
            input: count("tokens_input")?,
            output: count("tokens_output")?,
            cached: count("tokens_cached")?,
            cache_written: count("tokens_cache_written")?,
            reasoning: count("tokens_reasoning")?,
        },
        usage_source: stored(row, "usage_source")?,
        cost: named(row, "cost")?,
    })
}
