use std::time::Duration;

use governor::clock::FakeRelativeClock;

use super::*;

/// Two at once, and one more every ten seconds.
const ALLOWANCE: Allowance = Allowance { per_period: 6, period: Duration::from_mins(1), burst: 2 };

fn limiter(keys: usize) -> (InProcessRateLimiter<FakeRelativeClock>, FakeRelativeClock) {
    let clock = FakeRelativeClock::default();
    (InProcessRateLimiter::with(|_| ALLOWANCE, keys, &clock), clock)
}

#[test]
fn a_decision_has_the_remaining_requests_and_the_time_until_reset() {
    let (limiter, clock) = limiter(10);
    let seconds = Duration::from_secs;
    let first = limiter.decide(Quota::Address, "a");
    assert_eq!((first.limit, first.remaining, first.reset), (2, 1, seconds(10)));
    let second = limiter.decide(Quota::Address, "a");
    assert_eq!((second.remaining, second.reset, second.retry_after), (0, seconds(20), None));
    clock.advance(seconds(3));
    let third = limiter.decide(Quota::Address, "a");
    assert_eq!((third.remaining, third.reset), (0, seconds(17)));
    assert_eq!(third.retry_after, Some(seconds(7)));
    clock.advance(seconds(7));
    assert_eq!(limiter.decide(Quota::Address, "a").retry_after, None);
}

#[test]
fn a_flood_of_keys_neither_grows_nor_resets_what_is_counted() {
    let (limiter, _) = limiter(3);
    let allowed = |key: &str| limiter.decide(Quota::LoginAccount, key).retry_after.is_none();
    assert!(allowed("victim") && allowed("victim") && !allowed("victim"));
    for n in 0..1000 {
        assert!(allowed(&n.to_string()));
    }
    assert!(!allowed("victim"), "its count was set back");
    assert_eq!(limiter.counters[Quota::LoginAccount.place()].len(), 3);
}

#[tokio::test]
async fn keys_whose_allowance_is_full_again_are_dropped() {
    let (limiter, clock) = limiter(1000);
    for n in 0..100 {
        limiter.check(Quota::Address, &n.to_string()).await;
    }
    clock.advance(Duration::from_mins(1));
    for _ in 0..InProcessRateLimiter::<FakeRelativeClock>::SWEEP_EVERY {
        limiter.check(Quota::Credential, "busy").await;
    }
    assert!(limiter.counters[Quota::Address.place()].is_empty());
}

#[test]
fn an_allowance_of_zero_still_admits_one_request() {
    let nothing = Allowance { per_period: 0, period: Duration::ZERO, burst: 0 };
    assert_eq!(cells(nothing).burst_size().get(), 1);
}
