//! The end of a running execution, as one statement.

use plinth_domain::{Execution, Version};
use plinth_ports::Result;
use sea_orm::Value;
use uuid::Uuid;

use crate::scoped::ScopedTx;

/// Locks the execution before its lease, as every other writer does. Nothing changes unless this
/// version runs under the holder's lease.
const END: &str = "locked# AS MATERIALIZED (SELECT true AS held FROM executions \
        WHERE (SELECT is_set FROM scope) AND organization_id = $1::uuid AND id = $2::uuid \
        AND version = $4::bigint AND status = 'running' FOR NO KEY UPDATE), \
    released# AS (DELETE FROM execution_leases WHERE (SELECT held FROM locked#) \
        AND organization_id = $1::uuid AND id = $2::uuid AND holder = $3::uuid \
        RETURNING true AS held), \
    changed# AS (UPDATE executions SET version = $5::bigint, updated_at = $6::timestamptz, \
        ended_at = $7::timestamptz, status = $8::text, model_id = $9::uuid, output = $10::text, \
        output_length = $11::bigint, tool_calls = $12::text::json, finish_reason = $13::text, \
        tokens_input = $14::bigint, tokens_output = $15::bigint, tokens_cached = $16::bigint, \
        tokens_cache_written = $17::bigint, tokens_reasoning = $18::bigint, \
        usage_source = $19::text, cost = $20::bigint, first_token_ms = $21::bigint, \
        latency_ms = $22::bigint, error_code = $23::text, error = $24::text, \
        attempts = $25::integer \
        WHERE (SELECT held FROM released#) AND organization_id = $1::uuid AND id = $2::uuid \
        RETURNING id)";

impl ScopedTx {
    pub(super) async fn end(
        &mut self,
        execution: &Execution,
        holder: Uuid,
        previous: Version,
    ) -> Result<()> {
        let Execution { answer, failure, .. } = execution;
        let part = |part: fn(&plinth_domain::Failure) -> &String| -> Value {
            failure.as_ref().map(part).cloned().into()
        };
        let usage = answer.usage;
        let tokens =
            [usage.input, usage.output, usage.cached, usage.cache_written, usage.reasoning];
        let mut values: Vec<Value> = vec![
            execution.id.uuid().into(),
            holder.into(),
            previous.number().into(),
            execution.revision.version.number().into(),
            execution.revision.updated_at.into(),
            execution.ended_at.into(),
            execution.status.name().into(),
            execution.model.uuid().into(),
            answer.text.clone().into(),
            i64::from(answer.characters).into(),
            answer.tool_calls.clone().into(),
            answer.finish.map(|finish| finish.name().to_owned()).into(),
        ];
        values.extend(tokens.map(|count| i64::from(count).into()));
        values.extend([
            answer.usage_source.name().into(),
            answer.cost.into(),
            answer.first_token_ms.map(i64::from).into(),
            answer.latency_ms.map(i64::from).into(),
            part(|failure| &failure.code),
            part(|failure| &failure.detail),
            i32::from(execution.attempts).into(),
        ]);
        self.change(END, values).await
    }
}
