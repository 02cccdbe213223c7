//! Executions are kept for a time: first their texts go, later the rows.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use std::time::Duration;

use plinth_domain::{
    Answer, Attempt, Cause, Ending, Execution, Failure, FinishReason, Id, ModelFault, Revision,
    TokenUsage, UsageSource,
};
use plinth_ports::{ExecutionLeases, OutputPiece};
use uuid::Uuid;

use crate::{
    Stores,
    fixture::{at, id_of},
    harness::Tenant,
    records::World,
};

const HOLDER: Uuid = Uuid::from_u128(1);

/// Stores a running execution of this second, with a piece of its text.
async fn running(stores: &Stores, world: &World, second: i64) -> Execution {
    let execution = Execution {
        id: Id::from_uuid(id_of(at(second))),
        organization: world.tenant().id(),
        revision: Revision::first(at(second)),
        ..world.make(1)
    };
    let lease = Some((HOLDER, Duration::from_mins(1)));
    let piece = OutputPiece { position: 0, text: "a piece".to_owned() };
    let write = async |unit: &mut dyn plinth_ports::UnitOfWork| {
        unit.executions().insert(&execution, lease).await?;
        unit.executions().append(execution.id, HOLDER, &piece).await.map(drop)
    };
    stores.write(world.tenant(), write).await.unwrap();
    execution
}

fn attempt(execution: &Execution) -> Attempt {
    Attempt {
        execution: execution.id,
        number: 1,
        model: execution.model,
        started_at: at(3),
        latency_ms: 9,
        http_status: Some(400),
        provider_request: Some("req_1".to_owned()),
        failure: Some(Failure {
            code: "provider.rejected".to_owned(),
            detail: "their words".to_owned(),
        }),
        usage: TokenUsage { input: 7, ..TokenUsage::default() },
        usage_source: UsageSource::Provider,
        cost: Some(3),
    }
}

/// Stores an execution of this second that has failed.
async fn ended(stores: &Stores, world: &World, second: i64) -> Execution {
    let execution = running(stores, world, second).await;
    let answer = Answer {
        text: "the text".to_owned(),
        characters: 40_000,
        tool_calls: Some("[]".to_owned()),
        finish: Some(FinishReason::Stop),
        cost: Some(3),
        ..Answer::default()
    };
    let cause = Some(Cause::Fault(ModelFault::Rejected, "their words".to_owned()));
    let ending = Ending { answer, model: None, attempts: 1, cause };
    let after = execution.end(ending, at(second)).unwrap();
    let write = async |unit: &mut dyn plinth_ports::UnitOfWork| {
        unit.executions().release(after.id).await?;
        unit.executions().update(&after).await?;
        unit.executions().add_attempts(&[attempt(&after)]).await
    };
    stores.write(world.tenant(), write).await.unwrap();
    after
}

/// Executions of seconds before the time of the tests.
struct Stock {
    /// Of another organization, as old as the oldest.
    foreign: Execution,
    oldest: Execution,
    older: Execution,
    /// It runs, and is older than the young one.
    live: Execution,
    young: Execution,
}

async fn stock(stores: &Stores, world: &World, other: &World) -> Stock {
    Stock {
        foreign: ended(stores, other, -90).await,
        oldest: ended(stores, world, -90).await,
        older: ended(stores, world, -80).await,
        live: running(stores, world, -70).await,
        young: ended(stores, world, -50).await,
    }
}

/// The execution with its calls and the number of its pieces.
async fn found(
    stores: &Stores,
    tenant: &Tenant,
    execution: &Execution,
) -> (Option<Execution>, Vec<Attempt>, usize) {
    let mut unit = stores.read(tenant).await;
    let attempts = unit.execution_parts().attempts(execution.id).await.unwrap();
    let pieces = unit.execution_parts().pieces(execution.id, 0, 1000).await.unwrap();
    (unit.executions().find(execution.id).await.unwrap(), attempts, pieces.len())
}

async fn remove_contents(stores: &Stores, tenant: &Tenant, before: i64, limit: u32) -> u64 {
    let mut unit = stores.begin(tenant).await;
    let removed = unit.executions().remove_contents(at(before), limit).await.unwrap();
    unit.commit().await.unwrap();
    removed
}

async fn remove_old(stores: &Stores, tenant: &Tenant, before: i64, limit: u32) -> u64 {
    let mut unit = stores.begin(tenant).await;
    let removed = unit.executions().remove_old(at(before), limit).await.unwrap();
    unit.commit().await.unwrap();
    removed
}

pub async fn the_texts_of_old_executions_are_removed_and_their_figures_stay(
    (_, stores): (impl ExecutionLeases, Stores),
) {
    let stores = &stores;
    let (world, other) = (World::new(stores).await, World::new(stores).await);
    let tenant = world.tenant();
    let Stock { foreign, oldest, older, live, young } = stock(stores, &world, &other).await;
    assert_eq!(remove_contents(stores, tenant, -60, 1).await, 1, "no more than the limit");
    assert_eq!(found(stores, tenant, &older).await.2, 1, "the oldest is first");
    assert_eq!(remove_contents(stores, tenant, -60, 10).await, 1);
    assert_eq!(remove_contents(stores, tenant, -60, 10).await, 0, "once");
    for before in [oldest, older] {
        let (after, attempts, pieces) = found(stores, tenant, &before).await;
        let after = after.unwrap();
        let removed_at = after.content_removed_at.unwrap();
        assert_eq!(after, before.clone().without_content(removed_at));
        assert_eq!((attempts, pieces), (vec![attempt(&before).without_content()], 0));
    }
    let (kept, attempts, pieces) = found(stores, tenant, &young).await;
    assert_eq!((kept, pieces), (Some(young.clone()), 1));
    assert_eq!(attempts, [attempt(&young)]);
    assert_eq!(found(stores, tenant, &live).await, (Some(live), Vec::new(), 1));
    assert_eq!(found(stores, other.tenant(), &foreign).await.0, Some(foreign));
}

pub async fn the_texts_of_an_execution_are_removed_once_and_nothing_else_with_them(
    (_, stores): (impl ExecutionLeases, Stores),
) {
    let stores = &stores;
    let world = World::new(stores).await;
    let before = ended(stores, &world, -90).await;
    let write = async |after: Execution| {
        stores.write(world.tenant(), async |unit| unit.executions().update(&after).await).await
    };
    let mut cheaper = before.clone().without_content(at(0));
    cheaper.answer.cost = Some(0);
    assert!(write(cheaper).await.is_err(), "the cost stays");
    let mut told = before.clone().without_content(at(0));
    "another text".clone_into(&mut told.answer.text);
    assert!(write(told).await.is_err(), "no text takes the place of another");
    let without = before.without_content(at(0));
    write(without.clone()).await.unwrap();
    assert!(write(without.clone().without_content(at(1))).await.is_err(), "once");
    assert_eq!(found(stores, world.tenant(), &without).await.0, Some(without));
}

pub async fn old_executions_are_removed_with_all_that_is_beside_them(
    (_, stores): (impl ExecutionLeases, Stores),
) {
    let stores = &stores;
    let (world, other) = (World::new(stores).await, World::new(stores).await);
    let tenant = world.tenant();
    let Stock { foreign, oldest, older, live, young } = stock(stores, &world, &other).await;
    assert_eq!(remove_old(stores, tenant, -60, 1).await, 1, "no more than the limit");
    assert_eq!(found(stores, tenant, &oldest).await, (None, Vec::new(), 0));
    assert_eq!(found(stores, tenant, &older).await.2, 1, "the oldest is first");
    assert_eq!(remove_old(stores, tenant, -60, 10).await, 1);
    assert_eq!(remove_old(stores, tenant, -60, 10).await, 0);
    assert_eq!(found(stores, tenant, &older).await, (None, Vec::new(), 0));
    assert_eq!(found(stores, tenant, &live).await.0, Some(live), "it has not ended");
    assert_eq!(found(stores, tenant, &young).await.0, Some(young));
    assert_eq!(found(stores, other.tenant(), &foreign).await.0, Some(foreign));
}
