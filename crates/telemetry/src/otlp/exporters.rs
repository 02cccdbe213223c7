//! The exporters of traces, metrics and logs, over HTTP or gRPC.

use std::collections::HashMap;

use opentelemetry_otlp::{
    LogExporter, MetricExporter, Protocol, SpanExporter, WithExportConfig, WithHttpConfig,
    WithTonicConfig,
};
use plinth_settings::{ExposeSecret, OtlpProtocol, Telemetry, Url};
use tokio::runtime::{self, Runtime};
use tonic::{
    metadata::{Ascii, MetadataKey, MetadataMap, MetadataValue},
    transport::ClientTlsConfig,
};

use crate::Error;

pub(crate) struct Exporters {
    pub(crate) traces: SpanExporter,
    pub(crate) metrics: MetricExporter,
    pub(crate) logs: LogExporter,
    pub(crate) runtime: Option<Runtime>,
}

impl Exporters {
    pub(crate) fn build(endpoint: &Url, settings: &Telemetry) -> Result<Self, Error> {
        match settings.otlp_protocol {
            OtlpProtocol::Http => Self::http(endpoint, settings),
            OtlpProtocol::Grpc => Self::grpc(endpoint, settings),
        }
    }

    /// Over HTTP, with a blocking client: the threads of the batch processors have no runtime,
    /// which an asynchronous client needs.
    fn http(endpoint: &Url, settings: &Telemetry) -> Result<Self, Error> {
        let base = endpoint.as_str().trim_end_matches('/');
        let headers: HashMap<_, _> =
            headers(settings).map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Ok(Self {
            traces: SpanExporter::builder()
                .with_http()
                .with_protocol(Protocol::HttpBinary)
                .with_endpoint(format!("{base}/v1/traces"))
                .with_headers(headers.clone())
                .build()?,
            metrics: MetricExporter::builder()
                .with_http()
                .with_protocol(Protocol::HttpBinary)
                .with_endpoint(format!("{base}/v1/metrics"))
                .with_headers(headers.clone())
                .build()?,
            logs: LogExporter::builder()
                .with_http()
                .with_protocol(Protocol::HttpBinary)
                .with_endpoint(format!("{base}/v1/logs"))
                .with_headers(headers)
                .build()?,
            runtime: None,
        })
    }

    /// Over gRPC, on a separate runtime.
    fn grpc(endpoint: &Url, settings: &Telemetry) -> Result<Self, Error> {
        let runtime = runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("otlp")
            .enable_all()
            .build()
            .map_err(Error::Thread)?;
        let inside = runtime.enter();
        let metadata = metadata(settings)?;
        let tls = || ClientTlsConfig::new().with_enabled_roots();
        let is_tls = endpoint.scheme() == "https";
        let mut traces = SpanExporter::builder()
            .with_tonic()
            .with_endpoint(endpoint.as_str())
            .with_metadata(metadata.clone());
        let mut metrics = MetricExporter::builder()
            .with_tonic()
            .with_endpoint(endpoint.as_str())
            .with_metadata(metadata.clone());
        let mut logs = LogExporter::builder()
            .with_tonic()
            .with_endpoint(endpoint.as_str())
            .with_metadata(metadata);
        if is_tls {
            traces = traces.with_tls_config(tls());
            metrics = metrics.with_tls_config(tls());
            logs = logs.with_tls_config(tls());
        }
        let (traces, metrics, logs) = (traces.build()?, metrics.build()?, logs.build()?);
        drop(inside);
        Ok(Self { traces, metrics, logs, runtime: Some(runtime) })
    }
}

fn headers(settings: &Telemetry) -> impl Iterator<Item = (&str, &str)> {
    let headers = settings.otlp_headers.iter().flat_map(plinth_settings::OtlpHeaders::iter);
    headers.map(|(name, value)| (name, value.expose_secret()))
}

fn metadata(settings: &Telemetry) -> Result<MetadataMap, Error> {
    let mut metadata = MetadataMap::new();
    for (name, value) in headers(settings) {
        let invalid = || Error::Header(name.to_owned());
        let key: MetadataKey<Ascii> = name.parse().map_err(|_| invalid())?;
        let mut value: MetadataValue<Ascii> = value.parse().map_err(|_| invalid())?;
        value.set_sensitive(true);
        metadata.insert(key, value);
    }
    Ok(metadata)
}
