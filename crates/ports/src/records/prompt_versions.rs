//! The versions and the labels of prompts.

use async_trait::async_trait;
use plinth_domain::{
    LabelledVersion, Prompt, PromptChoice, PromptId, PromptLabel, PromptName, PromptVersion,
};

use super::Constraint;
use crate::{Page, PageRequest, Result, SortValue, page::sort_keys};

/// The prompt has a version with this number.
pub const NUMBER: Constraint = Constraint("prompt_versions_organization_id_prompt_id_number_key");
/// The prompt of a version does not exist.
pub const PROMPT: Constraint = Constraint("prompt_versions_organization_id_prompt_id_fkey");
/// The model of a version does not exist, or a version needs it.
pub const MODEL: Constraint = Constraint("prompt_versions_organization_id_model_id_fkey");
/// The prompt of a label does not exist.
pub const PROMPT_OF_LABEL: Constraint = Constraint("prompt_labels_organization_id_prompt_id_fkey");
/// The version that a label was given to does not exist.
pub const LABELLED: Constraint =
    Constraint("prompt_labels_organization_id_prompt_id_version_number_fkey");

sort_keys! {
    /// The order of a prompt's versions.
    PromptVersionSort of PromptVersion, unchanged, by |v| v.id.uuid();
    Number = "number" => |v| SortValue::Number(v.number.cast_signed()),
}

/// How a caller names a prompt.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PromptKey {
    /// By its identity.
    Id(PromptId),
    /// By its name.
    Name(PromptName),
}

/// Reads the versions and the labels of prompts.
#[async_trait]
pub trait PromptVersionReader: Send {
    /// The prompt with the chosen version as the one that is shown: all that an execution needs, in
    /// one question. `None` where there is no such prompt, or none such version of it.
    async fn choose(&mut self, prompt: &PromptKey, choice: &PromptChoice)
    -> Result<Option<Prompt>>;
    /// One page of the versions of a prompt.
    async fn list(
        &mut self,
        prompt: PromptId,
        page: &PageRequest<PromptVersionSort>,
    ) -> Result<Page<PromptVersion>>;
    /// All labels of a prompt, in their order.
    async fn labels(&mut self, prompt: PromptId) -> Result<Vec<LabelledVersion>>;
}

/// Adds versions, and gives labels to them. A version never changes, and is removed only with its
/// prompt. The prompt is locked before.
#[async_trait]
pub trait PromptVersions: PromptVersionReader {
    /// Reads a prompt, and locks it until the transaction ends.
    async fn lock(&mut self, prompt: PromptId) -> Result<Option<Prompt>>;
    /// Stores a new version.
    async fn add(&mut self, version: &PromptVersion) -> Result<()>;
    /// Gives a label to a version, and takes it from the one that had it.
    async fn label(&mut self, prompt: PromptId, labelled: &LabelledVersion) -> Result<()>;
    /// Removes a label.
    async fn remove_label(&mut self, prompt: PromptId, label: &PromptLabel) -> Result<()>;
}
