use async_trait::async_trait;
use plinth_domain::{ModelId, PromptId};
use plinth_ports::{
    AnswerLengthReader, AnswerLengths, Result,
    records::answer_lengths::{REMEMBERED_ANSWERS, TELLING_ANSWERS},
};
use sea_orm::Value;
use uuid::Uuid;

use crate::{
    row::{named, stored},
    scoped::ScopedTx,
};

/// `$4` are the models, `$5` how many answers tell something.
const LONGEST: &str = "SELECT l.model, (SELECT max(n) FROM unnest(l.recent) n) AS longest \
    FROM answer_lengths l WHERE l.organization_id = $1 AND l.prompt_id = $2 \
        AND l.prompt_version = $3 AND l.model = ANY($4::uuid[]) AND cardinality(l.recent) >= $5";

/// `$6` is how many older answers stay.
const REMEMBER: &str = "INSERT INTO answer_lengths \
        (organization_id, prompt_id, prompt_version, model, recent) \
    VALUES ($1, $2, $3, $4, ARRAY[$5::bigint]) \
    ON CONFLICT (organization_id, prompt_id, prompt_version, model) DO UPDATE SET \
        recent = answer_lengths.recent[greatest(cardinality(answer_lengths.recent) - $6 + 1, 1):] \
            || excluded.recent, \
        version = answer_lengths.version + 1, updated_at = now()";

fn version((prompt, number): (PromptId, u16)) -> Vec<Value> {
    vec![prompt.uuid().into(), number.cast_signed().into()]
}

fn number(count: usize) -> Value {
    i32::try_from(count).unwrap_or(i32::MAX).into()
}

#[async_trait]
impl AnswerLengthReader for ScopedTx {
    async fn longest(
        &mut self,
        of: (PromptId, u16),
        models: &[ModelId],
    ) -> Result<Vec<(ModelId, u32)>> {
        let mut values = version(of);
        let models: Vec<Uuid> = models.iter().map(|model| model.uuid()).collect();
        values.extend([models.into(), number(TELLING_ANSWERS)]);
        let read = |row: &_| {
            let longest: i64 = named(row, "longest")?;
            Ok((stored(row, "model")?, u32::try_from(longest).unwrap_or(u32::MAX)))
        };
        Ok(self.ask_within(LONGEST, values, usize::MAX, read).await?.items)
    }
}

#[async_trait]
impl AnswerLengths for ScopedTx {
    async fn remember(&mut self, of: (PromptId, u16), model: ModelId, tokens: u32) -> Result<()> {
        let mut values = version(of);
        let older = number(REMEMBERED_ANSWERS - 1);
        values.extend([model.uuid().into(), i64::from(tokens).into(), older]);
        self.write(REMEMBER, values).await.map(drop)
    }
}
