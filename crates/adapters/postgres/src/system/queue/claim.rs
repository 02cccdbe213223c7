use std::cmp::Reverse;

use plinth_ports::{Claim, LeasedJob, Result, StoreError};
use sqlx::Row as _;
use uuid::Uuid;

use super::{PgJobQueue, kinds, leased, milliseconds, promote::promote, returning_jobs};
use crate::{
    connection::{Begin, Statements},
    leases::holder,
    sql::Sql,
    system::SystemTx,
};

/// The highest priority below this one that has waiting jobs.
const NEXT_PRIORITY: &str = "
    SELECT priority FROM jobs WHERE state IN ('queued', 'failed') AND NOT delayed AND priority < $1
    ORDER BY priority DESC LIMIT 1";

/// The organizations whose turn it is, of those with due jobs of one priority ($2).
///
/// `turns` visits them in descending order, beginning after the one that was served last ($1), once
/// around, with one index probe for each: ten thousand jobs of one organization cost no more than
/// one. It stops as soon as there are enough ($3). Organizations are not visited for jobs whose time
/// has not come. The jobs of a suspended organization wait.
const TURNS: &str = "
    WITH RECURSIVE turns (organization_id, lap, due) AS (
        SELECT $1::uuid, 0, false
        UNION ALL
        SELECT next.organization_id, next.lap, EXISTS (
            SELECT FROM jobs d
            WHERE d.state IN ('queued', 'failed') AND NOT d.delayed AND d.priority = $2
                AND d.organization_id = next.organization_id AND d.run_at <= now()
                AND ($4::text[] IS NULL OR d.kind = ANY ($4)))
            AND EXISTS (SELECT FROM organizations o
                WHERE o.id = next.organization_id AND o.status = 'active')
        FROM turns CROSS JOIN LATERAL (
            SELECT step.organization_id, step.lap FROM (
                (SELECT w.organization_id, turns.lap FROM jobs w
                WHERE w.state IN ('queued', 'failed') AND NOT w.delayed AND w.priority = $2
                    AND w.organization_id < turns.organization_id
                    AND w.organization_id >= CASE turns.lap WHEN 0
                        THEN '00000000-0000-0000-0000-000000000000' ELSE $1 END
                ORDER BY w.priority DESC, w.organization_id DESC LIMIT 1)
                UNION ALL
                (SELECT w.organization_id, 1 FROM jobs w
                WHERE turns.lap = 0 AND w.state IN ('queued', 'failed') AND NOT w.delayed AND w.priority = $2
                    AND w.organization_id >= $1
                ORDER BY w.priority DESC, w.organization_id DESC LIMIT 1)
            ) step LIMIT 1) next
    )
    SELECT organization_id FROM turns WHERE due LIMIT $3";

/// Leases jobs of one priority ($2): of each of these organizations its share ($3), without jobs
/// that another worker has locked.
const CLAIM: &str = concat!(
    "
    WITH picks AS MATERIALIZED (
        SELECT pick.organization_id, pick.id
        FROM unnest($1::uuid[]) due (organization_id) CROSS JOIN LATERAL (
            SELECT p.organization_id, p.id FROM jobs p
            WHERE p.state IN ('queued', 'failed') AND NOT p.delayed AND p.priority = $2
                AND p.organization_id = due.organization_id AND p.run_at <= now()
                AND ($4::text[] IS NULL OR p.kind = ANY ($4))
            ORDER BY p.run_at, p.id LIMIT $3 FOR UPDATE SKIP LOCKED) pick
    )
    UPDATE jobs j SET state = 'running', attempt = attempt + 1, progress = 0,
        started_at = c.at, finished_at = NULL, worker_id = $5, lease = $6,
        lease_until = c.at + $7 * interval '1 millisecond',
        version = version + 1, updated_at = c.at
    FROM picks, (SELECT now() AS at) c
    WHERE j.organization_id = picks.organization_id AND j.id = picks.id
    ",
    returning_jobs!()
);

impl PgJobQueue {
    /// Leases due jobs, priority by priority, until there are enough.
    pub(super) async fn lease_turns(&self, claim: Claim<'_>) -> Result<Vec<LeasedJob>> {
        let mut system = self.store.system(Begin::System).await?;
        let promoted = promote(&mut system).await?;
        let (mut claimed, mut last, mut below) = (Vec::new(), self.last(), i16::MAX);
        while claimed.len() < usize::from(claim.limit) {
            let Some(priority) = next_priority(&mut system, below).await? else { break };
            below = priority;
            // The unused part of a share is distributed again.
            loop {
                let missing = usize::from(claim.limit) - claimed.len();
                if missing == 0 {
                    break;
                }
                let jobs = lease(&mut system, &claim, last, priority, missing).await?;
                if jobs.is_empty() {
                    break;
                }
                last = in_turns(last, jobs, &mut claimed);
            }
        }
        if !claimed.is_empty() || promoted > 0 {
            system.close().await?;
        }
        if !claimed.is_empty() {
            self.set_last(last);
        }
        Ok(claimed)
    }
}

async fn next_priority(system: &mut SystemTx, below: i16) -> Result<Option<i16>> {
    let row = system.tx.row(Sql::fixed(NEXT_PRIORITY, vec![below.into()])).await?;
    Ok(row.and_then(|row| row.try_get(0).ok()))
}

/// Leases jobs of the organizations whose turn it is, an equal share of each.
async fn lease(
    system: &mut SystemTx,
    claim: &Claim<'_>,
    last: Uuid,
    priority: i16,
    missing: usize,
) -> Result<Vec<LeasedJob>> {
    let limit = i64::try_from(missing).unwrap_or(i64::MAX);
    let values = vec![last.into(), priority.into(), limit.into(), kinds(claim.kinds)];
    let rows = system.tx.rows(Sql::fixed(TURNS, values)).await?;
    let turns = rows.iter().map(|row| row.try_get(0)).collect::<sqlx::Result<Vec<Uuid>>>();
    let turns = turns.map_err(|error| StoreError::Other(error.into()))?;
    let Some(share) = missing.checked_div(turns.len()) else { return Ok(Vec::new()) };
    let share = i64::try_from(share.max(1)).unwrap_or(i64::MAX);
    let values = vec![
        turns.into(),
        priority.into(),
        share.into(),
        kinds(claim.kinds),
        claim.worker.into(),
        holder().into(),
        milliseconds(claim.lease),
    ];
    let rows = system.tx.rows(Sql::fixed(CLAIM, values)).await?;
    rows.iter().map(leased).collect()
}

/// Adds jobs in the order of their organizations' turns, the first job of each
/// before the second of any. Returns the organization that was served last.
fn in_turns(last: Uuid, mut jobs: Vec<LeasedJob>, to: &mut Vec<LeasedJob>) -> Uuid {
    // In descending order after the last one, then from the highest.
    let turn = |job: &LeasedJob| {
        let organization = job.lease.organization.uuid();
        (organization >= last, Reverse(organization))
    };
    jobs.sort_by_key(|job| (turn(job), job.job.run_at, job.lease.job));
    let end = jobs.last().map_or(last, |job| job.lease.organization.uuid());
    let mut rounds: Vec<(usize, LeasedJob)> = Vec::with_capacity(jobs.len());
    let mut before: Option<(Uuid, usize)> = None;
    for job in jobs {
        let organization = job.lease.organization.uuid();
        let round = match before {
            Some((same, round)) if same == organization => round + 1,
            _ => 0,
        };
        before = Some((organization, round));
        rounds.push((round, job));
    }
    rounds.sort_by_key(|(round, _)| *round);
    to.extend(rounds.into_iter().map(|(_, job)| job));
    end
}
