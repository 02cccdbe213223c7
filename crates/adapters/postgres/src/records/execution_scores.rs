use async_trait::async_trait;
use plinth_domain::{
    ExecutionId, ExecutionScore, ExecutionScoreId, ScoreKind, ScoreName, ScoreNumber, ScoreSource,
    ScoreValue, Text,
};
use plinth_ports::{
    ExecutionScoreReader, ExecutionScoreSort, ExecutionScores, Page, PageRequest, Result,
    ScoreQuery, ScoreSummary,
};
use sea_orm::{Condition, NotSet, Set, entity::prelude::*, sea_query::OnConflict};
use sqlx::postgres::PgRow;

use super::journal::first_id;
use crate::{
    list,
    row::{FromRow, Row, corrupt, named, stored},
    scoped::ScopedTx,
    value::{name, set, text},
};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "execution_scores")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub execution_id: Uuid,
    pub prompt: Option<Uuid>,
    pub prompt_version: Option<i16>,
    pub name: String,
    pub kind: String,
    pub number: Option<i64>,
    pub category: Option<String>,
    pub comment: Option<String>,
    pub source: String,
    pub author: Uuid,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();
name!(ScoreKind, ScoreSource);
text!(ScoreName: ScoreName::parse);

impl FromRow for ExecutionScore {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let version: Option<i16> = row.get(Column::PromptVersion)?;
        let version = version.and_then(|number| u16::try_from(number).ok());
        Ok(Self {
            id: row.value(Column::Id)?,
            execution: row.value(Column::ExecutionId)?,
            prompt: row.optional_id(Column::Prompt)?.zip(version),
            name: row.value(Column::Name)?,
            value: value(row)?,
            comment: row.value(Column::Comment)?,
            source: row.value(Column::Source)?,
            author: row.get(Column::Author)?,
            created_at: row.get(Column::CreatedAt)?,
            updated_at: row.get(Column::UpdatedAt)?,
        })
    }
}

fn value(row: &Row<'_, Entity>) -> Result<ScoreValue> {
    let number =
        || row.known(Column::Number, |millionths: i64| ScoreNumber::from_millionths(millionths));
    Ok(match row.value(Column::Kind)? {
        ScoreKind::Number => ScoreValue::Number(number()?),
        ScoreKind::Boolean => ScoreValue::Boolean(number()?.millionths() > 0),
        ScoreKind::Category => {
            let category: Option<Text<64>> = row.value(Column::Category)?;
            ScoreValue::Category(category.ok_or_else(|| corrupt::<Entity>(Column::Category))?)
        }
    })
}

/// `$3` and `$4` bound the identities of the executions, which carry their time.
const SUMMARY: &str = "SELECT s.prompt_version, s.name, s.kind, s.category, count(*) AS scores, \
    (avg(s.number) / 1000000)::double precision AS mean FROM execution_scores s \
    WHERE s.organization_id = $1 AND s.prompt = $2 AND s.execution_id >= $3 \
    AND s.execution_id < $4 GROUP BY s.prompt_version, s.name, s.kind, s.category \
    ORDER BY s.prompt_version, s.name, s.kind, s.category LIMIT $5";

const COUNT: &str = "SELECT count(*) AS scores FROM execution_scores \
    WHERE organization_id = $1 AND execution_id = $2";

#[async_trait]
impl ExecutionScoreReader for ScopedTx {
    async fn scores(
        &mut self,
        execution: ExecutionId,
        page: &PageRequest<ExecutionScoreSort>,
    ) -> Result<Page<ExecutionScore>> {
        let of = list::times::<Entity>(page.times).add(Column::ExecutionId.eq(execution.uuid()));
        list::page(self, None, of, page, None, Column::Id).await
    }

    async fn summary(&mut self, asked: &ScoreQuery) -> Result<Vec<ScoreSummary>> {
        let values = vec![
            asked.prompt.uuid().into(),
            first_id(asked.from).into(),
            first_id(asked.until).into(),
            i64::from(asked.limit).into(),
        ];
        Ok(self.ask_within(SUMMARY, values, usize::MAX, summary).await?.items)
    }
}

fn summary(row: &PgRow) -> Result<ScoreSummary> {
    let version: i16 = named(row, "prompt_version")?;
    Ok(ScoreSummary {
        version: version.cast_unsigned(),
        name: stored(row, "name")?,
        kind: stored(row, "kind")?,
        category: named(row, "category")?,
        count: named::<i64>(row, "scores")?.unsigned_abs(),
        mean: named(row, "mean")?,
    })
}

#[async_trait]
impl ExecutionScores for ScopedTx {
    async fn own(
        &mut self,
        execution: ExecutionId,
        name: &ScoreName,
        author: Uuid,
    ) -> Result<Option<ExecutionScore>> {
        let own = Condition::all()
            .add(Column::ExecutionId.eq(execution.uuid()))
            .add(Column::Name.eq(name.as_str()))
            .add(Column::Author.eq(author));
        self.select::<Entity>().filter(own).one().await
    }

    async fn count(&mut self, execution: ExecutionId) -> Result<u64> {
        let row = self.ask(COUNT, vec![execution.uuid().into()]).await?;
        Ok(row.map(|row| named::<i64>(&row, "scores")).transpose()?.map_or(0, i64::unsigned_abs))
    }

    async fn give(&mut self, score: &ExecutionScore) -> Result<()> {
        let category = match &score.value {
            ScoreValue::Category(text) => Some(text.as_str().to_owned()),
            ScoreValue::Number(_) | ScoreValue::Boolean(_) => None,
        };
        let row = ActiveModel {
            organization_id: NotSet,
            id: set(&score.id),
            execution_id: set(&score.execution),
            prompt: Set(score.prompt.map(|(prompt, _)| prompt.uuid())),
            prompt_version: Set(score.prompt.map(|(_, version)| version.cast_signed())),
            name: set(&score.name),
            kind: set(&score.value.kind()),
            number: Set(score.value.counted().map(ScoreNumber::millionths)),
            category: Set(category),
            comment: set(&score.comment),
            source: set(&score.source),
            author: Set(score.author),
            version: Set(1),
            created_at: Set(score.created_at),
            updated_at: Set(score.updated_at),
        };
        let keys = [Column::OrganizationId, Column::ExecutionId, Column::Name, Column::Author];
        let again = OnConflict::columns(keys)
            .update_columns([
                Column::Kind,
                Column::Number,
                Column::Category,
                Column::Comment,
                Column::UpdatedAt,
            ])
            .to_owned();
        self.add_or(row, again).await.map(drop)
    }

    async fn take_back(&mut self, score: ExecutionScoreId) -> Result<()> {
        self.remove_all::<Entity>(Condition::all().add(Column::Id.eq(score.uuid()))).await
    }
}
