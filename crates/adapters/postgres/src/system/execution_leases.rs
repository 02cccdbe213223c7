//! The leases of executions, for the processes that run them.

use std::{collections::HashMap, time::Duration};

use async_trait::async_trait;
use plinth_domain::{ExecutionId, Id, OrganizationId};
use plinth_ports::{ExecutionLeases, LeaseState, Result};
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::queue::milliseconds;
use crate::{PgStore, connection::Begin, row::named, sql::Sql};

/// Extends the leases of one holder. It locks them in the order of the table's key, as the statements
/// do that end executions, so that neither waits for the other for ever.
const EXTEND: &str = "WITH held AS MATERIALIZED (SELECT l.organization_id, l.id \
        FROM unnest($1::uuid[], $2::uuid[]) h (organization_id, id) JOIN execution_leases l \
        ON l.organization_id = h.organization_id AND l.id = h.id WHERE l.holder = $3 \
        ORDER BY l.organization_id, l.id FOR UPDATE OF l) \
    UPDATE execution_leases l SET until = now() + $4::bigint * interval '1 millisecond' \
    FROM held h WHERE l.organization_id = h.organization_id AND l.id = h.id \
    RETURNING l.organization_id, l.id, l.cancel_requested";

const CANCELLED: &str = "SELECT id FROM execution_leases WHERE holder = $1 AND cancel_requested";

const EXPIRED: &str = "SELECT organization_id, id FROM execution_leases \
    WHERE until <= now() ORDER BY until LIMIT $1";

#[async_trait]
impl ExecutionLeases for PgStore {
    async fn extend(
        &self,
        holder: Uuid,
        executions: &[(OrganizationId, ExecutionId)],
        time: Duration,
    ) -> Result<Vec<LeaseState>> {
        let organizations: Vec<Uuid> = executions.iter().map(|(owner, _)| owner.uuid()).collect();
        let ids: Vec<Uuid> = executions.iter().map(|(_, id)| id.uuid()).collect();
        let values = vec![organizations.into(), ids.into(), holder.into(), milliseconds(time)];
        let mut system = self.system(Begin::System).await?;
        let rows = system.rows(Sql::fixed(EXTEND, values)).await?;
        system.close().await?;
        let held = rows.iter().map(|row| Ok((pair(row)?, named::<bool>(row, "cancel_requested")?)));
        let held = held.collect::<Result<HashMap<_, _>>>()?;
        let state = |execution| match held.get(execution) {
            None => LeaseState::Lost,
            Some(true) => LeaseState::CancelRequested,
            Some(false) => LeaseState::Held,
        };
        Ok(executions.iter().map(state).collect())
    }

    async fn cancellations(&self, holder: Uuid) -> Result<Vec<ExecutionId>> {
        let rows = self.system_reads().rows(Sql::fixed(CANCELLED, vec![holder.into()])).await?;
        rows.iter().map(|row| named::<Uuid>(row, "id").map(Id::from_uuid)).collect()
    }

    async fn expired(&self, limit: u32) -> Result<Vec<(OrganizationId, ExecutionId)>> {
        let sql = Sql::fixed(EXPIRED, vec![i64::from(limit).into()]);
        let rows = self.system_reads().rows(sql).await?;
        rows.iter().map(pair).collect()
    }
}

fn pair(row: &PgRow) -> Result<(OrganizationId, ExecutionId)> {
    let (owner, id): (Uuid, Uuid) = (named(row, "organization_id")?, named(row, "id")?);
    Ok((Id::from_uuid(owner), Id::from_uuid(id)))
}
