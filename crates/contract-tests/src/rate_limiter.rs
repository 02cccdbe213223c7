//! A limiter admits a burst, then one request per interval, separately for each key.
//!
//! Each behaviour takes a function that makes limiters from a burst and an interval: every quota
//! admits the burst at once, and one more request after each interval.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use std::{sync::Arc, time::Duration};

use futures::future::join_all;
use plinth_ports::{Quota, RateDecision, RateLimiter};
use tokio::time::sleep;

/// An interval that is longer than any test.
const NEVER: Duration = Duration::from_mins(10);

/// Counts one request.
async fn ask(limiter: &Arc<dyn RateLimiter>, key: &str) -> RateDecision {
    limiter.check(Quota::Address, key).await
}

pub async fn a_burst_is_admitted_and_the_next_request_is_refused<L>(make: L)
where
    L: AsyncFn(u32, Duration) -> Arc<dyn RateLimiter>,
{
    let limiter = make(3, NEVER).await;
    for left in [2, 1, 0] {
        let decision = ask(&limiter, "a").await;
        assert_eq!(decision.retry_after, None);
        assert_eq!((decision.limit, decision.remaining), (3, left));
        assert!(decision.reset > Duration::ZERO && decision.reset <= NEVER * 3);
    }
    let refused = ask(&limiter, "a").await;
    assert_eq!((refused.limit, refused.remaining), (3, 0));
    let wait = refused.retry_after.unwrap();
    assert!(wait > Duration::ZERO && wait <= NEVER, "{wait:?}");
    assert!(refused.reset > NEVER && refused.reset <= NEVER * 3, "{:?}", refused.reset);
}

pub async fn a_request_is_admitted_after_the_delay_that_the_refusal_names<L>(make: L)
where
    L: AsyncFn(u32, Duration) -> Arc<dyn RateLimiter>,
{
    let limiter = make(2, Duration::from_millis(200)).await;
    while ask(&limiter, "a").await.retry_after.is_none() {}
    let wait = ask(&limiter, "a").await.retry_after.unwrap();
    assert!(wait <= Duration::from_millis(200));
    sleep(wait + Duration::from_millis(5)).await;
    assert_eq!(ask(&limiter, "a").await.retry_after, None);
}

pub async fn a_refused_request_costs_nothing<L>(make: L)
where
    L: AsyncFn(u32, Duration) -> Arc<dyn RateLimiter>,
{
    let limiter = make(1, Duration::from_millis(300)).await;
    ask(&limiter, "a").await;
    let first = ask(&limiter, "a").await.retry_after.unwrap();
    for _ in 0..50 {
        ask(&limiter, "a").await;
    }
    if let Some(later) = ask(&limiter, "a").await.retry_after {
        assert!(later <= first);
    }
}

pub async fn keys_and_quotas_are_counted_separately<L>(make: L)
where
    L: AsyncFn(u32, Duration) -> Arc<dyn RateLimiter>,
{
    let limiter = make(1, NEVER).await;
    for key in ["a", "b", "a:b", "", "2001:db8::1"] {
        for quota in Quota::ALL {
            assert_eq!(limiter.check(quota, key).await.retry_after, None, "{quota:?} {key:?}");
        }
    }
    for quota in Quota::ALL {
        assert!(limiter.check(quota, "a").await.retry_after.is_some());
    }
}

pub async fn of_many_concurrent_requests_exactly_a_burst_is_admitted<L>(make: L)
where
    L: AsyncFn(u32, Duration) -> Arc<dyn RateLimiter>,
{
    let limiter = make(10, NEVER).await;
    let requests = (0..60).map(|_| {
        let limiter = Arc::clone(&limiter);
        tokio::spawn(async move { ask(&limiter, "a").await.retry_after.is_none() })
    });
    let through = join_all(requests).await.into_iter().filter(|done| *done.as_ref().unwrap());
    assert_eq!(through.count(), 10);
}

pub async fn a_request_that_is_taken_back_leaves_room_for_one_more<L>(make: L)
where
    L: AsyncFn(u32, Duration) -> Arc<dyn RateLimiter>,
{
    let limiter = make(2, NEVER).await;
    for _ in 0..5 {
        assert_eq!(ask(&limiter, "a").await.retry_after, None);
        limiter.refund(Quota::Address, "a").await;
    }
    assert_eq!(ask(&limiter, "a").await.remaining, 1);
    assert_eq!(ask(&limiter, "a").await.remaining, 0);
    limiter.refund(Quota::Address, "b").await;
    limiter.refund(Quota::LoginAccount, "a").await;
    assert!(ask(&limiter, "a").await.retry_after.is_some(), "another key or quota");
    limiter.refund(Quota::Address, "a").await;
    assert_eq!(ask(&limiter, "a").await.retry_after, None);
    assert!(ask(&limiter, "a").await.retry_after.is_some());
}

pub async fn no_number_of_requests_taken_back_makes_an_allowance_larger<L>(make: L)
where
    L: AsyncFn(u32, Duration) -> Arc<dyn RateLimiter>,
{
    let limiter = make(2, NEVER).await;
    for _ in 0..5 {
        limiter.refund(Quota::Address, "a").await;
    }
    ask(&limiter, "a").await;
    for _ in 0..5 {
        limiter.refund(Quota::Address, "a").await;
    }
    for left in [1, 0] {
        assert_eq!(ask(&limiter, "a").await.remaining, left);
    }
    assert!(ask(&limiter, "a").await.retry_after.is_some());
}
