//! Redis stalls, restarts or loses its data: this costs time, but loses or duplicates nothing.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use plinth_local_servers::Redis;

use crate::{
    health::{WELL, WITHOUT},
    system::TestSystem,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stalled_redis_loses_and_duplicates_nothing() {
    let redis = Redis::start().unwrap();
    let mut system = TestSystem::open(&redis).await;
    system.works_with((200, WELL)).await;
    redis.pause().unwrap();
    system.works_with((503, WITHOUT)).await;
    redis.resume().unwrap();
    system.works_with((200, WELL)).await;
    system.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restarted_redis_loses_and_duplicates_nothing() {
    let mut redis = Redis::start().unwrap();
    let mut system = TestSystem::open(&redis).await;
    system.works_with((200, WELL)).await;
    redis.kill();
    system.works_with((503, WITHOUT)).await;
    redis.restart().unwrap();
    system.works_with((200, WELL)).await;
    redis.restart().unwrap();
    system.works_with((200, WELL)).await;
    system.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_emptied_redis_loses_and_duplicates_nothing() {
    let redis = Redis::start().unwrap();
    let mut system = TestSystem::open(&redis).await;
    for _ in 0..5 {
        system.works_with((200, WELL)).await;
        flush(&redis);
    }
    system.works_with((200, WELL)).await;
    system.end().await;
}

/// Removes all keys.
fn flush(redis: &Redis) {
    let url = redis.url();
    let (password, address) = url.strip_prefix("redis://:").unwrap().split_once('@').unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "AUTH {password}\r\nFLUSHALL\r\n").unwrap();
    let mut answer = [0; 10];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"+OK\r\n+OK\r\n");
}
