//! What people and programs think of executions.

use std::collections::BTreeMap;

use async_trait::async_trait;
use plinth_domain::{
    Execution, ExecutionId, ExecutionScore, ExecutionScoreId, ScoreName, ScoreNumber, ScoreValue,
};
use plinth_ports::{
    ExecutionScoreReader, ExecutionScoreSort, ExecutionScores, Page, PageRequest, Result,
    ScoreQuery, ScoreSummary, records::execution_scores::EXECUTION,
};
use uuid::Uuid;

use super::{lists, unit::Unit};

#[async_trait]
impl ExecutionScoreReader for Unit {
    async fn scores(
        &mut self,
        execution: ExecutionId,
        page: &PageRequest<ExecutionScoreSort>,
    ) -> Result<Page<ExecutionScore>> {
        let shown = self.scores_of(execution).iter().filter(|score| {
            page.times.created.includes(score.created_at)
                && page.times.updated.includes(score.updated_at)
        });
        Ok(lists::page(shown.cloned(), page))
    }

    async fn summary(&mut self, asked: &ScoreQuery) -> Result<Vec<ScoreSummary>> {
        let mut groups = BTreeMap::<_, Vec<ScoreNumber>>::new();
        let mut counts = BTreeMap::<_, u64>::new();
        for execution in self.records::<Execution>() {
            let created = execution.revision.created_at;
            if created < asked.from || created >= asked.until {
                continue;
            }
            for score in self.scores_of(execution.id) {
                let Some((_, version)) = score.prompt.filter(|(id, _)| *id == asked.prompt) else {
                    continue;
                };
                let category = match &score.value {
                    ScoreValue::Category(text) => Some(text.as_str().to_owned()),
                    ScoreValue::Number(_) | ScoreValue::Boolean(_) => None,
                };
                let key = (version, score.name.clone(), score.value.kind(), category);
                groups.entry(key.clone()).or_default().extend(score.value.counted());
                *counts.entry(key).or_default() += 1;
            }
        }
        let rows = groups.into_iter().zip(counts.into_values());
        let rows = rows.map(|(((version, name, kind, category), numbers), count)| ScoreSummary {
            version,
            name,
            kind,
            category,
            count,
            mean: mean(&numbers),
        });
        Ok(rows.take(asked.limit as usize).collect())
    }
}

fn mean(numbers: &[ScoreNumber]) -> Option<f64> {
    let count = u32::try_from(numbers.len()).ok().filter(|count| *count > 0)?;
    Some(numbers.iter().map(|number| number.number()).sum::<f64>() / f64::from(count))
}

#[async_trait]
impl ExecutionScores for Unit {
    async fn own(
        &mut self,
        execution: ExecutionId,
        name: &ScoreName,
        author: Uuid,
    ) -> Result<Option<ExecutionScore>> {
        let mut scores = self.scores_of(execution).iter();
        Ok(scores.find(|score| score.name == *name && score.author == author).cloned())
    }

    async fn count(&mut self, execution: ExecutionId) -> Result<u64> {
        Ok(self.scores_of(execution).len() as u64)
    }

    async fn give(&mut self, score: &ExecutionScore) -> Result<()> {
        let is_missing = self.record::<Execution>(score.execution).is_none();
        self.draft.forbid(is_missing, EXECUTION.0)?;
        let mut all = self.scores_of(score.execution).to_vec();
        let known = all.iter_mut().find(|one| one.name == score.name && one.author == score.author);
        match known {
            Some(known) => {
                known.value = score.value.clone();
                known.comment.clone_from(&score.comment);
                known.updated_at = score.updated_at;
            }
            None => all.push(score.clone()),
        }
        let key = (self.organization_id(), score.execution);
        self.draft.tables.records.execution_scores.insert(key, all);
        Ok(())
    }

    async fn take_back(&mut self, score: ExecutionScoreId) -> Result<()> {
        let organization = self.organization_id();
        let mut scores = self.tables().records.execution_scores.of(organization).flatten();
        let found = scores.find(|one| one.id == score).cloned();
        drop(scores);
        let Some(found) = found else { return Ok(()) };
        let mut all = self.scores_of(found.execution).to_vec();
        all.retain(|one| one.id != score);
        self.draft.tables.records.execution_scores.insert((organization, found.execution), all);
        Ok(())
    }
}

impl Unit {
    fn scores_of(&self, execution: ExecutionId) -> &[ExecutionScore] {
        let key = (self.organization_id(), execution);
        self.tables().records.execution_scores.get(&key).map_or(&[], Vec::as_slice)
    }
}
