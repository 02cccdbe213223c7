use opentelemetry_otlp::ExporterBuildError;

/// Why telemetry could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The collector's address or headers are of no use to the exporter.
    #[error("the OTLP exporter cannot be built")]
    Exporter(#[from] ExporterBuildError),
    /// A header's name or value cannot be sent over gRPC.
    #[error("the OTLP header `{0}` cannot be sent over gRPC")]
    Header(String),
    /// The system gives no more threads.
    #[error("no thread for telemetry")]
    Thread(#[source] std::io::Error),
    /// Telemetry was set up before in this process.
    #[error("a subscriber is installed already")]
    Installed(#[source] tracing_subscriber::util::TryInitError),
}
