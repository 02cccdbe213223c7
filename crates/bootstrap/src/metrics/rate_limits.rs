use std::sync::Arc;

use async_trait::async_trait;
use opentelemetry::{KeyValue, global, metrics::Counter};
use plinth_ports::{Quota, RateDecision, RateLimiter};

use super::SCOPE;

/// Counts what the rate limiter refuses.
pub(crate) struct MeasuredLimiter {
    limiter: Arc<dyn RateLimiter>,
    refused: Counter<u64>,
}

impl MeasuredLimiter {
    pub(crate) fn new(limiter: Arc<dyn RateLimiter>) -> Self {
        let refused = global::meter(SCOPE)
            .u64_counter("plinth.rate_limit.refused")
            .with_unit("{request}")
            .with_description("Requests that exceeded their allowance, by the quota.")
            .build();
        // A series that does not exist before the first refusal would hide it from `increase`.
        for quota in Quota::ALL {
            refused.add(0, &[name(quota)]);
        }
        Self { limiter, refused }
    }
}

#[async_trait]
impl RateLimiter for MeasuredLimiter {
    async fn check(&self, quota: Quota, key: &str) -> RateDecision {
        let decision = self.limiter.check(quota, key).await;
        if decision.retry_after.is_some() {
            self.refused.add(1, &[name(quota)]);
        }
        decision
    }

    async fn refund(&self, quota: Quota, key: &str) {
        self.limiter.refund(quota, key).await;
    }
}

fn name(quota: Quota) -> KeyValue {
    let name = match quota {
        Quota::Credential => "credential",
        Quota::Address => "address",
        Quota::LoginFailures => "login_failures",
        Quota::LoginAccount => "login_account",
        Quota::LoginAddress => "login_address",
        Quota::Ticket => "ticket",
        Quota::OperatorKey => "operator_key",
    };
    KeyValue::new("plinth.rate_limit.quota", name)
}
