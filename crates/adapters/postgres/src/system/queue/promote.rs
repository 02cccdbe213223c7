use plinth_ports::Result;

use super::{SystemTx, listed};
use crate::{connection::Statements, sql::Sql};

/// The jobs whose time has come, the earliest first.
const COME: &str = "
    SELECT organization_id, id FROM jobs
    WHERE state IN ('queued', 'failed') AND delayed AND run_at <= now()
    ORDER BY run_at LIMIT 1000";

/// Makes these jobs due, without those that another worker has locked.
const PROMOTE: &str = "
    UPDATE jobs j SET delayed = false FROM (
        SELECT w.organization_id, w.id
        FROM unnest($1::uuid[], $2::uuid[]) l (organization_id, id)
        JOIN jobs w ON w.organization_id = l.organization_id AND w.id = l.id
        WHERE w.state IN ('queued', 'failed') AND w.delayed AND w.run_at <= now()
        FOR UPDATE OF w SKIP LOCKED) due
    WHERE j.organization_id = due.organization_id AND j.id = due.id";

/// Makes the jobs due whose time has come, and returns their number.
pub async fn promote(system: &mut SystemTx) -> Result<u64> {
    let come = system.tx.rows(Sql::fixed(COME, Vec::new())).await?;
    if come.is_empty() {
        return Ok(0);
    }
    system.execute(Sql::fixed(PROMOTE, listed(&come)?.into())).await
}
