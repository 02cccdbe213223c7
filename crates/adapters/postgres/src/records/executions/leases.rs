//! The lease of an execution, within its organization.

use std::time::Duration;

use plinth_domain::ExecutionId;
use plinth_ports::Result;
use sea_orm::Value;
use uuid::Uuid;

use crate::scoped::ScopedTx;

const TAKE: &str = "INSERT INTO execution_leases (organization_id, id, holder, until) \
    SELECT $1::uuid, $2::uuid, $3::uuid, now() + $4::bigint * interval '1 millisecond'";
const HELD: &str = "SELECT true AS held FROM execution_leases \
    WHERE organization_id = $1 AND id = $2 AND holder = $3";
const LIVE: &str = "SELECT true AS held FROM execution_leases \
    WHERE organization_id = $1 AND id = $2 AND until > clock_timestamp()";
const END: &str = "DELETE FROM execution_leases WHERE organization_id = $1 AND id = $2";
const CANCEL: &str = "UPDATE execution_leases SET cancel_requested = true \
    WHERE organization_id = $1 AND id = $2";

impl ScopedTx {
    pub(super) async fn take_lease(
        &mut self,
        execution: ExecutionId,
        holder: Uuid,
        time: Duration,
    ) -> Result<()> {
        let values = vec![execution.uuid().into(), holder.into(), milliseconds(time)];
        self.insert_rows(TAKE, values).await
    }

    pub(super) async fn has_lease(&mut self, execution: ExecutionId, holder: Uuid) -> Result<bool> {
        let row = self.ask(HELD, vec![execution.uuid().into(), holder.into()]).await?;
        Ok(row.is_some())
    }

    pub(super) async fn has_live_lease(&mut self, execution: ExecutionId) -> Result<bool> {
        Ok(self.ask(LIVE, vec![execution.uuid().into()]).await?.is_some())
    }

    pub(super) async fn end_lease(&mut self, execution: ExecutionId) -> Result<()> {
        self.write(END, vec![execution.uuid().into()]).await.map(drop)
    }

    pub(super) async fn request_cancel(&mut self, execution: ExecutionId) -> Result<()> {
        self.write(CANCEL, vec![execution.uuid().into()]).await.map(drop)
    }
}

fn milliseconds(time: Duration) -> Value {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX).into()
}
