//! Runs of agents.

use async_trait::async_trait;
use plinth_domain::{
    AgentGraphName, AgentQuestion, AgentRun, AgentRunDraft, AgentRunId, AgentRunStatus, Failure,
    Id, OrganizationId, Permission, Text, Timestamp,
};
use plinth_ports::{
    AgentProgress, AgentRunFilter, AgentRunSort, AgentRuns, NewAgentEvent, Result, StoreError,
};
use sea_orm::{Condition, QuerySelect, Set, entity::prelude::*, sea_query::LockType};

use super::Stored;
use crate::{
    list,
    row::{FromRow, Row},
    scoped::ScopedTx,
    value::{name, set},
};

mod costs;
mod events;
mod progress;

/// A row.
#[expect(clippy::struct_field_names, reason = "sea-orm names each row `Model`")]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agent_runs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub graph: String,
    #[sea_orm(select_as = "text", save_as = "json")]
    pub input: String,
    pub model: String,
    pub spending_limit: Option<i64>,
    pub caused_by: Uuid,
    pub started_by: Option<Uuid>,
    pub permissions: Vec<String>,
    pub status: String,
    pub api_key: Option<Uuid>,
    pub parts: i64,
    pub question_id: Option<String>,
    #[sea_orm(select_as = "text", save_as = "json")]
    pub question: Option<String>,
    #[sea_orm(select_as = "text", save_as = "json")]
    pub output: Option<String>,
    #[sea_orm(select_as = "text", save_as = "json")]
    pub citations: String,
    pub error_code: Option<String>,
    pub error: Option<String>,
    pub started_at: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();
name!(AgentRunStatus, AgentGraphName);

impl FromRow for AgentRun {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let question: Option<Text<100>> = row.value(Column::QuestionId)?;
        let body: Option<_> = row.value(Column::Question)?;
        let code: Option<String> = row.get(Column::ErrorCode)?;
        let detail: Option<String> = row.get(Column::Error)?;
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            draft: draft(row)?,
            status: row.value(Column::Status)?,
            key: row.optional_id(Column::ApiKey)?,
            parts: row.known(Column::Parts, |n: i64| u32::try_from(n).ok())?,
            question: question.zip(body).map(|(id, body)| AgentQuestion { id, body }),
            output: row.value(Column::Output)?,
            citations: row.get(Column::Citations)?,
            failure: code.map(|code| Failure { code, detail: detail.unwrap_or_default() }),
            started_at: row.get(Column::StartedAt)?,
            ended_at: row.get(Column::EndedAt)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

fn draft(row: &Row<'_, Entity>) -> Result<AgentRunDraft> {
    // A permission that no longer exists in this version is ignored.
    let names: Vec<String> = row.get(Column::Permissions)?;
    let permissions = names.iter().filter_map(|name| Permission::from_name(name)).collect();
    Ok(AgentRunDraft {
        graph: row.value(Column::Graph)?,
        input: row.value(Column::Input)?,
        model: row.value(Column::Model)?,
        spending_limit: row.get(Column::SpendingLimit)?,
        user: row.value(Column::CausedBy)?,
        started_by: row.optional_id(Column::StartedBy)?,
        permissions,
    })
}

impl Stored for AgentRun {
    type Row = ActiveModel;

    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        let Self { draft, question, failure, .. } = self;
        let permissions = draft.permissions.iter().map(|permission| permission.name().to_owned());
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            graph: set(&draft.graph),
            input: set(&draft.input),
            model: set(&draft.model),
            spending_limit: Set(draft.spending_limit),
            caused_by: set(&draft.user),
            started_by: Set(draft.started_by.map(Id::uuid)),
            permissions: Set(permissions.collect()),
            status: set(&self.status),
            api_key: Set(self.key.map(Id::uuid)),
            parts: Set(self.parts.into()),
            question_id: Set(question.as_ref().map(|asked| asked.id.as_str().to_owned())),
            question: Set(question.as_ref().map(|asked| asked.body.as_str().to_owned())),
            output: set(&self.output),
            citations: Set(self.citations.clone()),
            error_code: Set(failure.as_ref().map(|failure| failure.code.clone())),
            error: Set(failure.as_ref().map(|failure| failure.detail.clone())),
            started_at: Set(self.started_at),
            ended_at: Set(self.ended_at),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition(filter: &AgentRunFilter) -> Condition {
        Condition::all()
            .add_option(list::one_of(Column::Status, &filter.status, AgentRunStatus::name))
            .add_option(filter.graph.map(|graph| Column::Graph.eq(graph.name())))
            .add_option(filter.user.map(|id| Column::CausedBy.eq(id.uuid())))
    }

    fn column(sort: AgentRunSort) -> Column {
        match sort {
            AgentRunSort::CreatedAt => Column::Id,
        }
    }
}

#[async_trait]
impl AgentRuns for ScopedTx {
    async fn insert(&mut self, run: &AgentRun) -> Result<()> {
        self.add(run.to_row(self.organization())).await?;
        self.make_progress(run.id).await
    }

    async fn lock(&mut self, run: AgentRunId) -> Result<Option<AgentRun>> {
        let own = self.select::<Entity>().filter(Column::Id.eq(run.uuid()));
        own.lock(LockType::NoKeyUpdate).one().await
    }

    async fn open(&mut self) -> Result<u64> {
        self.select::<Entity>().filter(Column::EndedAt.is_null()).count().await
    }

    async fn hold(&mut self, run: AgentRunId, holder: Option<Uuid>) -> Result<()> {
        self.set_holder(run, holder).await
    }

    async fn progress(&mut self, run: AgentRunId) -> Result<AgentProgress> {
        self.read_progress(run).await
    }

    async fn keep_answer(&mut self, run: AgentRunId, question: &str, answer: &str) -> Result<()> {
        self.set_answer(run, question, answer).await
    }

    async fn append(
        &mut self,
        run: AgentRunId,
        holder: Option<Uuid>,
        events: &[NewAgentEvent],
        at: Timestamp,
    ) -> Result<bool> {
        let Some(last) = self.count_events(run, holder, events.len()).await? else {
            return Ok(false);
        };
        self.insert_events(run, last, events, at).await?;
        Ok(true)
    }

    async fn keep_checkpoint(&mut self, run: AgentRunId, state: &str) -> Result<()> {
        self.set_checkpoint(run, Some(state)).await
    }

    async fn drop_checkpoint(&mut self, run: AgentRunId) -> Result<()> {
        self.set_checkpoint(run, None).await
    }
}

/// A number that its column holds.
fn integer(number: usize) -> Result<i32> {
    i32::try_from(number).map_err(|error| StoreError::Other(error.into()))
}
