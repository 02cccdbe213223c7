use std::borrow::Borrow;

use plinth_domain::{Criterion, Evaluation, EvaluationId, EvaluationResult, Permission};
use plinth_ports::{
    EvaluationFilter, EvaluationResultFilter, EvaluationResultReader, EvaluationResultSort,
    EvaluationSort, Page, PageRequest, ReadUnit,
};

use crate::{Error, Query, Reading, View, resource::Found};

/// An evaluation, and what its evaluators have found until now.
#[derive(Debug, Clone, PartialEq)]
pub struct EvaluationDetails {
    /// The evaluation.
    pub evaluation: Evaluation,
    /// Its evaluators, in their order.
    pub criteria: Vec<Criterion>,
}

impl Borrow<Evaluation> for EvaluationDetails {
    fn borrow(&self) -> &Evaluation {
        &self.evaluation
    }
}

/// Adds what the evaluators of these evaluations have found.
async fn details(
    unit: &mut dyn ReadUnit,
    evaluations: Vec<Evaluation>,
) -> Result<Vec<EvaluationDetails>, Error> {
    let ids: Vec<EvaluationId> = evaluations.iter().map(|evaluation| evaluation.id).collect();
    let reader: &mut dyn EvaluationResultReader = unit.evaluation_results();
    let criteria = if ids.is_empty() { Vec::new() } else { reader.criteria(&ids).await? };
    let with = |evaluation: Evaluation| {
        let own = criteria.iter().filter(|one| one.evaluation == evaluation.id);
        EvaluationDetails { criteria: own.cloned().collect(), evaluation }
    };
    Ok(evaluations.into_iter().map(with).collect())
}

/// Reads one evaluation.
#[derive(Debug, Clone, Copy)]
pub struct GetEvaluation {
    /// The evaluation.
    pub id: EvaluationId,
}

impl Query for GetEvaluation {
    const NAME: &'static str = "evaluation.get";
    const PERMISSION: Permission = Permission::EvaluationRead;
    type Output = EvaluationDetails;

    async fn run(self, view: &mut View<'_>) -> Result<EvaluationDetails, Error> {
        let evaluation = view.unit.evaluations().get(self.id).await?;
        let found = details(view.unit, vec![evaluation]).await?;
        found.into_iter().next().ok_or_else(|| Error::internal("the evaluation is gone"))
    }
}

/// Lists evaluations.
#[derive(Debug, Clone)]
pub struct ListEvaluations {
    /// Selects the evaluations.
    pub filter: EvaluationFilter,
    /// The order and the position.
    pub page: PageRequest<EvaluationSort>,
}

impl Query for ListEvaluations {
    const NAME: &'static str = "evaluation.list";
    const PERMISSION: Permission = Permission::EvaluationRead;
    type Output = Page<EvaluationDetails>;

    fn reading(&self) -> Reading {
        // Data sets and prompts have an index; states have none.
        if self.filter.status.values().is_some() || self.page.is_special() {
            return Reading::Slowly;
        }
        Reading::Together
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<EvaluationDetails>, Error> {
        let Page { items, next, total } =
            view.unit.evaluations().list(&self.filter, &self.page).await?;
        Ok(Page { items: details(view.unit, items).await?, next, total })
    }
}

/// Lists what the evaluators of an evaluation have found about single items.
#[derive(Debug, Clone)]
pub struct ListEvaluationResults {
    /// The evaluation.
    pub id: EvaluationId,
    /// Selects the results.
    pub filter: EvaluationResultFilter,
    /// The order and the position.
    pub page: PageRequest<EvaluationResultSort>,
}

impl Query for ListEvaluationResults {
    const NAME: &'static str = "evaluation.results";
    const PERMISSION: Permission = Permission::EvaluationRead;
    type Output = Page<EvaluationResult>;

    fn reading(&self) -> Reading {
        let is_slow = self.filter != EvaluationResultFilter::default() || self.page.is_special();
        if is_slow { Reading::Slowly } else { Reading::Together }
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<EvaluationResult>, Error> {
        view.unit.evaluations().get(self.id).await?;
        let reader: &mut dyn EvaluationResultReader = view.unit.evaluation_results();
        Ok(reader.results(self.id, self.filter, &self.page).await?)
    }
}
