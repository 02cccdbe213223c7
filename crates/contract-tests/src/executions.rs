//! Executions end once, what came of their text is kept, and a process that is gone is noticed.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use std::time::Duration;

use plinth_domain::{
    Answer, Attempt, Cause, Ending, Execution, ExecutionId, Failure, FinishReason, Reservation,
    TokenUsage, UsageSource,
};
use plinth_ports::{ExecutionLeases, ExecutionProgress, LeaseState, OutputPiece, StoreError};
use uuid::Uuid;

use crate::{Stores, fixture::at, harness::Tenant, records::World};

const HOLDER: Uuid = Uuid::from_u128(1);
const OTHER: Uuid = Uuid::from_u128(2);
const LONG: Duration = Duration::from_mins(1);

/// A running execution with a lease of this length.
async fn running(stores: &Stores, world: &World, lease: Duration) -> Execution {
    let execution = Execution { organization: world.tenant().id(), ..world.make(1) };
    let mut unit = stores.begin(world.tenant()).await;
    unit.executions().insert(&execution, Some((HOLDER, lease))).await.unwrap();
    unit.commit().await.unwrap();
    execution
}

async fn append(
    stores: &Stores,
    tenant: &Tenant,
    id: ExecutionId,
    by: Uuid,
    at: u32,
    text: &str,
) -> bool {
    let piece = OutputPiece { position: at, text: text.to_owned() };
    let mut unit = stores.begin(tenant).await;
    let held = unit.executions().append(id, by, &piece).await.unwrap();
    unit.commit().await.unwrap();
    held
}

async fn pieces(
    stores: &Stores,
    tenant: &Tenant,
    id: ExecutionId,
    after: u32,
    bytes: usize,
) -> Vec<String> {
    let mut unit = stores.read(tenant).await;
    let pieces = unit.execution_parts().pieces(id, after, bytes).await.unwrap();
    pieces.into_iter().map(|piece| piece.text).collect()
}

fn first_call(execution: &Execution) -> Attempt {
    Attempt {
        execution: execution.id,
        number: 1,
        model: execution.model,
        started_at: at(3),
        latency_ms: 9,
        http_status: Some(200),
        provider_request: None,
        failure: None,
        usage: TokenUsage::default(),
        usage_source: UsageSource::None,
        cost: None,
    }
}

fn finished() -> Ending {
    let answer = Answer { finish: Some(FinishReason::Stop), ..Answer::default() };
    Ending { answer, model: None, attempts: 1, cause: None }
}

pub async fn the_first_end_of_an_execution_holds((_, stores): (impl ExecutionLeases, Stores)) {
    let stores = &stores;
    let world = World::new(stores).await;
    let execution = running(stores, &world, LONG).await;
    let ended = execution.clone().end(finished(), at(70)).unwrap();
    stores
        .write(world.tenant(), async |unit| unit.executions().update(&ended).await)
        .await
        .unwrap();
    let cancelled = Ending { cause: Some(Cause::Cancelled), ..finished() };
    let rival = execution.end(cancelled, at(80)).unwrap();
    let stale =
        stores.write(world.tenant(), async |unit| unit.executions().update(&rival).await).await;
    assert!(matches!(stale, Err(StoreError::Stale)), "{stale:?}");
    let mut changed = ended.clone();
    changed.revision = changed.revision.next(at(90));
    let refused =
        stores.write(world.tenant(), async |unit| unit.executions().update(&changed).await).await;
    assert!(refused.is_err(), "an ended execution never changes");
}

pub async fn only_the_holder_of_the_lease_adds_to_the_text(
    (_, stores): (impl ExecutionLeases, Stores),
) {
    let stores = &stores;
    let world = World::new(stores).await;
    let (tenant, id) = (world.tenant(), running(stores, &world, LONG).await.id);
    assert!(append(stores, tenant, id, HOLDER, 0, "über").await);
    assert!(!append(stores, tenant, id, OTHER, 4, "no").await);
    assert!(append(stores, tenant, id, HOLDER, 4, " uns").await);
    stores.write(tenant, async |unit| unit.executions().release(id).await).await.unwrap();
    assert!(!append(stores, tenant, id, HOLDER, 8, "late").await);
    assert_eq!(pieces(stores, tenant, id, 0, 1000).await, ["über", " uns"]);
    let stranger = stores.tenant().await;
    assert!(!append(stores, &stranger, id, HOLDER, 8, "foreign").await);
    assert_eq!(pieces(stores, &stranger, id, 0, 1000).await, Vec::<String>::new());
}

pub async fn the_text_is_read_from_a_character_on_and_within_bytes(
    (_, stores): (impl ExecutionLeases, Stores),
) {
    let stores = &stores;
    let world = World::new(stores).await;
    let (tenant, id) = (world.tenant(), running(stores, &world, LONG).await.id);
    for (position, text) in [(0, "üüüü"), (4, "bbbb"), (8, "cccc")] {
        assert!(append(stores, tenant, id, HOLDER, position, text).await);
    }
    assert_eq!(pieces(stores, tenant, id, 3, 1000).await, ["üüüü", "bbbb", "cccc"]);
    assert_eq!(pieces(stores, tenant, id, 4, 1000).await, ["bbbb", "cccc"]);
    assert_eq!(pieces(stores, tenant, id, 12, 1000).await, Vec::<String>::new());
    let within = pieces(stores, tenant, id, 0, 5).await;
    assert_eq!(within[0], "üüüü", "at least one piece, however long it is");
    assert!(within.len() < 3, "{within:?}");
    stores.write(tenant, async |unit| unit.executions().remove_pieces(id).await).await.unwrap();
    assert_eq!(pieces(stores, tenant, id, 0, 1000).await, Vec::<String>::new());
}

pub async fn a_lease_is_extended_by_its_holder_and_tells_of_a_cancellation(
    (leases, stores): (impl ExecutionLeases, Stores),
) {
    let stores = &stores;
    let world = World::new(stores).await;
    let (tenant, id) = (world.tenant(), running(stores, &world, LONG).await.id);
    let second = running(stores, &world, LONG).await.id;
    let both = [(tenant.id(), id), (tenant.id(), second)];
    let extend = async |holder| leases.extend(holder, &both, LONG).await.unwrap();
    assert_eq!(extend(HOLDER).await, [LeaseState::Held; 2]);
    assert_eq!(extend(OTHER).await, [LeaseState::Lost; 2]);
    stores.write(tenant, async |unit| unit.executions().ask_to_cancel(second).await).await.unwrap();
    assert_eq!(extend(HOLDER).await, [LeaseState::Held, LeaseState::CancelRequested]);
    assert_eq!(leases.cancellations(HOLDER).await.unwrap(), [second]);
    assert_eq!(leases.cancellations(OTHER).await.unwrap(), []);
    stores.write(tenant, async |unit| unit.executions().release(id).await).await.unwrap();
    assert_eq!(extend(HOLDER).await, [LeaseState::Lost, LeaseState::CancelRequested]);
    assert_eq!(leases.extend(HOLDER, &[], LONG).await.unwrap(), []);
}

pub async fn an_execution_whose_lease_has_expired_is_found(
    (leases, stores): (impl ExecutionLeases, Stores),
) {
    let stores = &stores;
    let world = World::new(stores).await;
    let tenant = world.tenant();
    let live = running(stores, &world, LONG).await.id;
    let gone = running(stores, &world, Duration::ZERO).await.id;
    let expired = leases.expired(10_000).await.unwrap();
    assert!(expired.contains(&(tenant.id(), gone)));
    assert!(!expired.contains(&(tenant.id(), live)));
    let mut unit = stores.begin(tenant).await;
    assert!(unit.executions().is_leased(live, HOLDER).await.unwrap());
    assert!(!unit.executions().is_leased(live, OTHER).await.unwrap());
}

pub async fn the_calls_of_models_are_read_as_they_were_stored(
    (_, stores): (impl ExecutionLeases, Stores),
) {
    let stores = &stores;
    let world = World::new(stores).await;
    let (tenant, execution) = (world.tenant(), running(stores, &world, LONG).await);
    let full = Attempt {
        execution: execution.id,
        number: 1,
        model: execution.model,
        started_at: at(3),
        latency_ms: u32::MAX,
        http_status: Some(429),
        provider_request: Some("req_1".to_owned()),
        failure: Some(Failure {
            code: "provider.quota".to_owned(),
            detail: "no credit".to_owned(),
        }),
        usage: TokenUsage { input: 1, output: 2, cached: 3, cache_written: 4, reasoning: u32::MAX },
        usage_source: UsageSource::Provider,
        cost: Some(0),
    };
    let bare = Attempt {
        number: 2,
        http_status: None,
        provider_request: None,
        failure: None,
        usage: TokenUsage::default(),
        usage_source: UsageSource::None,
        cost: None,
        ..full.clone()
    };
    let both = [full, bare];
    stores.write(tenant, async |unit| unit.executions().add_attempts(&both).await).await.unwrap();
    let found = stores.read(tenant).await.execution_parts().attempts(execution.id).await.unwrap();
    assert_eq!(found, both);
    let stranger = stores.tenant().await;
    let found =
        stores.read(&stranger).await.execution_parts().attempts(execution.id).await.unwrap();
    assert_eq!(found, []);
}

pub async fn an_execution_is_finished_by_its_holder_and_once(
    (_, stores): (impl ExecutionLeases, Stores),
) {
    let stores = &stores;
    let world = World::new(stores).await;
    let tenant = world.tenant();
    // Nothing is held for it.
    let execution = Execution {
        organization: tenant.id(),
        reservation: Reservation::default(),
        ..world.make(1)
    };
    let lease = Some((HOLDER, LONG));
    stores
        .write(tenant, async |unit| unit.executions().insert(&execution, lease).await)
        .await
        .unwrap();
    let previous = execution.revision.version;
    let answer = Answer {
        text: "done".to_owned(),
        characters: 4,
        tool_calls: Some(r#"[{"id": "1"}]"#.to_owned()),
        finish: Some(FinishReason::Stop),
        usage: TokenUsage { input: 1, output: 2, cached: 3, cache_written: 4, reasoning: 5 },
        usage_source: UsageSource::Provider,
        cost: Some(6),
        first_token_ms: Some(7),
        latency_ms: Some(8),
    };
    let ended = execution.clone().end(Ending { answer, ..finished() }, at(70)).unwrap();
    let attempt = first_call(&execution);
    // The rows that wait for the commit are stored with the change, or not at all.
    let finish = async |tenant: &Tenant, holder, previous| {
        let mut unit = stores.begin_deferred(tenant).await;
        unit.executions().finish(&ended, holder, previous).await?;
        unit.executions().add_attempts(std::slice::from_ref(&attempt)).await?;
        unit.commit().await
    };
    let stranger = stores.tenant().await;
    let stale = execution.revision.next(at(60)).version;
    for (tenant, holder, previous) in
        [(tenant, OTHER, previous), (tenant, HOLDER, stale), (&stranger, HOLDER, previous)]
    {
        let refused = finish(tenant, holder, previous).await;
        assert!(matches!(refused, Err(StoreError::Stale)), "{refused:?}");
    }
    let found = async || {
        let mut unit = stores.read(tenant).await;
        let attempts = unit.execution_parts().attempts(execution.id).await.unwrap();
        (unit.executions().find(execution.id).await.unwrap().unwrap(), attempts)
    };
    assert_eq!(found().await, (execution.clone(), Vec::new()));
    finish(tenant, HOLDER, previous).await.unwrap();
    assert_eq!(found().await, (ended.clone(), vec![attempt.clone()]));
    let again = finish(tenant, HOLDER, previous).await;
    assert!(matches!(again, Err(StoreError::Stale)), "{again:?}");
    let mut unit = stores.begin(tenant).await;
    assert!(!unit.executions().is_leased(execution.id, HOLDER).await.unwrap(), "the lease ended");
}

pub async fn of_executions_that_end_at_once_each_ends_for_itself(
    (_, stores): (impl ExecutionLeases, Stores),
) {
    let stores = &stores;
    let world = World::new(stores).await;
    let tenant = world.tenant();
    let executions: Vec<Execution> = (0..24)
        .map(|number| {
            let running: Execution = world.make(1);
            Execution {
                id: ExecutionId::from_uuid(Uuid::from_u128(running.id.uuid().as_u128() + number)),
                organization: tenant.id(),
                reservation: Reservation::default(),
                ..running
            }
        })
        .collect();
    for execution in &executions {
        let lease = Some((HOLDER, LONG));
        stores
            .write(tenant, async |unit| unit.executions().insert(execution, lease).await)
            .await
            .unwrap();
    }
    // Each third is held by another process.
    let holder = |number: usize| if number.is_multiple_of(3) { OTHER } else { HOLDER };
    let end = async |(number, execution): (usize, &Execution)| {
        let text = format!("answer {number}");
        let characters = u32::try_from(text.len()).unwrap();
        let answer = Answer { text, characters, ..finished().answer };
        let ended = execution.clone().end(Ending { answer, ..finished() }, at(70)).unwrap();
        let mut unit = stores.begin_deferred(tenant).await;
        let previous = execution.revision.version;
        unit.executions().finish(&ended, holder(number), previous).await?;
        unit.executions().add_attempts(&[first_call(execution)]).await?;
        unit.commit().await.map(|()| ended)
    };
    let answers = futures::future::join_all(executions.iter().enumerate().map(end)).await;
    let mut view = stores.read(tenant).await;
    for (number, (execution, answer)) in executions.iter().zip(answers).enumerate() {
        let found = view.executions().find(execution.id).await.unwrap().unwrap();
        let attempts = view.execution_parts().attempts(execution.id).await.unwrap();
        match answer {
            Ok(ended) => {
                assert_eq!((holder(number), found), (HOLDER, ended));
                assert_eq!(attempts, [first_call(execution)]);
            }
            refused => {
                assert!(matches!(refused, Err(StoreError::Stale)), "{refused:?}");
                assert_eq!((holder(number), &found), (OTHER, execution));
                assert_eq!(attempts, []);
            }
        }
    }
}

pub async fn an_execution_runs_as_long_as_its_lease_has_not_expired(
    (_, stores): (impl ExecutionLeases, Stores),
) {
    let stores = &stores;
    let world = World::new(stores).await;
    let tenant = world.tenant();
    let live = running(stores, &world, LONG).await.id;
    let gone = running(stores, &world, Duration::ZERO).await.id;
    let mut unit = stores.begin(tenant).await;
    assert!(unit.executions().is_running(live).await.unwrap());
    assert!(!unit.executions().is_running(gone).await.unwrap());
    unit.executions().release(live).await.unwrap();
    assert!(!unit.executions().is_running(live).await.unwrap());
}

pub async fn the_progress_of_an_execution_is_the_length_of_its_pieces(
    (_, stores): (impl ExecutionLeases, Stores),
) {
    let stores = &stores;
    let world = World::new(stores).await;
    let (tenant, execution) = (world.tenant(), running(stores, &world, LONG).await);
    let progress = async |tenant: &Tenant| {
        stores.read(tenant).await.execution_parts().progress(execution.id).await.unwrap()
    };
    let so_far = |is_ended, characters| Some(ExecutionProgress { is_ended, characters });
    assert_eq!(progress(tenant).await, so_far(false, 0));
    assert!(append(stores, tenant, execution.id, HOLDER, 0, "über").await);
    assert!(append(stores, tenant, execution.id, HOLDER, 4, "all").await);
    assert_eq!(progress(tenant).await, so_far(false, 7));
    let ended = execution.clone().end(finished(), at(70)).unwrap();
    stores.write(tenant, async |unit| unit.executions().update(&ended).await).await.unwrap();
    assert_eq!(progress(tenant).await, so_far(true, 7));
    assert_eq!(progress(&stores.tenant().await).await, None);
}
