//! Choosing a version of a prompt, adding one, and giving labels to it.

use async_trait::async_trait;
use plinth_domain::{LabelledVersion, Prompt, PromptChoice, PromptId, PromptLabel, PromptVersion};
use plinth_ports::{
    Page, PageRequest, PromptKey, PromptVersionReader, PromptVersionSort, PromptVersions,
    RecordReader, Result,
};
use sea_orm::{
    Condition, JoinType, NotSet, QueryOrder, Set,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use crate::{
    list,
    records::{
        prompt_labels,
        prompt_versions::{ActiveModel, Column, Entity},
        prompts,
    },
    scoped::ScopedTx,
    value::set,
};

/// The version that a label names.
const LABELLED: &str = "prompt_versions.number = (SELECT l.version_number FROM prompt_labels l \
    WHERE l.organization_id = prompts.organization_id AND l.prompt_id = prompts.id AND l.label = $1)";

#[async_trait]
impl PromptVersionReader for ScopedTx {
    async fn choose(
        &mut self,
        prompt: &PromptKey,
        choice: &PromptChoice,
    ) -> Result<Option<Prompt>> {
        let of = match prompt {
            PromptKey::Id(id) => prompts::Column::Id.eq(id.uuid()),
            PromptKey::Name(name) => prompts::Column::Name.eq(name.as_str()),
        };
        let number = || Expr::col((Entity, Column::Number));
        let (relation, chosen) = match choice {
            PromptChoice::Released => (prompts::Relation::Shown, None),
            PromptChoice::Newest => {
                let newest = number().equals((prompts::Entity, prompts::Column::Versions));
                (prompts::Relation::All, Some(newest))
            }
            PromptChoice::Number(wanted) => {
                let wanted = i16::try_from(*wanted).unwrap_or(i16::MAX);
                (prompts::Relation::All, Some(number().eq(wanted)))
            }
            PromptChoice::Label(label) => {
                let labelled = Expr::cust_with_values(LABELLED, [label.as_str()]);
                (prompts::Relation::All, Some(labelled))
            }
        };
        let rows = self.select::<prompts::Entity>();
        rows.with_own::<Entity>(JoinType::InnerJoin, relation.def())
            .filter(Condition::all().add(of).add_option(chosen))
            .one()
            .await
    }

    async fn list(
        &mut self,
        prompt: PromptId,
        page: &PageRequest<PromptVersionSort>,
    ) -> Result<Page<PromptVersion>> {
        let of = list::times::<Entity>(page.times).add(Column::PromptId.eq(prompt.uuid()));
        list::page(self, None, of, page, Some(Column::Number), Column::Id).await
    }

    async fn labels(&mut self, prompt: PromptId) -> Result<Vec<LabelledVersion>> {
        let labels = self.select::<prompt_labels::Entity>();
        labels
            .filter(prompt_labels::Column::PromptId.eq(prompt.uuid()))
            .order_by_asc(prompt_labels::Column::Label)
            .all()
            .await
    }
}

/// Without the version that is shown: a row that was changed while another transaction held the lock
/// would be joined as it was before.
const LOCK: &str =
    "SELECT id FROM prompts WHERE organization_id = $1 AND id = $2 FOR NO KEY UPDATE";

#[async_trait]
impl PromptVersions for ScopedTx {
    async fn lock(&mut self, prompt: PromptId) -> Result<Option<Prompt>> {
        if self.ask(LOCK, vec![prompt.uuid().into()]).await?.is_none() {
            return Ok(None);
        }
        RecordReader::<Prompt>::find(self, prompt).await
    }

    async fn add(&mut self, version: &PromptVersion) -> Result<()> {
        let draft = &version.draft;
        let row = ActiveModel {
            organization_id: NotSet,
            id: set(&version.id),
            prompt_id: set(&version.prompt),
            number: Set(version.number.cast_signed()),
            messages: set(&draft.messages),
            input_schema: set(&draft.input_schema),
            output_schema: set(&draft.output_schema),
            parameters: set(&draft.parameters),
            model_id: set(&draft.model),
            fallbacks: Set(draft.fallbacks.iter().map(|id| id.uuid()).collect()),
            note: set(&draft.note),
            sha256: Set(version.sha256.to_vec()),
            created_by: set(&version.created_by),
            version: Set(1),
            created_at: Set(version.created_at),
            updated_at: Set(version.created_at),
        };
        Self::add(self, row).await
    }

    async fn label(&mut self, prompt: PromptId, labelled: &LabelledVersion) -> Result<()> {
        use prompt_labels::{ActiveModel, Column};
        let row = ActiveModel {
            organization_id: NotSet,
            id: NotSet,
            prompt_id: set(&prompt),
            label: set(&labelled.label),
            version_number: Set(labelled.version.cast_signed()),
            version: Set(1),
            created_at: Set(labelled.moved_at),
            updated_at: Set(labelled.moved_at),
        };
        let keys = [Column::OrganizationId, Column::PromptId, Column::Label];
        let moved = OnConflict::columns(keys)
            .update_columns([Column::VersionNumber, Column::UpdatedAt])
            .to_owned();
        self.add_or(row, moved).await.map(drop)
    }

    async fn remove_label(&mut self, prompt: PromptId, label: &PromptLabel) -> Result<()> {
        use prompt_labels::Column;
        let one = Condition::all()
            .add(Column::PromptId.eq(prompt.uuid()))
            .add(Column::Label.eq(label.as_str()));
        self.remove_all::<prompt_labels::Entity>(one).await
    }
}
