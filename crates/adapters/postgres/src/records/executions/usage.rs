//! What executions have cost, added up.

use plinth_ports::{
    Result, StoreError,
    records::execution_usage::{UsageBy, UsageQuery, UsageRow, UsageSums},
};
use sqlx::postgres::PgRow;

use crate::{row::named, scoped::ScopedTx, value::each};

/// `$2` and `$3` bound the identities, which the primary key and the partitions follow; `$4` are the
/// beginnings of the periods; `$5` names the grouping, `$7` the only project that counts, if any. What
/// belongs to a period is found by bisection.
const USAGE: &str = "WITH sums AS MATERIALIZED ( \
        SELECT width_bucket(e.created_at, $4::timestamptz[]) AS period, \
            CASE $5 WHEN 'prompt' THEN e.prompt_id WHEN 'model' THEN e.model_id \
                WHEN 'api_key' THEN e.api_key WHEN 'user' THEN e.caused_by \
                WHEN 'project' THEN e.project_id END AS record, \
            count(*) AS executions, \
            count(*) FILTER (WHERE e.status = 'succeeded') AS succeeded, \
            count(*) FILTER (WHERE e.status IN ('failed', 'timed_out')) AS failed, \
            count(*) FILTER (WHERE e.status = 'cancelled') AS cancelled, \
            count(*) FILTER (WHERE e.ended_at IS NOT NULL AND e.cost IS NULL) AS unpriced, \
            sum(e.tokens_input)::bigint AS tokens_input, \
            sum(e.tokens_cached)::bigint AS tokens_cached, \
            sum(e.tokens_output)::bigint AS tokens_output, \
            least(coalesce(sum(e.cost), 0), 9223372036854775807)::bigint AS cost \
        FROM executions e WHERE e.organization_id = $1 AND e.id >= $2 AND e.id < $3 \
            AND ($7::uuid IS NULL OR e.project_id = $7) \
        GROUP BY 1, 2 \
    ) SELECT s.*, coalesce(p.name, m.name, k.name, u.name, j.name) AS name \
    FROM (SELECT * FROM sums ORDER BY period, record LIMIT $6) s \
    LEFT JOIN prompts p ON $5 = 'prompt' AND p.organization_id = $1 AND p.id = s.record \
    LEFT JOIN models m ON $5 = 'model' AND m.organization_id = $1 AND m.id = s.record \
    LEFT JOIN api_keys k ON $5 = 'api_key' AND k.organization_id = $1 AND k.id = s.record \
    LEFT JOIN memberships u ON $5 = 'user' AND u.organization_id = $1 AND u.user_id = s.record \
    LEFT JOIN projects j ON $5 = 'project' AND j.organization_id = $1 AND j.id = s.record \
    ORDER BY s.period, s.record";

impl ScopedTx {
    pub(super) async fn usage_of(&mut self, asked: &UsageQuery) -> Result<Vec<UsageRow>> {
        let Some((_, from)) = asked.periods.first() else { return Ok(Vec::new()) };
        let values = vec![
            super::super::journal::first_id(*from).into(),
            super::super::journal::first_id(asked.until).into(),
            each(&asked.periods, |(_, begins)| *begins),
            asked.by.map_or("", UsageBy::name).into(),
            i64::from(asked.limit).into(),
            asked.project.map(plinth_domain::Id::uuid).into(),
        ];
        let read = |row: &PgRow| {
            let place = usize::try_from(named::<i32>(row, "period")?).ok();
            let place = place.and_then(|place| asked.periods.get(place.checked_sub(1)?));
            let (starts_on, _) = place.ok_or_else(outside)?;
            let count = |column| named::<i64>(row, column).map(i64::unsigned_abs);
            Ok(UsageRow {
                starts_on: *starts_on,
                record: named(row, "record")?,
                name: named(row, "name")?,
                sums: UsageSums {
                    executions: count("executions")?,
                    succeeded: count("succeeded")?,
                    failed: count("failed")?,
                    cancelled: count("cancelled")?,
                    unpriced: count("unpriced")?,
                    tokens_input: count("tokens_input")?,
                    tokens_cached: count("tokens_cached")?,
                    tokens_output: count("tokens_output")?,
                    cost: named(row, "cost")?,
                },
            })
        };
        Ok(self.ask_within(USAGE, values, usize::MAX, read).await?.items)
    }
}

/// The identity and the time of creation of an execution contradict each other.
fn outside() -> StoreError {
    StoreError::Other("an execution was created in no period of its identity".into())
}
