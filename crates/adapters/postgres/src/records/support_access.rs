use plinth_domain::{OrganizationId, SupportAccess};
use plinth_ports::{Result, SupportAccessSort};
use sea_orm::{Condition, Set, entity::prelude::*};

use super::Stored;
use crate::{
    row::{FromRow, Row},
    value::set,
};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "support_access")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub expires_at: DateTimeUtc,
    pub read_only: bool,
    pub reason: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();

impl FromRow for SupportAccess {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            expires_at: row.get(Column::ExpiresAt)?,
            read_only: row.get(Column::ReadOnly)?,
            reason: row.value(Column::Reason)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl Stored for SupportAccess {
    type Row = ActiveModel;

    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            expires_at: Set(self.expires_at),
            read_only: Set(self.read_only),
            reason: set(&self.reason),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition((): &()) -> Condition {
        Condition::all()
    }

    fn column(sort: SupportAccessSort) -> Column {
        match sort {
            SupportAccessSort::CreatedAt => Column::CreatedAt,
        }
    }
}
