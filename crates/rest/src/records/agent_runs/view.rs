use chrono::{DateTime, Utc};
use plinth_application::agents::AgentRunDetails;
use plinth_domain::{AgentRun, Failure, Id, JsonObject};
use plinth_ports::{AgentRunCost, AgentRunEvent};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::values::names;

names! {
    /// What runs: `document_qa` answers a question from documents, `invoice_reader` makes a draft of a
    /// payable invoice of a document.
    AgentGraphLabel = DocumentQa, InvoiceReader
}

names! {
    /// The state of a run. A waiting one waits for a person's answer.
    AgentRunStatusName = Queued, Running, Waiting, Succeeded, Failed, Cancelled
}

/// Why a run failed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentRunError)]
pub(crate) struct AgentFailureView {
    #[schema(example = "agent.timed_out")]
    code: String,
    detail: String,
}

impl From<Failure> for AgentFailureView {
    fn from(failure: Failure) -> Self {
        Self { code: failure.code, detail: failure.detail }
    }
}

/// A run without what went in and came out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentRunSummary)]
pub(crate) struct AgentRunSummary {
    id: Uuid,
    #[schema(value_type = AgentGraphLabel)]
    graph: &'static str,
    #[schema(example = "local/smollm2")]
    model: String,
    #[schema(value_type = AgentRunStatusName)]
    status: &'static str,
    error: Option<AgentFailureView>,
    /// How many calls of models there were: executions by the key of the run.
    execution_count: u32,
    #[schema(minimum = 0)]
    tokens_input: u64,
    #[schema(minimum = 0)]
    tokens_output: u64,
    /// What the executions that have ended cost together, in nano-USD (10^-9 USD).
    cost_nano_usd: i64,
    spending_limit_nano_usd: Option<i64>,
    /// How often a worker has begun or resumed it.
    part_count: u32,
    /// The user who started it, or whose key did.
    caused_by: Uuid,
    /// The key of the run, by which it calls models and tools.
    api_key_id: Option<Uuid>,
    started_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    /// Increases by one with each change of the status.
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<AgentRunDetails> for AgentRunSummary {
    fn from(details: AgentRunDetails) -> Self {
        Self::of(details.run, details.cost)
    }
}

impl AgentRunSummary {
    fn of(run: AgentRun, cost: AgentRunCost) -> Self {
        let AgentRun { draft, .. } = run;
        Self {
            id: run.id.uuid(),
            graph: draft.graph.name(),
            model: draft.model.as_str().to_owned(),
            status: run.status.name(),
            error: run.failure.map(AgentFailureView::from),
            execution_count: cost.executions,
            tokens_input: cost.tokens_input,
            tokens_output: cost.tokens_output,
            cost_nano_usd: cost.cost,
            spending_limit_nano_usd: draft.spending_limit,
            part_count: run.parts,
            caused_by: draft.user.uuid(),
            api_key_id: run.key.map(Id::uuid),
            started_at: run.started_at,
            ended_at: run.ended_at,
            version: run.revision.version.number(),
            created_at: run.revision.created_at,
            updated_at: run.revision.updated_at,
        }
    }
}

/// What a run asks a person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentQuestion)]
pub(crate) struct AgentQuestionView {
    /// An answer names it.
    id: String,
    /// What is asked, and what the answer has.
    #[schema(value_type = Object)]
    body: Option<Box<RawValue>>,
}

/// A run of an agent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentRun)]
pub(crate) struct AgentRunView {
    #[serde(flatten)]
    summary: AgentRunSummary,
    #[schema(value_type = Object)]
    input: Option<Box<RawValue>>,
    /// What a waiting run asks; `POST …/resume` answers it.
    question: Option<AgentQuestionView>,
    /// What came of it.
    #[schema(value_type = Option<Object>)]
    output: Option<Box<RawValue>>,
    /// The passages that the output rests on: `number`, `document_id`, `document_name`, `passage`,
    /// `quote`.
    #[schema(value_type = Vec<Object>)]
    citations: Option<Box<RawValue>>,
}

impl From<AgentRunDetails> for AgentRunView {
    fn from(AgentRunDetails { run, cost }: AgentRunDetails) -> Self {
        let raw = |json: &JsonObject| RawValue::from_string(json.as_str().to_owned()).ok();
        Self {
            input: raw(&run.draft.input),
            question: run.question.as_ref().map(|question| AgentQuestionView {
                id: question.id.as_str().to_owned(),
                body: raw(&question.body),
            }),
            output: run.output.as_ref().and_then(raw),
            citations: RawValue::from_string(run.citations.clone()).ok(),
            summary: AgentRunSummary::of(run, cost),
        }
    }
}

/// Something that happened in a run.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentEvent)]
pub(crate) struct AgentEventView {
    /// 1, 2, 3 … without holes.
    #[schema(minimum = 1)]
    pub(super) number: u32,
    /// `part`, `step`, `text`, `tool_call`, `tool_result`, `usage`, `checkpoint`, `question`, `answer`
    /// or `ended`.
    #[schema(example = "step")]
    pub(super) kind: String,
    #[schema(value_type = Object)]
    data: Option<Box<RawValue>>,
    at: DateTime<Utc>,
}

impl From<AgentRunEvent> for AgentEventView {
    fn from(event: AgentRunEvent) -> Self {
        Self {
            number: event.number,
            kind: event.kind,
            data: RawValue::from_string(event.data).ok(),
            at: event.at,
        }
    }
}

/// What happened in a run.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentEvents)]
pub(crate) struct AgentEventsView {
    pub(super) data: Vec<AgentEventView>,
    /// Whether there are more at this moment.
    pub(super) has_more: bool,
    #[schema(value_type = AgentRunStatusName)]
    pub(super) status: &'static str,
}
