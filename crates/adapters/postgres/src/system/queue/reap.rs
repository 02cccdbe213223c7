use plinth_domain::JobState;
use plinth_ports::{Reap, Reaped, Result};

use super::{PgJobQueue, kinds, leased, listed, milliseconds, returning_jobs};
use crate::{
    connection::{Begin, Statements},
    leases::holder,
    row::named,
    sql::Sql,
};

/// The jobs whose lease has expired; those without an attempt left only if `$2` contains their kind.
const EXPIRED: &str = "
    SELECT organization_id, id FROM jobs
    WHERE state = 'running' AND lease_until <= now()
        AND ($2::text[] IS NULL OR attempt < max_attempts OR cancel_requested OR kind = ANY ($2))
    ORDER BY lease_until LIMIT $1";

/// Takes these jobs, without those that another process has locked. A job with an attempt left is
/// due again at once. The reaper leases the others to settle them.
const REAP: &str = concat!(
    "
    WITH expired AS MATERIALIZED (
        SELECT e.organization_id, e.id, e.attempt >= e.max_attempts OR e.cancel_requested AS ended
        FROM unnest($1::uuid[], $2::uuid[]) l (organization_id, id)
        JOIN jobs e ON e.organization_id = l.organization_id AND e.id = l.id
        WHERE e.state = 'running' AND e.lease_until <= now()
        FOR UPDATE OF e SKIP LOCKED)
    UPDATE jobs j SET state = CASE WHEN ended THEN 'running' ELSE 'failed' END,
        run_at = CASE WHEN ended THEN run_at ELSE c.at END,
        delayed = false,
        error = 'the worker that ran it is gone', error_code = NULL,
        worker_id = CASE WHEN ended THEN $3 END,
        lease = CASE WHEN ended THEN $4::uuid END,
        lease_until = CASE WHEN ended THEN c.at + $5 * interval '1 millisecond' END,
        version = version + 1, updated_at = c.at
    FROM expired, (SELECT now() AS at) c
    WHERE j.organization_id = expired.organization_id AND j.id = expired.id
    ",
    returning_jobs!()
);

impl PgJobQueue {
    /// Takes jobs whose lease has expired from their workers.
    pub(super) async fn take_expired(&self, reap: Reap<'_>) -> Result<Reaped> {
        let mut system = self.store.system(Begin::System).await?;
        let limit = i64::from(reap.limit).into();
        let expired = Sql::fixed(EXPIRED, vec![limit, kinds(reap.kinds)]);
        let expired = system.tx.rows(expired).await?;
        let mut taken = Reaped::default();
        if expired.is_empty() {
            return Ok(taken);
        }
        let of_reaper = [reap.reaper.into(), holder().into(), milliseconds(reap.lease)];
        let values = listed(&expired)?.into_iter().chain(of_reaper).collect();
        let rows = system.tx.rows(Sql::fixed(REAP, values)).await?;
        for row in &rows {
            let state: &str = named(row, "state")?;
            if state == JobState::Running.name() {
                taken.ended.push(leased(row)?);
            } else {
                taken.retried += 1;
            }
        }
        system.close().await?;
        Ok(taken)
    }
}
