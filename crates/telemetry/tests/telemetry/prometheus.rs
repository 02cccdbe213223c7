//! Metrics for Prometheus, without a collector.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
};

use plinth_settings::{Settings, Sources};
use plinth_telemetry::{SQL, init};
use tracing::{Level, span_enabled};

fn answer(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "{request} HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn metrics_are_read_on_their_own_address_and_nothing_is_traced() {
    // Free again once the listener is dropped.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let sources = Sources::none()
        .with_variable("DATABASE_URL", "postgres://localhost/plinth")
        .with_variable("PLINTH_TELEMETRY__PROMETHEUS_ADDRESS", address.to_string());
    let settings = Settings::load(&sources).unwrap();
    assert!(settings.telemetry.has_metrics());
    let guard = init(&settings.telemetry, settings.environment, "plinth-test", "1.2.3").unwrap();
    assert!(!span_enabled!(target: SQL, Level::DEBUG, "sql"));
    crate::support::measure();

    let metrics = answer(address, "GET /metrics");
    assert!(metrics.starts_with("HTTP/1.1 200 OK\r\n"), "{metrics}");
    assert!(metrics.contains("content-type: text/plain; version=0.0.4"), "{metrics}");
    let count = "http_server_request_duration_seconds_count{http_route=\"/things/{id}\"} 1";
    assert!(metrics.contains(count), "{metrics}");
    assert!(metrics.contains("service_name=\"plinth-test\""), "{metrics}");
    assert!(answer(address, "GET /").starts_with("HTTP/1.1 404 "));
    assert!(answer(address, "POST /metrics").starts_with("HTTP/1.1 405 "));

    let again = init(&settings.telemetry, settings.environment, "plinth-test", "1.2.3");
    let Err(error) = again else { panic!("the address is in use") };
    assert!(error.to_string().contains("telemetry.prometheus_address"), "{error}");
    guard.shutdown();
}
