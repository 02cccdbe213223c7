use std::io::{self, IsTerminal};

use opentelemetry::global;
use opentelemetry_sdk::{metrics::SdkMeterProvider, propagation::TraceContextPropagator};
use plinth_settings::{Environment, LogFormat, Telemetry};
use tracing_subscriber::{Layer, Registry, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    Error, Guard, filters, lines::Lines, otlp::Otlp, output::Output, panics, prometheus::Endpoint,
    resource,
};

/// Sets up telemetry for the process.
///
/// `service` and `version` name the program; `service_name` in the settings overrides `service`. It
/// requires neither a runtime nor a running collector. Keep the [`Guard`] until the end of `main`
/// and call [`Guard::shutdown`] last.
///
/// # Errors
/// When the exporter refuses the OTLP settings, nothing can listen on the address for Prometheus, or
/// the process has a subscriber already.
pub fn init(
    settings: &Telemetry,
    environment: Environment,
    service: &'static str,
    version: &'static str,
) -> Result<Guard, Error> {
    let service = settings.service_name.as_deref().unwrap_or(service);
    let resource = resource::of(service, version, environment);
    let mut meters = SdkMeterProvider::builder().with_resource(resource.clone());
    let mut prometheus = None;
    if let Some(address) = settings.prometheus_address {
        let (endpoint, exporter) = Endpoint::start(address)?;
        meters = meters.with_reader(exporter);
        prometheus = Some(endpoint);
    }
    let (otlp, meters) = match &settings.otlp_endpoint {
        Some(endpoint) => (Some(Otlp::start(endpoint, settings, resource, meters)?), None),
        None if prometheus.is_some() => (None, Some(meters.build())),
        None => (None, None),
    };
    let mut layers: Vec<Box<dyn Layer<Registry> + Send + Sync>> = Vec::new();
    let filter = &settings.log_filter;
    let mut output = None;
    match settings.log_format {
        LogFormat::Json => {
            let output =
                output.insert(Output::start(Box::new(io::stdout())).map_err(Error::Thread)?);
            let lines = Lines::new(service, version, output.handle());
            layers.push(lines.with_filter(filters::lines(filter)).boxed());
        }
        LogFormat::Human => {
            let ansi = io::stderr().is_terminal();
            let lines = fmt::layer().with_writer(io::stderr).with_ansi(ansi).compact();
            layers.push(lines.with_filter(filters::lines(filter)).boxed());
        }
    }
    if let Some(otlp) = &otlp {
        layers.push(otlp.spans().with_filter(filters::traces()).boxed());
        layers.push(otlp.logs().with_filter(filters::exported_logs(filter)).boxed());
    }
    // A list, because an `Option` that is `None` counts as a layer that enables everything.
    tracing_subscriber::registry().with(layers).try_init().map_err(Error::Installed)?;

    global::set_text_map_propagator(TraceContextPropagator::new());
    if let Some(otlp) = &otlp {
        otlp.install();
    }
    if let Some(meters) = meters {
        global::set_meter_provider(meters);
    }
    if settings.log_format == LogFormat::Json {
        panics::log();
    }
    Ok(Guard::new(otlp, prometheus, output))
}
