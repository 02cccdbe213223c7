use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use async_trait::async_trait;
use plinth_ports::{Allowance, Quota, RateDecision, RateLimiter};
use redis::Script;

use crate::{RedisConnection, fault::Fault};

static GCRA: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("gcra.lua")));
static REFUND: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("refund.lua")));

/// Counts the requests of all processes together, by GCRA, in one round trip.
///
/// It uses Redis' clock, so the processes' clocks may differ. While Redis does not respond, each
/// process counts separately, so every request stays limited.
pub struct RedisRateLimiter {
    connection: RedisConnection,
    allowances: [Allowance; Quota::ALL.len()],
    /// Counts in this process.
    fallback: Arc<dyn RateLimiter>,
}

impl RedisRateLimiter {
    /// A limiter with the `allowance` of each quota. `fallback` decides while Redis does not
    /// respond.
    pub fn new(
        connection: RedisConnection,
        allowance: impl Fn(Quota) -> Allowance,
        fallback: Arc<dyn RateLimiter>,
    ) -> Self {
        Self { connection, allowances: Quota::ALL.map(allowance), fallback }
    }

    async fn decide(&self, quota: Quota, key: &str) -> Result<RateDecision, Fault> {
        let (cells, key) = self.counted(quota, key);
        let ask = |mut connection| async move {
            GCRA.key(key).arg(cells.each).arg(cells.burst).invoke_async(&mut connection).await
        };
        let (remaining, wait) = self.connection.ask(ask).await?;
        Ok(cells.decision(remaining, wait))
    }

    async fn take_back(&self, quota: Quota, key: &str) -> Result<(), Fault> {
        let (cells, key) = self.counted(quota, key);
        let ask = |mut connection| async move {
            REFUND.key(key).arg(cells.each).invoke_async(&mut connection).await
        };
        self.connection.ask(ask).await
    }

    /// The allowance of a quota, and the name of a key in Redis.
    fn counted(&self, quota: Quota, key: &str) -> (Cells, String) {
        let (place, name) = match quota {
            Quota::Credential => (0, "credential"),
            Quota::Address => (1, "address"),
            Quota::LoginFailures => (2, "login-failures"),
            Quota::LoginAccount => (3, "login-account"),
            Quota::LoginAddress => (4, "login-address"),
        };
        (Cells::of(self.allowances[place]), self.connection.name(&["rate", name, key]))
    }
}

#[async_trait]
impl RateLimiter for RedisRateLimiter {
    async fn check(&self, quota: Quota, key: &str) -> RateDecision {
        match self.decide(quota, key).await {
            Ok(decision) => decision,
            Err(fault) => {
                fault.warn_if_refused();
                self.fallback.check(quota, key).await
            }
        }
    }

    async fn refund(&self, quota: Quota, key: &str) {
        // The request was counted by Redis, or, while Redis did not respond, by this process.
        if let Err(fault) = self.take_back(quota, key).await {
            fault.warn_if_refused();
            self.fallback.refund(quota, key).await;
        }
    }
}

/// An allowance as arguments of the script.
#[derive(Debug, Clone, Copy)]
struct Cells {
    /// The time between two requests at the sustained rate, in microseconds.
    each: u64,
    burst: u32,
}

impl Cells {
    /// The longest `each`. Beyond it, Lua's numbers would lose microseconds.
    const LONGEST: u64 = 1 << 40;

    fn of(allowance: Allowance) -> Self {
        // Rounded up, so that the rate never exceeds the allowance.
        let each = u64::try_from(allowance.each().as_nanos().div_ceil(1000)).unwrap_or(u64::MAX);
        Self { each: each.min(Self::LONGEST), burst: allowance.burst.max(1) }
    }

    fn decision(self, remaining: u32, wait: u64) -> RateDecision {
        let (each, limit) = (Duration::from_micros(self.each), self.burst);
        let wait = Duration::from_micros(wait);
        if wait.is_zero() {
            let reset = each * (limit - remaining.min(limit));
            return RateDecision { limit, remaining, reset, retry_after: None };
        }
        let reset = wait + each * (limit - 1);
        RateDecision { limit, remaining: 0, reset, retry_after: Some(wait) }
    }
}
