use plinth_local_servers::Redis;
use plinth_ports::Health;
use plinth_redis::{RedisConnection, RedisOptions};

use crate::support::{connection, soon, until};

#[tokio::test]
async fn a_url_that_cannot_be_read_is_not_repeated() {
    let wrong = RedisConnection::new(RedisOptions::new("http://:hidden-word@localhost"));
    let error = wrong.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hidden-word"), "{error:?}");
    let options = RedisOptions::new("redis://:hidden-word@localhost");
    assert!(!format!("{options:?}").contains("hidden-word"));
    let connection = RedisConnection::new(options).unwrap();
    assert!(!format!("{connection:?}").contains("hidden-word"));
}

#[tokio::test]
async fn a_url_with_tls_is_understood() {
    RedisConnection::new(RedisOptions::new("rediss://localhost:6380/1")).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_not_let_in_tries_again() {
    let redis = Redis::start().unwrap();
    let client = redis::Client::open(redis.url()).unwrap();
    let mut admin = client.get_multiplexed_async_connection().await.unwrap();
    let mut rename = async |password: &str| {
        let mut config = redis::cmd("CONFIG");
        config.arg("SET").arg("requirepass").arg(password).exec_async(&mut admin).await.unwrap();
    };
    rename("another").await;
    let late = connection(&redis);
    soon(late.check()).await.unwrap_err();
    let url = redis.url();
    rename(url.trim_start_matches("redis://:").split('@').next().unwrap()).await;
    until("it is let in", async || soon(late.check()).await.is_ok()).await;
}
