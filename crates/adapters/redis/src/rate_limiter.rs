use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use async_trait::async_trait;
use plinth_ports::{Allowance, Quota, RateDecision, RateLimiter};
use redis::Script;

use crate::{
    RedisConnection,
    fault::Fault,
    slices::{Slice, Slices},
};

static GCRA: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("gcra.lua")));
static REFUND: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("refund.lua")));

/// Counts the requests of all processes together, by GCRA.
///
/// A process takes a slice of a large allowance at once, and gives back what it has not used when it
/// asks again. So all processes together admit at most the allowance and one slice each.
///
/// It uses Redis' clock, so the processes' clocks may differ. While Redis does not respond, each
/// process counts separately, so every request stays limited.
pub struct RedisRateLimiter {
    connection: RedisConnection,
    allowances: [Allowance; Quota::ALL.len()],
    slices: [Option<Slices>; Quota::ALL.len()],
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
        let allowances = Quota::ALL.map(allowance);
        Self { connection, allowances, slices: allowances.map(Slices::of), fallback }
    }

    async fn decide(&self, quota: Quota, key: &str) -> Result<RateDecision, Fault> {
        let slices = self.slices[quota.place()].as_ref();
        let found = slices.and_then(|slices| Some((slices.size(), slices.find(key)?)));
        let Some((size, slice)) = found else {
            let (cells, taken) = self.take(quota, key, 1, 0).await?;
            return Ok(cells.decision(taken.beyond, taken.wait));
        };
        // Of the requests that find no slice, one asks, and the others wait for it.
        let mut slice = slice.lock().await;
        if slice.take() {
            let Slice { left, beyond, .. } = *slice;
            return Ok(Cells::of(self.allowances[quota.place()]).decision(left + beyond, 0));
        }
        if let Some(wait) = slice.refused_for() {
            let wait = u64::try_from(wait.as_micros()).unwrap_or(u64::MAX).max(1);
            return Ok(Cells::of(self.allowances[quota.place()]).decision(0, wait));
        }
        let unused = std::mem::take(&mut slice.left);
        let (cells, taken) = self.take(quota, key, size, unused).await?;
        slice.refill(taken.requests, taken.beyond);
        if taken.wait > 0 {
            slice.refuse(Duration::from_micros(taken.wait));
        }
        Ok(cells.decision(slice.left + taken.beyond, taken.wait))
    }

    /// Asks Redis for up to `wanted` requests, and gives back those that were not used.
    async fn take(
        &self,
        quota: Quota,
        key: &str,
        wanted: u32,
        unused: u32,
    ) -> Result<(Cells, Taken), Fault> {
        let (cells, key) = self.counted(quota, key);
        let ask = |mut connection| async move {
            let mut gcra = GCRA.key(key);
            gcra.arg(cells.each).arg(cells.burst).arg(wanted).arg(unused);
            gcra.invoke_async(&mut connection).await
        };
        let (beyond, wait, requests) = self.connection.ask(ask).await?;
        Ok((cells, Taken { requests, beyond, wait }))
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
        let name = match quota {
            Quota::Credential => "credential",
            Quota::Address => "address",
            Quota::LoginFailures => "login-failures",
            Quota::LoginAccount => "login-account",
            Quota::LoginAddress => "login-address",
            Quota::Ticket => "ticket",
            Quota::OperatorKey => "operator-key",
        };
        (Cells::of(self.allowances[quota.place()]), self.connection.name(&["rate", name, key]))
    }
}

/// The answer of Redis.
#[derive(Debug, Clone, Copy)]
struct Taken {
    /// The number of requests that are allowed now.
    requests: u32,
    /// The number of requests that are left.
    beyond: u32,
    /// The time until a request is allowed, in microseconds; 0 when one is allowed now.
    wait: u64,
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
