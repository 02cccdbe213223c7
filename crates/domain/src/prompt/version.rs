use super::{PromptId, PromptMessages, values::distinct};
use crate::{Id, Invalid, JsonObject, Lines, ModelId, Timestamp, UserId};

crate::codes! {
    PROMPT_FALLBACK_REPEATED = "prompt.fallback_repeated",
        "A fallback is the model itself: it would be asked twice.";
}

/// The most versions of a prompt.
pub const MAX_PROMPT_VERSIONS: u16 = 1000;

/// The most models that are asked, one after the other, when that of a version fails.
pub const MAX_PROMPT_FALLBACKS: usize = 5;

/// What a version says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptVersionDraft {
    /// The templates of its messages.
    pub messages: PromptMessages,
    /// The JSON Schema (draft 2020-12) of the variables.
    pub input_schema: Option<JsonObject>,
    /// The JSON Schema (draft 2020-12) of the answer.
    pub output_schema: Option<JsonObject>,
    /// Parameters of each call, in the names of OpenAI's API: `{"temperature": 0}`.
    pub parameters: JsonObject,
    /// The model that is asked.
    pub model: ModelId,
    /// The models that are asked when it fails, in their order. One that is removed later is left out.
    pub fallbacks: Vec<ModelId>,
    /// What was changed and why, for the readers of the history.
    pub note: Option<Lines<1000>>,
}

impl PromptVersionDraft {
    /// Checks the number of fallbacks, and that each model is named once.
    pub fn check_fallbacks(model: ModelId, fallbacks: &[ModelId]) -> Result<(), Invalid> {
        distinct(fallbacks, MAX_PROMPT_FALLBACKS)?;
        if fallbacks.contains(&model) {
            let detail = "must not name the model itself";
            return Err(Invalid::new(PROMPT_FALLBACK_REPEATED, detail));
        }
        Ok(())
    }
}

/// The identity of a version of a prompt.
pub type PromptVersionId = Id<PromptVersion>;

/// A version of a prompt. It never changes, and is removed only with its prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptVersion {
    /// The identity.
    pub id: PromptVersionId,
    /// The prompt.
    pub prompt: PromptId,
    /// The number within the prompt: 1, 2, 3, … without gaps.
    pub number: u16,
    /// What it says.
    pub draft: PromptVersionDraft,
    /// The SHA-256 (FIPS 180-4) of what it says, without the note: two versions that say the same have
    /// the same.
    pub sha256: [u8; 32],
    /// The user who made it.
    pub created_by: UserId,
    /// The time at which it was made.
    pub created_at: Timestamp,
}

/// What makes a draft a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of PromptVersion")]
pub struct PromptVersionOrigin {
    pub id: PromptVersionId,
    pub sha256: [u8; 32],
    pub created_by: UserId,
    pub created_at: Timestamp,
}

impl PromptVersion {
    pub(super) fn new(
        prompt: PromptId,
        number: u16,
        draft: PromptVersionDraft,
        origin: PromptVersionOrigin,
    ) -> Self {
        let PromptVersionOrigin { id, sha256, created_by, created_at } = origin;
        Self { id, prompt, number, draft, sha256, created_by, created_at }
    }
}
