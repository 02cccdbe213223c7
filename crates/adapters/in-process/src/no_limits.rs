use std::time::Duration;

use async_trait::async_trait;
use plinth_ports::{Quota, RateDecision, RateLimiter};

/// Allows every request, where the operator has switched rate limits off.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoLimits;

#[async_trait]
impl RateLimiter for NoLimits {
    async fn check(&self, _: Quota, _: &str) -> RateDecision {
        RateDecision {
            limit: u32::MAX,
            remaining: u32::MAX,
            reset: Duration::ZERO,
            retry_after: None,
        }
    }

    async fn refund(&self, _: Quota, _: &str) {}
}
