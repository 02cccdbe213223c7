//! Revocations by one process, and the caches of the others.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use plinth_domain::{Access, Id, Membership, Timestamp};
use plinth_in_process::{Grace, InProcessAccessCache, SharedAccessCache, UuidV7};
use plinth_local_servers::Redis;
use plinth_ports::{AccessCache, Cached, CachedAccess, Ids, Invalidation};
use plinth_redis::RedisBus;

use crate::support::{bus, connected, cut_off, until};

/// Nothing doubtful is found.
const NONE: Grace = Grace { after_doubt: Duration::ZERO, after_look_up: Duration::ZERO };

struct Process {
    bus: Arc<RedisBus>,
    cache: SharedAccessCache,
}

impl Process {
    async fn start(redis: &Redis) -> Self {
        let bus = bus(redis);
        let local = InProcessAccessCache::new();
        let cache = SharedAccessCache::with_grace(local, bus.clone(), NONE);
        connected(&bus).await;
        Self { bus, cache }
    }

    fn find(&self, token: u8) -> Option<CachedAccess> {
        self.cache.find(&[token; 32]).and_then(Cached::admitted)
    }

    fn remember(&self, token: u8, admission: CachedAccess) {
        self.cache.put([token; 32], admission, self.cache.epoch());
        assert_eq!(self.find(token), Some(admission));
    }
}

fn admission() -> (CachedAccess, Invalidation) {
    let (organization, user) = (Id::from_uuid(UuidV7.next()), Id::from_uuid(UuidV7.next()));
    let at = Timestamp::UNIX_EPOCH;
    let membership = Membership::found(Id::from_uuid(UuidV7.next()), organization, user, at);
    let access = CachedAccess { access: Access::of_member(&membership), until: at };
    (access, Invalidation::Member(organization, user))
}

#[tokio::test]
async fn a_right_that_one_process_takes_away_ends_in_the_other() {
    let redis = Redis::start().unwrap();
    let (first, second) = (Process::start(&redis).await, Process::start(&redis).await);
    let ((leaver, stale), (colleague, _)) = (admission(), admission());
    second.remember(1, leaver);
    second.remember(2, colleague);
    first.cache.forget(stale);
    first.cache.forgotten_everywhere().await;
    assert_eq!(second.find(1), None);
    assert_eq!(second.find(2), Some(colleague));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_right_that_was_taken_away_counts_elsewhere_once_that_is_confirmed() {
    let redis = Redis::start().unwrap();
    let first = Process::start(&redis).await;
    let others = [Process::start(&redis).await, Process::start(&redis).await];
    let mut slowest = Duration::ZERO;
    for _ in 0..500 {
        let (leaver, stale) = admission();
        for other in &others {
            other.remember(1, leaver);
        }
        let began = Instant::now();
        first.cache.forget(stale);
        first.cache.forgotten_everywhere().await;
        slowest = slowest.max(began.elapsed());
        for other in &others {
            assert_eq!(other.find(1), None);
        }
    }
    println!("the slowest of 500 confirmations took {slowest:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_confirmation_waits_for_no_process_that_has_ended() {
    let redis = Redis::start().unwrap();
    let (first, second) = (Process::start(&redis).await, Process::start(&redis).await);
    drop(second);
    let (_, stale) = admission();
    until("Redis has noticed", async || {
        let began = Instant::now();
        first.cache.forget(stale);
        first.cache.forgotten_everywhere().await;
        began.elapsed() < Duration::from_millis(100)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_stands_still_or_is_away_delays_a_confirmation_by_no_more_than_a_quarter_second()
 {
    let mut redis = Redis::start().unwrap();
    let (first, _second) = (Process::start(&redis).await, Process::start(&redis).await);
    let (_, stale) = admission();
    let bounded = async |state: &str| {
        for _ in 0..3 {
            let began = Instant::now();
            first.cache.forget(stale);
            first.cache.forgotten_everywhere().await;
            let took = began.elapsed();
            assert!(took < Duration::from_millis(400), "{state}: {took:?}");
        }
    };
    redis.pause().unwrap();
    bounded("it stands still").await;
    redis.resume().unwrap();
    redis.kill();
    bounded("it is away").await;
    cut_off(&first.bus).await;
    bounded("that is known").await;
}

#[tokio::test]
async fn no_right_that_was_taken_away_during_an_outage_comes_back_with_redis() {
    let mut redis = Redis::start().unwrap();
    let (first, second) = (Process::start(&redis).await, Process::start(&redis).await);
    let (leaver, stale) = admission();
    second.remember(1, leaver);
    redis.kill();
    cut_off(&second.bus).await;
    assert_eq!(second.find(1), None);
    let before = second.cache.epoch();
    first.cache.forget(stale);
    // The first process ends, and its pending signals are lost.
    drop(first);
    redis.restart().unwrap();
    connected(&second.bus).await;
    until("everything is forgotten", async || second.cache.epoch() > before).await;
    assert_eq!(second.find(1), None);
    second.cache.put([1; 32], leaver, before);
    assert_eq!(second.find(1), None, "it was read before");
}
