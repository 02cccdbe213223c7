use plinth_domain::{
    Evaluation, EvaluationDraft, EvaluationProgress, EvaluationStatus, Failure, Id, OrganizationId,
};
use plinth_ports::{
    Result,
    records::evaluations::{EvaluationFilter, EvaluationSort},
};
use sea_orm::{Condition, Set, entity::prelude::*};

use super::Stored;
use crate::{
    list,
    row::{FromRow, Row},
    value::{name, set},
};

mod criteria;
mod results;

/// A row.
#[expect(clippy::struct_field_names, reason = "sea-orm names each row `Model`")]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "evaluations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub note: Option<String>,
    pub dataset_id: Uuid,
    pub dataset_at: DateTimeUtc,
    pub items: i32,
    pub prompt_id: Uuid,
    pub prompt_version: i16,
    pub model_id: Uuid,
    pub other_model: bool,
    pub created_by: Uuid,
    pub api_key: Option<Uuid>,
    pub status: String,
    pub cursor: Option<Uuid>,
    pub done: i32,
    pub unanswered: i32,
    pub tokens_input: i64,
    pub tokens_output: i64,
    pub cost: i64,
    pub error_code: Option<String>,
    pub error: Option<String>,
    pub started_at: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();
name!(EvaluationStatus);

impl FromRow for Evaluation {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let count = |column| row.known(column, |count: i32| u32::try_from(count).ok());
        let tokens = |column| row.known(column, |count: i64| u64::try_from(count).ok());
        let version = |number: i16| u16::try_from(number).ok();
        let code: Option<String> = row.get(Column::ErrorCode)?;
        let detail: Option<String> = row.get(Column::Error)?;
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            draft: EvaluationDraft {
                note: row.value(Column::Note)?,
                dataset: row.value(Column::DatasetId)?,
                dataset_at: row.get(Column::DatasetAt)?,
                items: count(Column::Items)?,
                prompt: (row.value(Column::PromptId)?, row.known(Column::PromptVersion, version)?),
                model: row.value(Column::ModelId)?,
                other_model: row.get(Column::OtherModel)?,
                created_by: row.value(Column::CreatedBy)?,
                api_key: row.value(Column::ApiKey)?,
            },
            status: row.value(Column::Status)?,
            progress: EvaluationProgress {
                cursor: row.optional_id(Column::Cursor)?,
                done: count(Column::Done)?,
                unanswered: count(Column::Unanswered)?,
                tokens_input: tokens(Column::TokensInput)?,
                tokens_output: tokens(Column::TokensOutput)?,
                cost: row.get(Column::Cost)?,
            },
            failure: code.map(|code| Failure { code, detail: detail.unwrap_or_default() }),
            started_at: row.get(Column::StartedAt)?,
            ended_at: row.get(Column::EndedAt)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl Stored for Evaluation {
    type Row = ActiveModel;

    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        let Self { draft, progress, failure, .. } = self;
        let (prompt, version) = draft.prompt;
        let most = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            note: set(&draft.note),
            dataset_id: set(&draft.dataset),
            dataset_at: Set(draft.dataset_at),
            items: Set(draft.items.cast_signed()),
            prompt_id: set(&prompt),
            prompt_version: Set(version.cast_signed()),
            model_id: set(&draft.model),
            other_model: Set(draft.other_model),
            created_by: set(&draft.created_by),
            api_key: set(&draft.api_key),
            status: set(&self.status),
            cursor: Set(progress.cursor.map(Id::uuid)),
            done: Set(progress.done.cast_signed()),
            unanswered: Set(progress.unanswered.cast_signed()),
            tokens_input: Set(most(progress.tokens_input)),
            tokens_output: Set(most(progress.tokens_output)),
            cost: Set(progress.cost),
            error_code: Set(failure.as_ref().map(|failure| failure.code.clone())),
            error: Set(failure.as_ref().map(|failure| failure.detail.clone())),
            started_at: Set(self.started_at),
            ended_at: Set(self.ended_at),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition(filter: &EvaluationFilter) -> Condition {
        let number = |version: u16| i16::try_from(version).unwrap_or(i16::MAX);
        Condition::all()
            .add_option(list::one_of(Column::Status, &filter.status, EvaluationStatus::name))
            .add_option(filter.dataset.map(|id| Column::DatasetId.eq(id.uuid())))
            .add_option(filter.prompt.map(|id| Column::PromptId.eq(id.uuid())))
            .add_option(filter.version.map(|version| Column::PromptVersion.eq(number(version))))
    }

    fn column(sort: EvaluationSort) -> Column {
        match sort {
            EvaluationSort::CreatedAt => Column::CreatedAt,
        }
    }
}
