//! What happened in a run has numbers without holes, and only the holder of a run writes about it.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{AgentRun, AgentRunId, ApiKey, ApiKeyId, Execution, Id};
use plinth_ports::{AgentProgress, AgentRunCost, NewAgentEvent, UnitOfWork};
use uuid::Uuid;

use crate::{
    Stores,
    fixture::{at, id, named, token},
    harness::Tenant,
    records::World,
    walk::all,
};

const HOLDER: Uuid = Uuid::from_u128(1);
const OTHER: Uuid = Uuid::from_u128(2);

/// A run without a holder.
async fn queued(stores: &Stores, world: &World) -> AgentRunId {
    let run = AgentRun { organization: world.tenant().id(), ..world.make(0) };
    stores.write(world.tenant(), async |unit| unit.agent_runs().insert(&run).await).await.unwrap();
    run.id
}

async fn hold(stores: &Stores, tenant: &Tenant, run: AgentRunId, holder: Option<Uuid>) {
    stores.write(tenant, async |unit| unit.agent_runs().hold(run, holder).await).await.unwrap();
}

/// Adds events with these numbers in their data.
async fn append(
    stores: &Stores,
    tenant: &Tenant,
    run: AgentRunId,
    holder: Option<Uuid>,
    numbers: &[u32],
) -> bool {
    let event = |n: &u32| NewAgentEvent { kind: "step", data: format!("{{\"n\":{n}}}") };
    let events: Vec<_> = numbers.iter().map(event).collect();
    let mut unit = stores.begin(tenant).await;
    let is_added = unit.agent_runs().append(run, holder, &events, at(7)).await.unwrap();
    unit.commit().await.unwrap();
    is_added
}

async fn numbers(
    stores: &Stores,
    tenant: &Tenant,
    run: AgentRunId,
    after: u32,
    limit: u16,
) -> Vec<(u32, String)> {
    let mut view = stores.read(tenant).await;
    let events = view.agent_run_parts().events(run, after, limit).await.unwrap();
    events.into_iter().map(|event| (event.number, event.data)).collect()
}

async fn progress(stores: &Stores, tenant: &Tenant, run: AgentRunId) -> AgentProgress {
    let mut unit = stores.begin(tenant).await;
    let progress = unit.agent_runs().progress(run).await.unwrap();
    unit.rollback().await;
    progress
}

pub async fn events_of_a_run_have_numbers_without_holes(stores: &Stores) {
    let world = World::new(stores).await;
    let (tenant, run) = (world.tenant(), queued(stores, &world).await);
    let other = queued(stores, &world).await;
    hold(stores, tenant, run, Some(HOLDER)).await;
    assert!(append(stores, tenant, run, Some(HOLDER), &[1, 2]).await);
    assert!(append(stores, tenant, other, None, &[1]).await);
    assert!(append(stores, tenant, run, Some(HOLDER), &[]).await);
    assert!(append(stores, tenant, run, Some(HOLDER), &[3]).await);
    let all = numbers(stores, tenant, run, 0, 200).await;
    let expected = [1, 2, 3].map(|n| (n, format!("{{\"n\":{n}}}")));
    assert_eq!(all, expected);
    assert_eq!(numbers(stores, tenant, run, 1, 1).await, expected[1..2]);
    assert_eq!(numbers(stores, tenant, run, 3, 200).await, []);
    assert_eq!(progress(stores, tenant, run).await.events, 3);
    let mut view = stores.read(tenant).await;
    let first = view.agent_run_parts().events(run, 0, 1).await.unwrap().remove(0);
    assert_eq!((first.kind.as_str(), first.at), ("step", at(7)));
}

pub async fn only_the_holder_of_a_run_adds_events(stores: &Stores) {
    let world = World::new(stores).await;
    let (tenant, run) = (world.tenant(), queued(stores, &world).await);
    hold(stores, tenant, run, Some(HOLDER)).await;
    assert!(!append(stores, tenant, run, Some(OTHER), &[1]).await);
    assert!(!append(stores, tenant, run, None, &[1]).await);
    hold(stores, tenant, run, Some(OTHER)).await;
    assert!(!append(stores, tenant, run, Some(HOLDER), &[1]).await);
    hold(stores, tenant, run, None).await;
    assert!(!append(stores, tenant, run, Some(OTHER), &[1]).await);
    assert!(append(stores, tenant, run, None, &[1]).await);
    let mut unit = stores.begin(tenant).await;
    assert!(!unit.agent_runs().is_held(run, OTHER).await.unwrap());
    unit.agent_runs().hold(run, Some(OTHER)).await.unwrap();
    assert!(unit.agent_runs().is_held(run, OTHER).await.unwrap());
}

pub async fn the_last_checkpoint_is_kept_and_contains_the_answer(stores: &Stores) {
    let world = World::new(stores).await;
    let (tenant, run) = (world.tenant(), queued(stores, &world).await);
    let write = async |state: Option<&str>, answer: Option<&str>| {
        let change = async |unit: &mut dyn UnitOfWork| {
            if let Some(state) = state {
                unit.agent_runs().keep_checkpoint(run, state).await?;
            }
            if let Some(answer) = answer {
                unit.agent_runs().keep_answer(run, "q1", answer).await?;
            }
            Ok(())
        };
        stores.write(tenant, change).await.unwrap();
    };
    write(Some("{\"n\": 1}"), Some("{\"accept\": true}")).await;
    let asked = progress(stores, tenant, run).await;
    assert_eq!(asked.checkpoint.as_deref(), Some("{\"n\": 1}"));
    assert_eq!(asked.answer, Some(("q1".to_owned(), "{\"accept\": true}".to_owned())));
    write(Some("{\"n\": 2}"), None).await;
    let went_on = progress(stores, tenant, run).await;
    assert_eq!((went_on.checkpoint.as_deref(), went_on.answer), (Some("{\"n\": 2}"), None));
    stores.write(tenant, async |unit| unit.agent_runs().drop_checkpoint(run).await).await.unwrap();
    assert_eq!(progress(stores, tenant, run).await, AgentProgress::default());
}

pub async fn a_run_costs_what_the_executions_by_its_key_cost(stores: &Stores) {
    let world = World::new(stores).await;
    let tenant = world.tenant();
    let keys: [ApiKeyId; 3] = [id(), id(), id()];
    let mut expected = AgentRunCost::default();
    for (n, key) in [(6, keys[0]), (8, keys[0]), (7, keys[0]), (10, keys[1])] {
        let mut execution = Execution { organization: tenant.id(), ..world.make(n) };
        execution.draft.api_key = Some(key);
        execution.answer.cost = execution.answer.cost.map(|_| 40);
        if key == keys[0] {
            expected.executions += 1;
            expected.tokens_input += u64::from(execution.answer.usage.input);
            expected.tokens_output += u64::from(execution.answer.usage.output);
            expected.cost += execution.answer.cost.unwrap_or_default();
        }
        let add = async |unit: &mut dyn UnitOfWork| {
            plinth_ports::Executions::insert(unit.executions(), &execution, None).await
        };
        stores.write(tenant, add).await.unwrap();
    }
    assert_eq!(expected.cost, 80);
    let costs = async |tenant: &Tenant, keys: &[ApiKeyId]| {
        let mut view = stores.read(tenant).await;
        view.agent_run_parts().costs(keys).await.unwrap()
    };
    assert_eq!(costs(tenant, &[keys[0], keys[2]]).await, [(keys[0], expected)]);
    assert_eq!(costs(tenant, &[]).await, []);
    assert_eq!(costs(&stores.tenant().await, &keys).await, []);
}

pub async fn another_organization_neither_reads_nor_writes_about_a_run(stores: &Stores) {
    let world = World::new(stores).await;
    let (tenant, run) = (world.tenant(), queued(stores, &world).await);
    assert!(append(stores, tenant, run, None, &[1]).await);
    let stranger = stores.tenant().await;
    assert!(!append(stores, &stranger, run, None, &[2]).await);
    assert_eq!(numbers(stores, &stranger, run, 0, 200).await, []);
    hold(stores, &stranger, run, Some(OTHER)).await;
    let change = async |unit: &mut dyn UnitOfWork| {
        assert_eq!(unit.agent_runs().lock(run).await?, None);
        unit.agent_runs().keep_checkpoint(run, "{}").await?;
        unit.agent_runs().keep_answer(run, "q", "{}").await
    };
    stores.write(&stranger, change).await.unwrap();
    let untouched = AgentProgress { events: 1, ..AgentProgress::default() };
    assert_eq!(progress(stores, tenant, run).await, untouched);
    assert!(append(stores, tenant, run, None, &[2]).await);
    let mut unit = stores.begin(tenant).await;
    assert_eq!(unit.agent_runs().open().await.unwrap(), 1);
    let _: Option<AgentRun> = unit.agent_runs().lock(Id::from_uuid(run.uuid())).await.unwrap();
}

pub async fn the_key_of_a_run_is_not_listed_and_has_the_secret_that_it_got_last(stores: &Stores) {
    let world = World::new(stores).await;
    let (tenant, run) = (world.tenant(), queued(stores, &world).await);
    let key = ApiKey { agent_run: Some(run.uuid()), ..crate::api_keys::key(tenant) };
    let (first, second) = (token(), token());
    let add = async |unit: &mut dyn UnitOfWork| unit.api_keys().insert(&key, &first).await;
    stores.write(tenant, add).await.unwrap();
    let page = stores.read(tenant).await.api_keys().list(&(), &all()).await.unwrap();
    assert_eq!(page.items, []);
    let opens = async |secret| {
        stores.system.find_api_key(&named(tenant.id(), secret)).await.unwrap().is_some()
    };
    assert!(opens(first).await);
    let stranger = stores.tenant().await;
    let replace = async |tenant: &Tenant| {
        let change =
            async |unit: &mut dyn UnitOfWork| unit.api_keys().replace_secret(key.id, &second).await;
        stores.write(tenant, change).await.unwrap();
    };
    replace(&stranger).await;
    assert!(opens(first).await && !opens(second).await);
    replace(tenant).await;
    assert!(!opens(first).await && opens(second).await);
}
