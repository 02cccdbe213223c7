use plinth_domain::{OrganizationId, Team};
use plinth_ports::{Result, TeamSort};
use sea_orm::{Condition, Set, entity::prelude::*};

use super::Stored;
use crate::{
    row::{FromRow, Row},
    value::set,
};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "teams")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub description: Option<String>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();

impl FromRow for Team {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            name: row.value(Column::Name)?,
            description: row.value(Column::Description)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl Stored for Team {
    type Row = ActiveModel;

    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            name: set(&self.name),
            description: set(&self.description),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition((): &()) -> Condition {
        Condition::all()
    }

    fn column(sort: TeamSort) -> Column {
        match sort {
            TeamSort::CreatedAt => Column::CreatedAt,
            TeamSort::Name => Column::Name,
        }
    }
}
