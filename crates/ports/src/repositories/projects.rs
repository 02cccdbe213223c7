use async_trait::async_trait;
use plinth_domain::{Project, ProjectId, ProjectStatus};

use crate::{Page, PageRequest, Result, SortValue};

super::sort_keys! {
    /// The orders of a list of projects.
    ProjectSort of Project, by |p| p.id.uuid();
    CreatedAt = "created_at" => |p| SortValue::Time(p.revision.created_at),
    UpdatedAt = "updated_at" => |p| SortValue::Time(p.revision.updated_at),
    Name = "name" => |p| SortValue::Text(p.name.as_str().to_owned()),
    Code = "code" => |p| SortValue::Text(p.code.as_str().to_owned()),
}

/// Words to look for in code, name and description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// What to look for, lower case, 1 to 100 characters.
    pub text: String,
    /// Whether a word that is only alike (by trigrams) counts, too.
    pub fuzzy: bool,
}

/// Which projects a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProjectFilter {
    /// Only those of this status.
    pub status: Option<ProjectStatus>,
    /// Only the one with this code.
    pub code: Option<String>,
    /// Only those with these words.
    pub search: Option<Search>,
}

/// Reads projects.
#[async_trait]
pub trait ProjectReader: Send {
    /// Finds one.
    async fn find(&mut self, id: ProjectId) -> Result<Option<Project>>;
    /// Lists them.
    async fn list(
        &mut self,
        filter: &ProjectFilter,
        page: &PageRequest<ProjectSort>,
    ) -> Result<Page<Project>>;
}

/// Reads and writes projects.
#[async_trait]
pub trait Projects: ProjectReader {
    /// Stores a new one. The code is unique: `projects_organization_id_code_key`.
    async fn insert(&mut self, project: &Project) -> Result<()>;
    /// Stores its next revision; `Stale` unless the one before it is stored.
    async fn update(&mut self, project: &Project) -> Result<()>;
    /// Removes it; `Stale` unless exactly this revision is stored.
    async fn remove(&mut self, project: &Project) -> Result<()>;
}
