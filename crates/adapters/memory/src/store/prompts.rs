//! What is stored beside a prompt: its versions and its labels.

use async_trait::async_trait;
use plinth_domain::{
    LabelledVersion, Model, OrganizationId, Prompt, PromptChoice, PromptId, PromptLabel,
    PromptVersion,
};
use plinth_ports::{
    Constraint, Page, PageRequest, PromptKey, PromptVersionReader, PromptVersionSort,
    PromptVersions, Result,
    records::prompt_versions::{LABELLED, MODEL, NUMBER, PROMPT, PROMPT_OF_LABEL},
};

use super::{
    lists,
    record_tables::{RecordTables, Stored},
    unit::Unit,
};

impl Stored for Prompt {
    fn removed(&self, tables: &mut RecordTables, organization: OrganizationId) {
        tables.prompt_versions.remove(&(organization, self.id));
        tables.prompt_labels.remove(&(organization, self.id));
    }
}

#[async_trait]
impl PromptVersionReader for Unit {
    async fn choose(
        &mut self,
        prompt: &PromptKey,
        choice: &PromptChoice,
    ) -> Result<Option<Prompt>> {
        let found = match prompt {
            PromptKey::Id(id) => self.record(*id).cloned(),
            PromptKey::Name(name) => {
                self.records::<Prompt>().find(|known| known.name == *name).cloned()
            }
        };
        let Some(prompt) = found else { return Ok(None) };
        let number = match choice {
            PromptChoice::Released => return Ok(Some(prompt)),
            PromptChoice::Newest => Some(prompt.versions),
            PromptChoice::Number(number) => Some(*number),
            PromptChoice::Label(label) => {
                let labels = self.prompt_labels(prompt.id);
                labels.iter().find(|known| known.label == *label).map(|known| known.version)
            }
        };
        let versions = self.prompt_versions(prompt.id);
        let shown = versions.iter().find(|version| Some(version.number) == number).cloned();
        Ok(shown.map(|shown| Prompt { shown, ..prompt }))
    }

    async fn list(
        &mut self,
        prompt: PromptId,
        page: &PageRequest<PromptVersionSort>,
    ) -> Result<Page<PromptVersion>> {
        let versions = self.prompt_versions(prompt).iter();
        // A version never changes.
        let shown = versions.filter(|version| {
            page.times.created.includes(version.created_at)
                && page.times.updated.includes(version.created_at)
        });
        Ok(lists::page(shown.cloned(), page))
    }

    async fn labels(&mut self, prompt: PromptId) -> Result<Vec<LabelledVersion>> {
        Ok(self.prompt_labels(prompt).to_vec())
    }
}

#[async_trait]
impl PromptVersions for Unit {
    /// Units of work run one after another, so there is nothing to lock.
    async fn lock(&mut self, prompt: PromptId) -> Result<Option<Prompt>> {
        Ok(self.record(prompt).cloned())
    }

    async fn add(&mut self, version: &PromptVersion) -> Result<()> {
        let mut all = self.prompt_versions(version.prompt).to_vec();
        let taken = all.iter().any(|known| known.number == version.number);
        let no_prompt = self.record(version.prompt).is_none();
        let no_model = self.record::<Model>(version.draft.model).is_none();
        self.draft.forbid(taken, NUMBER.0)?;
        self.draft.forbid(no_prompt, PROMPT.0)?;
        self.draft.forbid(no_model, MODEL.0)?;
        all.push(version.clone());
        let key = (self.organization_id(), version.prompt);
        self.draft.tables.records.prompt_versions.insert(key, all);
        Ok(())
    }

    async fn label(&mut self, prompt: PromptId, labelled: &LabelledVersion) -> Result<()> {
        let versions = self.prompt_versions(prompt);
        let missing = !versions.iter().any(|version| version.number == labelled.version);
        let no_prompt = self.record(prompt).is_none();
        self.draft.forbid(no_prompt, PROMPT_OF_LABEL.0)?;
        self.draft.forbid(missing, LABELLED.0)?;
        let mut labels = self.prompt_labels(prompt).to_vec();
        labels.retain(|known| known.label != labelled.label);
        labels.push(labelled.clone());
        labels.sort_by(|one, other| one.label.cmp(&other.label));
        let key = (self.organization_id(), prompt);
        self.draft.tables.records.prompt_labels.insert(key, labels);
        Ok(())
    }

    async fn remove_label(&mut self, prompt: PromptId, label: &PromptLabel) -> Result<()> {
        let mut labels = self.prompt_labels(prompt).to_vec();
        labels.retain(|known| known.label != *label);
        let key = (self.organization_id(), prompt);
        self.draft.tables.records.prompt_labels.insert(key, labels);
        Ok(())
    }
}

/// A model stays as long as a version needs it.
pub(super) fn needed(
    model: &Model,
    tables: &RecordTables,
    organization: OrganizationId,
) -> Option<Constraint> {
    let mut versions = tables.prompt_versions.of(organization).flatten();
    versions.any(|version| version.draft.model == model.id).then_some(MODEL)
}

impl Unit {
    fn prompt_versions(&self, prompt: PromptId) -> &[PromptVersion] {
        let key = (self.organization_id(), prompt);
        self.tables().records.prompt_versions.get(&key).map_or(&[], Vec::as_slice)
    }

    fn prompt_labels(&self, prompt: PromptId) -> &[LabelledVersion] {
        let key = (self.organization_id(), prompt);
        self.tables().records.prompt_labels.get(&key).map_or(&[], Vec::as_slice)
    }
}
