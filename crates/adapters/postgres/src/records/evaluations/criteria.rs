//! The evaluators of evaluations, and what is asked of them.

use async_trait::async_trait;
use plinth_domain::{
    Criterion, DatasetId, Evaluation, EvaluationId, EvaluationResult, EvaluatorDefinition,
    EvaluatorId, Id, Pinned, PromptId,
};
use plinth_ports::{
    Contest, Contestant, EvaluationResultFilter, EvaluationResultReader, EvaluationResultSort,
    EvaluationResults, Page, PageRequest, Ranked, RecordReader, Result,
};
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::{
    row::{named, stored},
    scoped::ScopedTx,
    value::{ColumnValue, each},
};

const CRITERIA: &str = "SELECT evaluation_id, position, evaluator_id, number, \
    definition::text AS definition, scored, passed, failed, sum FROM evaluation_criteria \
    WHERE organization_id = $1 AND evaluation_id = ANY ($2) ORDER BY evaluation_id, position";

/// The mean of an evaluation's scores, where a failure counts as 0.
macro_rules! score {
    () => {
        "c.sum / nullif(c.scored + c.failed, 0)"
    };
}

/// `$5` tells whether all contestants are asked for, or those of the arrays, which are of the same length.
const RANKED: &str = concat!(
    "WITH newest AS (SELECT DISTINCT ON (e.prompt_id, e.prompt_version, e.model_id) \
    e.prompt_id, e.prompt_version, e.model_id, e.id, e.ended_at, coalesce(",
    score!(),
    ", 0) AS score, \
    count(*) OVER (PARTITION BY e.prompt_id, e.prompt_version, e.model_id) AS evaluations \
    FROM evaluation_criteria c \
    JOIN evaluations e ON e.organization_id = $1 AND e.id = c.evaluation_id \
    WHERE c.organization_id = $1 AND c.evaluator_id = $3 AND c.number = $4 \
    AND e.dataset_id = $2 AND e.status = 'succeeded' AND ($5::boolean \
    OR (e.prompt_id, e.prompt_version, e.model_id) IN (SELECT o.prompt, o.version, o.model \
    FROM unnest($6::uuid[], $7::smallint[], $8::uuid[]) AS o (prompt, version, model))) \
    ORDER BY e.prompt_id, e.prompt_version, e.model_id, e.ended_at DESC, e.id DESC) \
    SELECT n.prompt_id, n.prompt_version, n.model_id, n.id, n.ended_at, n.score, n.evaluations, \
    p.name AS prompt_name, m.name AS model_name FROM newest n \
    JOIN prompts p ON p.organization_id = $1 AND p.id = n.prompt_id \
    JOIN models m ON m.organization_id = $1 AND m.id = n.model_id \
    ORDER BY n.score DESC, n.prompt_id, n.prompt_version, n.model_id LIMIT $9"
);

/// An evaluation that succeeded never changes, so the identities say all.
const BASIS: &str = "SELECT encode(sha256(convert_to(string_agg(e.id::text, ',' ORDER BY e.id), \
    'UTF8')), 'hex') AS basis FROM evaluation_criteria c \
    JOIN evaluations e ON e.organization_id = $1 AND e.id = c.evaluation_id \
    WHERE c.organization_id = $1 AND c.evaluator_id = $3 AND c.number = $4 \
    AND e.dataset_id = $2 AND e.status = 'succeeded'";

const BEST: &str = concat!(
    "SELECT max(",
    score!(),
    ") AS best FROM evaluations e \
    JOIN evaluation_criteria c ON c.organization_id = $1 AND c.evaluation_id = e.id \
    JOIN evaluators v ON v.organization_id = $1 AND v.id = c.evaluator_id AND v.number = c.number \
    WHERE e.organization_id = $1 AND e.prompt_id = $2 AND e.prompt_version = $3 \
    AND e.dataset_id = $4 AND c.evaluator_id = $5 AND e.status = 'succeeded' \
    AND NOT e.other_model"
);

#[async_trait]
impl EvaluationResultReader for ScopedTx {
    async fn criteria(&mut self, evaluations: &[EvaluationId]) -> Result<Vec<Criterion>> {
        let values = vec![each(evaluations, |id| id.uuid())];
        Ok(self.ask_within(CRITERIA, values, usize::MAX, criterion).await?.items)
    }

    async fn results(
        &mut self,
        evaluation: EvaluationId,
        filter: EvaluationResultFilter,
        page: &PageRequest<EvaluationResultSort>,
    ) -> Result<Page<EvaluationResult>> {
        self.results_of(evaluation, filter, page).await
    }

    async fn ranked(
        &mut self,
        contest: Contest,
        of: Option<&[Contestant]>,
        limit: u16,
    ) -> Result<Vec<Ranked>> {
        let some = of.unwrap_or_default();
        let mut values = contest_values(contest);
        values.extend([
            of.is_none().into(),
            each(some, |one| one.prompt.0.uuid()),
            each(some, |one| one.prompt.1.cast_signed()),
            each(some, |one| one.model.uuid()),
            i64::from(limit).into(),
        ]);
        Ok(self.ask_within(RANKED, values, usize::MAX, ranked).await?.items)
    }

    async fn basis(&mut self, contest: Contest) -> Result<Option<String>> {
        let row = self.ask(BASIS, contest_values(contest)).await?;
        Ok(row.map(|row| named::<Option<String>>(&row, "basis")).transpose()?.flatten())
    }

    async fn best_score(
        &mut self,
        prompt: (PromptId, u16),
        dataset: DatasetId,
        evaluator: EvaluatorId,
    ) -> Result<Option<f64>> {
        let (prompt, version) = prompt;
        let values = vec![
            prompt.uuid().into(),
            version.cast_signed().into(),
            dataset.uuid().into(),
            evaluator.uuid().into(),
        ];
        let row = self.ask(BEST, values).await?;
        Ok(row.map(|row| named::<Option<f64>>(&row, "best")).transpose()?.flatten())
    }
}

fn criterion(row: &PgRow) -> Result<Criterion> {
    let id = |column| named::<Uuid>(row, column);
    let count =
        |column| -> Result<u32> { Ok(u32::try_from(named::<i32>(row, column)?).unwrap_or(0)) };
    Ok(Criterion {
        evaluation: Id::from_uuid(id("evaluation_id")?),
        position: named::<i16>(row, "position")?.cast_unsigned(),
        pinned: Pinned {
            evaluator: Id::from_uuid(id("evaluator_id")?),
            number: u32::try_from(named::<i64>(row, "number")?).unwrap_or(u32::MAX),
            definition: stored::<EvaluatorDefinition>(row, "definition")?,
        },
        scored: count("scored")?,
        passed: count("passed")?,
        failed: count("failed")?,
        sum: named(row, "sum")?,
    })
}

fn contest_values(contest: Contest) -> Vec<sea_orm::Value> {
    let Contest { dataset, evaluator, number } = contest;
    vec![dataset.uuid().into(), evaluator.uuid().into(), i64::from(number).into()]
}

fn ranked(row: &PgRow) -> Result<Ranked> {
    let version: i16 = named(row, "prompt_version")?;
    Ok(Ranked {
        contestant: Contestant {
            prompt: (Id::from_uuid(named(row, "prompt_id")?), version.cast_unsigned()),
            model: Id::from_uuid(named(row, "model_id")?),
        },
        prompt_name: named(row, "prompt_name")?,
        model_name: named(row, "model_name")?,
        score: named(row, "score")?,
        evaluation: Id::from_uuid(named(row, "id")?),
        ended_at: named(row, "ended_at")?,
        evaluations: u32::try_from(named::<i64>(row, "evaluations")?).unwrap_or(u32::MAX),
    })
}

const LOCK: &str =
    "SELECT id FROM evaluations WHERE organization_id = $1 AND id = $2 FOR NO KEY UPDATE";

/// The arrays are of the same length.
const ADD: &str = "INSERT INTO evaluation_criteria (organization_id, evaluation_id, position, \
    evaluator_id, number, definition, scored, passed, failed, sum) \
    SELECT $1, c.evaluation, c.position, c.evaluator, c.number, c.definition::jsonb, c.scored, \
    c.passed, c.failed, c.sum FROM unnest($2::uuid[], $3::smallint[], $4::uuid[], $5::bigint[], \
    $6::text[], $7::integer[], $8::integer[], $9::integer[], $10::double precision[]) \
    AS c (evaluation, position, evaluator, number, definition, scored, passed, failed, sum)";

const COUNT: &str = "UPDATE evaluation_criteria c SET scored = n.scored, passed = n.passed, \
    failed = n.failed, sum = n.sum, version = c.version + 1, updated_at = now() \
    FROM unnest($2::uuid[], $3::smallint[], $4::integer[], $5::integer[], $6::integer[], \
    $7::double precision[]) AS n (evaluation, position, scored, passed, failed, sum) \
    WHERE c.organization_id = $1 AND c.evaluation_id = n.evaluation AND c.position = n.position";

#[async_trait]
impl EvaluationResults for ScopedTx {
    async fn lock(&mut self, evaluation: EvaluationId) -> Result<Option<Evaluation>> {
        if self.ask(LOCK, vec![evaluation.uuid().into()]).await?.is_none() {
            return Ok(None);
        }
        RecordReader::<Evaluation>::find(self, evaluation).await
    }

    async fn add_criteria(&mut self, criteria: &[Criterion]) -> Result<()> {
        let values = vec![
            each(criteria, |c| c.evaluation.uuid()),
            each(criteria, |c| c.position.cast_signed()),
            each(criteria, |c| c.pinned.evaluator.uuid()),
            each(criteria, |c| i64::from(c.pinned.number)),
            each(criteria, |c| c.pinned.definition.stored()),
            each(criteria, |c| c.scored.cast_signed()),
            each(criteria, |c| c.passed.cast_signed()),
            each(criteria, |c| c.failed.cast_signed()),
            each(criteria, |c| c.sum),
        ];
        self.insert_rows(ADD, values).await
    }

    async fn add_results(
        &mut self,
        results: &[EvaluationResult],
        criteria: &[Criterion],
    ) -> Result<()> {
        self.insert_results(results).await?;
        let values = vec![
            each(criteria, |c| c.evaluation.uuid()),
            each(criteria, |c| c.position.cast_signed()),
            each(criteria, |c| c.scored.cast_signed()),
            each(criteria, |c| c.passed.cast_signed()),
            each(criteria, |c| c.failed.cast_signed()),
            each(criteria, |c| c.sum),
        ];
        self.write(COUNT, values).await.map(drop)
    }
}
