use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use plinth_ports::{Quota, RateDecision, RateLimiter};

/// Allows every request, where the operator has switched rate limits off. Tickets still have one use.
pub struct NoLimits {
    tickets: Arc<dyn RateLimiter>,
}

impl NoLimits {
    /// `tickets` counts the uses of tickets.
    pub fn new(tickets: Arc<dyn RateLimiter>) -> Self {
        Self { tickets }
    }
}

#[async_trait]
impl RateLimiter for NoLimits {
    async fn check(&self, quota: Quota, key: &str) -> RateDecision {
        if matches!(quota, Quota::Ticket | Quota::OperatorKey) {
            return self.tickets.check(quota, key).await;
        }
        let all = u32::MAX;
        RateDecision { limit: all, remaining: all, reset: Duration::ZERO, retry_after: None }
    }

    async fn refund(&self, _: Quota, _: &str) {}
}
