//! The names by which models are called.

use plinth_domain::{ModelStatus, Permission, Timestamp};
use plinth_ports::{
    Direction, ModelFilter, ModelSort, PageRequest, PromptFilter, PromptSort, Sort,
};

use crate::{Error, Query, View};

/// How many models, and how many prompts, are listed at most.
const MOST: usize = 2_000;

/// How many are read at once.
const PAGE: u16 = 200;

/// What can be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallableName {
    /// The name of a model, or `prompt:` and the name of a prompt.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// The provider of the model; `None` for a prompt.
    pub provider: Option<&'static str>,
}

/// Lists the names of the active models and of the active prompts, each in the order of their names.
/// The permission to execute is enough: a caller who may call them may know their names.
#[derive(Debug, Clone, Copy)]
pub struct ListCallableNames;

impl Query for ListCallableNames {
    const NAME: &'static str = "execution.list_callable";
    const PERMISSION: Permission = Permission::ExecutionCreate;
    type Output = Vec<CallableName>;

    async fn run(self, view: &mut View<'_>) -> Result<Vec<CallableName>, Error> {
        let mut names = Vec::new();
        let filter = ModelFilter { status: ModelStatus::Active.into(), ..ModelFilter::default() };
        let mut page = first(ModelSort::Name);
        while names.len() < MOST {
            let found = view.unit.models().list(&filter, &page).await?;
            names.extend(found.items.into_iter().map(|model| CallableName {
                name: model.name.as_str().to_owned(),
                created_at: model.revision.created_at,
                provider: Some(model.provider.name()),
            }));
            page.after = found.next;
            if page.after.is_none() {
                break;
            }
        }
        let models = names.len();
        let filter = PromptFilter { active: Some(true), ..PromptFilter::default() };
        let mut page = first(PromptSort::Name);
        while names.len() < models + MOST {
            let found = view.unit.prompts().list(&filter, &page).await?;
            names.extend(found.items.into_iter().map(|prompt| CallableName {
                name: format!("prompt:{}", prompt.name.as_str()),
                created_at: prompt.revision.created_at,
                provider: None,
            }));
            page.after = found.next;
            if page.after.is_none() {
                break;
            }
        }
        Ok(names)
    }
}

fn first<K>(by: K) -> PageRequest<K> {
    PageRequest::first(PAGE, Sort { by, direction: Direction::Ascending })
}
