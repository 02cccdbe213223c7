use async_trait::async_trait;
use chrono::NaiveDate;
use plinth_domain::{PlanLimit, PlanName, Timestamp, UsageMeasure};
use plinth_ports::{Counted, Result, StoreError, Usage, UsageReader, UsedAmount};
use sqlx::{Row as _, postgres::PgRow};

use crate::{
    row::{named, stored},
    scoped::ScopedTx,
    value::name,
};

name!(UsageMeasure);

/// The name has a prefix that no other use of advisory locks has.
const LOCK: &str =
    "SELECT pg_advisory_xact_lock(hashtextextended('plinth usage ' || $1::text || $2, 0))";

/// The same, and the plan. `$1` is the organization, `$2` the name.
pub const LOCK_WITH_PLAN: &str = "SELECT plan,
    pg_advisory_xact_lock(hashtextextended('plinth usage ' || $1::text || $2, 0))
    FROM organizations WHERE id = $1";

/// `$1` is the organization, `$2` the time.
pub const MEMBERS: &str = "SELECT (SELECT count(*) FROM memberships WHERE organization_id = $1)
    + (SELECT count(*) FROM invitations WHERE organization_id = $1
        AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $2) AS members";
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
const EXECUTIONS: &str = "SELECT coalesce(sum(amount), 0)::bigint FROM organization_usage
    WHERE organization_id = $1 AND measure = 'executions'
        AND starts_on = date_trunc('month', $2::timestamptz AT TIME ZONE 'UTC')::date";
/// With what the executions hold that are queued or run.
const AI_COST: &str = "SELECT least((
        coalesce((SELECT sum(amount) FROM organization_usage
            WHERE organization_id = $1 AND measure = 'ai_cost'
                AND starts_on = date_trunc('month', $2::timestamptz AT TIME ZONE 'UTC')::date), 0)
        + coalesce((SELECT sum(reserved) FROM executions
            WHERE organization_id = $1 AND ended_at IS NULL), 0)), 9000000000000000000)::bigint";

const USED_SINCE: &str = "SELECT measure, starts_on,
        least(sum(amount), 9000000000000000000)::bigint AS amount
    FROM organization_usage WHERE organization_id = $1 AND starts_on >= $2
    GROUP BY measure, starts_on ORDER BY starts_on, measure";

/// `$1` is the organization, `$2` the limit, `$3` the first day of the period.
pub const MARK_WARNED: &str = "INSERT INTO usage_warnings (organization_id, plan_limit, starts_on)
    VALUES ($1, $2, $3) ON CONFLICT (organization_id, plan_limit, starts_on) DO NOTHING";

fn used(row: &PgRow) -> Result<UsedAmount> {
    Ok(UsedAmount {
        measure: stored(row, "measure")?,
        starts_on: named(row, "starts_on")?,
        amount: named::<i64>(row, "amount")?.unsigned_abs(),
    })
}

#[async_trait]
impl UsageReader for ScopedTx {
    async fn count(&mut self, counted: Counted, now: Timestamp) -> Result<u64> {
        let sql = match counted {
            Counted::Members => MEMBERS,
            Counted::OpenInvitations => OPEN_INVITATIONS,
            Counted::LiveApiKeys => LIVE_API_KEYS,
            Counted::OpenUploads => OPEN_UPLOADS,
            Counted::StoredBytes => STORED_BYTES,
            Counted::Executions => EXECUTIONS,
            Counted::AiCost => AI_COST,
        };
        let row = self.ask(sql, vec![now.into()]).await?;
        let count: Option<i64> = row
            .map(|row| row.try_get(0))
            .transpose()
            .map_err(|error| StoreError::Other(error.into()))?;
        Ok(count.unwrap_or_default().unsigned_abs())
    }

    async fn used_since(&mut self, day: NaiveDate) -> Result<Vec<UsedAmount>> {
        Ok(self.ask_within(USED_SINCE, vec![day.into()], usize::MAX, used).await?.items)
    }
}

#[async_trait]
impl Usage for ScopedTx {
    async fn lock(&mut self, name: &'static str) -> Result<()> {
        self.ask(LOCK, vec![name.into()]).await.map(drop)
    }

    async fn lock_with_plan(&mut self, name: &'static str) -> Result<Option<PlanName>> {
        match self.ask(LOCK_WITH_PLAN, vec![name.into()]).await? {
            Some(row) => stored(&row, "plan"),
            None => Ok(None),
        }
    }

    async fn mark_warned(&mut self, limit: PlanLimit, starts_on: NaiveDate) -> Result<bool> {
        let values = vec![limit.name().into(), starts_on.into()];
        Ok(self.write(MARK_WARNED, values).await? == 1)
    }
}
