use chrono::DateTime;
use uuid::Uuid;

use super::*;

fn at(seconds: i64) -> Timestamp {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn queued() -> AgentRun {
    let graph = AgentGraphName::InvoiceReader;
    let draft = AgentRunDraft {
        graph,
        input: JsonObject::default(),
        model: AgentModel::parse("fast").unwrap(),
        spending_limit: None,
        user: Id::from_uuid(Uuid::from_u128(1)),
        started_by: None,
        permissions: graph.needs(),
    };
    AgentRun::queue(
        Id::from_uuid(Uuid::from_u128(2)),
        Id::from_uuid(Uuid::from_u128(3)),
        draft,
        at(1),
    )
}

fn running() -> AgentRun {
    queued().begin(Id::from_uuid(Uuid::from_u128(4)), at(2)).unwrap()
}

fn question(id: &str) -> AgentQuestion {
    AgentQuestion { id: Text::parse(id).unwrap(), body: JsonObject::default() }
}

#[test]
fn a_question_is_answered_once_and_by_its_id() {
    let waiting = running().ask(question("q1"), at(3)).unwrap();
    assert_eq!(waiting.clone().answer("q2", at(4)), None);
    let answered = waiting.answer("q1", at(4)).unwrap();
    assert_eq!((answered.status, &answered.question), (AgentRunStatus::Queued, &None));
    assert_eq!(answered.answer("q1", at(5)), None);
}

#[test]
fn a_part_begins_again_when_its_worker_is_gone() {
    let again = running().begin(Id::from_uuid(Uuid::from_u128(4)), at(9)).unwrap();
    assert_eq!((again.parts, again.started_at), (2, Some(at(2))));
    let queued = again.requeue(at(10)).unwrap();
    assert_eq!(queued.status, AgentRunStatus::Queued);
    assert!(queued.requeue(at(11)).is_err());
}

#[test]
fn the_first_end_holds() {
    let endings = [
        AgentRunEnding::Succeeded(JsonObject::default(), "[]".to_owned()),
        AgentRunEnding::Failed(Failure::new(AGENT_RUN_CANCELLED, "x")),
        AgentRunEnding::Cancelled,
    ];
    for ending in endings {
        let ended = running().end(ending.clone(), at(5)).unwrap();
        assert!(ended.status.is_ended() && ended.ended_at == Some(at(5)));
        assert_eq!(ended.failure.is_none(), ended.status == AgentRunStatus::Succeeded);
        assert!(ended.clone().end(ending, at(6)).is_err());
        assert!(ended.clone().begin(Id::from_uuid(Uuid::from_u128(4)), at(6)).is_err());
        assert_eq!(ended.answer("q1", at(6)), None);
    }
}
