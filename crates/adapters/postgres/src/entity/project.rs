//! `projects`.

use domain::{Description, Id, JsonObject, Name, Project, ProjectCode, ProjectStatus, Schedule};
use ports::StoreError;
use sea_orm::{NotSet, Set, entity::prelude::*};

use super::{known, parsed, revision};

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

impl TryFrom<Model> for Project {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let description = row.description.map(Description::parse).transpose();
        Ok(Self {
            id: Id::from_uuid(row.id),
            organization: Id::from_uuid(row.organization_id),
            code: parsed("projects", "code", ProjectCode::parse(&row.code))?,
            name: parsed("projects", "name", Name::parse(&row.name))?,
            description: parsed("projects", "description", description)?,
            status: known("projects", "status", ProjectStatus::from_name(&row.status))?,
            schedule: parsed("projects", "ends_on", Schedule::new(row.starts_on, row.ends_on))?,
            metadata: JsonObject::from_parsed(row.metadata),
            revision: revision(row.version, row.created_at, row.updated_at),
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
