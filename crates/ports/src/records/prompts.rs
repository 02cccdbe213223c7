//! Prompts.

use plinth_domain::{Description, Id, OrganizationId, Prompt, PromptName, Revision, Text};

use super::{Constraint, OnRemoval, Record, Reference, Unique};
use crate::{Search, SortValue, page::sort_keys};

plinth_domain::codes! {
    PROMPT_NAME_TAKEN = "prompt.name_taken", "Another prompt has this name.";
}

/// Another prompt of the organization has the name.
pub const NAME_TAKEN: Constraint = Constraint("prompts_organization_id_name_key");

/// The data set of a release gate does not exist, or a gate names it.
pub const GATE_DATASET: Constraint = Constraint("prompts_gate_dataset_fkey");
/// The evaluator of a release gate does not exist, or a gate names it.
pub const GATE_EVALUATOR: Constraint = Constraint("prompts_gate_evaluator_fkey");

sort_keys! {
    /// The orders of a list of prompts.
    PromptSort of Prompt, by |p| p.id.uuid();
    CreatedAt = "created_at" => |p| SortValue::Time(p.revision.created_at),
    UpdatedAt = "updated_at" => |p| SortValue::Time(p.revision.updated_at),
    Name = "name" => |p| SortValue::Text(p.name.as_str().to_owned()),
}

/// Selects the prompts of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PromptFilter {
    /// Only the prompt with this name.
    pub name: Option<PromptName>,
    /// Only prompts with this tag.
    pub tag: Option<Text<50>>,
    /// Only prompts that may be executed, or only those that may not.
    pub active: Option<bool>,
    /// Only prompts with these words in name or description.
    pub search: Option<Search>,
}

impl Record for Prompt {
    const TABLE: &'static str = "prompts";
    const UNIQUE: &'static [Unique<Self>] = &[Unique {
        constraint: NAME_TAKEN,
        code: PROMPT_NAME_TAKEN,
        detail: "another prompt has this name",
        value: |p| Some(p.name.as_str().to_owned()),
    }];
    const REFERENCES: &'static [Reference<Self>] = &[
        Reference {
            constraint: GATE_DATASET,
            field: "release_gate/dataset_id",
            to: "datasets",
            id: |p| p.release_gate.map(|gate| gate.dataset.uuid()),
            on_removal: OnRemoval::Restrict,
        },
        Reference {
            constraint: GATE_EVALUATOR,
            field: "release_gate/evaluator_id",
            to: "evaluators",
            id: |p| p.release_gate.map(|gate| gate.evaluator.uuid()),
            on_removal: OnRemoval::Restrict,
        },
    ];
    const SEARCHED: bool = true;
    type Filter = PromptFilter;
    type Sort = PromptSort;

    fn id(&self) -> Id<Self> {
        self.id
    }
    fn revision(&self) -> &Revision {
        &self.revision
    }
    fn owned_by(self, organization: OrganizationId) -> Self {
        Self { organization, ..self }
    }
    fn matches(&self, filter: &PromptFilter) -> bool {
        filter.name.as_ref().is_none_or(|name| self.name == *name)
            && filter.tag.as_ref().is_none_or(|tag| self.tags.as_slice().contains(tag))
            && filter.active.is_none_or(|active| self.active == active)
    }
    fn search(filter: &PromptFilter) -> Option<&Search> {
        filter.search.as_ref()
    }
    fn searched(&self) -> String {
        let description = self.description.as_ref().map_or("", Description::as_str);
        format!("{} {description}", self.name.as_str())
    }
}
