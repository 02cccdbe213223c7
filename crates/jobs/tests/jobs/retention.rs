//! The nightly removal of old executions.

use chrono::TimeDelta;
use plinth_domain::{
    Answer, Ending, Engine, Execution, ExecutionDraft, ExecutionId, ExecutionTags, FinishReason,
    Id, JobState, JsonObject, Model, ModelId, ModelKind, ModelName, ModelProvider, ModelStatus,
    ModelTimeouts, Revision, Text, Timestamp,
};
use plinth_jobs::{ExecutionRetainer, Handlers, OldExecutions, ScheduledJobs};
use plinth_ports::{Executions, Store};
use uuid::{NoContext, Uuid};

use crate::support::Fixture;

/// Stores a model.
async fn model(fixture: &Fixture) -> ModelId {
    let id = Id::from_uuid(Uuid::from_u128(7));
    let model = Model {
        id,
        organization: fixture.scope.organization(),
        name: ModelName::parse("main").unwrap(),
        provider: ModelProvider::OpenAi,
        model_id: Text::parse("main").unwrap(),
        base_url: None,
        kind: ModelKind::Chat,
        capabilities: Vec::new(),
        timeouts: ModelTimeouts::default(),
        fallbacks: Vec::new(),
        config: JsonObject::default(),
        status: ModelStatus::Active,
        secret: None,
        flagged: None,
        revision: Revision::first(fixture.application.now()),
    };
    let mut unit = Store::begin(&fixture.store, fixture.scope).await.unwrap();
    unit.models().insert(&model).await.unwrap();
    unit.commit().await.unwrap();
    id
}

/// Stores an execution that was created at this time and has ended.
async fn ended(fixture: &Fixture, model: ModelId, at: Timestamp) -> ExecutionId {
    let draft = ExecutionDraft {
        prompt: None,
        project: None,
        model,
        engine: Engine::Direct,
        input: JsonObject::from_parsed(r#"{"messages": []}"#.to_owned()),
        context: None,
        tags: ExecutionTags::default(),
        parent: None,
        user: None,
        api_key: None,
        trace: None,
    };
    let seconds = uuid::Timestamp::from_unix(NoContext, at.timestamp().cast_unsigned(), 0);
    let id = Id::from_uuid(Uuid::new_v7(seconds));
    let execution = Execution::start(id, fixture.scope.organization(), draft, at);
    let answer = Answer { finish: Some(FinishReason::Stop), ..Answer::default() };
    let ending = Ending { answer, model: None, attempts: 1, cause: None };
    let execution = execution.end(ending, at).unwrap();
    let mut unit = Store::begin(&fixture.store, fixture.scope).await.unwrap();
    Executions::insert(unit.executions(), &execution, None).await.unwrap();
    unit.commit().await.unwrap();
    id
}

#[tokio::test]
async fn each_organization_has_a_job_that_removes_what_it_keeps_no_longer() {
    let fixture = Fixture::new().await;
    let (now, model) = (fixture.application.now(), model(&fixture).await);
    let kept = ended(&fixture, model, now - TimeDelta::days(89)).await;
    let bare = ended(&fixture, model, now - TimeDelta::days(91)).await;
    let gone = ended(&fixture, model, now - TimeDelta::days(731)).await;
    let jobs = OldExecutions(fixture.application.clone()).jobs(now).await.unwrap();
    let [(organization, draft)] = &jobs[..] else { panic!("{jobs:?}") };
    assert_eq!(*organization, fixture.scope.organization());
    let worker = fixture.worker(Handlers::new().with(ExecutionRetainer));
    let job = fixture.enqueue(draft.clone()).await;
    fixture.until(job, JobState::Succeeded).await;
    worker.stop().await;
    let mut unit = fixture.store.read(fixture.scope).await.unwrap();
    let mut is_bare = async |id| {
        let found = unit.executions().find(id).await.unwrap();
        found.map(|execution| execution.content_removed_at.is_some())
    };
    assert_eq!(is_bare(kept).await, Some(false));
    assert_eq!(is_bare(bare).await, Some(true));
    assert_eq!(is_bare(gone).await, None);
}
