//! Jobs are deduplicated by their keys, and locked so that workers cannot claim them.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{Job, JobCause, JobDraft, JsonObject};
use plinth_ports::{JobFilter, records::jobs::DEDUP_KEY_TAKEN};

use crate::{
    Stores,
    fixture::{at, id, job},
    harness::Tenant,
    outcome::{assert_conflict, assert_stale},
    walk::all,
};

/// Enqueues a job, and returns the identity of the stored one.
async fn enqueue(stores: &Stores, tenant: &Tenant, job: &Job) -> plinth_domain::JobId {
    let mut unit = stores.begin(tenant).await;
    let id = unit.jobs().enqueue(job).await.unwrap();
    unit.commit().await.unwrap();
    id
}

/// A job with this deduplication key.
fn keyed(key: &str) -> Job {
    Job { dedup_key: Some(key.to_owned()), ..job("test.run") }
}

pub async fn a_job_is_read_as_it_was_enqueued_to_the_microsecond(stores: &Stores) {
    let tenant = stores.tenant().await;
    let draft = JobDraft {
        payload: JsonObject::from_parsed(r#"{"document": 7}"#.to_owned()),
        priority: -100,
        max_attempts: 65_535,
        run_at: Some(at(60)),
        dedup_key: Some("document/7".to_owned()),
        ..JobDraft::new("document.process", JsonObject::default())
    };
    let cause = JobCause {
        user: Some(tenant.owner.id),
        request_id: "req-7".to_owned(),
        trace_parent: Some(format!("00-{}-{}-01", "ab".repeat(16), "cd".repeat(8))),
    };
    let full = Job::queue(id(), tenant.id(), draft, cause, at(1));
    let bare = Job { organization: tenant.id(), ..job("test.run") };
    for job in [&full, &bare] {
        assert_eq!(enqueue(stores, &tenant, job).await, job.id);
        let found = stores.read(&tenant).await.jobs().find(job.id).await.unwrap();
        assert_eq!(found.as_ref(), Some(job));
        let locked = stores.begin(&tenant).await.jobs().lock(job.id).await.unwrap();
        assert_eq!(locked.as_ref(), Some(job));
    }
}

pub async fn a_job_exists_exactly_when_its_unit_of_work_is_committed(stores: &Stores) {
    let tenant = stores.tenant().await;
    let dropped = job("test.run");
    let mut unit = stores.begin(&tenant).await;
    unit.jobs().enqueue(&dropped).await.unwrap();
    drop(unit);
    assert_eq!(stores.read(&tenant).await.jobs().find(dropped.id).await.unwrap(), None);
}

pub async fn while_a_job_waits_another_with_its_key_is_not_created(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (first, second) = (keyed("k"), keyed("k"));
    assert_eq!(enqueue(stores, &tenant, &first).await, first.id);
    assert_eq!(enqueue(stores, &tenant, &second).await, first.id);
    assert_eq!(stores.read(&tenant).await.jobs().find(second.id).await.unwrap(), None);

    let other = keyed("another");
    assert_eq!(enqueue(stores, &tenant, &other).await, other.id);
    let elsewhere = stores.tenant().await;
    assert_eq!(enqueue(stores, &elsewhere, &second).await, second.id);
}

pub async fn a_key_can_be_used_again_once_its_job_has_ended(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (first, second) = (keyed("k"), keyed("k"));
    enqueue(stores, &tenant, &first).await;
    let ended = first.cancel(at(1)).unwrap();
    stores.write(&tenant, async |unit| unit.jobs().update(&ended).await).await.unwrap();
    assert_eq!(enqueue(stores, &tenant, &second).await, second.id);

    let again = ended.retry(at(2)).unwrap();
    let twice = stores.write(&tenant, async |unit| unit.jobs().update(&again).await).await;
    assert_conflict(twice, DEDUP_KEY_TAKEN.0);
}

pub async fn of_many_concurrent_jobs_with_one_key_exactly_one_is_created(stores: &Stores) {
    let tenant = stores.tenant().await;
    let jobs: Vec<Job> = (0..8).map(|_| keyed("k")).collect();
    let ids = futures::future::join_all(jobs.iter().map(|job| enqueue(stores, &tenant, job))).await;
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    let list = stores.read(&tenant).await.jobs().list(&JobFilter::default(), &all()).await.unwrap();
    assert_eq!(list.items.len(), 1);
}

pub async fn a_foreign_job_is_absent(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let job = Job { organization: theirs.id(), ..job("test.run") };
    enqueue(stores, &theirs, &job).await;
    assert_eq!(stores.read(&ours).await.jobs().find(job.id).await.unwrap(), None);
    assert_eq!(stores.begin(&ours).await.jobs().lock(job.id).await.unwrap(), None);
    let page = stores.read(&ours).await.jobs().list(&JobFilter::default(), &all()).await.unwrap();
    assert!(page.items.is_empty());
    let cancelled = job.clone().cancel(at(1)).unwrap();
    assert_stale(stores.write(&ours, async |unit| unit.jobs().update(&cancelled).await).await);
    assert_eq!(stores.read(&theirs).await.jobs().find(job.id).await.unwrap(), Some(job));
}
