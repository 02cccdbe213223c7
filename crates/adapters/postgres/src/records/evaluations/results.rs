//! What evaluators have found about the answers to items.

use plinth_domain::{EvaluationId, EvaluationResult, Failure, Id, Score};
use plinth_ports::{EvaluationResultFilter, EvaluationResultSort, Page, PageRequest, Result};
use sea_orm::{Condition, entity::prelude::*};

use crate::{
    list,
    row::{FromRow, Row},
    scoped::ScopedTx,
    value::each,
};

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "evaluation_results")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub evaluation_id: Uuid,
    pub item_id: Uuid,
    pub position: i16,
    pub evaluator_id: Uuid,
    pub score: Option<f64>,
    pub passed: Option<bool>,
    pub reason: Option<String>,
    pub error_code: Option<String>,
    pub error: Option<String>,
    pub execution: Option<Uuid>,
    pub judge: Option<Uuid>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();

impl FromRow for EvaluationResult {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let code: Option<String> = row.get(Column::ErrorCode)?;
        let detail: Option<String> = row.get(Column::Error)?;
        let score = |score: Option<f64>| score.map(Score::new).transpose().ok();
        Ok(Self {
            id: row.value(Column::Id)?,
            evaluation: row.value(Column::EvaluationId)?,
            item: row.value(Column::ItemId)?,
            position: row.known(Column::Position, |place: i16| u16::try_from(place).ok())?,
            evaluator: row.value(Column::EvaluatorId)?,
            score: row.known(Column::Score, score)?,
            passed: row.get(Column::Passed)?,
            reason: row.get(Column::Reason)?,
            failure: code.map(|code| Failure { code, detail: detail.unwrap_or_default() }),
            execution: row.optional_id(Column::Execution)?,
            judge: row.optional_id(Column::Judge)?,
            created_at: row.get(Column::CreatedAt)?,
        })
    }
}

/// The arrays are of the same length.
const ADD: &str = "INSERT INTO evaluation_results (organization_id, id, evaluation_id, item_id, \
    position, evaluator_id, score, passed, reason, error_code, error, execution, judge, \
    created_at, updated_at) \
    SELECT $1, r.id, r.evaluation, r.item, r.position, r.evaluator, nullif(r.score, -1), \
    CASE r.passed WHEN 1 THEN true WHEN 0 THEN false END, nullif(r.reason, ''), \
    nullif(r.code, ''), CASE WHEN r.code <> '' THEN r.detail END, \
    nullif(r.execution, '00000000-0000-0000-0000-000000000000'), \
    nullif(r.judge, '00000000-0000-0000-0000-000000000000'), r.at, r.at \
    FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::smallint[], $6::uuid[], \
    $7::double precision[], $8::smallint[], $9::text[], $10::text[], $11::text[], $12::uuid[], \
    $13::uuid[], $14::timestamptz[]) AS r (id, evaluation, item, position, evaluator, score, \
    passed, reason, code, detail, execution, judge, at)";

impl ScopedTx {
    pub(super) async fn insert_results(&mut self, results: &[EvaluationResult]) -> Result<()> {
        let failure = |part: fn(&Failure) -> &String| {
            each(results, |r| r.failure.as_ref().map(part).cloned().unwrap_or_default())
        };
        let values = vec![
            each(results, |r| r.id.uuid()),
            each(results, |r| r.evaluation.uuid()),
            each(results, |r| r.item.uuid()),
            each(results, |r| r.position.cast_signed()),
            each(results, |r| r.evaluator.uuid()),
            each(results, |r| r.score.map_or(-1.0, Score::number)),
            each(results, |r| r.passed.map_or(-1, i16::from)),
            each(results, |r| r.reason.clone().unwrap_or_default()),
            failure(|failure| &failure.code),
            failure(|failure| &failure.detail),
            each(results, |r| r.execution.map_or(Uuid::nil(), Id::uuid)),
            each(results, |r| r.judge.map_or(Uuid::nil(), Id::uuid)),
            each(results, |r| r.created_at),
        ];
        self.insert_rows(ADD, values).await
    }

    pub(super) async fn results_of(
        &mut self,
        evaluation: EvaluationId,
        filter: EvaluationResultFilter,
        page: &PageRequest<EvaluationResultSort>,
    ) -> Result<Page<EvaluationResult>> {
        let missing = |failed: bool| {
            if failed { Column::Score.is_null() } else { Column::Score.is_not_null() }
        };
        let of = list::times::<Entity>(page.times)
            .add(Column::EvaluationId.eq(evaluation.uuid()))
            .add_option(filter.evaluator.map(|id| Column::EvaluatorId.eq(id.uuid())))
            .add_option(filter.passed.map(|passed| Column::Passed.eq(passed)))
            .add_option(filter.failed.map(missing));
        let of = Condition::all().add(of);
        list::page(self, None, of, page, None, Column::Id).await
    }
}
