//! What executions have cost, added up.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use chrono::NaiveDate;
use plinth_domain::{
    Answer, Cause, Ending, Execution, ExecutionDraft, FinishReason, Id, Project, Prompt, Revision,
    TokenUsage,
};
use plinth_ports::{
    ExecutionLeases,
    records::execution_usage::{UsageBy, UsageQuery, UsageRow, UsageSums},
};

use crate::{
    Stores,
    fixture::{at, id_of},
    harness::Tenant,
    records::World,
};

fn day(n: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, n).unwrap()
}

/// Stores an execution of this second that has ended: it succeeded with a cost, or was cancelled.
async fn ended(stores: &Stores, world: &World, second: i64, cost: Option<i64>) -> Execution {
    let succeeded = cost.is_some();
    let usage = TokenUsage { input: 10, output: 5, cached: 4, ..TokenUsage::default() };
    let finish = succeeded.then_some(FinishReason::Stop);
    let answer = Answer { finish, cost, usage, ..Answer::default() };
    let cause = (!succeeded).then_some(Cause::Cancelled);
    // Numbers below five have not ended; every other one is of a prompt.
    let number = if succeeded { 2 } else { 1 };
    let made: Execution = world.make(number);
    let execution = Execution {
        id: Id::from_uuid(id_of(at(second))),
        organization: world.tenant().id(),
        revision: Revision::first(at(second)),
        draft: ExecutionDraft { project: succeeded.then(|| world.id(1)), ..made.draft.clone() },
        ..made
    };
    let ending = Ending { answer, model: None, attempts: 1, cause };
    let execution = match execution.clone().begin(at(second)) {
        Ok(begun) => begun,
        Err(_) => execution,
    };
    let execution = Execution { revision: Revision::first(at(second)), ..execution };
    let after = execution.clone().end(ending, at(second)).unwrap();
    let write = async |unit: &mut dyn plinth_ports::UnitOfWork| {
        unit.executions().insert(&execution, None).await?;
        unit.executions().update(&after).await
    };
    stores.write(world.tenant(), write).await.unwrap();
    after
}

fn asked(by: Option<UsageBy>) -> UsageQuery {
    let periods = vec![(day(1), at(0)), (day(2), at(100)), (day(3), at(200))];
    UsageQuery { periods, until: at(300), by, project: None, limit: 100 }
}

async fn usage(stores: &Stores, tenant: &Tenant, asked: &UsageQuery) -> Vec<UsageRow> {
    stores.read(tenant).await.execution_parts().usage(asked).await.unwrap()
}

fn sums(succeeded: u64, cancelled: u64, cost: i64) -> UsageSums {
    let executions = succeeded + cancelled;
    UsageSums {
        executions,
        succeeded,
        cancelled,
        unpriced: cancelled,
        tokens_input: 10 * executions,
        tokens_cached: 4 * executions,
        tokens_output: 5 * executions,
        cost,
        ..UsageSums::default()
    }
}

pub async fn usage_is_added_up_by_period_and_record((_, stores): (impl ExecutionLeases, Stores)) {
    let stores = &stores;
    let (world, other) = (World::new(stores).await, World::new(stores).await);
    for (second, cost) in
        [(-1, Some(1)), (0, Some(2)), (99, Some(3)), (99, None), (200, Some(4)), (300, Some(5))]
    {
        ended(stores, &world, second, cost).await;
    }
    ended(stores, &other, 50, Some(1000)).await;
    let row = |starts_on, sums| UsageRow { starts_on, record: None, name: None, sums };
    let expected = [row(day(1), sums(2, 1, 5)), row(day(3), sums(1, 0, 4))];
    assert_eq!(usage(stores, world.tenant(), &asked(None)).await, expected);
    let limited = UsageQuery { limit: 1, ..asked(None) };
    assert_eq!(usage(stores, world.tenant(), &limited).await, expected[..1]);

    let prompt = world.id::<Prompt>(1);
    let by_prompt = usage(stores, world.tenant(), &asked(Some(UsageBy::Prompt))).await;
    let found: Vec<_> = by_prompt.iter().map(|r| (r.starts_on, r.record, r.sums)).collect();
    let (of, without) = (Some(prompt.uuid()), None);
    assert_eq!(
        found,
        [
            (day(1), of, sums(2, 0, 5)),
            (day(1), without, sums(0, 1, 0)),
            (day(3), of, sums(1, 0, 4))
        ]
    );
    assert!(by_prompt.iter().all(|row| row.name.is_some() == row.record.is_some()));
    let by_model = usage(stores, world.tenant(), &asked(Some(UsageBy::Model))).await;
    assert!(by_model.iter().all(|row| row.record.is_some() && row.name.is_some()), "{by_model:?}");
    let project = world.id::<Project>(1);
    let by_project = usage(stores, world.tenant(), &asked(Some(UsageBy::Project))).await;
    let found: Vec<_> = by_project.iter().map(|r| (r.starts_on, r.record, r.sums)).collect();
    let of = Some(project.uuid());
    assert_eq!(
        found,
        [
            (day(1), of, sums(2, 0, 5)),
            (day(1), without, sums(0, 1, 0)),
            (day(3), of, sums(1, 0, 4))
        ]
    );
    assert!(by_project.iter().all(|row| row.name.is_some() == row.record.is_some()));
    let only = UsageQuery { project: Some(project), ..asked(None) };
    let expected = [row(day(1), sums(2, 0, 5)), row(day(3), sums(1, 0, 4))];
    assert_eq!(usage(stores, world.tenant(), &only).await, expected);
    for by in [UsageBy::ApiKey, UsageBy::User] {
        let rows = usage(stores, world.tenant(), &asked(Some(by))).await;
        let of: Vec<_> =
            rows.iter().map(|row| (row.record.is_some(), row.name.is_some())).collect();
        assert_eq!(of, [(true, false), (false, false), (true, false)], "they are gone");
    }
}
