use plinth_domain::JobState;
use plinth_ports::{Reap, Reaped, Result};

use super::{PgJobQueue, kinds, leased, milliseconds, returning_jobs};
use crate::{
    connection::{Begin, Statements},
    row::named,
    sql::Sql,
};

/// A job with an attempt left is due again at once. The reaper leases the others to settle them;
/// those without an attempt left only if `$4` contains their kind.
const REAP: &str = concat!(
    "
    WITH expired AS MATERIALIZED (
        SELECT organization_id, id, attempt >= max_attempts OR cancel_requested AS ended
        FROM jobs WHERE state = 'running' AND lease_until <= now()
            AND ($4::text[] IS NULL OR attempt < max_attempts OR cancel_requested
                OR kind = ANY ($4))
        ORDER BY lease_until LIMIT $3 FOR UPDATE SKIP LOCKED)
    UPDATE jobs j SET state = CASE WHEN ended THEN 'running' ELSE 'failed' END,
        run_at = CASE WHEN ended THEN run_at ELSE now() END,
        delayed = false,
        error = 'the worker that ran it is gone',
        worker_id = CASE WHEN ended THEN $1 END,
        lease = CASE WHEN ended THEN gen_random_uuid() END,
        lease_until = CASE WHEN ended THEN now() + $2 * interval '1 millisecond' END,
        version = version + 1, updated_at = now()
    FROM expired WHERE j.organization_id = expired.organization_id AND j.id = expired.id
    ",
    returning_jobs!()
);

impl PgJobQueue {
    /// Takes jobs whose lease has expired from their workers.
    pub(super) async fn take_expired(&self, reap: Reap<'_>) -> Result<Reaped> {
        let mut system = self.store.system(Begin::System).await?;
        let limit = i64::from(reap.limit).into();
        let values = vec![reap.reaper.into(), milliseconds(reap.lease), limit, kinds(reap.kinds)];
        let rows = system.tx.rows(Sql::fixed(REAP, values)).await?;
        let mut taken = Reaped::default();
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
