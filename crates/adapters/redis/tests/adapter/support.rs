//! A private Redis for one test, which may pause or kill it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use plinth_in_process::{InProcessBus, UuidV7};
use plinth_local_servers::Redis;
use plinth_ports::{Bus, Ids, Signal, Signals};
use plinth_redis::{RedisBus, RedisConnection, RedisOptions};
use tokio::time::{sleep, timeout};

/// Longer than any step takes on a busy machine.
pub const TIMEOUT: Duration = Duration::from_secs(30);
/// Much more than the adapter's timeouts, and much less than those of a hung connection.
pub const BOUNDED: Duration = Duration::from_secs(5);

/// A connection with the server's options.
pub fn connection(redis: &Redis) -> RedisConnection {
    RedisConnection::new(RedisOptions::new(&redis.url())).unwrap()
}

/// A connection with a timeout that a busy machine does not exceed.
pub fn patient(redis: &Redis) -> RedisConnection {
    let timeout = Duration::from_secs(2);
    RedisConnection::new(RedisOptions { timeout, ..RedisOptions::new(&redis.url()) }).unwrap()
}

/// The bus of another process.
pub fn bus(redis: &Redis) -> Arc<RedisBus> {
    let local = Arc::new(InProcessBus::new());
    Arc::new(RedisBus::start(patient(redis), local, UuidV7.next()))
}

/// Removes all keys.
pub async fn flush(redis: &Redis) {
    let client = redis::Client::open(redis.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    redis::cmd("FLUSHALL").exec_async(&mut connection).await.unwrap();
}

/// Waits for a condition.
pub async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + TIMEOUT;
    while !so().await {
        assert!(Instant::now() < deadline, "{what}: not after {TIMEOUT:?}");
        sleep(Duration::from_millis(20)).await;
    }
}

pub async fn connected(bus: &RedisBus) {
    until("it is connected", async || bus.is_connected()).await;
}

pub async fn cut_off(bus: &RedisBus) {
    until("it notices", async || !bus.is_connected()).await;
}

/// Waits for this signal, and ignores others.
pub async fn hears(signals: &mut Box<dyn Signals>, signal: Signal) {
    let heard = async { while signals.next().await != signal {} };
    timeout(TIMEOUT, heard).await.unwrap_or_else(|_| panic!("{signal:?} never came"));
}

/// The response. Asserts that an outage does not delay it.
pub async fn soon<T>(work: impl Future<Output = T>) -> T {
    timeout(BOUNDED, work).await.expect("it hangs")
}
