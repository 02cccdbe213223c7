use std::time::Duration;

use plinth_domain::JobState;
use plinth_ports::{Reaped, Result};

use super::{PgJobQueue, leased, milliseconds, returning_jobs};
use crate::{connection::Begin, sql::Sql};

/// What has an attempt left waits for it; the rest is the reaper's to settle.
const REAP: &str = concat!(
    "
    WITH expired AS MATERIALIZED (
        SELECT organization_id, id, attempt >= max_attempts OR cancel_requested AS ended
        FROM jobs WHERE state = 'running' AND lease_until <= now()
        ORDER BY lease_until LIMIT $3 FOR UPDATE SKIP LOCKED)
    UPDATE jobs j SET state = CASE WHEN ended THEN 'running' ELSE 'failed' END,
        run_at = CASE WHEN ended THEN run_at ELSE now() END,
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
    /// Takes jobs whose lease is over from their workers.
    pub(super) async fn take_expired(
        &self,
        reaper: &str,
        lease: Duration,
        limit: u16,
    ) -> Result<Reaped> {
        let mut system = self.store.system(Begin::System).await?;
        let values = vec![reaper.into(), milliseconds(lease), i64::from(limit).into()];
        let rows = system.tx.rows(Sql::fixed(REAP, values)).await?;
        let mut taken = Reaped::default();
        for row in &rows {
            let state: &str = super::value(row, "state")?;
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
