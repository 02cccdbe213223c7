use plinth_domain::{OrganizationId, Project, ProjectCode, ProjectStatus, Schedule};
use plinth_ports::{ProjectFilter, ProjectSort, Result};
use sea_orm::{Condition, Set, entity::prelude::*, sea_query::Expr};

use super::Stored;
use crate::{
    list,
    row::{FromRow, Row, corrupt},
    scoped::{Places, places},
    value::{name, set, text},
};

/// A row, without the columns of the search.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "projects")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub code: String,
    pub name: String,
    pub description: Option<String>,
    pub status: String,
    pub starts_on: Option<Date>,
    pub ends_on: Option<Date>,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub metadata: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();
text!(ProjectCode: ProjectCode::parse);
name!(ProjectStatus);

impl FromRow for Project {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let (starts_on, ends_on) = (row.get(Column::StartsOn)?, row.get(Column::EndsOn)?);
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            code: row.value(Column::Code)?,
            name: row.value(Column::Name)?,
            description: row.value(Column::Description)?,
            status: row.value(Column::Status)?,
            schedule: Schedule::new(starts_on, ends_on)
                .map_err(|_| corrupt::<Entity>(Column::EndsOn))?,
            metadata: row.value(Column::Metadata)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl Stored for Project {
    type Row = ActiveModel;
    const PLACES: Option<Places> = Some(places!("projects"));

    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            code: set(&self.code),
            name: set(&self.name),
            description: set(&self.description),
            status: set(&self.status),
            starts_on: Set(self.schedule.starts_on()),
            ends_on: Set(self.schedule.ends_on()),
            metadata: set(&self.metadata),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition(filter: &ProjectFilter) -> Condition {
        Condition::all()
            .add_option(list::one_of(Column::Status, &filter.status, ProjectStatus::name))
            .add_option(filter.archived.map(archived))
            .add_option(filter.code.as_ref().map(|code| Column::Code.eq(code)))
            .add_option(filter.among.as_ref().map(|among| list::among(Column::Id, among)))
    }

    fn column(sort: ProjectSort) -> Column {
        match sort {
            ProjectSort::CreatedAt => Column::CreatedAt,
            ProjectSort::UpdatedAt => Column::UpdatedAt,
            ProjectSort::Name => Column::Name,
            ProjectSort::Code => Column::Code,
        }
    }
}

/// A literal, as in the indexes of the projects that are not archived: the planner takes them only
/// for a condition without parameters.
fn archived(is_archived: bool) -> Expr {
    Expr::cust(if is_archived {
        "projects.status = 'archived'"
    } else {
        "projects.status <> 'archived'"
    })
}
