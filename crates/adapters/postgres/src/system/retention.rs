//! Removes the audit records that are older than their organization keeps them.

use plinth_domain::{Organization, OrganizationId, RetentionDays};
use plinth_ports::{Result, StoreError};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Value};
use sqlx::Row as _;

use crate::{
    PgStore,
    connection::{Begin, Statements},
    records::organizations::{Column, Entity},
    sql::Sql,
};

/// The application's role may not delete audit records; this function of the owner does.
const REMOVE: &str = "SELECT remove_old_journal($1, now() - $2 * interval '1 day', $3)";

const DROP: &str = "SELECT drop_empty_journal_partitions()";

impl PgStore {
    /// How long each organization keeps its audit records.
    pub(super) async fn list_retentions(
        &self,
        after: Option<OrganizationId>,
        limit: u32,
    ) -> Result<Vec<(OrganizationId, RetentionDays)>> {
        let mut system = self.system_reads();
        let after = after.map(|after| Column::Id.gt(after.uuid()));
        let organizations = after.into_iter().fold(Entity::find(), QueryFilter::filter);
        let page = organizations.order_by_asc(Column::Id).limit(u64::from(limit));
        let organizations = system.all::<Organization>(page).await?;
        Ok(organizations.into_iter().map(|one| (one.id, one.settings.retention)).collect())
    }

    /// Removes numbers from the start of a chain.
    pub(super) async fn shorten_chain(
        &self,
        organization: OrganizationId,
        kept: RetentionDays,
        limit: u32,
    ) -> Result<u64> {
        let limit = i32::try_from(limit).unwrap_or(i32::MAX);
        let days = i32::from(kept.days());
        self.call(REMOVE, vec![organization.uuid().into(), days.into(), limit.into()]).await
    }

    /// Drops empty partitions of past months.
    pub(super) async fn drop_partitions(&self) -> Result<u64> {
        self.call(DROP, Vec::new()).await
    }

    /// Calls a function that answers a number.
    async fn call(&self, sql: &'static str, values: Vec<Value>) -> Result<u64> {
        let mut system = self.system(Begin::Housekeeping).await?;
        let row = system.tx.row(Sql::fixed(sql, values)).await?;
        let number = row.map(|row| row.try_get::<i32, _>(0)).transpose();
        let number = number.map_err(|error| StoreError::Other(error.into()))?.unwrap_or_default();
        system.close().await?;
        Ok(u64::from(number.unsigned_abs()))
    }
}
