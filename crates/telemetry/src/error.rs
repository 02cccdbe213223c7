use std::net::SocketAddr;

use opentelemetry_otlp::ExporterBuildError;
use opentelemetry_sdk::error::OTelSdkError;

/// Why telemetry could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The exporter refuses the address or the headers of the collector.
    #[error("the OTLP exporter cannot be built")]
    Exporter(#[from] ExporterBuildError),
    /// A header's name or value cannot be sent over gRPC.
    #[error("the OTLP header `{0}` cannot be sent over gRPC")]
    Header(String),
    /// The registry refuses the metrics for Prometheus.
    #[error("the metrics for Prometheus cannot be read")]
    Registry(#[from] OTelSdkError),
    /// Prometheus cannot be answered at this address.
    #[error("cannot listen on {address} (telemetry.prometheus_address): {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The operating system cannot start a thread.
    #[error("cannot start a thread for telemetry")]
    Thread(#[source] std::io::Error),
    /// The process has a global subscriber already.
    #[error("a tracing subscriber is installed already")]
    Installed(#[source] tracing_subscriber::util::TryInitError),
}
