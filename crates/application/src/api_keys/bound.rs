use plinth_domain::{ApiKeyDraft, Invalid, PromptId, codes};

use crate::{Context, Error};

plinth_domain::codes! {
    API_KEY_OTHER_PROMPT = "api_key.other_prompt",
        "The API key is bound to prompts, and executes nothing else.";
}

impl Context<'_> {
    /// Refuses what the caller's key does not execute: a key that is bound to prompts executes these,
    /// and neither other ones nor messages (`None`).
    pub(crate) async fn check_bound(&mut self, prompt: Option<PromptId>) -> Result<(), Error> {
        let Some(id) = self.access.principal().api_key() else { return Ok(()) };
        if !self.access.is_bound_to_prompts() {
            return Ok(());
        }
        let key = self.unit.api_keys().find(id).await?.ok_or(Error::INVALID_TOKEN)?;
        let bound = key
            .prompts
            .as_ref()
            .is_none_or(|bound| prompt.is_some_and(|prompt| bound.as_slice().contains(&prompt)));
        if bound {
            return Ok(());
        }
        let detail = "the key is bound to prompts, and executes nothing else".into();
        Err(Error::Refused { code: API_KEY_OTHER_PROMPT, detail })
    }

    /// Refuses a new key for prompts that do not exist.
    pub(super) async fn check_prompts(&mut self, draft: &ApiKeyDraft) -> Result<(), Error> {
        for prompt in draft.prompts.iter().flat_map(plinth_domain::BoundPrompts::as_slice) {
            if self.unit.prompts().find(*prompt).await?.is_none() {
                let detail = format!("there is no prompt {prompt}");
                let unknown = Invalid::new(codes::REFERENCE_UNKNOWN, detail);
                return Err(Error::field("/prompt_ids", unknown));
            }
        }
        Ok(())
    }
}
