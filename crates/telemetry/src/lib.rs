//! Logs on standard output; traces, metrics and logs over OTLP; metrics for Prometheus.
//!
//! [`init`] installs the global subscriber of tracing, once per process. Without a collector there
//! is no OpenTelemetry layer and no provider, and spans of the targets [`SQL`] and [`USE_CASE`] are
//! disabled unless the log filter enables them.
//!
//! Other crates use the globals: `tracing` for spans and events, `opentelemetry::global` for
//! meters and for the W3C Trace Context propagator, which is always installed.

mod error;
mod filters;
mod guard;
mod lines;
mod otlp;
mod output;
mod panics;
mod prometheus;
mod resource;
mod subscriber;

pub use error::Error;
pub use guard::Guard;
pub use subscriber::init;

/// Target of the spans around SQL statements, at level debug.
pub const SQL: &str = "plinth::sql";
/// Target of the spans around commands and queries, at level debug.
pub const USE_CASE: &str = "plinth::use_case";

/// Fields of spans that become fields of every log line inside them. The event itself comes
/// first, then the innermost span.
pub const CONTEXT_FIELDS: [&str; 7] =
    ["request_id", "trace_id", "organization_id", "user_id", "api_key_id", "worker_id", "run_id"];
