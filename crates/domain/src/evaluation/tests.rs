use uuid::Uuid;

use super::*;
use crate::{EvaluatorDefinition, Score};

const AT: Timestamp = Timestamp::UNIX_EPOCH;

fn id<T>(n: u128) -> Id<T> {
    Id::from_uuid(Uuid::from_u128(n))
}

fn queued() -> Evaluation {
    let draft = EvaluationDraft {
        note: None,
        dataset: id(1),
        dataset_at: AT,
        items: 2,
        prompt: (id(2), 1),
        model: id(3),
        other_model: false,
        created_by: id(4),
        api_key: None,
    };
    Evaluation::queue(id(5), id(6), draft, AT)
}

fn done(count: u32) -> EvaluationProgress {
    EvaluationProgress { cursor: Some(id(u128::from(count))), done: count, ..Default::default() }
}

fn failure() -> Failure {
    Failure { code: "budget.exceeded".to_owned(), detail: "no more".to_owned() }
}

#[test]
fn an_evaluation_succeeds_once_all_items_are_done() {
    let running = queued().start(AT).unwrap();
    let half = running.advance(done(1), AT).unwrap();
    assert!(half.clone().succeed(AT).is_err());
    let ended = half.advance(done(1), AT).unwrap().succeed(AT).unwrap();
    assert_eq!((ended.status, ended.ended_at), (EvaluationStatus::Succeeded, Some(AT)));
    assert!(ended.clone().resume(AT).is_err());
    assert!(ended.clone().cancel(AT).is_err());
    assert!(ended.advance(done(1), AT).is_err());
}

#[test]
fn a_failed_or_cancelled_evaluation_goes_on_with_what_is_done() {
    let half = queued().start(AT).unwrap().advance(done(1), AT).unwrap();
    let failed = half.clone().fail(failure(), AT).unwrap();
    assert_eq!(failed.failure, Some(failure()));
    for ended in [failed, half.cancel(AT).unwrap()] {
        assert!(ended.clone().start(AT).is_err());
        let resumed = ended.resume(AT).unwrap().start(AT).unwrap();
        assert_eq!((resumed.progress.done, resumed.failure.is_none()), (1, true));
        assert!(resumed.advance(done(1), AT).unwrap().succeed(AT).is_ok());
    }
}

#[test]
fn a_failure_is_no_score_and_counts_as_zero_in_comparisons() {
    let definition = EvaluatorDefinition::Judge {
        prompt: id(1),
        version: 1,
        threshold: Score::new(0.5).unwrap(),
    };
    let pinned = Pinned { evaluator: id(1), number: 1, definition };
    let mut criterion = Criterion::new(id(2), 0, pinned);
    assert_eq!((criterion.mean(), criterion.score()), (None, None));
    for score in [Some(1.0), Some(0.5), Some(0.0), None] {
        criterion.count(score.map(|score| Score::new(score).unwrap()));
    }
    assert_eq!((criterion.scored, criterion.passed, criterion.failed), (3, 2, 1));
    assert_eq!((criterion.mean(), criterion.score()), (Some(0.5), Some(0.375)));
}
