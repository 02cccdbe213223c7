//! The evaluators of evaluations, and what they have found.

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use async_trait::async_trait;
use plinth_domain::{
    Criterion, DatasetId, Evaluation, EvaluationId, EvaluationResult, EvaluationStatus, Evaluator,
    EvaluatorId, Model, OrganizationId, Prompt, PromptId,
};
use plinth_ports::{
    Constraint, Contest, Contestant, EvaluationResultFilter, EvaluationResultReader,
    EvaluationResultSort, EvaluationResults, Page, PageRequest, Ranked, Result,
    records::{
        evaluation_results::{EVALUATION, EVALUATOR, RESULT_TAKEN},
        evaluations::PROMPT,
    },
};

use super::{
    lists,
    record_tables::{RecordTables, Stored},
    unit::Unit,
};

impl Stored for Evaluator {
    /// An evaluator stays as long as an evaluation has it.
    fn is_needed(&self, tables: &RecordTables, organization: OrganizationId) -> Option<Constraint> {
        let mut criteria = tables.evaluation_criteria.of(organization).flatten();
        criteria.any(|one| one.pinned.evaluator == self.id).then_some(EVALUATOR)
    }
}

impl Stored for Evaluation {
    fn lacks(&self, tables: &RecordTables, organization: OrganizationId) -> Option<Constraint> {
        let (prompt, number) = self.draft.prompt;
        let versions = tables.prompt_versions.get(&(organization, prompt));
        let known = versions.is_some_and(|all| all.iter().any(|one| one.number == number));
        (!known).then_some(PROMPT)
    }

    fn removed(&self, tables: &mut RecordTables, organization: OrganizationId) {
        tables.evaluation_criteria.remove(&(organization, self.id));
        tables.evaluation_results.remove(&(organization, self.id));
    }
}

#[async_trait]
impl EvaluationResultReader for Unit {
    async fn criteria(&mut self, evaluations: &[EvaluationId]) -> Result<Vec<Criterion>> {
        let mut ids = evaluations.to_vec();
        ids.sort_unstable_by_key(|id| id.uuid());
        Ok(ids.into_iter().flat_map(|id| self.criteria_of(id).to_vec()).collect())
    }

    async fn results(
        &mut self,
        evaluation: EvaluationId,
        filter: EvaluationResultFilter,
        page: &PageRequest<EvaluationResultSort>,
    ) -> Result<Page<EvaluationResult>> {
        let shown = self.results_of(evaluation).iter().filter(|result| {
            filter.evaluator.is_none_or(|id| result.evaluator == id)
                && filter.passed.is_none_or(|passed| result.passed == Some(passed))
                && filter.failed.is_none_or(|failed| result.score.is_none() == failed)
                && page.times.created.includes(result.created_at)
                && page.times.updated.includes(result.created_at)
        });
        Ok(lists::page(shown.cloned(), page))
    }

    async fn ranked(
        &mut self,
        contest: Contest,
        of: Option<&[Contestant]>,
        limit: u16,
    ) -> Result<Vec<Ranked>> {
        let mut newest = BTreeMap::<Contestant, Ranked>::new();
        for (evaluation, criterion) in self.contest(contest) {
            let draft = &evaluation.draft;
            let contestant = Contestant { prompt: draft.prompt, model: draft.model };
            if of.is_some_and(|some| !some.contains(&contestant)) {
                continue;
            }
            let (Some(prompt), Some(model), Some(ended_at)) = (
                self.record::<Prompt>(draft.prompt.0),
                self.record::<Model>(draft.model),
                evaluation.ended_at,
            ) else {
                continue;
            };
            let known = newest.get(&contestant);
            let evaluations = known.map_or(1, |known| known.evaluations + 1);
            let later = known
                .filter(|known| {
                    (known.ended_at, known.evaluation.uuid()) > (ended_at, evaluation.id.uuid())
                })
                .cloned();
            let found = later.unwrap_or_else(|| Ranked {
                contestant,
                prompt_name: prompt.name.as_str().to_owned(),
                model_name: model.name.as_str().to_owned(),
                score: criterion.score().unwrap_or_default(),
                evaluation: evaluation.id,
                ended_at,
                evaluations,
            });
            newest.insert(contestant, Ranked { evaluations, ..found });
        }
        let mut ranked: Vec<Ranked> = newest.into_values().collect();
        ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
        ranked.truncate(limit.into());
        Ok(ranked)
    }

    async fn basis(&mut self, contest: Contest) -> Result<Option<String>> {
        let mut ids: Vec<_> = self.contest(contest).map(|(one, _)| one.id.uuid()).collect();
        ids.sort_unstable();
        let mut hasher = DefaultHasher::new();
        ids.hash(&mut hasher);
        Ok((!ids.is_empty()).then(|| format!("{:x}", hasher.finish())))
    }

    async fn best_score(
        &mut self,
        prompt: (PromptId, u16),
        dataset: DatasetId,
        evaluator: EvaluatorId,
    ) -> Result<Option<f64>> {
        let newest = self.record(evaluator).map(|evaluator| evaluator.number);
        let scores = self
            .succeeded(dataset, evaluator)
            .filter(|(evaluation, criterion)| {
                evaluation.draft.prompt == prompt
                    && !evaluation.draft.other_model
                    && Some(criterion.pinned.number) == newest
            })
            .filter_map(|(_, criterion)| criterion.score());
        Ok(scores.max_by(f64::total_cmp))
    }
}

#[async_trait]
impl EvaluationResults for Unit {
    /// Units of work run one after another, so there is nothing to lock.
    async fn lock(&mut self, evaluation: EvaluationId) -> Result<Option<Evaluation>> {
        Ok(self.record(evaluation).cloned())
    }

    async fn add_criteria(&mut self, criteria: &[Criterion]) -> Result<()> {
        for criterion in criteria {
            let no_evaluation = self.record(criterion.evaluation).is_none();
            self.draft.forbid(no_evaluation, EVALUATION.0)?;
            let no_evaluator = self.record(criterion.pinned.evaluator).is_none();
            self.draft.forbid(no_evaluator, EVALUATOR.0)?;
            let mut all = self.criteria_of(criterion.evaluation).to_vec();
            all.push(criterion.clone());
            let key = (self.organization_id(), criterion.evaluation);
            self.draft.tables.records.evaluation_criteria.insert(key, all);
        }
        Ok(())
    }

    async fn add_results(
        &mut self,
        results: &[EvaluationResult],
        criteria: &[Criterion],
    ) -> Result<()> {
        for result in results {
            let mut known = self.results_of(result.evaluation).iter();
            let place = (result.item, result.position);
            let taken = known.any(|one| (one.item, one.position) == place);
            self.draft.forbid(taken, RESULT_TAKEN.0)?;
            let mut all = self.results_of(result.evaluation).to_vec();
            all.push(result.clone());
            let key = (self.organization_id(), result.evaluation);
            self.draft.tables.records.evaluation_results.insert(key, all);
        }
        for criterion in criteria {
            let mut all = self.criteria_of(criterion.evaluation).to_vec();
            for one in all.iter_mut().filter(|one| one.position == criterion.position) {
                *one = criterion.clone();
            }
            let key = (self.organization_id(), criterion.evaluation);
            self.draft.tables.records.evaluation_criteria.insert(key, all);
        }
        Ok(())
    }
}

impl Unit {
    fn criteria_of(&self, evaluation: EvaluationId) -> &[Criterion] {
        let key = (self.organization_id(), evaluation);
        self.tables().records.evaluation_criteria.get(&key).map_or(&[], Vec::as_slice)
    }

    fn results_of(&self, evaluation: EvaluationId) -> &[EvaluationResult] {
        let key = (self.organization_id(), evaluation);
        self.tables().records.evaluation_results.get(&key).map_or(&[], Vec::as_slice)
    }

    /// The evaluations of a contest, each with what its evaluator has found.
    fn contest(&self, contest: Contest) -> impl Iterator<Item = (&Evaluation, &Criterion)> {
        let Contest { dataset, evaluator, number } = contest;
        self.succeeded(dataset, evaluator).filter(move |(_, one)| one.pinned.number == number)
    }

    /// The evaluations that succeeded with a data set, each with what this evaluator has found.
    fn succeeded(
        &self,
        dataset: DatasetId,
        evaluator: EvaluatorId,
    ) -> impl Iterator<Item = (&Evaluation, &Criterion)> {
        let evaluations = self.records::<Evaluation>().filter(move |evaluation| {
            evaluation.draft.dataset == dataset && evaluation.status == EvaluationStatus::Succeeded
        });
        evaluations.flat_map(move |evaluation| {
            let criteria = self.criteria_of(evaluation.id).iter();
            let own = criteria.filter(move |one| one.pinned.evaluator == evaluator);
            own.map(move |criterion| (evaluation, criterion))
        })
    }
}
