//! How long the answers to versions of prompts were.

use async_trait::async_trait;
use plinth_domain::{ModelId, PromptId};
use plinth_ports::{
    AnswerLengthReader, AnswerLengths, Result,
    records::answer_lengths::{REMEMBERED_ANSWERS, TELLING_ANSWERS},
};

use super::unit::Unit;

#[async_trait]
impl AnswerLengthReader for Unit {
    async fn longest(
        &mut self,
        (prompt, number): (PromptId, u16),
        models: &[ModelId],
    ) -> Result<Vec<(ModelId, u32)>> {
        let lengths = &self.tables().records.answer_lengths;
        let found = models.iter().filter_map(|model| {
            let recent = lengths.get(&(self.organization_id(), (prompt, number, *model)))?;
            let longest = recent.iter().copied().max()?;
            (recent.len() >= TELLING_ANSWERS).then_some((*model, longest))
        });
        Ok(found.collect())
    }
}

#[async_trait]
impl AnswerLengths for Unit {
    async fn remember(
        &mut self,
        (prompt, number): (PromptId, u16),
        model: ModelId,
        tokens: u32,
    ) -> Result<()> {
        let versions = self.tables().records.prompt_versions.get(&(self.organization_id(), prompt));
        let is_known = versions.is_some_and(|known| known.iter().any(|one| one.number == number));
        self.draft
            .forbid(!is_known, "answer_lengths_organization_id_prompt_id_prompt_version_fkey")?;
        let key = (self.organization_id(), (prompt, number, model));
        let lengths = &mut self.draft.tables.records.answer_lengths;
        let mut recent = lengths.get(&key).cloned().unwrap_or_default();
        recent.push(tokens);
        let surplus = recent.len().saturating_sub(REMEMBERED_ANSWERS);
        recent.drain(..surplus);
        lengths.insert(key, recent);
        Ok(())
    }
}
