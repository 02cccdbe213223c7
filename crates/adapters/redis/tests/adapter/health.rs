use std::time::Duration;

use plinth_local_servers::Redis;
use plinth_ports::Health;
use plinth_redis::{RedisConnection, RedisOptions};

use crate::support::{connection, soon, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_is_what_redis_answers_each_time() {
    let mut redis = Redis::start().unwrap();
    let health = connection(&redis);
    let well = async || matches!(soon(health.check()).await, Ok("ok"));
    until("it is well", well).await;
    redis.pause().unwrap();
    for _ in 0..3 {
        soon(health.check()).await.unwrap_err();
    }
    redis.resume().unwrap();
    until("it is well again", well).await;
    redis.kill();
    soon(health.check()).await.unwrap_err();
    redis.restart().unwrap();
    until("it is well again", well).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_does_not_wait_for_the_end_of_the_cooldown() {
    let mut redis = Redis::start().unwrap();
    let url = redis.url();
    let options = RedisOptions {
        cooldown: Duration::from_hours(1),
        timeout: Duration::from_secs(2),
        ..RedisOptions::new(&url)
    };
    let health = RedisConnection::new(options).unwrap();
    redis.kill();
    soon(health.check()).await.unwrap_err();
    redis.restart().unwrap();
    assert_eq!(soon(health.check()).await.unwrap(), "ok");
}
