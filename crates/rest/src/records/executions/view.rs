use chrono::{DateTime, Utc};
use plinth_application::executions::ExecutionDetails;
use plinth_domain::{Attempt, Execution, Failure, Id};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::context::ContextView;
use crate::values::names;

names! {
    /// The state of an execution. It succeeded if and only if the model said why it ended.
    ExecutionStatusName = Queued, Running, Succeeded, Failed, Cancelled, TimedOut
}

names! {
    /// What runs an execution: Plinth itself, or a graph of the agents.
    EngineName = Direct, Langgraph
}

names! {
    /// Why a model ended its answer.
    FinishReasonName = Stop, Length, ToolCalls, ContentFilter
}

names! {
    /// Whether the provider counted the tokens, or they are estimated, at least in part.
    UsageSourceName = Provider, Estimated, None
}

/// Why an execution or a call failed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExecutionError)]
pub(crate) struct FailureView {
    #[schema(example = "provider.rate_limited")]
    code: String,
    detail: String,
}

impl From<Failure> for FailureView {
    fn from(failure: Failure) -> Self {
        Self { code: failure.code, detail: failure.detail }
    }
}

/// A call of a model.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExecutionAttempt)]
pub(crate) struct AttemptView {
    /// From 1.
    number: u16,
    model_id: Uuid,
    started_at: DateTime<Utc>,
    latency_ms: u32,
    /// The status of the provider's answer, if there was one.
    http_status: Option<u16>,
    /// The provider's name of the request, for its support.
    provider_request_id: Option<String>,
    error: Option<FailureView>,
    tokens_input: u32,
    tokens_output: u32,
    tokens_cached: u32,
    tokens_cache_written: u32,
    tokens_reasoning: u32,
    #[schema(value_type = UsageSourceName)]
    usage_source: &'static str,
    cost_nano_usd: Option<i64>,
}

impl From<Attempt> for AttemptView {
    fn from(attempt: Attempt) -> Self {
        Self {
            number: attempt.number,
            model_id: attempt.model.uuid(),
            started_at: attempt.started_at,
            latency_ms: attempt.latency_ms,
            http_status: attempt.http_status,
            provider_request_id: attempt.provider_request,
            error: attempt.failure.map(FailureView::from),
            tokens_input: attempt.usage.input,
            tokens_output: attempt.usage.output,
            tokens_cached: attempt.usage.cached,
            tokens_cache_written: attempt.usage.cache_written,
            tokens_reasoning: attempt.usage.reasoning,
            usage_source: attempt.usage_source.name(),
            cost_nano_usd: attempt.cost,
        }
    }
}

/// An execution without its texts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExecutionSummary)]
pub(crate) struct ExecutionSummary {
    id: Uuid,
    prompt_id: Option<Uuid>,
    prompt_version: Option<u16>,
    /// The project that it is for.
    project_id: Option<Uuid>,
    /// The model that answered, or was asked last.
    model_id: Uuid,
    #[schema(value_type = EngineName)]
    engine: &'static str,
    #[schema(value_type = ExecutionStatusName)]
    status: &'static str,
    #[schema(value_type = Option<FinishReasonName>)]
    finish_reason: Option<&'static str>,
    error: Option<FailureView>,
    /// Tokens of the request, those of a cache included.
    tokens_input: u32,
    /// Tokens of the answer, those of the reasoning included.
    tokens_output: u32,
    /// Tokens of the request that the provider read from its cache.
    tokens_cached: u32,
    /// Tokens of the request that the provider wrote to its cache.
    tokens_cache_written: u32,
    tokens_reasoning: u32,
    #[schema(value_type = UsageSourceName)]
    usage_source: &'static str,
    /// In nano-USD (10^-9 USD); null where a price is unknown.
    cost_nano_usd: Option<i64>,
    /// From the start to the end.
    latency_ms: Option<u32>,
    /// From the start to the first content.
    first_token_ms: Option<u32>,
    /// How many calls of models there were.
    attempt_count: u16,
    tags: Vec<String>,
    /// The execution that caused it.
    parent_id: Option<Uuid>,
    /// The user who caused it.
    caused_by: Option<Uuid>,
    /// The key by which it was caused.
    api_key_id: Option<Uuid>,
    /// The trace that it belongs to.
    trace_id: Option<String>,
    started_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    /// When its texts were removed, because the organization keeps them no longer: what it was asked
    /// and given, what was answered, and the words of failures.
    content_removed_at: Option<DateTime<Utc>>,
    /// Increases by one with each change of the status.
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Execution> for ExecutionSummary {
    fn from(execution: Execution) -> Self {
        let Execution { draft, answer, .. } = execution;
        Self {
            id: execution.id.uuid(),
            prompt_id: draft.prompt.map(|(prompt, _)| prompt.uuid()),
            prompt_version: draft.prompt.map(|(_, version)| version),
            project_id: draft.project.map(Id::uuid),
            model_id: execution.model.uuid(),
            engine: draft.engine.name(),
            status: execution.status.name(),
            finish_reason: answer.finish.map(plinth_domain::FinishReason::name),
            error: execution.failure.map(FailureView::from),
            tokens_input: answer.usage.input,
            tokens_output: answer.usage.output,
            tokens_cached: answer.usage.cached,
            tokens_cache_written: answer.usage.cache_written,
            tokens_reasoning: answer.usage.reasoning,
            usage_source: answer.usage_source.name(),
            cost_nano_usd: answer.cost,
            latency_ms: answer.latency_ms,
            first_token_ms: answer.first_token_ms,
            attempt_count: execution.attempts,
            tags: draft.tags.as_slice().iter().map(|tag| tag.as_str().to_owned()).collect(),
            parent_id: draft.parent.map(Id::uuid),
            caused_by: draft.user.map(Id::uuid),
            api_key_id: draft.api_key.map(Id::uuid),
            trace_id: draft.trace,
            started_at: execution.started_at,
            ended_at: execution.ended_at,
            content_removed_at: execution.content_removed_at,
            version: execution.revision.version.number(),
            created_at: execution.revision.created_at,
            updated_at: execution.revision.updated_at,
        }
    }
}

/// An execution.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Execution)]
pub(crate) struct ExecutionView {
    #[serde(flatten)]
    summary: ExecutionSummary,
    /// The variables of the prompt, or the messages, and the parameters; for vectors of documents or
    /// searches, what they are of.
    #[schema(value_type = Object)]
    input: Option<Box<RawValue>>,
    /// What it was given of documents; null where nothing was asked for.
    context: Option<ContextView>,
    /// The text; of a running execution, what came until now.
    output: String,
    /// The length of the whole text, in characters.
    output_characters: u32,
    /// Whether `output` is only the beginning: `GET /executions/{id}/output` has all of it.
    output_truncated: bool,
    /// Whether the model said why it ended.
    output_complete: bool,
    /// The calls of tools, in the form of OpenAI's messages.
    #[schema(value_type = Option<Vec<Object>>)]
    tool_calls: Option<Box<RawValue>>,
    /// The calls of models, in their order, once the execution has ended.
    attempts: Vec<AttemptView>,
}

impl From<ExecutionDetails> for ExecutionView {
    fn from(details: ExecutionDetails) -> Self {
        let ExecutionDetails { execution, attempts } = details;
        let (draft, answer) = (&execution.draft, &execution.answer);
        let tool_calls = answer.tool_calls.clone();
        Self {
            input: RawValue::from_string(draft.input.as_str().to_owned()).ok(),
            context: draft.context.as_ref().map(ContextView::from),
            output: answer.text.clone(),
            output_characters: answer.characters,
            output_truncated: answer.is_cut() && execution.content_removed_at.is_none(),
            output_complete: answer.finish.is_some(),
            tool_calls: tool_calls.and_then(|calls| RawValue::from_string(calls).ok()),
            attempts: attempts.into_iter().map(AttemptView::from).collect(),
            summary: execution.into(),
        }
    }
}
