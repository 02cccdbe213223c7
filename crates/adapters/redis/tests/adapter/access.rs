//! Revocations by one process, and the caches of the others.

use std::sync::Arc;

use plinth_domain::{Access, Id, Membership, Timestamp};
use plinth_in_process::{InProcessAccessCache, SharedAccessCache, UuidV7};
use plinth_local_servers::Redis;
use plinth_ports::{AccessCache, CachedAccess, Ids, Invalidation};
use plinth_redis::RedisBus;

use crate::support::{bus, connected, cut_off, until};

struct Process {
    bus: Arc<RedisBus>,
    cache: SharedAccessCache,
}

impl Process {
    async fn start(redis: &Redis) -> Self {
        let bus = bus(redis);
        let cache = SharedAccessCache::new(InProcessAccessCache::new(), bus.clone());
        connected(&bus).await;
        // Everything is invalidated once at the start. On one thread, the bus connects only after
        // the cache has subscribed.
        until("it listens", async || cache.epoch() > 0).await;
        Self { bus, cache }
    }

    fn remember(&self, token: u8, admission: CachedAccess) {
        self.cache.put([token; 32], admission, self.cache.epoch());
        assert_eq!(self.cache.find(&[token; 32]), Some(admission));
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
    until("it is forgotten", async || second.cache.find(&[1; 32]).is_none()).await;
    assert_eq!(second.cache.find(&[2; 32]), Some(colleague));
}

#[tokio::test]
async fn no_right_that_was_taken_away_during_an_outage_comes_back_with_redis() {
    let mut redis = Redis::start().unwrap();
    let (first, second) = (Process::start(&redis).await, Process::start(&redis).await);
    let (leaver, stale) = admission();
    second.remember(1, leaver);
    redis.kill();
    cut_off(&second.bus).await;
    assert_eq!(second.cache.find(&[1; 32]), None);
    let before = second.cache.epoch();
    first.cache.forget(stale);
    // The first process ends, and its pending signals are lost.
    drop(first);
    redis.restart().unwrap();
    connected(&second.bus).await;
    until("everything is forgotten", async || second.cache.epoch() > before).await;
    assert_eq!(second.cache.find(&[1; 32]), None);
    second.cache.put([1; 32], leaver, before);
    assert_eq!(second.cache.find(&[1; 32]), None, "it was read before");
}
