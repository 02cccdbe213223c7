use std::time::Duration;

use async_trait::async_trait;

/// What is counted, and against which allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quota {
    /// Requests with one credential.
    Credential,
    /// Requests without a credential from one address.
    Address,
    /// Attempts to log in to one account.
    LoginAccount,
    /// Attempts to log in from one address.
    LoginAddress,
}

impl Quota {
    /// Every quota there is.
    pub const ALL: [Self; 4] =
        [Self::Credential, Self::Address, Self::LoginAccount, Self::LoginAddress];
}

/// How many requests one key has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// How many come back in each period; 0 counts as 1.
    pub per_period: u32,
    /// How long a period is.
    pub period: Duration,
    /// How many fit at once; 0 counts as 1.
    pub burst: u32,
}

impl Allowance {
    /// How long it takes until one request comes back; never nothing.
    #[must_use]
    pub fn each(self) -> Duration {
        (self.period / self.per_period.max(1)).max(Duration::from_nanos(1))
    }
}

/// What the limiter says about one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateDecision {
    /// How many requests fit at once.
    pub limit: u32,
    /// How many more fit now.
    pub remaining: u32,
    /// How long until the full allowance is back.
    pub reset: Duration,
    /// `Some` when the request is refused: how long until one fits.
    pub retry_after: Option<Duration>,
}

/// Counts requests by the generic cell rate algorithm (GCRA).
#[async_trait]
pub trait RateLimiter: Send + Sync {
    /// Counts one request of `key` against `quota`. Never fails: a limiter that
    /// cannot count lets the request through.
    async fn check(&self, quota: Quota, key: &str) -> RateDecision;
}
