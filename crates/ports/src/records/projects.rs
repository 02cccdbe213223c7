//! Projects.

use plinth_domain::{Description, Id, OrganizationId, Project, ProjectId, ProjectStatus, Revision};

use super::{Constraint, Record, Unique};
use crate::{OneOf, Search, SortValue, page::sort_keys};

plinth_domain::codes! {
    PROJECT_CODE_TAKEN = "project.code_taken", "Another project has this code.";
}

/// Another project of the organization has the code.
pub const CODE_TAKEN: Constraint = Constraint("projects_organization_id_code_key");

sort_keys! {
    /// The orders of a list of projects.
    ProjectSort of Project, by |p| p.id.uuid();
    CreatedAt = "created_at" => |p| SortValue::Time(p.revision.created_at),
    UpdatedAt = "updated_at" => |p| SortValue::Time(p.revision.updated_at),
    Name = "name" => |p| SortValue::Text(p.name.as_str().to_owned()),
    Code = "code" => |p| SortValue::Text(p.code.as_str().to_owned()),
}

/// Selects the projects of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProjectFilter {
    /// Only projects of one of these statuses.
    pub status: OneOf<ProjectStatus>,
    /// Only projects that are archived, or only those that are not.
    pub archived: Option<bool>,
    /// Only the project with this code.
    pub code: Option<String>,
    /// Only these projects.
    pub among: Option<Vec<ProjectId>>,
    /// Only projects with these words in code, name or description.
    pub search: Option<Search>,
}

impl Record for Project {
    const TABLE: &'static str = "projects";
    const UNIQUE: &'static [Unique<Self>] = &[Unique {
        constraint: CODE_TAKEN,
        code: PROJECT_CODE_TAKEN,
        detail: "another project has this code",
        value: |p| Some(p.code.as_str().to_owned()),
    }];
    const SEARCHED: bool = true;
    type Filter = ProjectFilter;
    type Sort = ProjectSort;

    fn id(&self) -> Id<Self> {
        self.id
    }
    fn revision(&self) -> &Revision {
        &self.revision
    }
    fn owned_by(self, organization: OrganizationId) -> Self {
        Self { organization, ..self }
    }
    fn matches(&self, filter: &ProjectFilter) -> bool {
        filter.status.allows(&self.status)
            && filter
                .archived
                .is_none_or(|archived| (self.status == ProjectStatus::Archived) == archived)
            && filter.code.as_ref().is_none_or(|code| self.code.as_str() == code)
            && filter.among.as_ref().is_none_or(|among| among.contains(&self.id))
    }
    fn search(filter: &ProjectFilter) -> Option<&Search> {
        filter.search.as_ref()
    }
    fn searched(&self) -> String {
        let description = self.description.as_ref().map_or("", Description::as_str);
        format!("{} {} {description}", self.code.as_str(), self.name.as_str())
    }
}
