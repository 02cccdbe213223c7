//! Which names of models metrics have. Organizations choose the names, so all of them would be without
//! bound.

use std::{
    collections::BTreeSet,
    sync::{PoisonError, RwLock},
};

use opentelemetry::StringValue;
use plinth_domain::ModelProvider;
use plinth_ports::ModelEndpoint;

use super::names::OTHER;

/// The first names under which a provider has answered at its own address. Servers of organizations
/// answer under any name, so theirs are not among them.
#[derive(Default)]
pub(super) struct ModelLabels(RwLock<BTreeSet<(&'static str, String)>>);

/// A model, as metrics name it.
#[derive(Debug, Clone)]
pub(super) struct LabelledModel {
    provider: ModelProvider,
    /// The name at the provider; `None` at another address than the provider's own.
    name: Option<String>,
}

impl LabelledModel {
    pub(super) fn of(endpoint: &ModelEndpoint) -> Self {
        let provider = endpoint.provider;
        let is_own = provider.base_url() == Some(endpoint.base_url.as_str());
        Self { provider, name: is_own.then(|| endpoint.model.clone()) }
    }

    pub(super) fn provider(&self) -> &'static str {
        self.provider.name()
    }
}

impl ModelLabels {
    /// The most names.
    const MOST: usize = 200;

    /// The name in metrics of a model that has answered.
    pub(super) fn answered(&self, model: &LabelledModel) -> StringValue {
        let Some(name) = &model.name else { return OTHER.into() };
        if !self.knows(model) {
            let mut names = self.0.write().unwrap_or_else(PoisonError::into_inner);
            if names.len() < Self::MOST {
                names.insert((model.provider(), name.clone()));
            }
        }
        self.known(model)
    }

    /// The name in metrics of a model that may not exist.
    pub(super) fn known(&self, model: &LabelledModel) -> StringValue {
        match &model.name {
            Some(name) if self.knows(model) => name.clone().into(),
            _ => OTHER.into(),
        }
    }

    fn knows(&self, model: &LabelledModel) -> bool {
        let names = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let name = model.name.as_ref();
        name.is_some_and(|name| names.contains(&(model.provider(), name.clone())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(provider: ModelProvider, name: &str) -> LabelledModel {
        LabelledModel { provider, name: Some(name.to_owned()) }
    }

    #[test]
    fn a_model_has_its_name_in_metrics_once_it_has_answered() {
        let labels = ModelLabels::default();
        let invented = model(ModelProvider::OpenAi, "invented");
        assert_eq!(labels.known(&invented).as_str(), OTHER);
        assert_eq!(labels.answered(&invented).as_str(), "invented");
        assert_eq!(labels.known(&invented).as_str(), "invented");
        assert_eq!(labels.known(&model(ModelProvider::Anthropic, "invented")).as_str(), OTHER);
    }

    #[test]
    fn organizations_cannot_make_more_names_than_the_limit() {
        let labels = ModelLabels::default();
        for number in 0..10 * ModelLabels::MOST {
            labels.answered(&model(ModelProvider::OpenAi, &format!("model-{number}")));
        }
        let names = labels.0.read().unwrap();
        assert_eq!(names.len(), ModelLabels::MOST);
    }

    #[test]
    fn a_server_of_an_organization_has_no_name_in_metrics() {
        let labels = ModelLabels::default();
        let other = LabelledModel { provider: ModelProvider::OpenAi, name: None };
        assert_eq!(labels.answered(&other).as_str(), OTHER);
    }
}
