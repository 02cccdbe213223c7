//! Logs on standard output; traces, metrics and logs over OTLP.
//!
//! [`init`] installs tracing's global subscriber once a process. What it costs is what is
//! asked for: without a collector there is no layer and no provider for OpenTelemetry, and a
//! span of the targets [`SQL`] or [`USE_CASE`] is not even made, unless the log filter asks
//! for it.
//!
//! Code elsewhere speaks to the globals: `tracing` for spans and events,
//! `opentelemetry::global` for meters and for the W3C Trace Context propagator, which is
//! always installed.

mod error;
mod filters;
mod guard;
mod lines;
mod otlp;
mod output;
mod panics;
mod resource;
mod subscriber;

pub use error::Error;
pub use guard::Guard;
pub use subscriber::init;

/// Target of the spans around SQL statements, at level debug.
pub const SQL: &str = "plinth::sql";
/// Target of the spans around commands and queries, at level debug.
pub const USE_CASE: &str = "plinth::use_case";

/// What tells one line's cause from another's. A line has each of these that the event or a
/// span around it carries as a field, the innermost winning.
pub const CONTEXT_FIELDS: [&str; 7] =
    ["request_id", "trace_id", "organization_id", "user_id", "api_key_id", "worker_id", "run_id"];
