use std::time::Duration;

use async_trait::async_trait;

/// What is counted against an allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quota {
    /// Requests with one credential.
    Credential,
    /// Requests without a credential from one address block.
    Address,
    /// Failed logins to one account from one address block.
    LoginFailures,
    /// Failed logins to one account, from all address blocks together.
    LoginAccount,
    /// Attempts to log in from one address block.
    LoginAddress,
    /// Uses of one ticket for a stream: one in its lifetime, also where rate limits are off.
    Ticket,
    /// Wrong keys of operators from one address block.
    OperatorKey,
}

impl Quota {
    /// Every quota.
    pub const ALL: [Self; 7] = [
        Self::Credential,
        Self::Address,
        Self::LoginFailures,
        Self::LoginAccount,
        Self::LoginAddress,
        Self::Ticket,
        Self::OperatorKey,
    ];

    /// Its place in [`Quota::ALL`].
    #[must_use]
    pub const fn place(self) -> usize {
        self as usize
    }
}

/// The number of requests that a key may make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// The number of requests in each period; 0 counts as 1.
    pub per_period: u32,
    /// The length of a period.
    pub period: Duration,
    /// The number of requests that are allowed at once; 0 counts as 1.
    pub burst: u32,
}

impl Allowance {
    /// The time after which one more request is allowed; more than zero.
    #[must_use]
    pub fn each(self) -> Duration {
        (self.period / self.per_period.max(1)).max(Duration::from_nanos(1))
    }
}

/// The decision about one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateDecision {
    /// The number of requests that are allowed at once.
    pub limit: u32,
    /// The number of requests that are allowed now.
    pub remaining: u32,
    /// The time until the full allowance is available.
    pub reset: Duration,
    /// `Some` when the request is refused: the time until one is allowed.
    pub retry_after: Option<Duration>,
}

/// Counts requests by the generic cell rate algorithm (GCRA).
#[async_trait]
pub trait RateLimiter: Send + Sync {
    /// Counts one request of `key` against `quota`. It does not fail: a limiter
    /// that cannot count allows the request.
    async fn check(&self, quota: Quota, key: &str) -> RateDecision;

    /// Takes back one request that was counted. A limiter that cannot count does nothing.
    async fn refund(&self, quota: Quota, key: &str);
}

#[cfg(test)]
mod tests {
    use super::Quota;

    #[test]
    fn each_quota_is_found_at_its_place() {
        for quota in Quota::ALL {
            assert_eq!(Quota::ALL[quota.place()], quota);
        }
    }
}
