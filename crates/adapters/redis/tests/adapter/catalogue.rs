//! Changes by one process, and what the others have cached for executions.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use plinth_domain::{Id, OrganizationId};
use plinth_in_process::{InProcessCatalogueCache, SharedCatalogueCache, UuidV7};
use plinth_local_servers::Redis;
use plinth_ports::{BudgetRules, CatalogueCache, CatalogueEntry, CatalogueKey, Ids};
use plinth_redis::RedisBus;

use crate::support::{bus, connected, cut_off, flush, until};

struct Process {
    bus: Arc<RedisBus>,
    cache: SharedCatalogueCache,
}

impl Process {
    async fn start(redis: &Redis) -> Self {
        let bus = bus(redis);
        let cache = SharedCatalogueCache::new(InProcessCatalogueCache::new(), bus.clone());
        connected(&bus).await;
        Self { bus, cache }
    }

    fn finds(&self, organization: OrganizationId) -> bool {
        self.cache.find(organization, &CatalogueKey::Budgets).is_some()
    }

    fn put(&self, organization: OrganizationId, epoch: u64) {
        let entry = CatalogueEntry::Budgets(Arc::new(BudgetRules::default()));
        self.cache.put(organization, CatalogueKey::Budgets, entry, epoch);
    }

    fn remember(&self, organization: OrganizationId) {
        self.put(organization, self.cache.epoch());
        assert!(self.finds(organization));
    }

    /// Tells of a change, and waits until the others know, as a command does.
    async fn change(&self, organization: OrganizationId) {
        self.cache.forget(organization);
        self.cache.forgotten_everywhere().await;
    }
}

fn organization() -> OrganizationId {
    Id::from_uuid(UuidV7.next())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_process_finds_what_another_has_changed_once_that_is_confirmed() {
    let redis = Redis::start().unwrap();
    let first = Process::start(&redis).await;
    let others = [Process::start(&redis).await, Process::start(&redis).await];
    let kept = organization();
    others[0].remember(kept);
    let mut slowest = Duration::ZERO;
    for _ in 0..500 {
        let changed = organization();
        for process in others.iter().chain([&first]) {
            process.remember(changed);
        }
        let began = Instant::now();
        first.change(changed).await;
        slowest = slowest.max(began.elapsed());
        for process in others.iter().chain([&first]) {
            assert!(!process.finds(changed));
        }
    }
    assert!(others[0].finds(kept), "of an organization that has not changed");
    println!("the slowest of 500 confirmations took {slowest:?}");
}

#[tokio::test]
async fn a_redis_that_has_lost_everything_lets_no_old_entry_come_back() {
    let redis = Redis::start().unwrap();
    let (first, second) = (Process::start(&redis).await, Process::start(&redis).await);
    let (before, after) = (organization(), organization());
    second.remember(before);
    second.remember(after);
    first.change(before).await;
    flush(&redis).await;
    assert!(!second.finds(before));
    first.change(after).await;
    assert!(!second.finds(after));
}

#[tokio::test]
async fn while_redis_stands_still_the_store_is_read_and_afterwards_everything_is_read_again() {
    let redis = Redis::start().unwrap();
    let (first, second) = (Process::start(&redis).await, Process::start(&redis).await);
    let (changed, other) = (organization(), organization());
    second.remember(changed);
    second.remember(other);
    redis.pause().unwrap();
    cut_off(&second.bus).await;
    let before = second.cache.epoch();
    assert!(!second.finds(changed) && !second.finds(other));
    second.put(other, before);
    assert!(!second.finds(other), "as long as signals may be missed");
    let began = Instant::now();
    first.change(changed).await;
    assert!(began.elapsed() < Duration::from_millis(400), "a change does not wait for Redis");
    // The first process ends, and its pending signals are lost.
    drop(first);
    redis.resume().unwrap();
    connected(&second.bus).await;
    until("everything is forgotten", async || second.cache.epoch() > before).await;
    assert!(!second.finds(changed) && !second.finds(other));
    second.put(changed, before);
    assert!(!second.finds(changed), "it was read before");
    second.remember(changed);
}
