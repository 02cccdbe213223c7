//! What is held and spent of budgets.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use chrono::NaiveDate;
use futures::future::join_all;
use plinth_domain::{
    ApiKey, Budget, BudgetDraft, BudgetOrigin, BudgetPeriod, BudgetScope, BudgetSpending, Project,
    Prompt, Reservation, Settled,
};
use plinth_ports::{
    Reserved, Result, StoreError, UnitOfWork,
    records::budgets::{API_KEY, PROJECT, PROMPT},
};

use crate::{
    Stores, api_keys,
    fixture::{at, id, token},
    harness::Tenant,
    outcome::assert_conflict,
    records::World,
};

fn day(n: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, n).unwrap()
}

const ANYONE: BudgetOrigin = BudgetOrigin { project: None, api_key: None, prompt: None };

fn of_project(world: &World) -> BudgetOrigin {
    BudgetOrigin { project: Some(world.id::<Project>(0)), ..ANYONE }
}

/// Stores a budget that warns at half of its limit.
async fn budget(
    stores: &Stores,
    tenant: &Tenant,
    scope: BudgetScope,
    period: BudgetPeriod,
    hard_limit: i64,
) -> Budget {
    let draft = BudgetDraft { scope, period, hard_limit, soft_percent: 50 };
    let budget = Budget::create(id(), tenant.id(), draft, at(0));
    stores.write(tenant, async |unit| unit.budgets().insert(&budget).await).await.unwrap();
    budget
}

async fn reserve(
    stores: &Stores,
    tenant: &Tenant,
    origin: BudgetOrigin,
    on: NaiveDate,
    amount: i64,
) -> Reserved {
    let mut unit = stores.begin(tenant).await;
    let reserved = unit.budget_periods().reserve(origin, on, amount).await.unwrap();
    unit.commit().await.unwrap();
    reserved
}

#[track_caller]
fn held(reserved: Reserved) -> Reservation {
    match reserved {
        Reserved::Held(reservation) => reservation,
        Reserved::Exceeded(budget) => panic!("exceeded {budget:?}"),
    }
}

async fn settle(stores: &Stores, tenant: &Tenant, held: &Reservation, cost: i64) -> Vec<Settled> {
    let mut unit = stores.begin(tenant).await;
    let settled = unit.budget_periods().settle(held, cost).await.unwrap();
    unit.commit().await.unwrap();
    settled
}

/// Spent and reserved in the period that has this day.
async fn state(stores: &Stores, tenant: &Tenant, budget: &Budget, on: NaiveDate) -> (i64, i64) {
    let mut view = stores.read(tenant).await;
    let known = view.budget_periods().spending(&[budget.id, id()], on).await.unwrap();
    assert!(
        known
            .iter()
            .all(|(id, s)| { *id == budget.id && s.starts_on == budget.period.first_day(on) })
    );
    known.first().map_or((0, 0), |(_, spending)| (spending.spent, spending.reserved))
}

pub async fn what_is_held_is_settled_in_every_budget_that_counts_it(stores: &Stores) {
    let world = World::new(stores).await;
    let tenant = world.tenant();
    let all = budget(stores, tenant, BudgetScope::Organization, BudgetPeriod::Month, 100).await;
    let scope = BudgetScope::Project(world.id::<Project>(0));
    let own = budget(stores, tenant, scope, BudgetPeriod::Day, 100).await;
    let other = BudgetScope::Project(world.id::<Project>(1));
    let other = budget(stores, tenant, other, BudgetPeriod::Day, 100).await;
    let mut view = stores.read(tenant).await;
    let mut counting = view.budget_periods().counting(of_project(&world)).await.unwrap();
    counting.sort_by_key(|budget| budget.id);
    let mut expected = vec![all.clone(), own.clone()];
    expected.sort_by_key(|budget| budget.id);
    assert_eq!(counting, expected);
    drop(view);

    let first = held(reserve(stores, tenant, of_project(&world), day(5), 30).await);
    assert_eq!((first.amount, first.periods.len()), (30, 2));
    let second = held(reserve(stores, tenant, ANYONE, day(6), 20).await);
    assert_eq!(second.periods.len(), 1);
    assert_eq!(state(stores, tenant, &all, day(31)).await, (0, 50));
    assert_eq!(state(stores, tenant, &own, day(5)).await, (0, 30));
    assert_eq!(state(stores, tenant, &own, day(6)).await, (0, 0));
    assert_eq!(state(stores, tenant, &other, day(5)).await, (0, 0));

    let settled = settle(stores, tenant, &first, 12).await;
    assert_eq!(settled.len(), 2);
    assert_eq!(state(stores, tenant, &all, day(1)).await, (12, 20));
    assert_eq!(state(stores, tenant, &own, day(5)).await, (12, 0));
    // An execution that cost nothing frees what was held.
    settle(stores, tenant, &second, 0).await;
    assert_eq!(state(stores, tenant, &all, day(1)).await, (12, 0));
    assert_eq!(settle(stores, tenant, &Reservation::default(), 5).await, []);
}

pub async fn the_scopes_are_those_of_the_budgets_of_the_organization(stores: &Stores) {
    let (world, other) = (World::new(stores).await, World::new(stores).await);
    let project = BudgetScope::Project(world.id::<Project>(0));
    let scopes =
        async |tenant: &Tenant| stores.read(tenant).await.budget_periods().scopes().await.unwrap();
    assert_eq!(scopes(world.tenant()).await, [].into());
    for period in [BudgetPeriod::Day, BudgetPeriod::Month] {
        budget(stores, world.tenant(), project, period, 1).await;
    }
    budget(stores, world.tenant(), BudgetScope::Organization, BudgetPeriod::Day, 1).await;
    assert_eq!(scopes(world.tenant()).await, [BudgetScope::Organization, project].into());
    assert_eq!(scopes(other.tenant()).await, [].into());
}

pub async fn what_exceeds_one_budget_is_held_in_none(stores: &Stores) {
    let world = World::new(stores).await;
    let tenant = world.tenant();
    let all = budget(stores, tenant, BudgetScope::Organization, BudgetPeriod::Day, 100).await;
    let scope = BudgetScope::Project(world.id::<Project>(0));
    let own = budget(stores, tenant, scope, BudgetPeriod::Month, 10).await;
    let full = reserve(stores, tenant, of_project(&world), day(1), 11).await;
    assert_eq!(full, Reserved::Exceeded(own.clone()));
    assert_eq!(state(stores, tenant, &all, day(1)).await, (0, 0));
    held(reserve(stores, tenant, of_project(&world), day(1), 10).await);
    let full = reserve(stores, tenant, of_project(&world), day(2), 1).await;
    assert_eq!(full, Reserved::Exceeded(own.clone()), "another day of the month");
    assert_eq!(state(stores, tenant, &all, day(2)).await, (0, 0));
    // The next month begins anew.
    let april = NaiveDate::from_ymd_opt(2026, 4, 1).unwrap();
    held(reserve(stores, tenant, of_project(&world), april, 10).await);
    held(reserve(stores, tenant, ANYONE, day(1), 90).await);
    let full = reserve(stores, tenant, ANYONE, day(1), 1).await;
    assert_eq!(full, Reserved::Exceeded(all.clone()));
    // Nothing more is held, but what costs nothing.
    held(reserve(stores, tenant, ANYONE, day(1), 0).await);
    assert_eq!(state(stores, tenant, &all, day(1)).await, (0, 100));
}

pub async fn of_many_at_the_edge_of_a_budget_no_more_than_fit_are_held(stores: &Stores) {
    let world = World::new(stores).await;
    let tenant = world.tenant();
    let all = budget(stores, tenant, BudgetScope::Organization, BudgetPeriod::Day, 70).await;
    let scope = BudgetScope::Project(world.id::<Project>(0));
    let own = budget(stores, tenant, scope, BudgetPeriod::Day, 1_000).await;
    let attempts = (0..50).map(|n| {
        // Every other one is counted by both, so that the order of locks matters.
        let origin = if n % 2 == 0 { of_project(&world) } else { ANYONE };
        async move { attempt(stores, tenant, origin).await.unwrap() }
    });
    let reserved = join_all(attempts).await;
    let fitting: Vec<_> = reserved
        .into_iter()
        .filter_map(|reserved| match reserved {
            Reserved::Held(reservation) => Some(reservation),
            Reserved::Exceeded(budget) => {
                assert_eq!(budget, all);
                None
            }
        })
        .collect();
    assert_eq!(fitting.len(), 10, "ten of seven fit into seventy");
    assert_eq!(state(stores, tenant, &all, day(1)).await, (0, 70));
    let of_both = fitting.iter().filter(|reservation| reservation.periods.len() == 2).count();
    assert_eq!(state(stores, tenant, &own, day(1)).await, (0, 7 * i64::try_from(of_both).unwrap()));
    let settled = join_all(fitting.iter().map(|held| settle(stores, tenant, held, 7))).await;
    let warned = settled.iter().flatten().filter(|s| s.budget == all && s.is_warned).count();
    assert_eq!(warned, 1, "one of them reaches the soft limit");
    assert_eq!(state(stores, tenant, &all, day(1)).await, (70, 0));
}

pub async fn a_budget_of_a_key_counts_what_the_keys_cost_that_descend_from_it(stores: &Stores) {
    let tenant = &stores.tenant().await;
    let root = api_keys::key(tenant);
    let child = ApiKey { parent: Some(root.id), ..api_keys::key(tenant) };
    let grandchild = ApiKey { parent: Some(child.id), ..api_keys::key(tenant) };
    let other = api_keys::key(tenant);
    for key in [&root, &child, &grandchild, &other] {
        let insert = async |unit: &mut dyn UnitOfWork| unit.api_keys().insert(key, &token()).await;
        stores.write(tenant, insert).await.unwrap();
    }
    let scope = BudgetScope::ApiKey(root.id);
    let of_root = budget(stores, tenant, scope, BudgetPeriod::Day, 10).await;
    let scope = BudgetScope::ApiKey(grandchild.id);
    let of_grandchild = budget(stores, tenant, scope, BudgetPeriod::Day, 100).await;
    let by = |key: &ApiKey| BudgetOrigin { api_key: Some(key.id), ..ANYONE };
    for (key, periods) in [(&root, 1), (&child, 1), (&grandchild, 2), (&other, 0)] {
        let held = held(reserve(stores, tenant, by(key), day(1), 3).await);
        assert_eq!(held.periods.len(), periods, "{:?}", key.id);
    }
    assert_eq!(state(stores, tenant, &of_root, day(1)).await, (0, 9));
    assert_eq!(state(stores, tenant, &of_grandchild, day(1)).await, (0, 3));
    let full = reserve(stores, tenant, by(&grandchild), day(1), 2).await;
    assert_eq!(full, Reserved::Exceeded(of_root));
}

/// Reserves seven. Of fifty at once, some may have to wait for a connection for too long.
async fn attempt(stores: &Stores, tenant: &Tenant, origin: BudgetOrigin) -> Result<Reserved> {
    loop {
        let unit = stores.store.begin(tenant.scope()).await;
        let mut unit: Box<dyn UnitOfWork> = match unit {
            Err(StoreError::Busy) => continue,
            other => other?,
        };
        let reserved = unit.budget_periods().reserve(origin, day(1), 7).await?;
        unit.commit().await?;
        return Ok(reserved);
    }
}

pub async fn the_soft_limit_is_told_once_by_the_execution_that_reaches_it(stores: &Stores) {
    let tenant = stores.tenant().await;
    let all = budget(stores, &tenant, BudgetScope::Organization, BudgetPeriod::Day, 100).await;
    let mut told = Vec::new();
    for cost in [49, 0, 1, 30, 40] {
        let held = held(reserve(stores, &tenant, ANYONE, day(1), 1).await);
        let [settled] = &settle(stores, &tenant, &held, cost).await[..] else { panic!("one") };
        assert_eq!(settled.budget, all);
        told.push((settled.spending, settled.is_warned));
        if cost == 30 {
            // An execution may cost more than what was held for it.
            let full = reserve(stores, &tenant, ANYONE, day(1), 21).await;
            assert_eq!(full, Reserved::Exceeded(all.clone()));
        }
    }
    let spending = |spent| BudgetSpending { starts_on: day(1), spent, reserved: 0 };
    let expected = [(49, false), (49, false), (50, true), (80, false), (120, false)];
    assert_eq!(told, expected.map(|(spent, warned)| (spending(spent), warned)));
    let full = reserve(stores, &tenant, ANYONE, day(1), 0).await;
    assert_eq!(full, Reserved::Exceeded(all), "more was spent than the limit");
}

pub async fn no_cost_is_too_large_to_be_counted(stores: &Stores) {
    let tenant = stores.tenant().await;
    let limit = plinth_domain::MAX_BUDGET;
    let all = budget(stores, &tenant, BudgetScope::Organization, BudgetPeriod::Day, limit).await;
    let held = held(reserve(stores, &tenant, ANYONE, day(1), i64::MAX).await);
    assert_eq!(held.amount, plinth_domain::MAX_COST);
    for n in 1..=12 {
        settle(stores, &tenant, &held, i64::MAX).await;
        let spent = plinth_domain::MAX_COST * i64::from(n.min(9));
        assert_eq!(state(stores, &tenant, &all, day(1)).await, (spent, 0));
    }
    let full = reserve(stores, &tenant, ANYONE, day(1), i64::MAX).await;
    assert_eq!(full, Reserved::Exceeded(all));
}

pub async fn a_budget_takes_its_periods_with_it(stores: &Stores) {
    let tenant = stores.tenant().await;
    let all = budget(stores, &tenant, BudgetScope::Organization, BudgetPeriod::Day, 100).await;
    let held = held(reserve(stores, &tenant, ANYONE, day(1), 10).await);
    stores.write(&tenant, async |unit| unit.budgets().remove(&all).await).await.unwrap();
    assert_eq!(settle(stores, &tenant, &held, 5).await, []);
    assert_eq!(state(stores, &tenant, &all, day(1)).await, (0, 0));
    let free = reserve(stores, &tenant, ANYONE, day(1), i64::MAX).await;
    assert_eq!(self::held(free).periods, []);
}

pub async fn another_organization_holds_and_settles_nothing_of_it(stores: &Stores) {
    let (ours, theirs) = (World::new(stores).await, World::new(stores).await);
    let tenant = ours.tenant();
    let all = budget(stores, tenant, BudgetScope::Organization, BudgetPeriod::Day, 100).await;
    let reservation = held(reserve(stores, tenant, ANYONE, day(1), 10).await);
    let free = held(reserve(stores, theirs.tenant(), ANYONE, day(1), 1_000).await);
    assert_eq!(free.periods, []);
    assert_eq!(settle(stores, theirs.tenant(), &reservation, 5).await, []);
    assert_eq!(state(stores, theirs.tenant(), &all, day(1)).await, (0, 0));
    assert_eq!(state(stores, tenant, &all, day(1)).await, (0, 10));
    for (scope, constraint) in [
        (BudgetScope::Project(ours.id::<Project>(0)), PROJECT),
        (BudgetScope::Prompt(ours.id::<Prompt>(0)), PROMPT),
        (BudgetScope::ApiKey(id()), API_KEY),
    ] {
        let draft =
            BudgetDraft { scope, period: BudgetPeriod::Day, hard_limit: 1, soft_percent: 1 };
        let stolen = Budget::create(id(), theirs.tenant().id(), draft, at(0));
        let insert = async |unit: &mut dyn UnitOfWork| unit.budgets().insert(&stolen).await;
        assert_conflict(stores.write(theirs.tenant(), insert).await, constraint.0);
    }
}
