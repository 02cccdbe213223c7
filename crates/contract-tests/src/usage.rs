//! What an organization has of what is limited, and what it has used.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use std::time::Duration;

use chrono::{Datelike, NaiveDate};
use plinth_domain::{
    Answer, Document, Ending, Execution, ExecutionStatus, FinishReason, Membership, Patch,
    PlanAssignment, PlanLimit, PlanName, Role, Upload, UploadProgress, UsageMeasure,
};
use plinth_ports::{ApiCalls, Counted, CountedCalls, Member, UsedAmount};
use uuid::Uuid;

use crate::{
    Stores, documents,
    fixture::{at, document, id, user},
    harness::Tenant,
    records::World,
    uploads::{insert, upload},
};

async fn count(stores: &Stores, tenant: &Tenant, counted: Counted) -> u64 {
    let mut unit = stores.begin(tenant).await;
    unit.usage().lock(counted.name()).await.unwrap();
    unit.usage().count(counted, at(0)).await.unwrap()
}

pub async fn what_is_limited_is_counted_in_its_own_organization(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let made = document("a");
    documents::insert(stores, &ours, &made).await;
    let part = UploadProgress { offset: 5, ..UploadProgress::default() };
    let reserved = UploadProgress { reserved: 30, ..part.clone() };
    let copied = UploadProgress { offset: 7, ..part.clone() };
    for open in [
        Upload { length: Some(100), ..upload(&ours) },
        Upload { length: None, progress: part, ..upload(&ours) },
        Upload { length: None, progress: reserved, ..upload(&ours) },
        // What it has copied from those that it joins.
        Upload { joins: vec![id()], progress: copied, ..upload(&ours) },
        // These are over.
        Upload { expires_at: at(-1), ..upload(&ours) },
        upload(&ours).finish(at(1)).unwrap(),
    ] {
        insert(stores, &ours, &open).await;
    }
    let stored = made.current.size_bytes + 142;
    for (counted, here, there) in [
        (Counted::Members, 1, 1),
        (Counted::OpenInvitations, 0, 0),
        (Counted::LiveApiKeys, 0, 0),
        (Counted::OpenUploads, 4, 0),
        (Counted::StoredBytes, stored, 0),
        (Counted::Executions, 0, 0),
        (Counted::AiCost, 0, 0),
    ] {
        let found = (count(stores, &ours, counted).await, count(stores, &theirs, counted).await);
        assert_eq!(found, (here, there), "{counted:?}");
    }
    for (tenant, found) in [(&ours, 1), (&theirs, 0)] {
        let mut unit = stores.begin(tenant).await;
        let documents: &mut dyn plinth_ports::Records<Document> = unit.documents();
        assert_eq!(documents.count().await.unwrap(), found);
    }
}

/// Two units that lock the same name count one after the other.
pub async fn what_a_rival_adds_under_the_lock_is_counted(stores: &Stores) {
    let tenant = stores.tenant().await;
    let add = async || {
        let mut unit = stores.begin(&tenant).await;
        unit.usage().lock("uploads").await.unwrap();
        let before = unit.usage().count(Counted::OpenUploads, at(0)).await.unwrap();
        unit.uploads().insert(&upload(&tenant)).await.unwrap();
        unit.commit().await.unwrap();
        before
    };
    let mut before: Vec<u64> = futures::future::join_all((0..4).map(|_| add())).await;
    before.sort_unstable();
    assert_eq!(before, [0, 1, 2, 3]);
}

fn today() -> NaiveDate {
    at(0).date_naive()
}

/// Gives an organization this plan.
async fn assign(stores: &Stores, tenant: &Tenant, plan: &PlanName) {
    let assignment = PlanAssignment { plan: Patch::Set(plan.clone()), ..PlanAssignment::default() };
    let mut unit = stores.across().await;
    let before = unit.lock_organization(tenant.id()).await.unwrap().unwrap();
    unit.update_organization(&before.assign(assignment, at(1))).await.unwrap();
    unit.commit().await.unwrap();
}

pub async fn the_lock_of_a_number_tells_the_plan(stores: &Stores) {
    let tenant = stores.tenant().await;
    let plan = async || {
        let mut unit = stores.begin(&tenant).await;
        unit.usage().lock_with_plan("members").await.unwrap()
    };
    assert_eq!(plan().await, None);
    let team = PlanName::parse("team").unwrap();
    assign(stores, &tenant, &team).await;
    assert_eq!(plan().await, Some(team));
    // Only one of those that find the last place takes it.
    let add = async || {
        let mut unit = stores.begin(&tenant).await;
        unit.usage().lock_with_plan("uploads").await.unwrap();
        let is_last = unit.usage().count(Counted::OpenUploads, at(0)).await.unwrap() == 0;
        if is_last {
            unit.uploads().insert(&upload(&tenant)).await.unwrap();
        }
        unit.commit().await.unwrap();
        is_last
    };
    let taken = futures::future::join_all((0..4).map(|_| add())).await;
    assert_eq!(taken.into_iter().filter(|is_last| *is_last).count(), 1);
}

pub async fn executions_count_when_they_begin_and_cost_when_they_end(stores: &Stores) {
    let world = World::new(stores).await;
    let tenant = world.tenant();
    let counts = async || {
        let executions = count(stores, tenant, Counted::Executions).await;
        (executions, count(stores, tenant, Counted::AiCost).await)
    };
    let (executions, cost) = counts().await;
    let month = today().with_day(1).unwrap();
    let mut view = stores.read(tenant).await;
    let used = view.usage().used_since(month).await.unwrap();
    drop(view);
    let spent = used.iter().find(|used| used.measure == UsageMeasure::AiCost);
    let spent = spent.map_or(0, |used| used.amount);
    let running = Execution { organization: tenant.id(), ..world.make(1) };
    let held = running.reservation.amount.unsigned_abs();
    let lease = Some((Uuid::from_u128(1), Duration::from_mins(1)));
    let insert = stores.write(tenant, async |unit| unit.executions().insert(&running, lease).await);
    insert.await.unwrap();
    assert_eq!(counts().await, (executions + 1, cost + held), "what is held counts while it runs");
    let answer = Answer { finish: Some(FinishReason::Stop), cost: Some(70), ..Answer::default() };
    let ending = Ending { answer, model: None, attempts: 1, cause: None };
    let ended = running.end(ending, at(70)).unwrap();
    let end = stores.write(tenant, async |unit| {
        unit.executions().release(ended.id).await?;
        unit.executions().update(&ended).await
    });
    end.await.unwrap();
    assert_eq!(counts().await, (executions + 1, cost + 70));

    let used = |measure, amount| UsedAmount { measure, starts_on: month, amount };
    let both =
        [used(UsageMeasure::AiCost, spent + 70), used(UsageMeasure::Executions, executions + 1)];
    let found = stores.read(tenant).await.usage().used_since(month).await.unwrap();
    assert_eq!(found, both);
    let later = month + chrono::Months::new(1);
    assert_eq!(stores.read(tenant).await.usage().used_since(later).await.unwrap(), []);
    let stranger = stores.tenant().await;
    assert_eq!(stores.read(&stranger).await.usage().used_since(month).await.unwrap(), []);
}

pub async fn what_a_queued_execution_holds_counts_before_it_runs_and_once(stores: &Stores) {
    let world = World::new(stores).await;
    let tenant = world.tenant();
    let before = count(stores, tenant, Counted::AiCost).await;
    let queued = Execution { organization: tenant.id(), ..world.make(4) };
    assert_eq!(queued.status, ExecutionStatus::Queued);
    let held = queued.reservation.amount.unsigned_abs();
    assert!(held > 0);
    let insert = stores.write(tenant, async |unit| unit.executions().insert(&queued, None).await);
    insert.await.unwrap();
    assert_eq!(count(stores, tenant, Counted::AiCost).await, before + held);
    let begun = queued.begin(at(70)).unwrap();
    let begin = stores.write(tenant, async |unit| {
        let holder = Uuid::from_u128(1);
        unit.executions().lease(begun.id, holder, Duration::from_mins(1)).await?;
        unit.executions().update(&begun).await
    });
    begin.await.unwrap();
    assert_eq!(count(stores, tenant, Counted::AiCost).await, before + held);
    let stranger = stores.tenant().await;
    assert_eq!(count(stores, &stranger, Counted::AiCost).await, 0);
}

pub async fn an_organization_is_warned_once_of_a_limit_in_a_period(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let (day, limit) = (today(), PlanLimit::Members);
    let mark = async |tenant: &Tenant, limit, day| {
        let mut unit = stores.begin(tenant).await;
        let is_new = unit.usage().mark_warned(limit, day).await.unwrap();
        unit.commit().await.unwrap();
        is_new
    };
    let mut unit = stores.begin(&ours).await;
    assert!(unit.usage().mark_warned(limit, day).await.unwrap());
    unit.rollback().await;
    assert!(mark(&ours, limit, day).await, "the commit did not come");
    assert!(!mark(&ours, limit, day).await);
    assert!(mark(&ours, PlanLimit::Documents, day).await);
    assert!(mark(&ours, limit, day.succ_opt().unwrap()).await);
    assert!(mark(&theirs, limit, day).await);
    let mut unit = stores.across().await;
    assert!(!unit.mark_warned(ours.id(), limit, day).await.unwrap());
    assert!(unit.mark_warned(ours.id(), PlanLimit::ApiCallsPerDay, day).await.unwrap());
    assert!(!unit.mark_warned(ours.id(), PlanLimit::ApiCallsPerDay, day).await.unwrap());
}

pub async fn requests_are_added_to_the_days_of_their_organizations(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let team = PlanName::parse("team").unwrap();
    assign(stores, &ours, &team).await;
    let add = async |day: NaiveDate, calls: u64| {
        let one = |organization, calls| ApiCalls { organization, day, calls };
        let mut all = vec![one(ours.id(), calls), one(theirs.id(), 0), one(id(), 7)];
        all.sort_unstable_by_key(|one| one.organization);
        let mut unit = stores.across().await;
        let counted = unit.count_api_calls(&all).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!(counted.len(), 2, "one of them does not exist");
        let ours = counted.iter().find(|one| one.total.organization == ours.id()).unwrap();
        let theirs = counted.iter().find(|one| one.total.organization == theirs.id()).unwrap();
        let nothing = ApiCalls { calls: 0, ..theirs.total };
        assert_eq!(*theirs, CountedCalls { total: nothing, plan: None });
        assert_eq!((ours.total.day, &ours.plan), (day, &Some(team.clone())));
        ours.total.calls
    };
    let (day, next) = (today(), today().succ_opt().unwrap());
    assert_eq!((add(day, 3).await, add(day, 2).await, add(next, 4).await), (3, 5, 4));
    let used =
        |starts_on, amount| UsedAmount { measure: UsageMeasure::ApiCalls, starts_on, amount };
    let found = stores.read(&ours).await.usage().used_since(day).await.unwrap();
    assert_eq!(found, [used(day, 5), used(next, 4)]);
    let asked = stores.read(&theirs).await.usage().used_since(day).await.unwrap();
    assert_eq!(asked, [], "a question stores nothing");
    assert_eq!(add(day, 0).await, 5);
    assert_eq!(stores.across().await.count_api_calls(&[]).await.unwrap(), []);
}

pub async fn members_are_counted_across_organizations_under_the_lock_of_their_number(
    stores: &Stores,
) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let team = PlanName::parse("team").unwrap();
    assign(stores, &ours, &team).await;
    stores.member(&ours, Role::Member).await;
    let members = async |tenant: &Tenant| {
        let mut unit = stores.across().await;
        unit.lock_members(tenant.id(), at(0)).await.unwrap()
    };
    assert_eq!(members(&ours).await, (Some(team), 2));
    assert_eq!(members(&theirs).await, (None, 1));
    assert_eq!(count(stores, &ours, Counted::Members).await, 2, "the same number");

    // A unit across organizations and one of the organization wait for each other.
    let mut first = stores.across().await;
    let (_, before) = first.lock_members(ours.id(), at(0)).await.unwrap();
    let late = count(stores, &ours, Counted::Members);
    let add = async {
        let user = user();
        first.insert_user(&user, None).await.unwrap();
        let membership = Membership::found(id(), ours.id(), user.id, at(1));
        first.insert_membership(&Member::of(membership, &user)).await.unwrap();
        first.commit().await.unwrap();
    };
    let (after, ()) = futures::join!(late, add);
    assert_eq!((before, after), (2, 3));
}
