//! The server as a supervisor sees it: signals, exit codes, a database that is unavailable for a
//! while.

#![expect(clippy::unwrap_used, reason = "a panic is a test's way to fail")]

mod amplification;
mod bridge;
mod caller;
mod crash;
mod cuts;
mod executions;
mod faults;
mod health;
mod leaders;
mod memory;
mod numbers;
mod replicas;
mod server;
mod sessions;
mod settling;
mod subscriber;
mod system;
mod wire;
mod writers;

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    process::Output,
    time::{Duration, Instant},
};

use bridge::Bridge;
use plinth_testkit::TestDatabase;
use reqwest::Client;
use server::{Api, eventually, plinth_api};

#[tokio::test]
async fn after_sigterm_open_requests_are_completed_and_new_ones_are_refused() {
    let database = TestDatabase::create().await;
    let mut api = Api::start(database.url(), &[("PLINTH_SERVER__DRAIN_DELAY_SECONDS", "1")]);
    assert_eq!(api.ready().await.0, 200);

    let body = r#"{"email":"nobody@example.com","password":"not a password"}"#;
    let mut under_way = TcpStream::connect(&api.address).unwrap();
    write!(
        under_way,
        "POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
        body.len(),
        &body[..20]
    )
    .unwrap();
    // The request is open once the server has read this part.
    tokio::time::sleep(Duration::from_millis(200)).await;

    api.terminate();
    // First `/ready` answers 503, while requests are still answered …
    tokio::time::sleep(Duration::from_millis(200)).await;
    let (status, said) = api.ready().await;
    assert_eq!((status, said.contains(r#""status":"stopping""#)), (503, true), "{said}");
    assert_eq!(api.get("/health").await.unwrap().status(), 200);
    // … then the port is closed …
    eventually("no connection is accepted", || TcpStream::connect(&api.address).is_err());
    assert!(api.child.try_wait().unwrap().is_none(), "one request is still under way");
    // … and the open request gets its response.
    under_way.write_all(&body.as_bytes()[20..]).unwrap();
    let mut answer = String::new();
    under_way.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    assert!(answer.contains("auth.invalid_credentials"), "{answer}");
    assert_eq!(api.exit_code(), Some(0), "{}", api.log());
    database.drop().await;
}

#[tokio::test]
async fn an_idle_connection_does_not_delay_the_shutdown() {
    let database = TestDatabase::create().await;
    let mut api = Api::start(database.url(), &[]);
    let mut idle = TcpStream::connect(&api.address).unwrap();
    idle.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    assert!(idle.read(&mut [0; 4096]).unwrap() > 0);

    let asked = Instant::now();
    api.terminate();
    assert_eq!(api.exit_code(), Some(0), "{}", api.log());
    let took = asked.elapsed();
    assert!(took < Duration::from_secs(10), "it took {took:?}");
    database.drop().await;
}

#[test]
fn invalid_settings_fail_the_start_and_every_fault_is_reported() {
    let directory = tempfile::tempdir().unwrap();
    let variables = [
        ("PLINTH_ENVIRONMENT", "production"),
        ("PORT", "eighty"),
        ("PLINTH_SERVR__HOST", "localhost"),
        ("REDIS_URL", "http://:hidden-word@localhost"),
    ];
    let Output { status, stderr, stdout } = plinth_api(&directory, &variables).output().unwrap();
    assert_eq!(status.code(), Some(78));
    assert_eq!(stdout, b"");
    let message = String::from_utf8(stderr).unwrap();
    for fault in [
        "the settings have 6 faults:",
        "server.port from PORT: expected a whole number",
        "database.url is missing",
        "security.secret_key is missing",
        "mail.kind is missing",
        "redis.url from REDIS_URL",
        "PLINTH_SERVR__HOST is not a setting",
    ] {
        assert!(message.contains(fault), "{fault} is not in: {message}");
    }
    assert!(!message.contains("hidden-word"), "{message}");
}

#[test]
fn an_occupied_port_is_reported_in_plain_words() {
    let directory = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let variables = [("DATABASE_URL", "postgres://localhost/plinth"), ("PORT", &port)];
    let output = plinth_api(&directory, &variables).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains(&format!("cannot listen on 127.0.0.1:{port}")), "{message}");
}

#[tokio::test]
async fn a_proxy_that_is_not_trusted_is_told_to_the_operator_once() {
    let database = TestDatabase::create().await;
    let ask = async |api: &Api, header: &str| {
        let url = format!("http://{}/health", api.address);
        Client::new().get(url).header(header, "192.0.2.1").send().await.unwrap();
    };
    let told = |api: &Api| {
        let log = api.log();
        log.lines().filter(|line| line.contains("PLINTH_SERVER__TRUSTED_PROXIES")).count()
    };

    let mut api = Api::start(database.url(), &[]);
    api.get("/health").await.unwrap();
    assert_eq!(told(&api), 0);
    for header in ["X-Forwarded-For", "Forwarded", "X-Forwarded-For"] {
        ask(&api, header).await;
    }
    api.terminate();
    assert_eq!(api.exit_code(), Some(0));
    assert_eq!(told(&api), 1, "{}", api.log());

    let mut api = Api::start(database.url(), &[("PLINTH_SERVER__TRUSTED_PROXIES", "1")]);
    ask(&api, "X-Forwarded-For").await;
    api.terminate();
    assert_eq!(api.exit_code(), Some(0));
    assert_eq!(told(&api), 0);
    database.drop().await;
}

#[tokio::test]
async fn the_server_waits_for_an_unreachable_database() {
    let database = TestDatabase::create().await;
    let bridge = Bridge::to(database.url());
    let mut api = Api::start(&bridge.url, &[("PLINTH_DATABASE__ACQUIRE_TIMEOUT_MS", "300")]);

    // Without the database, the process is alive but not ready.
    assert_eq!(api.get("/health").await.unwrap().status(), 200);
    let (status, said) = api.ready().await;
    assert_eq!(status, 503);
    assert!(said.contains(r#""db":"unavailable""#), "{said}");
    let login = Client::new()
        .post(format!("http://{}/api/v1/auth/login", api.address))
        .header("content-type", "application/json")
        .body(r#"{"email":"nobody@example.com","password":"not a password"}"#);
    let refused = login.send().await.unwrap();
    assert_eq!(refused.status(), 503);
    assert!(refused.headers().contains_key("retry-after"));

    // The database becomes available, unavailable and available again.
    bridge.open();
    api.becomes(200).await;
    bridge.close();
    api.becomes(503).await;
    bridge.open();
    api.becomes(200).await;

    api.terminate();
    assert_eq!(api.exit_code(), Some(0), "{}", api.log());
    drop(bridge);
    database.drop().await;
}
