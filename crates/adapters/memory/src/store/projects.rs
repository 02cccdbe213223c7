use async_trait::async_trait;
use plinth_domain::{Project, ProjectId, Version};
use plinth_ports::{
    Page, PageRequest, ProjectFilter, ProjectReader, ProjectSort, Projects, Result,
};

use super::{lists, search, tables::expect, unit::Unit};

#[async_trait]
impl ProjectReader for Unit {
    async fn find(&mut self, id: ProjectId) -> Result<Option<Project>> {
        Ok(self.tables().projects.get(&(self.organization_id(), id)).cloned())
    }

    async fn list(
        &mut self,
        filter: &ProjectFilter,
        page: &PageRequest<ProjectSort>,
    ) -> Result<Page<Project>> {
        let projects = self.tables().projects.of(self.organization_id());
        Ok(lists::page(projects.filter(|project| shows(filter, project)).cloned(), page))
    }
}

#[async_trait]
impl Projects for Unit {
    async fn insert(&mut self, project: &Project) -> Result<()> {
        let exists = self.stored_project(project.id).is_some();
        self.draft.forbid(exists, "projects_pkey")?;
        self.store_project(project)
    }

    async fn update(&mut self, project: &Project) -> Result<()> {
        expect(self.stored_project(project.id), project.revision.previous())?;
        self.store_project(project)
    }

    async fn remove(&mut self, project: &Project) -> Result<()> {
        expect(self.stored_project(project.id), project.revision.version)?;
        let mut documents = self.tables().documents.of(self.organization_id());
        let needed = documents.any(|document| document.project == Some(project.id));
        drop(documents);
        self.draft.forbid(needed, "documents_organization_id_project_id_fkey")?;
        self.draft.tables.projects.remove(&(self.scope.organization(), project.id));
        Ok(())
    }
}

impl Unit {
    /// The version under which the project is stored.
    fn stored_project(&self, id: ProjectId) -> Option<Version> {
        let stored = self.tables().projects.get(&(self.organization_id(), id));
        stored.map(|project| project.revision.version)
    }

    fn store_project(&mut self, project: &Project) -> Result<()> {
        let organization = self.organization_id();
        let mut others = self.tables().projects.of(organization).filter(|p| p.id != project.id);
        let taken = others.any(|other| other.code == project.code);
        drop(others);
        self.draft.forbid(taken, "projects_organization_id_code_key")?;
        let row = Project { organization, ..project.clone() };
        self.draft.tables.projects.insert((organization, project.id), row);
        Ok(())
    }
}

fn shows(filter: &ProjectFilter, project: &Project) -> bool {
    filter.status.is_none_or(|status| project.status == status)
        && filter.code.as_ref().is_none_or(|code| project.code.as_str() == code)
        && filter.search.as_ref().is_none_or(|search| search::finds(search, project))
}
