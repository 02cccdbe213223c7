//! The probe of an installation's Redis.

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
    time::Duration,
};

use plinth_local_servers::Redis;
use plinth_redis::{ProbeError, probe};

use crate::support::{BOUNDED, soon};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_probe_returns_the_version_if_the_login_may_read_it() {
    let redis = Redis::start().unwrap();
    let version = soon(probe(&redis.url(), BOUNDED)).await.unwrap().unwrap();
    assert!(version.split('.').all(|number| number.parse::<u32>().is_ok()), "{version}");

    let client = redis::Client::open(redis.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    // The password contains every character that a URL has to escape.
    let rule = ["SETUSER", "ada", "on", ">a b+c=", "+@all", "-info"];
    redis::cmd("ACL").arg(&rule).exec_async(&mut connection).await.unwrap();
    let url = format!("redis://ada:a%20b+c%3D@127.0.0.1:{}", redis.port());
    assert_eq!(soon(probe(&url, BOUNDED)).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_probe_fails_with_a_wrong_password_and_does_not_repeat_it() {
    let redis = Redis::start().unwrap();
    let url = format!("redis://:hidden-word@127.0.0.1:{}", redis.port());
    let error = soon(probe(&url, BOUNDED)).await.unwrap_err().to_string();
    assert!(error.contains("authentication failed") && !error.contains("hidden"), "{error}");
    let url = format!("redis://127.0.0.1:{}", redis.port());
    let error = soon(probe(&url, BOUNDED)).await.unwrap_err().to_string();
    assert!(error.to_lowercase().contains("auth"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_probe_fails_where_the_server_is_not_redis() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}", server.local_addr().unwrap());
    thread::spawn(move || {
        for client in server.incoming() {
            let mut client = client.unwrap();
            let _ = client.read(&mut [0; 1024]);
            let _ = client.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    soon(probe(&url, BOUNDED)).await.unwrap_err();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_probe_fails_after_its_timeout_where_nothing_answers() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}", silent.local_addr().unwrap());
    let error = soon(probe(&url, Duration::from_millis(50))).await.unwrap_err();
    assert!(matches!(error, ProbeError::Timeout(_)), "{error}");
}
