use futures::future::BoxFuture;
use plinth_domain::{
    Dataset, Evaluation, EvaluationDraft, EvaluationProgress, EvaluationStatus, Failure, Id, Lines,
    Prompt, Revision,
};
use plinth_ports::{EvaluationFilter, OneOf, Result, UnitOfWork};

use super::{Fixture, World};
use crate::fixture::{at, id};

impl Fixture for Evaluation {
    fn make(evaluation: Id<Self>, revision: Revision, n: usize, world: &World) -> Self {
        let number = u32::try_from(n).unwrap();
        let status = EvaluationStatus::ALL[n % 5];
        let items = number + 1;
        let done = if status == EvaluationStatus::Succeeded { items } else { number };
        Self {
            id: evaluation,
            organization: id(),
            draft: EvaluationDraft {
                note: (!n.is_multiple_of(3))
                    .then(|| Lines::parse(&format!("Line {n},\nand one more")).unwrap()),
                dataset: world.id::<Dataset>(n),
                dataset_at: at(number.into()),
                items,
                prompt: (world.id::<Prompt>(n / 2), 1),
                model: world.id(n / 3),
                other_model: n.is_multiple_of(2),
                created_by: world.tenant().owner.id,
                api_key: n.is_multiple_of(2).then(id),
            },
            status,
            progress: EvaluationProgress {
                cursor: n.is_multiple_of(2).then(id),
                done,
                unanswered: number,
                tokens_input: u64::from(number) + 1,
                tokens_output: i64::MAX.unsigned_abs() - u64::from(number),
                cost: i64::MAX - i64::from(number),
            },
            failure: (status == EvaluationStatus::Failed).then(|| Failure {
                code: "budget.exceeded".to_owned(),
                detail: format!("refused {n}"),
            }),
            started_at: (!n.is_multiple_of(5)).then(|| at(number.into())),
            ended_at: status.is_ended().then(|| at(100)),
            revision,
        }
    }

    fn filters(world: &World) -> Vec<EvaluationFilter> {
        let two = OneOf::new(vec![EvaluationStatus::Queued, EvaluationStatus::Failed]).unwrap();
        vec![
            EvaluationFilter { status: EvaluationStatus::Running.into(), ..Default::default() },
            EvaluationFilter { status: two, ..Default::default() },
            EvaluationFilter { dataset: Some(world.id(1)), ..Default::default() },
            EvaluationFilter { prompt: Some(world.id(1)), version: Some(1), ..Default::default() },
        ]
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        unit.evaluations().insert(record)
    }
}
