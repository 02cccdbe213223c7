//! A job queue under test, with the store of its jobs.

use std::{sync::Arc, time::Duration};

use plinth_domain::{Job, JobId};
use plinth_ports::{Claim, JobOutcome, JobQueue, LeasedJob, Reap, Reaped, Settlement};

use crate::{Stores, harness::Tenant};

/// Longer than any test takes.
pub(crate) const LEASE: Duration = Duration::from_mins(10);

/// How long an expired lease may stay unnoticed.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A queue and the stores that contain its jobs.
pub struct Queues {
    pub(crate) stores: Stores,
    pub(crate) queue: Arc<dyn JobQueue>,
}

impl Queues {
    /// A queue of the jobs in these stores.
    #[must_use]
    pub fn new(stores: Stores, queue: Arc<dyn JobQueue>) -> Self {
        Self { stores, queue }
    }

    /// Stores a job of the tenant, and returns it as stored.
    pub(crate) async fn enqueue(&self, tenant: &Tenant, job: Job) -> Job {
        let job = Job { organization: tenant.id(), ..job };
        assert_eq!(self.offer(tenant, job.clone()).await, job.id);
        job
    }

    /// Enqueues a job, and returns the identity of the stored one.
    pub(crate) async fn offer(&self, tenant: &Tenant, job: Job) -> JobId {
        let mut unit = self.stores.begin(tenant).await;
        let id = unit.jobs().enqueue(&job).await.unwrap();
        unit.commit().await.unwrap();
        id
    }

    pub(crate) async fn find(&self, tenant: &Tenant, id: JobId) -> Job {
        self.stores.read(tenant).await.jobs().find(id).await.unwrap().unwrap()
    }

    /// Cancels a job as a member does.
    pub(crate) async fn cancel(&self, tenant: &Tenant, id: JobId) {
        let mut unit = self.stores.begin(tenant).await;
        let job = unit.jobs().lock(id).await.unwrap().unwrap();
        let at = job.revision.updated_at;
        unit.jobs().update(&job.cancel(at).unwrap()).await.unwrap();
        unit.commit().await.unwrap();
    }

    pub(crate) async fn claim(&self, worker: &str, limit: u16) -> Vec<LeasedJob> {
        self.claim_for(worker, limit, LEASE).await
    }

    pub(crate) async fn claim_for(
        &self,
        worker: &str,
        limit: u16,
        lease: Duration,
    ) -> Vec<LeasedJob> {
        self.queue.claim(Claim { worker, lease, limit, kinds: None }).await.unwrap()
    }

    pub(crate) async fn claim_kinds(
        &self,
        worker: &str,
        limit: u16,
        kinds: &[&str],
    ) -> Vec<LeasedJob> {
        let kinds = Some(kinds);
        self.queue.claim(Claim { worker, lease: LEASE, limit, kinds }).await.unwrap()
    }

    /// Settles one lease, and returns how many were valid: one or none.
    pub(crate) async fn settle(&self, leased: &LeasedJob, outcome: JobOutcome) -> usize {
        let settlement = Settlement { lease: leased.lease, outcome, entry: None };
        self.queue.settle(vec![settlement]).await.unwrap().len()
    }

    /// Reaps once, as a worker that knows these kinds.
    pub(crate) async fn reap_kinds(&self, kinds: Option<&[&str]>) -> Reaped {
        let reap = Reap { reaper: "reaper", lease: LEASE, limit: 100, kinds };
        self.queue.reap(reap).await.unwrap()
    }

    /// Reaps until `done`: short leases need time to expire.
    pub(crate) async fn reap_until(&self, done: impl Fn(&Reaped) -> bool) -> Reaped {
        let attempts = async {
            loop {
                let reaped = self.reap_kinds(None).await;
                if done(&reaped) {
                    return reaped;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(TIMEOUT, attempts).await.unwrap()
    }
}
