use plinth_domain::{Dataset, OrganizationId};
use plinth_ports::{
    Result,
    records::datasets::{DatasetFilter, DatasetSort},
};
use sea_orm::{Condition, Set, entity::prelude::*};

use super::Stored;
use crate::{
    row::{FromRow, Row},
    scoped::{Places, places},
    value::set,
};

/// A row, without the columns of the search.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "datasets")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub description: Option<String>,
    pub items: i32,
    pub total_items: i32,
    pub items_changed_at: DateTimeUtc,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();

impl FromRow for Dataset {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            name: row.value(Column::Name)?,
            description: row.value(Column::Description)?,
            items: row.known(Column::Items, |count: i32| u32::try_from(count).ok())?,
            total_items: row.known(Column::TotalItems, |count: i32| u32::try_from(count).ok())?,
            items_changed_at: row.get(Column::ItemsChangedAt)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl Stored for Dataset {
    type Row = ActiveModel;
    const PLACES: Option<Places> = Some(places!("datasets"));

    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            name: set(&self.name),
            description: set(&self.description),
            items: Set(self.items.cast_signed()),
            total_items: Set(self.total_items.cast_signed()),
            items_changed_at: Set(self.items_changed_at),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition(filter: &DatasetFilter) -> Condition {
        Condition::all()
            .add_option(filter.name.as_ref().map(|value| Column::Name.eq(value.as_str())))
    }

    fn column(sort: DatasetSort) -> Column {
        match sort {
            DatasetSort::CreatedAt => Column::CreatedAt,
            DatasetSort::Name => Column::Name,
        }
    }
}
