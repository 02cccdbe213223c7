//! The telemetry of one request at a real OTLP receiver.

use std::{
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use plinth_settings::{Settings, Sources};
use plinth_testkit::TestDatabase;
use plinth_testkit::otlp::{Point, Receiver, Span};
use tokio::{io::AsyncWriteExt, net::TcpStream};
use tokio_util::sync::CancellationToken;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

async fn request_seen_by(protocol: &str) {
    let database = TestDatabase::create().await;
    let receiver = Receiver::start().unwrap();
    let sources = Sources::none()
        .with_variable("PLINTH_DATABASE__URL", database.url())
        .with_variable("PLINTH_TELEMETRY__OTLP_ENDPOINT", receiver.endpoint())
        .with_variable("PLINTH_TELEMETRY__OTLP_PROTOCOL", protocol);
    let settings = Settings::load(&sources).unwrap();
    let guard =
        plinth_telemetry::init(&settings.telemetry, settings.environment, "plinth-api", "1.2.3");
    let guard = guard.unwrap();

    let plinth = plinth_bootstrap::assemble(&settings).await.unwrap();
    let config = plinth_bootstrap::http_config(&settings);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let url = format!("http://{address}/api/v1");
    let stop = CancellationToken::new();
    let server = tokio::spawn(plinth_rest::serve(
        listener,
        plinth.application.clone(),
        config,
        stop.clone(),
    ));

    let http = reqwest::Client::new();
    let account = serde_json::json!({
        "email": "ada@example.com", "password": "correct horse battery", "name": "Ada",
        "organization": {"name": "Engines"},
    });
    let account = http.post(format!("{url}/auth/register")).json(&account).send().await.unwrap();
    let account: serde_json::Value = account.json().await.unwrap();
    let token = account["access_token"].as_str().unwrap();
    // The first project of an organization also counts what its limit allows.
    let project = serde_json::json!({"code": "P-1", "name": "Harbour"});
    let first = http.post(format!("{url}/projects")).bearer_auth(token).json(&project);
    assert_eq!(first.send().await.unwrap().status(), 201);
    let project = serde_json::json!({"code": "P-2", "name": "Bridge"});
    let created = http
        .post(format!("{url}/projects"))
        .bearer_auth(token)
        .header("traceparent", format!("00-{TRACE}-{PARENT}-01"))
        .header("X-Request-Id", "the-request")
        .json(&project)
        .send()
        .await
        .unwrap();
    assert_eq!(created.status(), 201);

    hang_up(address).await;

    stop.cancel();
    server.await.unwrap().unwrap();
    tokio::task::spawn_blocking(move || guard.shutdown()).await.unwrap();
    let arrived = |r: &Receiver| {
        r.spans().iter().any(|s| s.trace_id == TRACE && s.name == "POST /api/v1/projects")
            && !r.logs().is_empty()
            && !r.metrics().is_empty()
    };
    assert!(
        receiver.wait_for(arrived, Duration::from_secs(10)).await,
        "{:#?}\n{} metrics, {} logs",
        receiver.spans(),
        receiver.metrics().len(),
        receiver.logs().len()
    );
    spans(&receiver.spans(), &account["organization"]["organization_id"]);
    metrics(&receiver);
    logs(&receiver);
    database.drop().await;
}

/// Sends a part of a request, and closes the connection.
async fn hang_up(server: SocketAddr) {
    let mut connection = TcpStream::connect(server).await.unwrap();
    let head = "POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n{";
    connection.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
}

fn spans(spans: &[Span], organization: &serde_json::Value) {
    let spans: Vec<_> = spans.iter().filter(|span| span.trace_id == TRACE).collect();
    let named = |name: &str| spans.iter().find(|span| span.name == name).copied();
    let request = named("POST /api/v1/projects").unwrap();
    assert_eq!(request.parent_id, PARENT);
    assert_eq!(request.attributes["http.route"], "/api/v1/projects");
    assert_eq!(request.attributes["http.response.status_code"], "201");
    assert_eq!(request.attributes["request_id"], "the-request");
    assert_eq!(request.attributes["organization_id"], organization.as_str().unwrap());
    assert_eq!(request.resource["service.name"], "plinth-api");
    let use_case = named("project.create").unwrap();
    assert_eq!(use_case.parent_id, request.span_id);
    let below = spans.iter().filter(|span| span.parent_id == use_case.span_id);
    let statements: Vec<_> = below.map(|span| span.name.as_str()).collect();
    assert_eq!(statements, ["INSERT projects"], "record and entry are one message");
    let insert = named("INSERT projects").unwrap();
    assert_eq!(insert.attributes["db.system.name"], "postgresql");
    assert_eq!(insert.attributes["db.collection.name"], "projects");
}

fn metrics(receiver: &Receiver) {
    let metrics = receiver.metrics();
    let named = |name: &str| metrics.iter().rfind(|metric| metric.name == name).unwrap();
    let duration = named("http.server.request.duration");
    assert_eq!(duration.unit, "s");
    let routes = duration.points.iter().map(|point| point.attributes["http.route"].as_str());
    assert!(routes.into_iter().any(|route| route == "/api/v1/projects"));
    let active = &named("http.server.active_requests").points;
    assert!(active.iter().any(|point| point.attributes["http.request.method"] == "POST"));
    assert!(active.iter().all(|point| point.value == "0"), "{active:?}");
    let statements = &named("db.client.operation.duration").points;
    let insert = |point: &Point| {
        point.attributes["db.operation.name"] == "INSERT"
            && point.attributes.get("db.collection.name").is_some_and(|of| of == "projects")
    };
    assert!(statements.iter().any(insert), "{statements:?}");
    for name in [
        "db.client.connection.count",
        "db.client.connection.pending_requests",
        "db.client.connection.wait_time",
        "plinth.bus.connected",
        "plinth.cache.lookups",
        "plinth.password_hashes.waiting",
        "plinth.rate_limit.refused",
        "plinth.stream.open",
    ] {
        assert!(!named(name).points.is_empty(), "{name}");
    }
}

fn logs(receiver: &Receiver) {
    let logs = receiver.logs();
    let line = logs.iter().find(|log| log.trace_id == TRACE).unwrap();
    assert_eq!(line.attributes["request_id"], "the-request");
}

#[tokio::test]
async fn the_spans_metrics_and_logs_of_a_request_arrive_over_http() {
    request_seen_by("http").await;
}

#[tokio::test]
async fn the_spans_metrics_and_logs_of_a_request_arrive_over_grpc() {
    request_seen_by("grpc").await;
}
