//! Evaluations.

use plinth_domain::{
    DatasetId, Evaluation, EvaluationStatus, Id, OrganizationId, PromptId, Revision,
};

use super::{Constraint, OnRemoval, Record, Reference};
use crate::{OneOf, SortValue, page::sort_keys};

/// The data set does not exist, or an evaluation is about it.
pub const DATASET: Constraint = Constraint("evaluations_organization_id_dataset_id_fkey");
/// The prompt, or its version, does not exist, or an evaluation is about it.
pub const PROMPT: Constraint =
    Constraint("evaluations_organization_id_prompt_id_prompt_version_fkey");
/// The model does not exist, or an evaluation is about it.
pub const MODEL: Constraint = Constraint("evaluations_organization_id_model_id_fkey");

sort_keys! {
    /// The order of a list of evaluations.
    EvaluationSort of Evaluation, by |record| record.id.uuid();
    CreatedAt = "created_at" => |record| SortValue::Time(record.revision.created_at),
}

/// Selects the evaluations of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EvaluationFilter {
    /// Only evaluations with one of these states.
    pub status: OneOf<EvaluationStatus>,
    /// Only evaluations with this data set.
    pub dataset: Option<DatasetId>,
    /// Only evaluations of this prompt.
    pub prompt: Option<PromptId>,
    /// Only evaluations of the version of their prompt with this number.
    pub version: Option<u16>,
}

impl Record for Evaluation {
    const TABLE: &'static str = "evaluations";
    const REFERENCES: &'static [Reference<Self>] = &[
        Reference {
            constraint: DATASET,
            field: "dataset_id",
            to: "datasets",
            id: |record| Some(record.draft.dataset.uuid()),
            on_removal: OnRemoval::Restrict,
        },
        Reference {
            constraint: PROMPT,
            field: "prompt_id",
            to: "prompts",
            id: |record| Some(record.draft.prompt.0.uuid()),
            on_removal: OnRemoval::Restrict,
        },
        Reference {
            constraint: MODEL,
            field: "model_id",
            to: "models",
            id: |record| Some(record.draft.model.uuid()),
            on_removal: OnRemoval::Restrict,
        },
    ];
    type Filter = EvaluationFilter;
    type Sort = EvaluationSort;

    fn id(&self) -> Id<Self> {
        self.id
    }
    fn revision(&self) -> &Revision {
        &self.revision
    }
    fn owned_by(self, organization: OrganizationId) -> Self {
        Self { organization, ..self }
    }
    fn matches(&self, filter: &EvaluationFilter) -> bool {
        let (prompt, version) = self.draft.prompt;
        filter.status.allows(&self.status)
            && filter.dataset.is_none_or(|id| self.draft.dataset == id)
            && filter.prompt.is_none_or(|id| prompt == id)
            && filter.version.is_none_or(|number| version == number)
    }
}
