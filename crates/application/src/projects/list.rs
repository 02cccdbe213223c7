use plinth_domain::{FlagKey, Permission, Project};
use plinth_ports::{FeatureFlagReader, Page, PageRequest, ProjectFilter, ProjectSort};

use crate::{Error, Query, View};

/// The flag that lets `?q=` find words that are only alike.
const FUZZY_SEARCH: &str = "projects.trigram_search";

/// Lists projects.
#[derive(Debug, Clone)]
pub struct ListProjects {
    /// Which.
    pub filter: ProjectFilter,
    /// In which order, and from where.
    pub page: PageRequest<ProjectSort>,
}

impl Query for ListProjects {
    const NAME: &'static str = "project.list";
    const PERMISSION: Permission = Permission::ProjectRead;
    type Output = Page<Project>;

    async fn run(mut self, view: &mut View<'_>) -> Result<Page<Project>, Error> {
        if let Some(search) = &mut self.filter.search {
            search.fuzzy = is_on(view, FUZZY_SEARCH).await?;
        }
        Ok(view.unit.projects().list(&self.filter, &self.page).await?)
    }
}

/// Whether a flag is on for the organization; an unknown one is off.
async fn is_on(view: &mut View<'_>, key: &str) -> Result<bool, Error> {
    let flags: &mut dyn FeatureFlagReader = view.unit.feature_flags();
    let key = FlagKey::parse(key).map_err(Error::internal)?;
    Ok(flags.find(&key).await?.is_some_and(|flag| flag.is_on(view.access.organization())))
}
