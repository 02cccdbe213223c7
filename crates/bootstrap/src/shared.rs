use std::sync::Arc;

use plinth_in_process::{
    InProcessAccessCache, InProcessBus, InProcessCatalogueCache, InProcessHealth,
    InProcessRateLimiter, NoLimits, SharedAccessCache, SharedCatalogueCache, UuidV7,
};
use plinth_ports::{AccessCache, Bus, CatalogueCache, Health, Ids, Leaderboards, RateLimiter};
use plinth_redis::{
    InvalidUrl, RedisBus, RedisConnection, RedisLeaderboards, RedisOptions, RedisRateLimiter,
};
use plinth_settings::Settings;
use secrecy::ExposeSecret;

use crate::{
    limits,
    metrics::{MeasuredAccessCache, MeasuredCatalogueCache, MeasuredLimiter},
};

/// The adapters that share state through Redis. Without Redis they work inside one process.
pub(crate) struct Shared {
    pub limiter: Arc<dyn RateLimiter>,
    pub bus: Arc<dyn Bus>,
    pub cache: Arc<dyn AccessCache>,
    pub catalogue: Arc<dyn CatalogueCache>,
    /// Without Redis, leaderboards are made for each who asks.
    pub leaderboards: Option<Arc<dyn Leaderboards>>,
    pub health: Arc<dyn Health>,
}

impl Shared {
    pub(crate) fn assemble(settings: &Settings) -> Result<Self, InvalidUrl> {
        let shared = Self::with_limits(settings)?;
        if settings.rate_limits.enabled {
            return Ok(shared);
        }
        Ok(Self { limiter: Arc::new(NoLimits::new(shared.limiter)), ..shared })
    }

    /// The same, with metrics of what is asked of them.
    pub(crate) fn measured(self) -> Self {
        Self {
            limiter: Arc::new(MeasuredLimiter::new(self.limiter)),
            cache: Arc::new(MeasuredAccessCache::new(self.cache)),
            catalogue: Arc::new(MeasuredCatalogueCache::new(self.catalogue)),
            ..self
        }
    }

    fn with_limits(settings: &Settings) -> Result<Self, InvalidUrl> {
        let allowances = || limits::of(&settings.rate_limits);
        let bus: Arc<dyn Bus> = Arc::new(InProcessBus::new());
        let alone = Self {
            limiter: Arc::new(InProcessRateLimiter::new(allowances())),
            cache: cache_on(&bus),
            catalogue: catalogue_on(&bus),
            leaderboards: None,
            bus,
            health: Arc::new(InProcessHealth),
        };
        let Some(url) = &settings.redis.url else { return Ok(alone) };
        let prefix = &settings.redis.key_prefix;
        let options = RedisOptions { prefix, ..RedisOptions::new(url.expose_secret()) };
        let redis = RedisConnection::new(options)?;
        let local: Arc<dyn Bus> = Arc::new(InProcessBus::new());
        let bus: Arc<dyn Bus> = Arc::new(RedisBus::start(redis.clone(), local, UuidV7.next()));
        let limiter = RedisRateLimiter::new(redis.clone(), allowances(), alone.limiter);
        Ok(Self {
            limiter: Arc::new(limiter),
            cache: cache_on(&bus),
            catalogue: catalogue_on(&bus),
            leaderboards: Some(Arc::new(RedisLeaderboards::new(redis.clone()))),
            bus,
            health: Arc::new(redis),
        })
    }
}

/// An access cache that hears the signals of `bus`.
fn cache_on(bus: &Arc<dyn Bus>) -> Arc<dyn AccessCache> {
    Arc::new(SharedAccessCache::new(InProcessAccessCache::new(), bus.clone()))
}

/// A cache of what executions read that hears the signals of `bus`.
fn catalogue_on(bus: &Arc<dyn Bus>) -> Arc<dyn CatalogueCache> {
    Arc::new(SharedCatalogueCache::new(InProcessCatalogueCache::new(), bus.clone()))
}
