use chrono::{DateTime, NaiveDate, Utc};
use plinth_application::{MetadataPatch, projects::CreateProject};
use plinth_domain::{
    Description, Invalid, Name, Project, ProjectChanges, ProjectCode, ProjectDraft, ProjectStatus,
    Schedule,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, value::RawValue};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    json::{Faults, Form, Merge},
    values::{day, known, names, object},
};

names! {
    /// The state of a project.
    ProjectStatusName = Planned, Active, OnHold, Completed, Archived
}

/// A project.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProjectView {
    id: Uuid,
    /// Short name, unique in the organization.
    #[schema(example = "HRB-7")]
    code: String,
    #[schema(example = "Harbour, quay 7")]
    name: String,
    description: Option<String>,
    #[schema(value_type = ProjectStatusName)]
    status: &'static str,
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    /// Free-form data of the client.
    #[schema(value_type = Object)]
    metadata: Option<Box<RawValue>>,
    /// Increases by one with each change; the `ETag` is this number in quotes.
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Project> for ProjectView {
    fn from(project: Project) -> Self {
        Self {
            id: project.id.uuid(),
            code: project.code.as_str().to_owned(),
            name: project.name.as_str().to_owned(),
            description: project.description.map(|text| text.as_str().to_owned()),
            status: project.status.name(),
            starts_on: project.schedule.starts_on(),
            ends_on: project.schedule.ends_on(),
            metadata: RawValue::from_string(project.metadata.into_string()).ok(),
            version: project.revision.version.number(),
            created_at: project.revision.created_at,
            updated_at: project.revision.updated_at,
        }
    }
}

/// A new project.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewProject {
    #[schema(min_length = 1, max_length = 32, pattern = "^[A-Za-z0-9_./-]+$", example = "HRB-7")]
    code: String,
    #[schema(min_length = 1, max_length = 200, example = "Harbour, quay 7")]
    name: String,
    #[schema(
        max_length = 10_000,
        pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$",
        example = "Seven berths"
    )]
    description: Option<String>,
    /// Defaults to `planned`.
    #[schema(value_type = Option<ProjectStatusName>)]
    status: Option<String>,
    #[schema(format = Date, example = "2026-11-20")]
    starts_on: Option<String>,
    /// Not before `starts_on`.
    #[schema(format = Date)]
    ends_on: Option<String>,
    /// An object of at most 16 KiB.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
}

impl Form for NewProject {
    type Value = CreateProject;

    fn check(self, faults: &mut Faults) -> Option<CreateProject> {
        let code = faults.check("/code", ProjectCode::parse(&self.code));
        let name = faults.check("/name", Name::parse(&self.name));
        let description = faults.check_some("/description", self.description, Description::parse);
        let status = faults.check_some("/status", self.status, |text| status(&text));
        let starts_on = faults.check_some("/starts_on", self.starts_on, |text| day(&text));
        let ends_on = faults.check_some("/ends_on", self.ends_on, |text| day(&text));
        let schedule = starts_on
            .zip(ends_on)
            .and_then(|(start, end)| faults.check("/ends_on", Schedule::new(start, end)));
        let metadata = faults.check_some("/metadata", self.metadata, |fields| object(&fields));
        let draft = ProjectDraft {
            code: code?,
            name: name?,
            description: description?,
            status: status?.unwrap_or(ProjectStatus::Planned),
            schedule: schedule?,
            metadata: metadata?.unwrap_or_default(),
        };
        Some(CreateProject { draft })
    }
}

/// A change to a project: a merge patch (RFC 7396). `null` clears a field;
/// metadata is merged key by key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProjectPatch {
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 32, pattern = "^[A-Za-z0-9_./-]+$", example = "HRB-7")]
    code: Merge<String>,
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    name: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 10_000, pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$", example = "Seven berths")]
    description: Merge<String>,
    #[serde(default)]
    #[schema(value_type = ProjectStatusName)]
    status: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    starts_on: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    ends_on: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Object)]
    metadata: Merge<Map<String, Value>>,
}

impl Form for ProjectPatch {
    /// The changes and the metadata patch.
    type Value = (ProjectChanges, Option<MetadataPatch>);

    fn check(self, f: &mut Faults) -> Option<Self::Value> {
        let code = self.code.required(f, "/code", |text| ProjectCode::parse(&text));
        let name = self.name.required(f, "/name", |text| Name::parse(&text));
        let description = self.description.optional(f, "/description", Description::parse);
        let status = self.status.required(f, "/status", |text| status(&text));
        let starts_on = self.starts_on.optional(f, "/starts_on", |text| day(&text));
        let ends_on = self.ends_on.optional(f, "/ends_on", |text| day(&text));
        let metadata =
            self.metadata.required(f, "/metadata", |patch| object(&patch).map(|_| patch));
        let changes = ProjectChanges {
            code: code?,
            name: name?,
            description: description?,
            status: status?,
            starts_on: starts_on?,
            ends_on: ends_on?,
            metadata: None,
        };
        Some((changes, metadata?))
    }
}

fn status(text: &str) -> Result<ProjectStatus, Invalid> {
    known(text, ProjectStatus::from_name, &ProjectStatus::ALL.map(ProjectStatus::name))
}
