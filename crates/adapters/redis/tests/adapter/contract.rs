//! The adapters on Redis fulfil the contracts of their ports, like those in memory.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use plinth_in_process::{
    InProcessAccessCache, InProcessBus, InProcessCatalogueCache, SharedAccessCache,
    SharedCatalogueCache, UuidV7,
};
use plinth_ports::{
    AccessCache, Allowance, Bus, CatalogueCache, Ids, Leaderboards, Quota, RateDecision,
    RateLimiter,
};
use plinth_redis::{RedisBus, RedisConnection, RedisLeaderboards, RedisOptions, RedisRateLimiter};

plinth_contract_tests::rate_limiter_contract!(limiter);
plinth_contract_tests::bus_contract!(bus().await);
plinth_contract_tests::leaderboards_contract!(leaderboards());
plinth_contract_tests::access_cache_contract!(cache().await);
plinth_contract_tests::catalogue_cache_contract!(catalogue().await);

/// A connection with a separate prefix, and a timeout that suits a busy machine.
fn connection() -> RedisConnection {
    let (url, prefix) = (plinth_testkit::redis_url(), UuidV7.next().to_string());
    let timeout = Duration::from_secs(20);
    RedisConnection::new(RedisOptions { prefix: &prefix, timeout, ..RedisOptions::new(&url) })
        .unwrap()
}

/// A fallback that must not be used, because Redis is available.
struct NeverAsked;

#[async_trait]
impl RateLimiter for NeverAsked {
    async fn check(&self, _: Quota, _: &str) -> RateDecision {
        panic!("Redis did not count a request")
    }

    async fn refund(&self, _quota: Quota, _key: &str) {
        unreachable!("Redis answers")
    }
}

async fn limiter(burst: u32, each: Duration) -> Arc<dyn RateLimiter> {
    let allowance = Allowance { per_period: 1, period: each, burst };
    Arc::new(RedisRateLimiter::new(connection(), |_| allowance, Arc::new(NeverAsked)))
}

async fn bus() -> Arc<dyn Bus> {
    let local = Arc::new(InProcessBus::new());
    let bus = RedisBus::start(connection(), local, UuidV7.next());
    let connected = async {
        while !bus.is_connected() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), connected).await.unwrap();
    Arc::new(bus)
}

fn leaderboards() -> Arc<dyn Leaderboards> {
    Arc::new(RedisLeaderboards::new(connection()))
}

async fn cache() -> Arc<dyn AccessCache> {
    Arc::new(SharedAccessCache::new(InProcessAccessCache::new(), bus().await))
}

async fn catalogue() -> Arc<dyn CatalogueCache> {
    Arc::new(SharedCatalogueCache::new(InProcessCatalogueCache::new(), bus().await))
}
