//! The evaluators of evaluations and what they have found, and what a store keeps of it.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{
    Criterion, Evaluation, EvaluationId, EvaluationResult, EvaluationStatus, Evaluator, Failure,
    Pinned, Score,
};
use plinth_ports::{
    Contest, Contestant, Direction, EvaluationResultFilter, EvaluationResultReader,
    EvaluationResultSort, Ranked, Result, UnitOfWork,
    records::evaluation_results::{EVALUATION, EVALUATOR, RESULT_TAKEN},
};

use crate::{
    Stores,
    fixture::{at, id},
    outcome::assert_conflict,
    records::{Fixture, World},
    walk::{first, walk},
};

async fn evaluators(stores: &Stores, world: &World) -> [Evaluator; 2] {
    let both = [1, 2].map(|n| Evaluator { number: 3, ..world.make(n) });
    let insert = async |unit: &mut dyn UnitOfWork| {
        Evaluator::insert(unit, &both[0]).await?;
        Evaluator::insert(unit, &both[1]).await
    };
    stores.write(world.tenant(), insert).await.unwrap();
    both
}

async fn evaluation(stores: &Stores, world: &World, n: usize) -> Evaluation {
    let evaluation: Evaluation = world.make(n);
    let insert = async |unit: &mut dyn UnitOfWork| Evaluation::insert(unit, &evaluation).await;
    stores.write(world.tenant(), insert).await.unwrap();
    evaluation
}

fn criteria(evaluation: EvaluationId, evaluators: &[Evaluator]) -> Vec<Criterion> {
    let pinned = |evaluator: &Evaluator| Pinned {
        evaluator: evaluator.id,
        number: evaluator.number,
        definition: evaluator.definition.clone(),
    };
    let pinned = evaluators.iter().map(pinned).zip(0..);
    pinned.map(|(pinned, place)| Criterion::new(evaluation, place, pinned)).collect()
}

async fn add_criteria(stores: &Stores, world: &World, criteria: &[Criterion]) -> Result<()> {
    let add =
        async |unit: &mut dyn UnitOfWork| unit.evaluation_results().add_criteria(criteria).await;
    stores.write(world.tenant(), add).await
}

async fn add_results(
    stores: &Stores,
    world: &World,
    results: &[EvaluationResult],
    criteria: &[Criterion],
) -> Result<()> {
    let add = async |unit: &mut dyn UnitOfWork| {
        let locked = unit.evaluation_results().lock(results[0].evaluation).await?;
        assert!(locked.is_some());
        unit.evaluation_results().add_results(results, criteria).await
    };
    stores.write(world.tenant(), add).await
}

async fn stored(stores: &Stores, world: &World, ids: &[EvaluationId]) -> Vec<Criterion> {
    let mut view = stores.read(world.tenant()).await;
    let reader: &mut dyn EvaluationResultReader = view.evaluation_results();
    reader.criteria(ids).await.unwrap()
}

async fn listed(
    stores: &Stores,
    world: &World,
    evaluation: EvaluationId,
    filter: EvaluationResultFilter,
) -> Vec<EvaluationResult> {
    let page = first(EvaluationResultSort::Stored, Direction::Ascending, 2);
    walk(page, async |page: &_| {
        let mut view = stores.read_together(world.tenant()).await;
        let reader: &mut dyn EvaluationResultReader = view.evaluation_results();
        reader.results(evaluation, filter, page).await.unwrap()
    })
    .await
}

fn result(criterion: &Criterion, score: Option<f64>) -> EvaluationResult {
    let failure = score
        .is_none()
        .then(|| Failure { code: "judge.invalid".to_owned(), detail: "rubbish".to_owned() });
    EvaluationResult {
        id: id(),
        evaluation: criterion.evaluation,
        item: id(),
        position: criterion.position,
        evaluator: criterion.pinned.evaluator,
        score: score.map(|score| Score::new(score).unwrap()),
        passed: score.map(|score| score > 0.5),
        reason: score.map(|score| format!("because {score}")),
        failure,
        execution: score.map(|_| id()),
        judge: score.filter(|score| *score > 0.5).map(|_| id()),
        created_at: at(7),
    }
}

pub async fn results_are_read_in_their_order_and_counted(stores: &Stores) {
    let world = World::new(stores).await;
    let evaluators = evaluators(stores, &world).await;
    let evaluation = evaluation(stores, &world, 1).await;
    let mut criteria = criteria(evaluation.id, &evaluators);
    add_criteria(stores, &world, &criteria).await.unwrap();
    assert_eq!(stored(stores, &world, &[evaluation.id]).await, criteria);
    let scores = [Some(1.0), Some(0.25), None];
    let mut results: Vec<EvaluationResult> = Vec::new();
    for criterion in &mut criteria {
        for score in scores {
            results.push(result(criterion, score));
            criterion.count(score.map(|score| Score::new(score).unwrap()));
        }
    }
    results.sort_by_key(|result| result.id.uuid());
    add_results(stores, &world, &results, &criteria).await.unwrap();
    assert_eq!(stored(stores, &world, &[evaluation.id]).await, criteria);
    assert_eq!(stored(stores, &world, &[id()]).await, []);
    for filter in [
        EvaluationResultFilter::default(),
        EvaluationResultFilter {
            evaluator: Some(evaluators[1].id),
            ..EvaluationResultFilter::default()
        },
        EvaluationResultFilter { passed: Some(false), ..Default::default() },
        EvaluationResultFilter { failed: Some(true), ..Default::default() },
        EvaluationResultFilter { failed: Some(false), passed: Some(true), evaluator: None },
    ] {
        let mut expected = results.clone();
        expected.retain(|result| {
            filter.evaluator.is_none_or(|id| result.evaluator == id)
                && filter.passed.is_none_or(|passed| result.passed == Some(passed))
                && filter.failed.is_none_or(|failed| result.failure.is_some() == failed)
        });
        let found = listed(stores, &world, evaluation.id, filter).await;
        assert_eq!(found, expected, "{filter:?}");
    }
    let again = EvaluationResult { id: id(), ..results[0].clone() };
    let refused = add_results(stores, &world, &[again], &[]).await;
    assert_conflict(refused, RESULT_TAKEN.0);
}

pub async fn an_evaluator_stays_as_long_as_an_evaluation_has_it(stores: &Stores) {
    let world = World::new(stores).await;
    let evaluators = evaluators(stores, &world).await;
    let evaluation = evaluation(stores, &world, 3).await;
    let criteria = criteria(evaluation.id, &evaluators[..1]);
    add_criteria(stores, &world, &criteria).await.unwrap();
    let one = result(&criteria[0], Some(1.0));
    add_results(stores, &world, std::slice::from_ref(&one), &criteria).await.unwrap();
    let remove = async |unit: &mut dyn UnitOfWork| unit.evaluators().remove(&evaluators[0]).await;
    assert_conflict(stores.write(world.tenant(), remove).await, EVALUATOR.0);
    let gone = async |unit: &mut dyn UnitOfWork| unit.evaluations().remove(&evaluation).await;
    stores.write(world.tenant(), gone).await.unwrap();
    assert_eq!(stored(stores, &world, &[evaluation.id]).await, []);
    assert_eq!(listed(stores, &world, evaluation.id, EvaluationResultFilter::default()).await, []);
    let remove = async |unit: &mut dyn UnitOfWork| unit.evaluators().remove(&evaluators[0]).await;
    stores.write(world.tenant(), remove).await.unwrap();
}

pub async fn criteria_need_their_evaluation_and_their_evaluator(stores: &Stores) {
    let (world, theirs) = (World::new(stores).await, World::new(stores).await);
    let evaluators = evaluators(stores, &world).await;
    let evaluation = evaluation(stores, &world, 3).await;
    let refused = add_criteria(stores, &world, &criteria(id(), &evaluators)).await;
    assert_conflict(refused, EVALUATION.0);
    let unknown = Evaluator { id: id(), ..evaluators[0].clone() };
    let refused = add_criteria(stores, &world, &criteria(evaluation.id, &[unknown])).await;
    assert_conflict(refused, EVALUATOR.0);
    let own = criteria(evaluation.id, &evaluators);
    let refused = add_criteria(stores, &theirs, &own).await;
    assert_conflict(refused, EVALUATION.0);
    add_criteria(stores, &world, &own).await.unwrap();
    assert_eq!(stored(stores, &theirs, &[evaluation.id]).await, []);
}

/// Stores an evaluation that has ended in this way, with this sum of scores and these failures.
async fn ended(
    stores: &Stores,
    world: &World,
    evaluator: &Evaluator,
    change: impl Fn(&mut Evaluation),
    (scored, failed, sum): (u32, u32, f64),
) -> Evaluation {
    let mut evaluation: Evaluation = world.make(2);
    assert_eq!(evaluation.status, EvaluationStatus::Succeeded);
    evaluation.draft.other_model = false;
    change(&mut evaluation);
    let insert = async |unit: &mut dyn UnitOfWork| Evaluation::insert(unit, &evaluation).await;
    stores.write(world.tenant(), insert).await.unwrap();
    let mut criteria = criteria(evaluation.id, std::slice::from_ref(evaluator));
    criteria[0] = Criterion { scored, failed, sum, ..criteria[0].clone() };
    add_criteria(stores, world, &criteria).await.unwrap();
    evaluation
}

pub async fn versions_are_ranked_by_the_newest_evaluations_that_succeeded(stores: &Stores) {
    let world = World::new(stores).await;
    let [evaluator, other] = evaluators(stores, &world).await;
    let ended_at =
        |second| move |evaluation: &mut Evaluation| evaluation.ended_at = Some(at(second));
    let first = ended(stores, &world, &evaluator, ended_at(100), (4, 0, 3.0)).await;
    let newest = ended(stores, &world, &evaluator, ended_at(101), (2, 2, 1.0)).await;
    let models = [first.draft.model, world.id(first_of_other(&world, first.draft.model))];
    let second_model = |evaluation: &mut Evaluation| {
        evaluation.draft.model = models[1];
        evaluation.draft.other_model = true;
    };
    let by_other = ended(stores, &world, &evaluator, second_model, (1, 0, 1.0)).await;
    // None of these counts.
    let failed = |evaluation: &mut Evaluation| {
        evaluation.status = EvaluationStatus::Cancelled;
    };
    ended(stores, &world, &evaluator, failed, (1, 0, 1.0)).await;
    ended(stores, &world, &other, ended_at(200), (1, 0, 1.0)).await;
    let earlier = Evaluator { number: 2, ..evaluator.clone() };
    ended(stores, &world, &earlier, ended_at(200), (1, 0, 1.0)).await;

    let (dataset, prompt) = (first.draft.dataset, first.draft.prompt);
    let contest = Contest { dataset, evaluator: evaluator.id, number: 3 };
    let mut view = stores.read_together(world.tenant()).await;
    let prompt_name = view.prompts().find(prompt.0).await.unwrap().unwrap().name;
    let mut expected = Vec::new();
    for (evaluation, score, evaluations) in [(&by_other, 1.0, 1), (&newest, 0.25, 2)] {
        let model = evaluation.draft.model;
        expected.push(Ranked {
            contestant: Contestant { prompt, model },
            prompt_name: prompt_name.as_str().to_owned(),
            model_name: view.models().find(model).await.unwrap().unwrap().name.as_str().to_owned(),
            score,
            evaluation: evaluation.id,
            ended_at: evaluation.ended_at.unwrap(),
            evaluations,
        });
    }
    let reader: &mut dyn EvaluationResultReader = view.evaluation_results();
    assert_eq!(reader.ranked(contest, None, 10).await.unwrap(), expected);
    assert_eq!(reader.ranked(contest, None, 1).await.unwrap(), expected[..1]);
    let second = Contestant { prompt, model: models[0] };
    assert_eq!(reader.ranked(contest, Some(&[second]), 10).await.unwrap(), expected[1..]);
    assert_eq!(reader.ranked(contest, Some(&[]), 10).await.unwrap(), []);
    let later = Contest { number: 4, ..contest };
    assert_eq!(reader.ranked(later, None, 10).await.unwrap(), []);
    assert_eq!(reader.basis(later).await.unwrap(), None);
    let basis = reader.basis(contest).await.unwrap();
    assert!(basis.as_ref().is_some_and(|name| name.len() <= 64), "{basis:?}");
    // Only the version's own model counts, and only the newest definition.
    let best = reader.best_score(prompt, dataset, evaluator.id).await.unwrap();
    assert_eq!(best, Some(0.75));
    let none = reader.best_score((prompt.0, 2), dataset, evaluator.id).await.unwrap();
    assert_eq!(none, None);
    drop(view);
    // Another set of evaluations has another name, and the earlier one counts again.
    let remove = async |unit: &mut dyn UnitOfWork| unit.evaluations().remove(&newest).await;
    stores.write(world.tenant(), remove).await.unwrap();
    let mut view = stores.read_together(world.tenant()).await;
    let reader: &mut dyn EvaluationResultReader = view.evaluation_results();
    assert_ne!(reader.basis(contest).await.unwrap(), basis);
    let ranked = reader.ranked(contest, None, 10).await.unwrap();
    let found = (ranked[1].evaluation, ranked[1].score.to_bits(), ranked[1].evaluations);
    assert_eq!(found, (first.id, 0.75_f64.to_bits(), 1));
    drop(view);
    let theirs = World::new(stores).await;
    let mut view = stores.read_together(theirs.tenant()).await;
    let reader: &mut dyn EvaluationResultReader = view.evaluation_results();
    assert_eq!(reader.ranked(contest, None, 10).await.unwrap(), []);
    assert_eq!(reader.basis(contest).await.unwrap(), None);
}

/// The number of the model of the world that is not this one.
fn first_of_other(world: &World, model: plinth_domain::ModelId) -> usize {
    usize::from(world.id::<plinth_domain::Model>(0) == model)
}
