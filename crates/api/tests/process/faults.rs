//! Redis stands still, restarts or loses everything: that costs time, and nothing else.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use plinth_local_servers::Redis;

use crate::{
    health::{WELL, WITHOUT},
    scene::Scene,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_stands_still_loses_and_doubles_nothing() {
    let redis = Redis::start().unwrap();
    let mut scene = Scene::open(&redis).await;
    scene.works_while((200, WELL)).await;
    redis.pause().unwrap();
    scene.works_while((503, WITHOUT)).await;
    redis.resume().unwrap();
    scene.works_while((200, WELL)).await;
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_restarts_loses_and_doubles_nothing() {
    let mut redis = Redis::start().unwrap();
    let mut scene = Scene::open(&redis).await;
    scene.works_while((200, WELL)).await;
    redis.kill();
    scene.works_while((503, WITHOUT)).await;
    redis.restart().unwrap();
    scene.works_while((200, WELL)).await;
    redis.restart().unwrap();
    scene.works_while((200, WELL)).await;
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_is_emptied_loses_and_doubles_nothing() {
    let redis = Redis::start().unwrap();
    let mut scene = Scene::open(&redis).await;
    for _ in 0..5 {
        scene.works_while((200, WELL)).await;
        flush(&redis);
    }
    scene.works_while((200, WELL)).await;
    scene.end().await;
}

/// Empties it.
fn flush(redis: &Redis) {
    let url = redis.url();
    let (password, address) = url.strip_prefix("redis://:").unwrap().split_once('@').unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "AUTH {password}\r\nFLUSHALL\r\n").unwrap();
    let mut answer = [0; 10];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"+OK\r\n+OK\r\n");
}
