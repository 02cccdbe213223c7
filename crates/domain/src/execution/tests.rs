use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{FinishReason, ModelFault};

fn draft() -> ExecutionDraft {
    ExecutionDraft {
        prompt: None,
        project: None,
        model: Id::from_uuid(Uuid::from_u128(7)),
        engine: Engine::Direct,
        input: JsonObject::default(),
        context: None,
        tags: ExecutionTags::default(),
        parent: None,
        user: None,
        api_key: None,
        trace: None,
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_timestamp(1_800_000_000 + second, 0).unwrap()
}

fn running() -> Execution {
    let (id, owner) = (Id::from_uuid(Uuid::from_u128(1)), Id::from_uuid(Uuid::from_u128(2)));
    Execution::start(id, owner, draft(), at(0))
}

fn ending(finish: Option<FinishReason>, cause: Option<Cause>) -> Ending {
    Ending { answer: Answer { finish, ..Answer::default() }, model: None, attempts: 1, cause }
}

fn any_cause() -> impl Strategy<Value = Option<Cause>> {
    prop_oneof![
        Just(None),
        prop::sample::select(&ModelFault::ALL[..])
            .prop_map(|fault| Some(Cause::Fault(fault, String::new()))),
        Just(Some(Cause::Cancelled)),
        Just(Some(Cause::Interrupted)),
    ]
}

proptest! {
    #[test]
    fn it_succeeds_if_and_only_if_the_model_said_why_it_ended(
        finish in prop::option::of(prop::sample::select(&FinishReason::ALL[..])),
        cause in any_cause(),
    ) {
        let succeeded = finish.is_some() && cause.is_none();
        let ended = running().end(ending(finish, cause), at(1)).unwrap();
        prop_assert_eq!(ended.status == ExecutionStatus::Succeeded, succeeded);
        prop_assert_eq!(ended.failure.is_none(), succeeded);
    }

    #[test]
    fn an_ended_execution_never_changes(first in any_cause(), second in any_cause()) {
        let ended = running().end(ending(Some(FinishReason::Stop), first), at(1)).unwrap();
        prop_assert!(ended.clone().end(ending(None, second), at(2)).is_err());
        prop_assert!(ended.begin(at(2)).is_err());
    }
}

#[test]
fn a_time_out_ends_it_as_timed_out_and_another_fault_as_failed() {
    for fault in ModelFault::ALL {
        let cause = Some(Cause::Fault(fault, "x".into()));
        let ended = running().end(ending(None, cause), at(1)).unwrap();
        let expected =
            if fault.is_timeout() { ExecutionStatus::TimedOut } else { ExecutionStatus::Failed };
        assert_eq!(ended.status, expected, "{fault:?}");
        assert_eq!(ended.failure.unwrap().code, fault.code().name());
    }
}

#[test]
fn a_queued_execution_can_be_cancelled_and_begins_once() {
    let (id, owner) = (Id::from_uuid(Uuid::from_u128(1)), Id::from_uuid(Uuid::from_u128(2)));
    let queued = Execution::queue(id, owner, draft(), at(0));
    let cancelled = queued.clone().end(ending(None, Some(Cause::Cancelled)), at(1)).unwrap();
    assert_eq!(cancelled.status, ExecutionStatus::Cancelled);
    let begun = queued.begin(at(1)).unwrap();
    assert_eq!(begun.started_at, Some(at(1)));
    assert!(begun.begin(at(2)).is_err());
}

#[test]
fn an_explanation_is_cut_and_has_no_control_characters() {
    let failure = Failure::new(EXECUTION_INTERRUPTED, &"a\u{1b}[31m\n".repeat(200));
    assert_eq!(failure.detail.chars().count(), Failure::MAX_DETAIL);
    assert!(!failure.detail.chars().any(char::is_control));
}
