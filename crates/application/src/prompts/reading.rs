use plinth_domain::{LabelledVersion, Permission, Prompt, PromptChoice, PromptId, PromptVersion};
use plinth_ports::{
    Page, PageRequest, PromptFilter, PromptKey, PromptSort, PromptVersionReader, PromptVersionSort,
};

use crate::{
    Error, Query, Reading, View,
    resource::{Found, Resource},
};

/// Reads one prompt with the chosen version.
#[derive(Debug, Clone)]
pub struct GetPrompt {
    /// The prompt.
    pub prompt: PromptKey,
    /// The version that is shown.
    pub choice: PromptChoice,
}

impl Query for GetPrompt {
    const NAME: &'static str = "prompt.get";
    const PERMISSION: Permission = Permission::PromptRead;
    type Output = Prompt;

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<Prompt, Error> {
        let versions: &mut dyn PromptVersionReader = view.unit.prompt_versions();
        let chosen = versions.choose(&self.prompt, &self.choice).await?;
        chosen.ok_or(Error::NotFound(Prompt::KIND))
    }
}

/// Lists prompts.
#[derive(Debug)]
pub struct ListPrompts {
    /// Selects the prompts.
    pub filter: PromptFilter,
    /// The order and the position.
    pub page: PageRequest<PromptSort>,
}

impl Query for ListPrompts {
    const NAME: &'static str = "prompt.list";
    const PERMISSION: Permission = Permission::PromptRead;
    type Output = Page<Prompt>;

    fn reading(&self) -> Reading {
        // A name has an index; tags and whether a prompt is active have none.
        let PromptFilter { search, tag, active, name: _ } = &self.filter;
        let is_slow = search.is_some() || tag.is_some() || active.is_some();
        Reading::page(&self.page, is_slow)
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<Prompt>, Error> {
        Ok(view.unit.prompts().list(&self.filter, &self.page).await?)
    }
}

/// Reads one version of a prompt.
#[derive(Debug, Clone, Copy)]
pub struct GetPromptVersion {
    /// The prompt.
    pub id: PromptId,
    /// The number of the version.
    pub number: u16,
}

impl Query for GetPromptVersion {
    const NAME: &'static str = "prompt.version";
    const PERMISSION: Permission = Permission::PromptRead;
    type Output = PromptVersion;

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<PromptVersion, Error> {
        let (prompt, choice) = (PromptKey::Id(self.id), PromptChoice::Number(self.number));
        let versions: &mut dyn PromptVersionReader = view.unit.prompt_versions();
        let chosen = versions.choose(&prompt, &choice).await?;
        Ok(chosen.ok_or(Error::NotFound("prompt version"))?.shown)
    }
}

/// Lists the versions of a prompt.
#[derive(Debug, Clone)]
pub struct ListPromptVersions {
    /// The prompt.
    pub id: PromptId,
    /// The order and the position.
    pub page: PageRequest<PromptVersionSort>,
}

impl Query for ListPromptVersions {
    const NAME: &'static str = "prompt.versions";
    const PERMISSION: Permission = Permission::PromptRead;
    type Output = Page<PromptVersion>;

    async fn run(self, view: &mut View<'_>) -> Result<Page<PromptVersion>, Error> {
        view.unit.prompts().get(self.id).await?;
        let versions: &mut dyn PromptVersionReader = view.unit.prompt_versions();
        Ok(versions.list(self.id, &self.page).await?)
    }
}

/// Lists all labels of a prompt.
#[derive(Debug, Clone, Copy)]
pub struct ListPromptLabels {
    /// The prompt.
    pub id: PromptId,
}

impl Query for ListPromptLabels {
    const NAME: &'static str = "prompt.labels";
    const PERMISSION: Permission = Permission::PromptRead;
    type Output = Vec<LabelledVersion>;

    async fn run(self, view: &mut View<'_>) -> Result<Vec<LabelledVersion>, Error> {
        view.unit.prompts().get(self.id).await?;
        let versions: &mut dyn PromptVersionReader = view.unit.prompt_versions();
        Ok(versions.labels(self.id).await?)
    }
}
