//! Evaluators.

use plinth_domain::{
    Evaluator, EvaluatorDefinition, EvaluatorKind, Id, Name, OrganizationId, Revision,
};

use super::{Constraint, OnRemoval, Record, Reference, Unique};
use crate::{OneOf, SortValue, page::sort_keys};

plinth_domain::codes! {
    EVALUATOR_NAME_TAKEN = "evaluator.name_taken", "Another evaluator has this name.";
}

/// Another evaluator of the organization has the name.
pub const NAME_TAKEN: Constraint = Constraint("evaluators_organization_id_name_key");
/// The embedding model does not exist, or an evaluator needs it.
pub const MODEL: Constraint = Constraint("evaluators_organization_id_model_id_fkey");
/// The prompt of a judge does not exist, or an evaluator needs it.
pub const PROMPT: Constraint = Constraint("evaluators_organization_id_prompt_id_fkey");

sort_keys! {
    /// The orders of a list of evaluators.
    EvaluatorSort of Evaluator, by |record| record.id.uuid();
    CreatedAt = "created_at" => |record| SortValue::Time(record.revision.created_at),
    Name = "name" => |record| SortValue::Text(record.name.as_str().to_owned()),
}

/// Selects the evaluators of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EvaluatorFilter {
    /// Only the evaluator with this name.
    pub name: Option<Name>,
    /// Only evaluators of these kinds.
    pub kind: OneOf<EvaluatorKind>,
}

impl Record for Evaluator {
    const TABLE: &'static str = "evaluators";
    const UNIQUE: &'static [Unique<Self>] = &[Unique {
        constraint: NAME_TAKEN,
        code: EVALUATOR_NAME_TAKEN,
        detail: "another evaluator has this name",
        value: |record| Some(record.name.as_str().to_owned()),
    }];
    const REFERENCES: &'static [Reference<Self>] = &[
        Reference {
            constraint: MODEL,
            field: "definition/model_id",
            to: "models",
            id: |record| match record.definition {
                EvaluatorDefinition::Similarity { model, .. } => Some(model.uuid()),
                _ => None,
            },
            on_removal: OnRemoval::Restrict,
        },
        Reference {
            constraint: PROMPT,
            field: "definition/prompt_id",
            to: "prompts",
            id: |record| match record.definition {
                EvaluatorDefinition::Judge { prompt, .. } => Some(prompt.uuid()),
                _ => None,
            },
            on_removal: OnRemoval::Restrict,
        },
    ];
    type Filter = EvaluatorFilter;
    type Sort = EvaluatorSort;

    fn id(&self) -> Id<Self> {
        self.id
    }
    fn revision(&self) -> &Revision {
        &self.revision
    }
    fn owned_by(self, organization: OrganizationId) -> Self {
        Self { organization, ..self }
    }
    fn matches(&self, filter: &EvaluatorFilter) -> bool {
        filter.name.as_ref().is_none_or(|value| self.name == *value)
            && filter.kind.allows(&self.definition.kind())
    }
}
