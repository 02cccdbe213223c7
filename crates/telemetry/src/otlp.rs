//! Traces, metrics and logs over OTLP.

mod exporters;

use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use opentelemetry::{global, trace::TracerProvider as _};
use opentelemetry_appender_tracing::layer::{OpenTelemetryTracingBridge, TracingSpanAttributes};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    logs::{SdkLogger, SdkLoggerProvider},
    metrics::{MeterProviderBuilder, SdkMeterProvider},
    trace::{Sampler, SdkTracerProvider, Tracer},
};
use plinth_settings::{Telemetry, Url};
use tokio::runtime::Runtime;
use tracing::Subscriber;
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::registry::LookupSpan;

use crate::{CONTEXT_FIELDS, Error};

use exporters::Exporters;

/// How long the last export of all three signals may take.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// Target of the warnings about the shutdown. It is not exported, because the exporters have ended.
const SHUTDOWN_TARGET: &str = "opentelemetry";

/// The providers, each with a thread that exports in batches.
pub(crate) struct Otlp {
    traces: SdkTracerProvider,
    metrics: SdkMeterProvider,
    logs: SdkLoggerProvider,
    /// The runtime of the gRPC exporters. On the application's runtime, a flush that blocks a
    /// thread of it would never end.
    runtime: Option<Runtime>,
}

impl Otlp {
    pub(crate) fn start(
        endpoint: &Url,
        settings: &Telemetry,
        resource: Resource,
        meters: MeterProviderBuilder,
    ) -> Result<Self, Error> {
        let Exporters { traces, metrics, logs, runtime } = Exporters::build(endpoint, settings)?;
        let ratio = Sampler::TraceIdRatioBased(settings.sample_ratio);
        Ok(Self {
            traces: SdkTracerProvider::builder()
                .with_resource(resource.clone())
                .with_sampler(Sampler::ParentBased(Box::new(ratio)))
                .with_batch_exporter(traces)
                .build(),
            metrics: meters.with_periodic_exporter(metrics).build(),
            logs: SdkLoggerProvider::builder()
                .with_resource(resource)
                .with_batch_exporter(logs)
                .build(),
            runtime,
        })
    }

    /// Makes the providers the global ones of the process.
    pub(crate) fn install(&self) {
        global::set_tracer_provider(self.traces.clone());
        global::set_meter_provider(self.metrics.clone());
    }

    /// The layer that exports spans as traces.
    pub(crate) fn spans<S>(&self) -> OpenTelemetryLayer<S, Tracer>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        // Source lines, threads and busy times have a cost for every span and no use.
        tracing_opentelemetry::layer()
            .with_tracer(self.traces.tracer("plinth"))
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
    }

    /// The layer that exports events as log records.
    pub(crate) fn logs(&self) -> OpenTelemetryTracingBridge<SdkLoggerProvider, SdkLogger> {
        OpenTelemetryTracingBridge::builder(&self.logs)
            .with_tracing_span_attributes(TracingSpanAttributes::allowlist(CONTEXT_FIELDS))
            .build()
    }
}

impl Drop for Otlp {
    /// Flushes all three signals concurrently, each on a separate thread, within
    /// [`SHUTDOWN_TIMEOUT`].
    fn drop(&mut self) {
        let (traces, metrics, logs) =
            (self.traces.clone(), self.metrics.clone(), self.logs.clone());
        let (done, results) = mpsc::channel();
        let flush = |signal: &'static str, end: Box<dyn FnOnce() -> OTelSdkResult + Send>| {
            let done = done.clone();
            thread::Builder::new()
                .name(format!("flush {signal}"))
                .spawn(move || done.send((signal, end())))
        };
        let _ = flush("traces", Box::new(move || traces.shutdown_with_timeout(SHUTDOWN_TIMEOUT)));
        let _ = flush("metrics", Box::new(move || metrics.shutdown_with_timeout(SHUTDOWN_TIMEOUT)));
        let _ = flush("logs", Box::new(move || logs.shutdown_with_timeout(SHUTDOWN_TIMEOUT)));
        drop(done);

        let deadline = Instant::now() + SHUTDOWN_TIMEOUT;
        loop {
            match results.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok((_, Ok(()))) => {}
                Ok((signal, Err(error))) => {
                    tracing::warn!(target: SHUTDOWN_TARGET, signal, %error, "telemetry was not sent in full");
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    let problem = "telemetry was not sent in full: the collector does not answer";
                    tracing::warn!(target: SHUTDOWN_TARGET, "{problem}");
                    break;
                }
            }
        }
        if let Some(runtime) = self.runtime.take() {
            // Dropping a runtime blocks, which panics inside another runtime.
            runtime.shutdown_background();
        }
    }
}
