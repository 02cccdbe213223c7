//! `projects`.

use plinth_domain::{Description, JsonObject, Name, Project, ProjectCode, ProjectStatus, Schedule};
use plinth_ports::Result;
use sea_orm::{NotSet, Set, entity::prelude::*};

use crate::row::{FromRow, Row, corrupt};

/// A row. The generated column `search` is only ever asked about.
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

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl FromRow for Project {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let (starts_on, ends_on) = (row.get(Column::StartsOn)?, row.get(Column::EndsOn)?);
        let description: Option<String> = row.get(Column::Description)?;
        Ok(Self {
            id: row.id(Column::Id)?,
            organization: row.id(Column::OrganizationId)?,
            code: row.parse(Column::Code, ProjectCode::parse)?,
            name: row.parse(Column::Name, Name::parse)?,
            description: description
                .map(Description::parse)
                .transpose()
                .map_err(|_| corrupt::<Entity>(Column::Description))?,
            status: row.known(Column::Status, ProjectStatus::from_name)?,
            schedule: Schedule::new(starts_on, ends_on)
                .map_err(|_| corrupt::<Entity>(Column::EndsOn))?,
            metadata: JsonObject::from_parsed(row.get(Column::Metadata)?),
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl From<&Project> for ActiveModel {
    fn from(project: &Project) -> Self {
        Self {
            organization_id: NotSet,
            id: Set(project.id.uuid()),
            code: Set(project.code.as_str().to_owned()),
            name: Set(project.name.as_str().to_owned()),
            description: Set(project.description.as_ref().map(|text| text.as_str().to_owned())),
            status: Set(project.status.name().to_owned()),
            starts_on: Set(project.schedule.starts_on()),
            ends_on: Set(project.schedule.ends_on()),
            metadata: Set(project.metadata.as_str().to_owned()),
            version: Set(project.revision.version.number()),
            created_at: Set(project.revision.created_at),
            updated_at: Set(project.revision.updated_at),
        }
    }
}
