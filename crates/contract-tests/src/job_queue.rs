//! A job is run by one worker at a time, in fair order, and ends once.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use std::{
    collections::{BTreeSet, HashSet},
    time::Duration,
};

use plinth_domain::{Job, JobId, JobState, Organization, Timestamp};
use plinth_ports::{JobFilter, JobOutcome, JournalFilter, LeasedJob, Settlement};

use crate::{
    fixture::{at, entry, job},
    queues::{LEASE, Queues},
    walk::all,
};

fn ids(claimed: &[LeasedJob]) -> Vec<JobId> {
    claimed.iter().map(|leased| leased.job.id).collect()
}

pub async fn a_claimed_job_runs_and_is_not_claimed_again(queues: &Queues) {
    let tenant = queues.stores.tenant().await;
    let waiting = queues.enqueue(&tenant, job("test.run")).await;
    let claimed = queues.claim("a", 10).await;
    assert_eq!(ids(&claimed), [waiting.id]);
    let running = &claimed[0].job;
    assert_eq!((running.state, running.attempt), (JobState::Running, 1));
    assert!(running.started_at.is_some());
    assert_eq!(running.revision.version.number(), 2);
    assert_eq!(queues.find(&tenant, waiting.id).await, *running);
    assert_eq!(queues.claim("b", 10).await, []);
    assert_eq!(queues.claim("a", 10).await, []);
}

pub async fn of_two_racing_workers_each_job_goes_to_one(queues: &Queues) {
    let tenants = [queues.stores.tenant().await, queues.stores.tenant().await];
    let mut made = BTreeSet::new();
    for n in 0..60 {
        made.insert(queues.enqueue(&tenants[n % 2], job("test.run")).await.id);
    }
    let race = async |worker: &str| {
        let mut mine = Vec::new();
        loop {
            let claimed = queues.claim(worker, 7).await;
            // A concurrent claim that holds the locks can leave nothing to claim.
            let open = async |tenant| {
                let filter = JobFilter { state: JobState::Queued.into(), ..JobFilter::default() };
                let mut view = queues.stores.read(tenant).await;
                view.jobs().list(&filter, &all()).await.unwrap().items.len()
            };
            if claimed.is_empty() && open(&tenants[0]).await + open(&tenants[1]).await == 0 {
                return mine;
            }
            mine.extend(ids(&claimed));
        }
    };
    let (a, b) = tokio::join!(race("a"), race("b"));
    assert_eq!(a.len() + b.len(), made.len());
    assert_eq!(a.into_iter().chain(b).collect::<BTreeSet<_>>(), made);
}

pub async fn a_job_waits_for_its_time(queues: &Queues) {
    let tenant = queues.stores.tenant().await;
    let later = Job { run_at: at(3600), ..job("test.run") };
    queues.enqueue(&tenant, later).await;
    assert_eq!(queues.claim("a", 10).await, []);
    let now = queues.enqueue(&tenant, job("test.run")).await;
    assert_eq!(ids(&queues.claim("a", 10).await), [now.id]);
}

pub async fn the_backlog_has_the_jobs_that_are_due_by_their_kinds(queues: &Queues) {
    let tenants = [queues.stores.tenant().await, queues.stores.tenant().await];
    let of = |kind, seconds: i64| Job { run_at: at(-seconds), ..job(kind) };
    queues.enqueue(&tenants[0], of("test.a", 5)).await;
    queues.enqueue(&tenants[1], of("test.a", 900)).await;
    queues.enqueue(&tenants[1], of("test.b", 5)).await;
    queues.enqueue(&tenants[0], of("test.later", -3600)).await;
    let backlog = queues.queue.backlog().await.unwrap();
    let counts: Vec<_> = backlog.iter().map(|kind| (&*kind.kind, kind.jobs)).collect();
    assert_eq!(counts, [("test.a", 2), ("test.b", 1)]);
    assert!(backlog[0].age >= Duration::from_secs(890), "{backlog:?}");
    assert!(backlog[1].age < Duration::from_secs(890), "{backlog:?}");
    queues.claim("a", 10).await;
    assert_eq!(queues.queue.backlog().await.unwrap(), []);
}

pub async fn a_higher_priority_is_claimed_first_and_then_the_earlier_job(queues: &Queues) {
    let tenant = queues.stores.tenant().await;
    let other = queues.stores.tenant().await;
    let of = |priority, seconds: i64| Job { priority, run_at: at(-seconds), ..job("test.run") };
    let low = queues.enqueue(&tenant, of(-5, 900)).await;
    let late = queues.enqueue(&tenant, of(0, 10)).await;
    let early = queues.enqueue(&tenant, of(0, 100)).await;
    let high = queues.enqueue(&other, of(7, 1)).await;
    let claimed = queues.claim("a", 10).await;
    assert_eq!(ids(&claimed), [high.id, early.id, late.id, low.id]);
}

pub async fn jobs_of_a_suspended_organization_wait_until_it_is_active(queues: &Queues) {
    let (tenant, other) = (queues.stores.tenant().await, queues.stores.tenant().await);
    let change = async |change: fn(Organization, Timestamp) -> Organization| {
        let mut unit = queues.stores.across().await;
        let before = unit.lock_organization(tenant.id()).await.unwrap().unwrap();
        let now = unit.now();
        unit.update_organization(&change(before, now)).await.unwrap();
        unit.commit().await.unwrap();
    };
    let waiting = queues.enqueue(&tenant, job("test.run")).await;
    change(Organization::suspend).await;
    let of_other = queues.enqueue(&other, job("test.run")).await;
    assert_eq!(ids(&queues.claim("a", 10).await), [of_other.id]);
    assert_eq!(queues.claim("a", 10).await, []);
    change(Organization::reactivate).await;
    assert_eq!(ids(&queues.claim("a", 10).await), [waiting.id]);
}

pub async fn only_the_kinds_that_are_asked_for_are_claimed(queues: &Queues) {
    let tenant = queues.stores.tenant().await;
    let a = queues.enqueue(&tenant, job("test.a")).await;
    let b = queues.enqueue(&tenant, job("test.b")).await;
    assert_eq!(queues.claim_kinds("w", 10, &["test.c"]).await, []);
    assert_eq!(queues.claim_kinds("w", 10, &[]).await, []);
    assert_eq!(ids(&queues.claim_kinds("w", 10, &["test.b", "test.c"]).await), [b.id]);
    assert_eq!(ids(&queues.claim("w", 10).await), [a.id]);
}

pub async fn organizations_take_turns_regardless_of_the_number_of_their_jobs(queues: &Queues) {
    let big = queues.stores.tenant().await;
    let small = [queues.stores.tenant().await, queues.stores.tenant().await];
    for _ in 0..30 {
        queues.enqueue(&big, job("test.run")).await;
    }
    for tenant in &small {
        for _ in 0..3 {
            queues.enqueue(tenant, job("test.run")).await;
        }
    }
    // In one batch, each organization gets an equal share.
    let batch = queues.claim("a", 6).await;
    let of = |tenant: &crate::harness::Tenant, jobs: &[LeasedJob]| {
        jobs.iter().filter(|leased| leased.lease.organization == tenant.id()).count()
    };
    assert_eq!([of(&big, &batch), of(&small[0], &batch), of(&small[1], &batch)], [2, 2, 2]);
    // One by one, the organizations take turns.
    let mut turns = Vec::new();
    for _ in 0..3 {
        turns.extend(queues.claim("a", 1).await);
    }
    assert_eq!([of(&big, &turns), of(&small[0], &turns), of(&small[1], &turns)], [1, 1, 1]);
    // The remaining jobs belong to the large organization.
    assert_eq!(queues.claim("a", 100).await.len(), 27);
}

pub async fn a_settled_job_has_ended_with_its_audit_record(queues: &Queues) {
    let tenant = queues.stores.tenant().await;
    let dead = JobOutcome::Dead { error: "no\0 more".to_owned(), code: None };
    for (outcome, state, error, progress) in [
        (JobOutcome::Succeeded, JobState::Succeeded, None, 100),
        (dead, JobState::Dead, Some("no more"), 0),
        (JobOutcome::Cancelled, JobState::Cancelled, None, 0),
    ] {
        let made = queues.enqueue(&tenant, job("test.run")).await;
        let leased = queues.claim("a", 1).await.remove(0);
        let mut line = entry(at(1), "job.ended");
        line.subject = plinth_ports::Subject { kind: "job", id: Some(made.id.uuid()) };
        let settlement = Settlement { lease: leased.lease, outcome, entry: Some(line.clone()) };
        assert_eq!(queues.queue.settle(vec![settlement]).await.unwrap(), [leased.lease]);

        let ended = queues.find(&tenant, made.id).await;
        assert_eq!((ended.state, ended.progress), (state, progress));
        assert_eq!(ended.error.map(|error| error.replace('\0', "")).as_deref(), error);
        assert!(ended.finished_at.is_some());
        let filter = JournalFilter { subject_id: Some(made.id.uuid()), ..JournalFilter::default() };
        let mut view = queues.stores.read(&tenant).await;
        let lines = view.journal().list(&filter, &all()).await.unwrap().items;
        let seen: Vec<_> = lines.iter().map(|line| (&*line.action, &*line.request_id)).collect();
        assert_eq!(seen, [(line.action, &*line.origin.request_id)]);
    }
}

pub async fn a_failed_attempt_is_followed_by_another_after_the_delay(queues: &Queues) {
    let tenant = queues.stores.tenant().await;
    let made = queues.enqueue(&tenant, job("test.run")).await;
    let first = queues.claim("a", 1).await.remove(0);
    let later = Duration::from_hours(1);
    let failed = JobOutcome::Failed {
        error: "broken".to_owned(),
        code: Some("limit.reached".to_owned()),
        retry_after: later,
    };
    assert_eq!(queues.settle(&first, failed).await, 1);
    let waiting = queues.find(&tenant, made.id).await;
    assert_eq!((waiting.state, waiting.attempt), (JobState::Failed, 1));
    assert_eq!(waiting.error.as_deref(), Some("broken"));
    assert_eq!(waiting.error_code.as_deref(), Some("limit.reached"));
    assert_eq!(waiting.finished_at, None);
    assert_eq!(queues.claim("a", 1).await, []);

    let again = queues.enqueue(&tenant, job("test.run")).await;
    let leased = queues.claim("a", 1).await.remove(0);
    let failed =
        JobOutcome::Failed { error: "again".to_owned(), code: None, retry_after: Duration::ZERO };
    queues.settle(&leased, failed).await;
    let second = queues.claim("b", 1).await.remove(0);
    assert_eq!((second.job.id, second.job.attempt), (again.id, 2));
    queues.settle(&second, JobOutcome::Succeeded).await;
    let done = queues.find(&tenant, again.id).await;
    assert_eq!((done.state, done.error, done.error_code), (JobState::Succeeded, None, None));
}

pub async fn a_released_job_waits_again_and_its_attempt_does_not_count(queues: &Queues) {
    let tenant = queues.stores.tenant().await;
    let made = queues.enqueue(&tenant, job("test.run")).await;
    let leased = queues.claim("a", 1).await.remove(0);
    assert_eq!(queues.settle(&leased, JobOutcome::Released).await, 1);
    let waiting = queues.find(&tenant, made.id).await;
    assert_eq!((waiting.state, waiting.attempt), (JobState::Queued, 0));
    let again = queues.claim("b", 1).await.remove(0);
    assert_eq!((again.job.id, again.job.attempt), (made.id, 1));
    assert_ne!(again.lease, leased.lease);
}

pub async fn a_postponed_job_waits_with_its_reason_and_its_attempt_does_not_count(queues: &Queues) {
    let tenant = queues.stores.tenant().await;
    let made = queues.enqueue(&tenant, job("test.run")).await;
    let postponed = |retry_after| JobOutcome::Postponed {
        error: "no money".to_owned(),
        code: Some("budget.exceeded".to_owned()),
        retry_after,
    };
    let first = queues.claim("a", 1).await.remove(0);
    assert_eq!(queues.settle(&first, postponed(Duration::ZERO)).await, 1);
    let second = queues.claim("a", 1).await.remove(0);
    assert_eq!((second.job.id, second.job.attempt), (made.id, 1));
    assert_eq!(queues.settle(&second, postponed(Duration::from_hours(1))).await, 1);
    let waiting = queues.find(&tenant, made.id).await;
    assert_eq!((waiting.state, waiting.attempt), (JobState::Failed, 0));
    assert_eq!(waiting.error_code.as_deref(), Some("budget.exceeded"));
    assert_eq!(queues.claim("a", 1).await, []);
}

pub async fn an_expired_lease_lets_another_worker_claim_and_settles_nothing(queues: &Queues) {
    let tenant = queues.stores.tenant().await;
    let made = queues.enqueue(&tenant, job("test.run")).await;
    let lost = queues.claim_for("a", 1, Duration::from_millis(50)).await.remove(0);
    queues.reap_until(|reaped| reaped.retried == 1).await;
    let waiting = queues.find(&tenant, made.id).await;
    assert_eq!((waiting.state, waiting.attempt), (JobState::Failed, 1));
    assert!(waiting.error.is_some() && waiting.error_code.is_none());

    // The lease counts, even for the same worker.
    let second = queues.claim("a", 1).await.remove(0);
    assert_eq!((second.job.id, second.job.attempt), (made.id, 2));
    let line = Some(entry(at(1), "job.succeeded"));
    let late = Settlement { lease: lost.lease, outcome: JobOutcome::Succeeded, entry: line };
    assert_eq!(queues.queue.settle(vec![late]).await.unwrap(), []);
    assert!(!queues.queue.report(lost.lease, 50).await.unwrap());
    let running = queues.find(&tenant, made.id).await;
    assert_eq!((running.state, running.progress), (JobState::Running, 0));
    let mut view = queues.stores.read(&tenant).await;
    assert_eq!(view.journal().list(&JournalFilter::default(), &all()).await.unwrap().items, []);
    drop(view);
    assert_eq!(queues.settle(&second, JobOutcome::Succeeded).await, 1);
    assert_eq!(queues.settle(&second, JobOutcome::Succeeded).await, 0);
}

pub async fn a_heartbeat_extends_the_leases_it_names_and_no_other(queues: &Queues) {
    let tenant = queues.stores.tenant().await;
    for _ in 0..3 {
        queues.enqueue(&tenant, job("test.run")).await;
    }
    let short = Duration::from_millis(50);
    let ours = queues.claim_for("ours", 2, short).await;
    let theirs = queues.claim_for("theirs", 1, short).await;
    let both = [ours[0].lease, ours[1].lease];
    let held = queues.queue.heartbeat(&both, LEASE).await.unwrap();
    let leases = |held: Vec<plinth_ports::Lease>| held.into_iter().collect::<HashSet<_>>();
    assert_eq!(
        leases(held.iter().map(|held| held.lease).collect()),
        leases(ours.iter().map(|leased| leased.lease).collect())
    );
    assert!(held.iter().all(|held| !held.cancel_requested));
    let taken = queues.reap_until(|reaped| reaped.retried > 0).await;
    assert_eq!(taken.retried, 1);
    assert_eq!(queues.queue.heartbeat(&[theirs[0].lease], LEASE).await.unwrap(), []);
    assert_eq!(queues.queue.heartbeat(&[], LEASE).await.unwrap(), []);
}

pub async fn a_lease_without_an_attempt_left_goes_to_the_reaper(queues: &Queues) {
    let tenant = queues.stores.tenant().await;
    let only = Job { max_attempts: 1, ..job("test.run") };
    let made = queues.enqueue(&tenant, only).await;
    let lost = queues.claim_for("a", 1, Duration::from_millis(50)).await.remove(0);
    let taken = queues.reap_until(|reaped| !reaped.ended.is_empty()).await;
    assert_eq!((taken.retried, ids(&taken.ended)), (0, vec![made.id]));
    assert_eq!(queues.claim("b", 1).await, []);
    assert_eq!(queues.settle(&lost, JobOutcome::Succeeded).await, 0);
    let dead = JobOutcome::Dead { error: "gone".to_owned(), code: None };
    assert_eq!(queues.settle(&taken.ended[0], dead).await, 1);
    assert_eq!(queues.find(&tenant, made.id).await.state, JobState::Dead);
}

pub async fn a_reaper_declares_dead_only_the_kinds_that_it_knows(queues: &Queues) {
    let tenant = queues.stores.tenant().await;
    let soon = Duration::from_millis(50);
    let last = |kind| Job { max_attempts: 1, ..job(kind) };
    let foreign = queues.enqueue(&tenant, last("test.new")).await;
    let cancelled = queues.enqueue(&tenant, last("test.new")).await;
    let known = queues.enqueue(&tenant, last("test.run")).await;
    let retried = queues.enqueue(&tenant, job("test.new")).await;
    assert_eq!(queues.claim_for("gone", 10, soon).await.len(), 4);
    queues.cancel(&tenant, cancelled.id).await;
    tokio::time::sleep(2 * soon).await;
    let old = Some(&["test.run"][..]);
    let taken = queues.reap_kinds(old).await;
    let ended: BTreeSet<_> = ids(&taken.ended).into_iter().collect();
    assert_eq!((taken.retried, ended), (1, BTreeSet::from([cancelled.id, known.id])));
    assert_eq!(queues.find(&tenant, retried.id).await.state, JobState::Failed);
    let untouched = queues.find(&tenant, foreign.id).await;
    assert_eq!((untouched.state, untouched.error), (JobState::Running, None));
    let taken = queues.reap_kinds(Some(&["test.run", "test.new"])).await;
    assert_eq!((taken.retried, ids(&taken.ended)), (0, vec![foreign.id]));
}

pub async fn a_job_that_is_cancelled_while_it_waits_never_runs(queues: &Queues) {
    let tenant = queues.stores.tenant().await;
    let made = queues.enqueue(&tenant, job("test.run")).await;
    queues.cancel(&tenant, made.id).await;
    assert_eq!(queues.claim("a", 1).await, []);
    assert_eq!(queues.find(&tenant, made.id).await.state, JobState::Cancelled);
}

pub async fn a_heartbeat_reports_that_a_job_is_to_be_cancelled(queues: &Queues) {
    let tenant = queues.stores.tenant().await;
    let made = queues.enqueue(&tenant, job("test.run")).await;
    let leased = queues.claim("a", 1).await.remove(0);
    queues.cancel(&tenant, made.id).await;
    let held = queues.queue.heartbeat(&[leased.lease], LEASE).await.unwrap();
    assert_eq!(held.len(), 1);
    assert!(held[0].cancel_requested && held[0].lease == leased.lease);
    // If it fails instead, it is due at once, so that it can be cancelled.
    let retry_after = Duration::from_hours(1);
    queues
        .settle(&leased, JobOutcome::Failed { error: "e".to_owned(), code: None, retry_after })
        .await;
    let again = queues.claim("a", 1).await.remove(0);
    assert!(again.job.cancel_requested);
    assert_eq!(queues.settle(&again, JobOutcome::Cancelled).await, 1);
    assert_eq!(queues.find(&tenant, made.id).await.state, JobState::Cancelled);
}

pub async fn progress_is_visible_while_a_job_runs_and_does_not_change_its_revision(
    queues: &Queues,
) {
    let tenant = queues.stores.tenant().await;
    let made = queues.enqueue(&tenant, job("test.run")).await;
    let leased = queues.claim("a", 1).await.remove(0);
    assert!(queues.queue.report(leased.lease, 42).await.unwrap());
    let running = queues.find(&tenant, made.id).await;
    assert_eq!((running.progress, running.revision), (42, leased.job.revision));
    // The next attempt starts without progress.
    let failed =
        JobOutcome::Failed { error: "e".to_owned(), code: None, retry_after: Duration::ZERO };
    queues.settle(&leased, failed).await;
    assert_eq!(queues.claim("a", 1).await[0].job.progress, 0);
}

pub async fn while_a_job_runs_another_with_its_key_is_not_created(queues: &Queues) {
    let tenant = queues.stores.tenant().await;
    let keyed = || Job { dedup_key: Some("k".to_owned()), ..job("test.run") };
    let first = queues.enqueue(&tenant, keyed()).await;
    let leased = queues.claim("a", 1).await.remove(0);
    assert_eq!(queues.offer(&tenant, keyed()).await, first.id);
    queues.settle(&leased, JobOutcome::Succeeded).await;
    let second = keyed();
    assert_eq!(queues.offer(&tenant, second.clone()).await, second.id);
}

pub async fn many_jobs_of_many_organizations_are_settled_at_once(queues: &Queues) {
    let tenants = [queues.stores.tenant().await, queues.stores.tenant().await];
    for n in 0..40 {
        queues.enqueue(&tenants[n % 2], job("test.run")).await;
    }
    let mut claimed = Vec::new();
    while claimed.len() < 40 {
        claimed.extend(queues.claim("a", 100).await);
    }
    let settlements = claimed.iter().map(|leased| Settlement {
        lease: leased.lease,
        outcome: JobOutcome::Succeeded,
        entry: Some(entry(at(1), "job.succeeded")),
    });
    assert_eq!(queues.queue.settle(settlements.collect()).await.unwrap().len(), 40);
    for tenant in &tenants {
        let mut view = queues.stores.read(tenant).await;
        let lines = view.journal().list(&JournalFilter::default(), &all()).await.unwrap().items;
        assert_eq!(lines.len(), 20);
        let filter = JobFilter { state: JobState::Succeeded.into(), ..JobFilter::default() };
        assert_eq!(view.jobs().list(&filter, &all()).await.unwrap().items.len(), 20);
    }
}

/// Both update the same rows at the same time, and neither may skip a row.
pub async fn a_concurrent_heartbeat_never_prevents_a_settlement(queues: &Queues) {
    let tenant = queues.stores.tenant().await;
    for _ in 0..25 {
        for _ in 0..20 {
            queues.enqueue(&tenant, job("test.run")).await;
        }
        let claimed = queues.claim("a", 20).await;
        let leases: Vec<_> = claimed.iter().map(|leased| leased.lease).collect();
        let settle = |leases: &[plinth_ports::Lease]| {
            let outcome = JobOutcome::Succeeded;
            let settlement =
                |lease: &_| Settlement { lease: *lease, outcome: outcome.clone(), entry: None };
            queues.queue.settle(leases.iter().rev().map(settlement).collect())
        };
        let (beat, first, second) = tokio::join!(
            queues.queue.heartbeat(&leases, LEASE),
            settle(&leases[..10]),
            settle(&leases[10..]),
        );
        beat.unwrap();
        assert_eq!((first.unwrap().len(), second.unwrap().len()), (10, 10));
    }
}

pub async fn a_tick_creates_its_jobs_once_with_any_leader(queues: &Queues) {
    let (a, b) = (queues.stores.tenant().await, queues.stores.tenant().await);
    let jobs = || [&a, &b].map(|tenant| Job { organization: tenant.id(), ..job("test.run") });
    assert_eq!(queues.queue.last_tick("nightly").await.unwrap(), None);
    assert!(queues.queue.tick("nightly", at(0), &jobs()).await.unwrap());
    assert!(!queues.queue.tick("nightly", at(0), &jobs()).await.unwrap());
    assert!(!queues.queue.tick("nightly", at(-1), &jobs()).await.unwrap());
    assert_eq!(queues.queue.last_tick("nightly").await.unwrap(), Some(at(0)));
    assert_eq!(queues.claim("w", 10).await.len(), 2);
    assert!(queues.queue.tick("nightly", at(60), &jobs()).await.unwrap());
    assert!(queues.queue.tick("hourly", at(0), &jobs()).await.unwrap());
    assert_eq!(queues.claim("w", 10).await.len(), 4);
}

pub async fn of_two_concurrent_ticks_exactly_one_creates_the_jobs(queues: &Queues) {
    let tenant = queues.stores.tenant().await;
    let jobs = || [Job { organization: tenant.id(), ..job("test.run") }];
    let (first, second) = (jobs(), jobs());
    let (a, b) = tokio::join!(
        queues.queue.tick("nightly", at(0), &first),
        queues.queue.tick("nightly", at(0), &second),
    );
    assert!(a.unwrap() ^ b.unwrap());
    assert_eq!(queues.claim("w", 10).await.len(), 1);
}

pub async fn a_tick_creates_no_job_while_one_with_its_key_waits(queues: &Queues) {
    let tenant = queues.stores.tenant().await;
    let jobs = || {
        let dedup_key = Some("schedule:nightly".to_owned());
        [Job { organization: tenant.id(), dedup_key, ..job("test.run") }]
    };
    assert!(queues.queue.tick("nightly", at(0), &jobs()).await.unwrap());
    assert!(queues.queue.tick("nightly", at(1), &jobs()).await.unwrap());
    assert_eq!(queues.claim("w", 10).await.len(), 1);
}

pub async fn jobs_that_ended_a_month_ago_are_swept_and_waiting_ones_are_kept(queues: &Queues) {
    let tenant = queues.stores.tenant().await;
    let waiting = queues.enqueue(&tenant, Job { run_at: at(86_400), ..job("test.run") }).await;
    let done = queues.enqueue(&tenant, job("test.run")).await;
    let leased = queues.claim("a", 1).await.remove(0);
    queues.settle(&leased, JobOutcome::Succeeded).await;
    queues.stores.system.sweep(at(29 * 86_400)).await.unwrap();
    assert_eq!(queues.find(&tenant, done.id).await.state, JobState::Succeeded);
    queues.stores.system.sweep(at(31 * 86_400)).await.unwrap();
    let mut view = queues.stores.read(&tenant).await;
    assert_eq!(view.jobs().find(done.id).await.unwrap(), None);
    assert_eq!(view.jobs().find(waiting.id).await.unwrap(), Some(waiting));
}
