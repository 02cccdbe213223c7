//! The health checks of the server, also while Redis is unavailable.

use std::{
    net::TcpListener,
    process::Output,
    time::{Duration, Instant},
};

use plinth_local_servers::Redis;
use plinth_testkit::TestDatabase;
use reqwest::{Client, Response};

use crate::server::{Api, plinth_api};

pub const WELL: &str = r#"{"status":"ok","db":"ok","redis":"ok"}"#;
/// The body of `/ready` when every dependency is healthy.
const READY: &str = r#"{"status":"ok","db":"ok","redis":"ok","storage":"ok"}"#;
pub const WITHOUT: &str = r#"{"status":"unavailable","db":"ok","redis":"unavailable"}"#;

/// Status and body of a health check, which must not wait for an unresponsive Redis.
async fn ask(api: &Api, path: &str) -> (u16, String) {
    let asked = Instant::now();
    let response = api.get(path).await.unwrap();
    let answer = (response.status().as_u16(), response.text().await.unwrap());
    assert!(asked.elapsed() < Duration::from_secs(5), "{path} took {:?}", asked.elapsed());
    answer
}

/// Waits for this status and body.
pub async fn becomes(api: &Api, path: &str, wanted: (u16, &str)) {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let answer = ask(api, path).await;
        if (answer.0, &*answer.1) == wanted {
            return;
        }
        assert!(Instant::now() < deadline, "{path} is {answer:?}: {}", api.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A user registers, which is rate limited, and reads `/me`, which needs no Redis.
async fn works(api: &Api, name: &str) {
    let url = format!("http://{}/api/v1", api.address);
    let body = format!(
        r#"{{"email":"{name}@example.com","password":"correct horse battery","name":"Ada",
            "organization":{{"name":"{name}"}}}}"#
    );
    let register = Client::new().post(format!("{url}/auth/register"));
    let register = register.header("content-type", "application/json").body(body);
    let registered = answered(register).await;
    assert_eq!(registered.status(), 201);
    let text = registered.text().await.unwrap();
    let token = text.split('"').find(|word| word.starts_with("pla_")).unwrap();
    for _ in 0..3 {
        let me = answered(Client::new().get(format!("{url}/me")).bearer_auth(token)).await;
        assert_eq!(me.status(), 200);
    }
}

async fn answered(request: reqwest::RequestBuilder) -> Response {
    request.timeout(Duration::from_secs(15)).send().await.unwrap()
}

#[tokio::test]
async fn with_redis_healthz_reports_that_everything_is_ok() {
    let (database, redis) = (TestDatabase::create().await, plinth_testkit::redis_url());
    let mut api = Api::start(database.url(), &[("REDIS_URL", &redis)]);
    becomes(&api, "/healthz", (200, WELL)).await;
    becomes(&api, "/ready", (200, READY)).await;
    api.terminate();
    assert_eq!(api.exit_code(), Some(0), "{}", api.log());
    database.drop().await;
}

#[tokio::test]
async fn without_redis_healthz_names_the_in_process_adapter() {
    let database = TestDatabase::create().await;
    let mut api = Api::start(database.url(), &[]);
    let well = r#"{"status":"ok","db":"ok","redis":"in-process"}"#;
    becomes(&api, "/healthz", (200, well)).await;
    let ready = r#"{"status":"ok","db":"ok","redis":"in-process","storage":"ok"}"#;
    becomes(&api, "/ready", (200, ready)).await;
    api.terminate();
    assert_eq!(api.exit_code(), Some(0), "{}", api.log());
    database.drop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_stalls_or_restarts_is_reported_and_requests_succeed() {
    let (database, mut redis) = (TestDatabase::create().await, Redis::start().unwrap());
    // Redis is unavailable at the start.
    redis.kill();
    let mut api = Api::start(database.url(), &[("REDIS_URL", &redis.url())]);
    assert_eq!(ask(&api, "/health").await.0, 200);
    becomes(&api, "/healthz", (503, WITHOUT)).await;
    assert_eq!(ask(&api, "/ready").await.0, 503);
    let usable = r#"{"status":"ok","db":"ok","redis":"unavailable","storage":"ok"}"#;
    becomes(&api, "/ready?exclude=redis,storage", (200, usable)).await;
    becomes(&api, "/ready?exclude=redis", (200, usable)).await;
    assert_eq!(ask(&api, "/ready?exclude=storage").await.0, 503);
    assert_eq!(ask(&api, "/ready?exclude=db").await.0, 400);
    works(&api, "away").await;
    redis.restart().unwrap();
    becomes(&api, "/healthz", (200, WELL)).await;
    works(&api, "there").await;

    redis.pause().unwrap();
    becomes(&api, "/healthz", (503, WITHOUT)).await;
    works(&api, "stalled").await;
    redis.resume().unwrap();
    becomes(&api, "/ready", (200, READY)).await;

    // The shutdown does not wait for Redis, either.
    redis.pause().unwrap();
    api.terminate();
    assert_eq!(api.exit_code(), Some(0), "{}", api.log());
    database.drop().await;
}

#[tokio::test]
async fn the_metric_of_a_dependency_does_not_depend_on_who_asks_for_its_health() {
    let database = TestDatabase::create().await;
    let metrics = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let variables = [("PLINTH_TELEMETRY__PROMETHEUS_ADDRESS", &*metrics)];
    let mut api = Api::start(database.url(), &variables);
    let deadline = Instant::now() + Duration::from_secs(20);
    for name in ["database", "redis", "storage"] {
        let up = |text: &str| {
            let is_it =
                |line: &str| line.contains(&format!("name=\"{name}\"")) && line.ends_with(" 1");
            text.lines().filter(|line| line.starts_with("plinth_dependency_up{")).any(is_it)
        };
        loop {
            let served = reqwest::get(format!("http://{metrics}/metrics")).await.unwrap();
            let text = served.text().await.unwrap();
            if up(&text) {
                break;
            }
            assert!(Instant::now() < deadline, "{name} is not up: {text}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    api.terminate();
    assert_eq!(api.exit_code(), Some(0), "{}", api.log());
    database.drop().await;
}

/// Runs `plinth-api health` for the server on a port.
fn health_command(port: &str) -> Output {
    let directory = tempfile::tempdir().unwrap();
    let variables = [("DATABASE_URL", "postgres://localhost/plinth"), ("PORT", port)];
    plinth_api(&directory, &variables).arg("health").output().unwrap()
}

#[tokio::test]
async fn the_health_command_reports_whether_a_server_responds() {
    let database = TestDatabase::create().await;
    let mut api = Api::start(database.url(), &[]);
    let port = api.address.rsplit(':').next().unwrap();
    let Output { status, stderr, .. } = health_command(port);
    assert_eq!((status.code(), &*stderr), (Some(0), &b""[..]));
    api.terminate();
    assert_eq!(api.exit_code(), Some(0), "{}", api.log());

    // A program listens on the port but does not respond.
    let mute = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = mute.local_addr().unwrap().port().to_string();
    let Output { status, stderr, .. } = health_command(&port);
    assert_eq!(status.code(), Some(1));
    let message = String::from_utf8(stderr).unwrap();
    assert!(message.starts_with(&format!("no answer from 127.0.0.1:{port}: ")), "{message}");
    database.drop().await;
}
