//! `/executions/{id}/scores`, and what they add up to

use actix_web::{HttpRequest, HttpResponse, delete, get, http::StatusCode, post};
use chrono::{DateTime, Utc};
use plinth_application::executions::{
    GetPromptScores, GivenScore, ListExecutionScores, RemoveExecutionScore, ScoreExecution,
};
use plinth_domain::{
    Execution, ExecutionScore, Invalid, Lines, Prompt, ScoreName, ScoreNumber, ScoreValue, Text,
    codes,
};
use plinth_ports::{ExecutionScoreSort, ScoreSummary};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    idempotency,
    json::{Body, Faults, Form},
    list::{ListQuery, ListView, Paging},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    values::names,
};

names! {
    /// Who gave a score: a member, an API key or a job.
    ScoreSourceName = Person, Key, Evaluator
}

names! {
    /// The kind of the value of a score.
    ScoreKindName = Boolean, Category, Number
}

/// A number from -1,000 to 1,000, which is kept to six decimal places; yes or no; or a category, a line
/// of 1 to 64 characters.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = ScoreValue)]
enum ValueView {
    Boolean(bool),
    Number(f64),
    Category(String),
}

impl From<ScoreValue> for ValueView {
    fn from(value: ScoreValue) -> Self {
        match value {
            ScoreValue::Boolean(yes) => Self::Boolean(yes),
            ScoreValue::Number(number) => Self::Number(number.number()),
            ScoreValue::Category(text) => Self::Category(text.as_str().to_owned()),
        }
    }
}

/// A score for an execution.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewScore)]
pub(crate) struct ScoreBody {
    /// What is judged.
    #[schema(pattern = "^[a-z0-9._-]{1,50}$", example = "helpful")]
    name: String,
    #[schema(value_type = ValueView, example = true)]
    value: Value,
    #[schema(
        min_length = 1,
        max_length = 2000,
        pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$",
        example = "It names the wrong opening hours."
    )]
    comment: Option<String>,
}

impl Form for ScoreBody {
    type Value = (ScoreName, ScoreValue, Option<Lines<2000>>);

    fn check(self, f: &mut Faults) -> Option<Self::Value> {
        let name = f.check("/name", ScoreName::parse(&self.name));
        let value = f.check("/value", value(&self.value));
        let comment = f.check_some("/comment", self.comment, |text| Lines::parse(&text));
        Some((name?, value?, comment?))
    }
}

fn value(given: &Value) -> Result<ScoreValue, Invalid> {
    match given {
        Value::Bool(yes) => Ok(ScoreValue::Boolean(*yes)),
        Value::Number(number) => {
            let number = ScoreNumber::new(number.as_f64().unwrap_or(f64::NAN))?;
            Ok(ScoreValue::Number(number))
        }
        Value::String(text) => Ok(ScoreValue::Category(Text::parse(text)?)),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            Err(Invalid::new(codes::VALUE_UNKNOWN, "must be a number, true, false or a text"))
        }
    }
}

/// What one author thinks of an execution.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Score)]
pub(crate) struct ScoreView {
    id: Uuid,
    execution_id: Uuid,
    /// What is judged.
    #[schema(example = "helpful")]
    name: String,
    value: ValueView,
    comment: Option<String>,
    #[schema(value_type = ScoreSourceName)]
    source: &'static str,
    /// The user, the API key or the job that gave it.
    author_id: Uuid,
    /// When it was given first.
    created_at: DateTime<Utc>,
    /// When it was given last.
    updated_at: DateTime<Utc>,
}

impl From<ExecutionScore> for ScoreView {
    fn from(score: ExecutionScore) -> Self {
        Self {
            id: score.id.uuid(),
            execution_id: score.execution.uuid(),
            name: score.name.as_str().to_owned(),
            value: score.value.into(),
            comment: score.comment.map(|text| text.as_str().to_owned()),
            source: score.source.name(),
            author_id: score.author,
            created_at: score.created_at,
            updated_at: score.updated_at,
        }
    }
}

/// List the scores of an execution.
#[utoipa::path(
    tag = "executions",
    operation_id = "list_execution_scores",
    params(("id" = Uuid, Path), Paging<ExecutionScoreSort>),
    responses((status = 200, body = ListView<ScoreView>, headers(("Link")))),
    security(("bearer" = ["execution:read"])),
)]
#[get("/executions/{id}/scores")]
pub(crate) async fn list_execution_scores(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Execution>,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let (execution, page) = (id.0, query.page(&caller)?);
    let ask = move |page| ListExecutionScores { execution, page };
    query.answer(app, caller, page, ask, ScoreView::from).await
}

/// Give an execution a score. A caller has one score of each name: another one takes its place (200).
#[utoipa::path(
    tag = "executions",
    operation_id = "score_execution",
    params(("id" = Uuid, Path), idempotency::Key),
    request_body = ScoreBody,
    responses(
        (status = 200, body = ScoreView, description = "It took the place of an earlier one", headers(("Idempotent-Replayed"))),
        (status = 201, body = ScoreView, headers(("Idempotent-Replayed"))),
        (status = 403, description = "api_key.other_prompt"),
        (status = 409, description = "execution.scores_exhausted"),
    ),
    security(("bearer" = ["execution:score"])),
)]
#[post("/executions/{id}/scores")]
pub(crate) async fn score_execution(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Execution>,
    body: Body<ScoreBody>,
) -> Result<HttpResponse, ApiError> {
    let (name, value, comment) = body.value;
    let command = ScoreExecution { execution: id.0, name, value, comment };
    let answer = app.execute_once(&caller, body.key, command, |given: &GivenScore| {
        let mut rendered = idempotency::made(&ScoreView::from(given.score.clone()))?;
        if !given.is_new {
            rendered.reply.status = StatusCode::OK.as_u16();
        }
        Ok(rendered)
    });
    idempotency::respond(answer.await?)
}

/// Remove the score that the caller gave under this name; 204 also where there is none.
#[utoipa::path(
    tag = "executions",
    operation_id = "delete_execution_score",
    params(
        ("id" = Uuid, Path),
        ("name" = String, Path, pattern = "^[a-z0-9._-]{1,50}$", description = "What is judged"),
    ),
    responses(
        (status = 204, description = "There is no such score of the caller"),
        (status = 400, description = "score.name_malformed"),
    ),
    security(("bearer" = ["execution:score"])),
)]
#[delete("/executions/{id}/scores/{name}")]
pub(crate) async fn delete_execution_score(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Execution>,
) -> Result<HttpResponse, ApiError> {
    let name = ScoreName::parse(request.match_info().get("name").unwrap_or_default())
        .map_err(|invalid| ApiError::bad_request(invalid.code, invalid.detail))?;
    app.execute(&caller, RemoveExecutionScore { execution: id.0, name }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The scores of one name and kind that executions of one version of a prompt have; those of a category
/// apart.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PromptScore)]
pub(crate) struct SummaryView {
    /// The number of the version.
    #[schema(minimum = 1, maximum = 1000)]
    prompt_version: u16,
    #[schema(example = "helpful")]
    name: String,
    #[schema(value_type = ScoreKindName)]
    kind: &'static str,
    category: Option<String>,
    /// How many scores there are.
    count: u64,
    /// Their mean, where yes is 1 and no is 0; a category has none.
    mean: Option<f64>,
}

impl From<ScoreSummary> for SummaryView {
    fn from(row: ScoreSummary) -> Self {
        Self {
            prompt_version: row.version,
            name: row.name.as_str().to_owned(),
            kind: row.kind.name(),
            category: row.category,
            count: row.count,
            mean: row.mean,
        }
    }
}

/// Add up the scores of the executions of a prompt, by version, name and category, as JSON or CSV. An
/// execution counts for the day on which it was created, in the organization's time zone.
#[utoipa::path(
    tag = "executions",
    operation_id = "get_prompt_scores",
    params(
        ("id" = Uuid, Path),
        ("from" = Option<String>, Query, description = "The first day; by default that of the month of the last one"),
        ("until" = Option<String>, Query, description = "The last day, at most 365 days after the first; today by default"),
    ),
    responses(
        (status = 200, body = ListView<SummaryView>),
        (status = 409, description = "report.too_large"),
        (status = 503, description = "search.busy, search.timeout"),
    ),
    security(("bearer" = ["execution:read"])),
)]
#[get("/prompts/{id}/scores")]
pub(crate) async fn get_prompt_scores(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Prompt>,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let days = crate::records::usage::days(&mut query);
    query.done()?;
    let rows = app.query(&caller, GetPromptScores { prompt: id.0, days }).await?;
    Ok(query.answer_whole(rows.into_iter().map(SummaryView::from).collect()))
}
