//! Without a collector, spans for traces are not created.

use plinth_settings::{Settings, Sources};
use plinth_telemetry::{SQL, USE_CASE, init};
use tracing::{Level, event_enabled, span_enabled};

#[test]
fn without_a_collector_spans_of_sql_and_use_cases_are_off_and_requests_are_not() {
    let sources = Sources::none()
        .with_variable("DATABASE_URL", "postgres://localhost/plinth")
        .with_variable("PLINTH_TELEMETRY__LOG_FILTER", "warn")
        .with_variable("PLINTH_TELEMETRY__LOG_FORMAT", "json");
    let settings = Settings::load(&sources).unwrap();
    let guard = init(&settings.telemetry, settings.environment, "plinth-test", "1.2.3").unwrap();

    assert!(!span_enabled!(target: SQL, Level::DEBUG, "sql"));
    assert!(!span_enabled!(target: USE_CASE, Level::DEBUG, "use_case"));
    assert!(!event_enabled!(Level::INFO, "info"));
    assert!(event_enabled!(Level::WARN, "warn"));
    assert!(span_enabled!(Level::INFO, "request"));

    let again = init(&settings.telemetry, settings.environment, "plinth-test", "1.2.3");
    assert!(again.is_err(), "a process has one subscriber");
    guard.shutdown();
}
