use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use async_trait::async_trait;
use governor::{
    Quota as Cells, RateLimiter as Governor,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
};
use plinth_ports::{Allowance, Quota, RateDecision, RateLimiter};

use crate::rate_state::BoundedState;

/// An allowance as a quota of governor.
fn cells(allowance: Allowance) -> Cells {
    let burst = NonZeroU32::new(allowance.burst).unwrap_or(NonZeroU32::MIN);
    Cells::with_period(allowance.each()).unwrap_or(Cells::per_second(burst)).allow_burst(burst)
}

type Counter<C> = Governor<String, BoundedState, C, StateInformationMiddleware>;

/// Counts requests per key inside the process, by GCRA.
#[derive(Debug)]
pub struct InProcessRateLimiter<C: Clock = DefaultClock> {
    counters: [Counter<C>; Quota::ALL.len()],
    /// The states of the counters, with the time between two requests.
    states: [(BoundedState, Duration); Quota::ALL.len()],
    since_sweep: AtomicUsize,
}

impl InProcessRateLimiter {
    /// The maximum number of counted keys per quota.
    pub const KEYS: usize = 100_000;

    /// A limiter with the `allowance` of each quota.
    pub fn new(allowance: impl Fn(Quota) -> Allowance) -> Self {
        Self::with(allowance, Self::KEYS, &DefaultClock::default())
    }
}

impl<C: Clock + Clone> InProcessRateLimiter<C> {
    /// The number of requests between two sweeps.
    const SWEEP_EVERY: usize = 10_000;

    fn with(allowance: impl Fn(Quota) -> Allowance, keys: usize, clock: &C) -> Self {
        let cells = Quota::ALL.map(|quota| cells(allowance(quota)));
        let states = cells.map(|cells| (BoundedState::new(keys), cells.replenish_interval()));
        let counters = std::array::from_fn(|n| {
            Counter::<C>::new(cells[n], states[n].0.clone(), clock.clone())
        });
        Self { counters, states, since_sweep: AtomicUsize::new(0) }
    }

    fn decide(&self, quota: Quota, key: &str) -> RateDecision {
        let counter = &self.counters[quota.place()];
        match counter.check_key(&key.to_owned()) {
            Ok(state) => {
                let (cells, remaining) = (state.quota(), state.remaining_burst_capacity());
                let limit = cells.burst_size().get();
                let reset = cells.replenish_interval() * (limit - remaining.min(limit));
                RateDecision { limit, remaining, reset, retry_after: None }
            }
            Err(refusal) => {
                let cells = refusal.quota();
                let limit = cells.burst_size().get();
                let wait = refusal.wait_time_from(counter.clock().now());
                let reset = wait + cells.replenish_interval() * (limit - 1);
                RateDecision { limit, remaining: 0, reset, retry_after: Some(wait) }
            }
        }
    }

    /// Drops keys whose allowance is full again, once per `SWEEP_EVERY` requests.
    fn sweep(&self) {
        if self.since_sweep.fetch_add(1, Ordering::Relaxed) + 1 == Self::SWEEP_EVERY {
            self.since_sweep.store(0, Ordering::Relaxed);
            for counter in &self.counters {
                counter.retain_recent();
                counter.shrink_to_fit();
            }
        }
    }
}

#[async_trait]
impl<C> RateLimiter for InProcessRateLimiter<C>
where
    C: Clock + Clone + Send + Sync,
    C::Instant: Send + Sync,
{
    async fn check(&self, quota: Quota, key: &str) -> RateDecision {
        self.sweep();
        self.decide(quota, key)
    }

    async fn refund(&self, quota: Quota, key: &str) {
        let (state, each) = &self.states[quota.place()];
        state.refund(key, *each);
    }
}

#[cfg(test)]
mod tests;
