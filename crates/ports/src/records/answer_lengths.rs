//! How long the answers to versions of prompts were.

use async_trait::async_trait;
use plinth_domain::{ModelId, PromptId};

use crate::Result;

/// How many answers are remembered of a version and a model: the last ones.
pub const REMEMBERED_ANSWERS: usize = 64;

/// As few answers tell nothing yet.
pub const TELLING_ANSWERS: usize = 20;

/// Reads how long answers were.
#[async_trait]
pub trait AnswerLengthReader: Send {
    /// The longest of the remembered answers of each of these models to a version of a prompt, in
    /// tokens. A model with fewer than [`TELLING_ANSWERS`] is missing.
    async fn longest(
        &mut self,
        version: (PromptId, u16),
        models: &[ModelId],
    ) -> Result<Vec<(ModelId, u32)>>;
}

/// Remembers how long answers were.
#[async_trait]
pub trait AnswerLengths: AnswerLengthReader {
    /// Remembers an answer, and forgets the oldest one beyond [`REMEMBERED_ANSWERS`].
    ///
    /// **The order of locks.** The row stays locked until the transaction ends: an execution
    /// remembers its answer before it settles what budgets hold.
    async fn remember(
        &mut self,
        version: (PromptId, u16),
        model: ModelId,
        tokens: u32,
    ) -> Result<()>;
}
