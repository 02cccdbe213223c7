use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use plinth_in_process::InProcessRateLimiter;
use plinth_local_servers::Redis;
use plinth_ports::{Allowance, Quota, RateLimiter};
use plinth_redis::{RedisConnection, RedisRateLimiter};

use crate::support::{connection, flush, patient, soon, until};

const BURST: u32 = 5;
/// An interval that is longer than any test.
const ALLOWANCE: Allowance =
    Allowance { per_period: 1, period: Duration::from_mins(10), burst: BURST };

/// One process's limiter.
fn limiter(connection: RedisConnection) -> RedisRateLimiter {
    let fallback = Arc::new(InProcessRateLimiter::new(|_| ALLOWANCE));
    RedisRateLimiter::new(connection, |_| ALLOWANCE, fallback)
}

/// How many of a hundred requests are admitted. Asserts that none waits for long.
async fn through(limiter: &RedisRateLimiter, key: &str) -> u32 {
    let mut through = 0;
    for _ in 0..100 {
        let decision = soon(limiter.check(Quota::Credential, key)).await;
        through += u32::from(decision.retry_after.is_none());
    }
    through
}

/// How many of 300 requests at the same time are admitted. Asserts that none waits for long.
async fn through_at_once(limiter: &Arc<RedisRateLimiter>, quota: Quota) -> u32 {
    let requests: Vec<_> = (0..300)
        .map(|_| {
            let limiter = limiter.clone();
            tokio::spawn(async move { limiter.check(quota, "a").await })
        })
        .collect();
    let mut through = 0;
    for request in requests {
        through += u32::from(soon(request).await.unwrap().retry_after.is_none());
    }
    through
}

/// Waits until the requests of another process count here.
async fn until_shared(redis: &Redis, limiter: &RedisRateLimiter) {
    let mut n = 0;
    until("Redis counts again", async || {
        n += 1;
        let key = format!("shared-{n}");
        let other = self::limiter(patient(redis));
        through(&other, &key).await == BURST && through(limiter, &key).await == 0
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_are_counted_together() {
    let redis = Redis::start().unwrap();
    let (first, second) = (limiter(patient(&redis)), limiter(patient(&redis)));
    assert_eq!(through(&first, "a").await, BURST);
    assert_eq!(through(&second, "a").await, 0);
    assert_eq!(through(&second, "b").await, BURST);
}

/// An allowance of which a process takes 20 requests at once.
const LARGE: Allowance = Allowance { per_period: 1200, period: Duration::from_mins(1), burst: 200 };

fn large(connection: RedisConnection) -> RedisRateLimiter {
    let fallback = Arc::new(InProcessRateLimiter::new(|_| LARGE));
    RedisRateLimiter::new(connection, |_| LARGE, fallback)
}

/// How many requests are admitted until one is refused.
async fn until_refused(limiter: &RedisRateLimiter, key: &str) -> u32 {
    let mut through = 0;
    while limiter.check(Quota::Credential, key).await.retry_after.is_none() {
        through += 1;
    }
    through
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_with_slices_admit_no_more_than_the_allowance_and_a_slice() {
    let redis = Redis::start().unwrap();
    let (first, second) = (large(patient(&redis)), large(patient(&redis)));
    let began = Instant::now();
    let other = first.check(Quota::Credential, "a").await;
    assert_eq!((other.limit, other.remaining), (200, 199));
    let through = 1 + until_refused(&second, "a").await + until_refused(&first, "a").await;
    let restored = u32::try_from(began.elapsed().as_millis() / 50).unwrap() + 1;
    assert!((200..=200 + restored + 20).contains(&through), "{through}, restored {restored}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn most_requests_of_a_slice_ask_redis_nothing() {
    let redis = Redis::start().unwrap();
    let limiter = large(patient(&redis));
    let client = redis::Client::open(redis.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let mut calls = async || {
        let stats: String =
            redis::cmd("INFO").arg("commandstats").query_async(&mut connection).await.unwrap();
        let scripts = stats.lines().filter(|line| line.starts_with("cmdstat_eval"));
        let count = |line: &str| -> u32 {
            line.split("calls=").nth(1).unwrap().split(',').next().unwrap().parse().unwrap()
        };
        scripts.map(count).sum::<u32>()
    };
    limiter.check(Quota::Credential, "a").await;
    let before = calls().await;
    let began = Instant::now();
    for left in (100..199).rev() {
        let decision = limiter.check(Quota::Credential, "a").await;
        assert_eq!(decision.retry_after, None);
        assert!((left..=199).contains(&decision.remaining), "{left}, {}", decision.remaining);
    }
    // A slice that is a second old is replaced before it is used up.
    let late = u32::try_from(began.elapsed().as_secs()).unwrap();
    let asked = calls().await - before;
    assert!((4..=5 + late).contains(&asked), "{asked}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_process_has_not_used_of_its_slice_is_given_back() {
    let redis = Redis::start().unwrap();
    // Restores 2 requests a second, so that a slice has 2.
    let slow = Allowance { per_period: 120, period: Duration::from_mins(1), burst: 40 };
    let fallback = Arc::new(InProcessRateLimiter::new(move |_| slow));
    let limiter = RedisRateLimiter::new(patient(&redis), move |_| slow, fallback);
    for _ in 0..3 {
        limiter.check(Quota::Credential, "a").await;
        tokio::time::sleep(Duration::from_millis(1050)).await;
    }
    // Two requests are restored each second, and one was used.
    let left = limiter.check(Quota::Credential, "a").await.remaining;
    assert_eq!(left, 39);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_that_wait_for_a_slice_do_not_wait_one_after_the_other_for_a_silent_redis() {
    let redis = Redis::start().unwrap();
    let limiter = Arc::new(large(connection(&redis)));
    limiter.check(Quota::Credential, "warm").await;
    redis.pause().unwrap();
    let through = through_at_once(&limiter, Quota::Credential).await;
    assert!((200..=240).contains(&through), "{through}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_redis_stands_still_each_process_counts_by_itself() {
    let redis = Redis::start().unwrap();
    let limiter = limiter(connection(&redis));
    until_shared(&redis, &limiter).await;
    redis.pause().unwrap();
    // If each of the hundred requests waited for Redis, they would take half a minute.
    assert_eq!(soon(through(&limiter, "a")).await, BURST);
    redis.resume().unwrap();
    until_shared(&redis, &limiter).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_requests_at_once_do_not_wait_one_after_the_other() {
    let redis = Redis::start().unwrap();
    let limiter = Arc::new(limiter(connection(&redis)));
    until_shared(&redis, &limiter).await;
    redis.pause().unwrap();
    let through = through_at_once(&limiter, Quota::Address).await;
    assert_eq!(through, BURST);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_is_survived_and_the_script_loaded_anew() {
    let mut redis = Redis::start().unwrap();
    let limiter = limiter(connection(&redis));
    until_shared(&redis, &limiter).await;
    redis.kill();
    assert_eq!(soon(through(&limiter, "a")).await, BURST);
    redis.restart().unwrap();
    until_shared(&redis, &limiter).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_flush_every_key_has_one_burst_and_no_more() {
    let redis = Redis::start().unwrap();
    let limiter = limiter(patient(&redis));
    assert_eq!(through(&limiter, "a").await, BURST);
    flush(&redis).await;
    assert_eq!(through(&limiter, "a").await, BURST);
    assert_eq!(through(&limiter, "a").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_with_another_value_lets_no_request_through_uncounted() {
    let redis = Redis::start().unwrap();
    let limiter = limiter(patient(&redis));
    let client = redis::Client::open(redis.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let key = "plinth:rate:credential:a";
    redis::cmd("LPUSH").arg(key).arg(1).exec_async(&mut connection).await.unwrap();
    assert_eq!(through(&limiter, "a").await, BURST);
    // An invalid stored time counts as none, and one in the far future as a used burst.
    for (key, value, expected) in [("b", "coffee", BURST), ("c", "9e15", 0)] {
        let key_in_full = format!("plinth:rate:credential:{key}");
        let mut set = redis::cmd("SET");
        set.arg(key_in_full).arg(value).exec_async(&mut connection).await.unwrap();
        assert_eq!(through(&limiter, key).await, expected, "{value}");
    }
    let wait = limiter.check(Quota::Credential, "c").await.retry_after.unwrap();
    assert!(wait <= ALLOWANCE.period, "{wait:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_key_goes_by_itself() {
    let redis = Redis::start().unwrap();
    let limiter = limiter(patient(&redis));
    limiter.check(Quota::LoginAccount, "a").await;
    let client = redis::Client::open(redis.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let key = "plinth:rate:login-account:a";
    let left: i64 = redis::cmd("PTTL").arg(key).query_async(&mut connection).await.unwrap();
    assert!((1..=600_000).contains(&left), "{left}");
}
