//! What people and programs think of executions.

use plinth_domain::{
    Execution, ExecutionId, ExecutionScore, Lines, MAX_EXECUTION_SCORES, Permission, PromptId,
    ScoreName, ScoreSource, ScoreValue,
};
use plinth_ports::{
    ExecutionScoreReader, ExecutionScoreSort, ExecutionScores, Page, PageRequest, ScoreQuery,
    ScoreSummary,
};
use serde_json::{Value, json};

use super::usage::{UsageDays, after};
use crate::{
    AuditRecord, Command, Context, Error, Query, Reading, Recorded, View,
    reports::{MAX_ROWS, REPORT_TOO_LARGE},
    resource::{Found, Resource},
};

plinth_domain::codes! {
    SCORES_EXHAUSTED = "execution.scores_exhausted", "An execution has at most 200 scores.";
}

/// Gives an execution a score, in the place of the one that the caller gave under its name.
#[derive(Debug, Clone)]
pub struct ScoreExecution {
    /// The execution.
    pub execution: ExecutionId,
    /// What is judged.
    pub name: ScoreName,
    /// What the score says.
    pub value: ScoreValue,
    /// Why.
    pub comment: Option<Lines<2000>>,
}

/// A score after it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenScore {
    /// The score.
    pub score: ExecutionScore,
    /// Whether it took the place of none.
    pub is_new: bool,
}

impl Command for ScoreExecution {
    const NAME: &'static str = "execution.score";
    const PERMISSION: Permission = Permission::ExecutionScore;
    type Output = GivenScore;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<GivenScore>, Error> {
        let Self { execution: id, name, value, comment } = self;
        // Locked, so that the scores are counted one after another.
        let execution = ctx.unit.executions().lock(id).await?;
        let execution = execution.ok_or(Error::NotFound(Execution::KIND))?;
        ctx.check_bound(execution.draft.prompt.map(|(prompt, _)| prompt)).await?;
        let principal = ctx.access.principal();
        let scores: &mut dyn ExecutionScores = ctx.unit.execution_scores();
        let before = scores.own(id, &name, principal.id()).await?;
        let is_new = before.is_none();
        if before.as_ref().is_some_and(|own| own.value == value && own.comment == comment) {
            let unchanged = before.into_iter().map(|score| GivenScore { score, is_new }).next();
            let unchanged = unchanged.ok_or_else(|| Error::internal("the score is there"))?;
            return Ok(Recorded::without_audit(unchanged));
        }
        if is_new && scores.count(id).await? >= MAX_EXECUTION_SCORES {
            return Err(Error::conflict(SCORES_EXHAUSTED, "an execution has at most 200 scores"));
        }
        let score = ExecutionScore {
            id: before.as_ref().map_or_else(|| ctx.id(), |own| own.id),
            execution: id,
            prompt: execution.draft.prompt,
            name,
            value,
            comment,
            source: ScoreSource::of(principal),
            author: principal.id(),
            created_at: before.map_or(ctx.now, |own| own.created_at),
            updated_at: ctx.now,
        };
        ctx.unit.execution_scores().give(&score).await?;
        let audit = AuditRecord::about("execution.scored", &execution)
            .beside("name", score.name.as_str().into())?
            .beside("value", told(&score.value))?
            .beside("source", score.source.name().into())?;
        Ok(Recorded::new(GivenScore { score, is_new }, audit))
    }
}

fn told(value: &ScoreValue) -> Value {
    match value {
        ScoreValue::Number(number) => json!(number.number()),
        ScoreValue::Boolean(yes) => json!(yes),
        ScoreValue::Category(text) => json!(text.as_str()),
    }
}

/// Removes the score that the caller gave under a name, if there is one.
#[derive(Debug, Clone)]
pub struct RemoveExecutionScore {
    /// The execution.
    pub execution: ExecutionId,
    /// What is judged.
    pub name: ScoreName,
}

impl Command for RemoveExecutionScore {
    const NAME: &'static str = "execution.remove_score";
    const PERMISSION: Permission = Permission::ExecutionScore;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let execution = ctx.unit.executions().get(self.execution).await?;
        let author = ctx.access.principal().id();
        let scores: &mut dyn ExecutionScores = ctx.unit.execution_scores();
        let Some(own) = scores.own(self.execution, &self.name, author).await? else {
            return Ok(Recorded::without_audit(()));
        };
        scores.take_back(own.id).await?;
        let audit = AuditRecord::about("execution.score_removed", &execution)
            .beside("name", own.name.as_str().into())?;
        Ok(Recorded::new((), audit))
    }
}

/// Lists the scores of an execution.
#[derive(Debug, Clone)]
pub struct ListExecutionScores {
    /// The execution.
    pub execution: ExecutionId,
    /// The order and the position.
    pub page: PageRequest<ExecutionScoreSort>,
}

impl Query for ListExecutionScores {
    const NAME: &'static str = "execution.scores";
    const PERMISSION: Permission = Permission::ExecutionRead;
    type Output = Page<ExecutionScore>;

    async fn run(self, view: &mut View<'_>) -> Result<Page<ExecutionScore>, Error> {
        view.unit.executions().get(self.execution).await?;
        let scores: &mut dyn ExecutionScoreReader = view.unit.execution_scores();
        Ok(scores.scores(self.execution, &self.page).await?)
    }
}

/// Adds up the scores of the executions of a prompt.
#[derive(Debug, Clone, Copy)]
pub struct GetPromptScores {
    /// The prompt.
    pub prompt: PromptId,
    /// The days on which the executions were created.
    pub days: UsageDays,
}

impl Query for GetPromptScores {
    const NAME: &'static str = "prompt.scores";
    const PERMISSION: Permission = Permission::ExecutionRead;
    const SLOW: &'static str = "the scores took too long to add up: ask for fewer days";
    type Output = Vec<ScoreSummary>;

    fn reading(&self) -> Reading {
        Reading::Slowly
    }

    async fn run(self, view: &mut View<'_>) -> Result<Vec<ScoreSummary>, Error> {
        view.unit.prompts().get(self.prompt).await?;
        let organization = view.unit.organization().find().await?;
        let timezone = organization.ok_or(Error::NotFound("organization"))?.settings.timezone;
        let (from, until) = self.days.bounds(timezone.day(view.now));
        let asked = ScoreQuery {
            prompt: self.prompt,
            from: timezone.start_of(from),
            until: timezone.start_of(after(until)),
            limit: MAX_ROWS + 1,
        };
        let scores: &mut dyn ExecutionScoreReader = view.unit.execution_scores();
        let rows = scores.summary(&asked).await?;
        if rows.len() > MAX_ROWS as usize {
            let detail = "the scores have more than 10000 rows: ask for fewer days";
            return Err(Error::conflict(REPORT_TOO_LARGE, detail));
        }
        Ok(rows)
    }
}
