use std::time::Duration;

use async_trait::async_trait;
use plinth_domain::{
    Answer, Engine, Execution, ExecutionDraft, ExecutionId, ExecutionStatus, ExecutionTags,
    Failure, FinishReason, Id, OrganizationId, Reservation, Text, Timestamp, TokenUsage,
    UsageSource, Version,
};
use plinth_ports::{ExecutionFilter, ExecutionSort, Executions, OutputPiece, Result, StoreError};
use sea_orm::{
    Condition, QuerySelect, Set,
    entity::prelude::*,
    sea_query::{Expr, LockType},
};

use super::Stored;
use crate::{
    list,
    row::{FromRow, Row},
    scoped::ScopedTx,
    value::{name, set},
};

mod attempts;
mod context;
mod ending;
mod leases;
mod pieces;
mod retention;
mod usage;

/// A row.
#[expect(clippy::struct_field_names, reason = "sea-orm names each row `Model`")]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "executions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub project_id: Option<Uuid>,
    pub prompt_id: Option<Uuid>,
    pub prompt_version: Option<i16>,
    pub model_id: Uuid,
    pub first_model: Uuid,
    pub engine: String,
    #[sea_orm(select_as = "text", save_as = "json")]
    pub input: String,
    #[sea_orm(select_as = "text", save_as = "json")]
    pub context: Option<String>,
    pub tags: Vec<String>,
    pub parent: Option<Uuid>,
    pub caused_by: Option<Uuid>,
    pub api_key: Option<Uuid>,
    pub trace: Option<String>,
    pub status: String,
    pub started_at: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
    pub output: String,
    pub output_length: i64,
    #[sea_orm(select_as = "text", save_as = "json")]
    pub tool_calls: Option<String>,
    pub finish_reason: Option<String>,
    pub tokens_input: i64,
    pub tokens_output: i64,
    pub tokens_cached: i64,
    pub tokens_cache_written: i64,
    pub tokens_reasoning: i64,
    pub usage_source: String,
    pub cost: Option<i64>,
    pub first_token_ms: Option<i64>,
    pub latency_ms: Option<i64>,
    pub error_code: Option<String>,
    pub error: Option<String>,
    pub attempts: i32,
    pub reserved: i64,
    pub reserved_in: Vec<Uuid>,
    pub content_removed_at: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();
name!(ExecutionStatus, Engine, FinishReason, UsageSource);

impl FromRow for Execution {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            draft: draft(row)?,
            status: row.value(Column::Status)?,
            started_at: row.get(Column::StartedAt)?,
            ended_at: row.get(Column::EndedAt)?,
            model: row.value(Column::ModelId)?,
            answer: answer(row)?,
            failure: row
                .get::<Option<String>>(Column::ErrorCode)?
                .map(|code| {
                    Ok::<_, StoreError>(Failure {
                        code,
                        detail: row.get::<Option<String>>(Column::Error)?.unwrap_or_default(),
                    })
                })
                .transpose()?,
            attempts: row.known(Column::Attempts, |n: i32| u16::try_from(n).ok())?,
            reservation: Reservation {
                amount: row.get(Column::Reserved)?,
                periods: row
                    .get::<Vec<Uuid>>(Column::ReservedIn)?
                    .into_iter()
                    .map(Id::from_uuid)
                    .collect(),
            },
            content_removed_at: row.get(Column::ContentRemovedAt)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

fn draft(row: &Row<'_, Entity>) -> Result<ExecutionDraft> {
    let prompt: Option<_> = row.optional_id(Column::PromptId)?;
    let version: Option<i16> = row.get(Column::PromptVersion)?;
    let version = version.and_then(|number| u16::try_from(number).ok());
    let tags: Vec<String> = row.get(Column::Tags)?;
    let tags: Result<Vec<_>, _> = tags.iter().map(|tag| Text::parse(tag)).collect();
    let tags = tags.and_then(ExecutionTags::new);
    Ok(ExecutionDraft {
        prompt: prompt.zip(version),
        project: row.optional_id(Column::ProjectId)?,
        model: row.value(Column::FirstModel)?,
        engine: row.value(Column::Engine)?,
        input: row.value(Column::Input)?,
        context: row
            .get::<Option<String>>(Column::Context)?
            .map(|text| context::read(&text))
            .transpose()?,
        tags: tags.map_err(|invalid| StoreError::Other(invalid.detail.into()))?,
        parent: row.value(Column::Parent)?,
        user: row.value(Column::CausedBy)?,
        api_key: row.value(Column::ApiKey)?,
        trace: row.get(Column::Trace)?,
    })
}

fn answer(row: &Row<'_, Entity>) -> Result<Answer> {
    let number = |column| row.known(column, |n: i64| u32::try_from(n).ok());
    let optional = |column| -> Result<Option<u32>> {
        Ok(row.get::<Option<i64>>(column)?.and_then(|n| u32::try_from(n).ok()))
    };
    Ok(Answer {
        text: row.get(Column::Output)?,
        characters: number(Column::OutputLength)?,
        tool_calls: row.get(Column::ToolCalls)?,
        finish: row.value(Column::FinishReason)?,
        usage: TokenUsage {
            input: number(Column::TokensInput)?,
            output: number(Column::TokensOutput)?,
            cached: number(Column::TokensCached)?,
            cache_written: number(Column::TokensCacheWritten)?,
            reasoning: number(Column::TokensReasoning)?,
        },
        usage_source: row.value(Column::UsageSource)?,
        cost: row.get(Column::Cost)?,
        first_token_ms: optional(Column::FirstTokenMs)?,
        latency_ms: optional(Column::LatencyMs)?,
    })
}

impl Stored for Execution {
    type Row = ActiveModel;

    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        let Self { draft, answer, .. } = self;
        let texts = |tags: &ExecutionTags| {
            tags.as_slice().iter().map(|tag| tag.as_str().to_owned()).collect()
        };
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            project_id: Set(draft.project.map(Id::uuid)),
            prompt_id: Set(draft.prompt.map(|(prompt, _)| prompt.uuid())),
            prompt_version: Set(draft.prompt.map(|(_, version)| version.cast_signed())),
            model_id: set(&self.model),
            first_model: set(&draft.model),
            engine: set(&draft.engine),
            input: set(&draft.input),
            context: Set(draft.context.as_ref().map(context::write)),
            tags: Set(texts(&draft.tags)),
            parent: Set(draft.parent.map(Id::uuid)),
            caused_by: set(&draft.user),
            api_key: set(&draft.api_key),
            trace: Set(draft.trace.clone()),
            status: set(&self.status),
            started_at: Set(self.started_at),
            ended_at: Set(self.ended_at),
            output: Set(answer.text.clone()),
            output_length: Set(answer.characters.into()),
            tool_calls: Set(answer.tool_calls.clone()),
            finish_reason: set(&answer.finish),
            tokens_input: Set(answer.usage.input.into()),
            tokens_output: Set(answer.usage.output.into()),
            tokens_cached: Set(answer.usage.cached.into()),
            tokens_cache_written: Set(answer.usage.cache_written.into()),
            tokens_reasoning: Set(answer.usage.reasoning.into()),
            usage_source: set(&answer.usage_source),
            cost: Set(answer.cost),
            first_token_ms: Set(answer.first_token_ms.map(i64::from)),
            latency_ms: Set(answer.latency_ms.map(i64::from)),
            error_code: Set(self.failure.as_ref().map(|failure| failure.code.clone())),
            error: Set(self.failure.as_ref().map(|failure| failure.detail.clone())),
            attempts: Set(self.attempts.into()),
            reserved: Set(self.reservation.amount),
            reserved_in: Set(self.reservation.periods.iter().map(|id| id.uuid()).collect()),
            content_removed_at: Set(self.content_removed_at),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition(filter: &ExecutionFilter) -> Condition {
        let tag = |tag: &Text<50>| {
            Expr::cust_with_values("$1 = ANY (executions.tags)", [tag.as_str().to_owned()])
        };
        Condition::all()
            .add_option(list::one_of(Column::Status, &filter.status, ExecutionStatus::name))
            .add_option(filter.project.map(|id| Column::ProjectId.eq(id.uuid())))
            .add_option(filter.prompt.map(|id| Column::PromptId.eq(id.uuid())))
            .add_option(filter.version.map(|number| Column::PromptVersion.eq(number.cast_signed())))
            .add_option(filter.model.map(|id| Column::ModelId.eq(id.uuid())))
            .add_option(filter.tag.as_ref().map(tag))
            .add_option(filter.parent.map(|id| Column::Parent.eq(id.uuid())))
    }

    fn column(sort: ExecutionSort) -> Column {
        match sort {
            ExecutionSort::CreatedAt => Column::Id,
        }
    }
}

#[async_trait]
impl Executions for ScopedTx {
    async fn insert(
        &mut self,
        execution: &Execution,
        lease: Option<(Uuid, Duration)>,
    ) -> Result<()> {
        self.add(execution.to_row(self.organization())).await?;
        match lease {
            Some((holder, time)) => self.lease(execution.id, holder, time).await,
            None => Ok(()),
        }
    }

    async fn lock(&mut self, execution: ExecutionId) -> Result<Option<Execution>> {
        let own = self.select::<Entity>().filter(Column::Id.eq(execution.uuid()));
        own.lock(LockType::NoKeyUpdate).one().await
    }

    async fn lease(&mut self, execution: ExecutionId, holder: Uuid, time: Duration) -> Result<()> {
        self.take_lease(execution, holder, time).await
    }

    async fn is_leased(&mut self, execution: ExecutionId, holder: Uuid) -> Result<bool> {
        self.has_lease(execution, holder).await
    }

    async fn finish(&mut self, ended: &Execution, holder: Uuid, previous: Version) -> Result<()> {
        self.end(ended, holder, previous).await
    }

    async fn is_running(&mut self, execution: ExecutionId) -> Result<bool> {
        self.has_live_lease(execution).await
    }

    async fn release(&mut self, execution: ExecutionId) -> Result<()> {
        self.end_lease(execution).await
    }

    async fn ask_to_cancel(&mut self, execution: ExecutionId) -> Result<()> {
        self.request_cancel(execution).await
    }

    async fn append(
        &mut self,
        execution: ExecutionId,
        holder: Uuid,
        piece: &OutputPiece,
    ) -> Result<bool> {
        self.add_piece(execution, holder, piece).await
    }

    async fn remove_pieces(&mut self, execution: ExecutionId) -> Result<()> {
        self.drop_pieces(execution).await
    }

    async fn add_attempts(&mut self, attempts: &[plinth_domain::Attempt]) -> Result<()> {
        self.insert_attempts(attempts).await
    }

    async fn remove_contents(&mut self, before: Timestamp, limit: u32) -> Result<u64> {
        self.clear_contents(before, limit).await
    }

    async fn remove_old(&mut self, before: Timestamp, limit: u32) -> Result<u64> {
        self.delete_old(before, limit).await
    }
}
