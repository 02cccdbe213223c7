use url::Url;

use crate::{
    LogFilter, OtlpHeaders, OtlpProtocol,
    declaration::section,
    readers::{BaseUrl, Choice, Headers, Levels, Maybe, Ratio, Word},
    setting::plain,
};

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For eyes.
    Human,
    /// One JSON object a line, for a collector.
    Json,
}

const FORMATS: Choice<LogFormat> =
    Choice(&[("human", LogFormat::Human), ("json", LogFormat::Json)]);

const PROTOCOLS: Choice<OtlpProtocol> = Choice(&[
    ("http", OtlpProtocol::Http),
    ("grpc", OtlpProtocol::Grpc),
    // OpenTelemetry's own word for it, as OTEL_EXPORTER_OTLP_PROTOCOL has it.
    ("http/protobuf", OtlpProtocol::Http),
]);

section! {
    "telemetry"
    /// Logs, and over OTLP traces, metrics and logs.
    pub struct Telemetry {
        /// How log lines on standard output look.
        log_format: LogFormat = "log_format" by FORMATS, plain().defaults("human", "json");

        /// Which log lines are written: a level, then perhaps others for single targets.
        log_filter: LogFilter = "log_filter" by Levels,
            plain().default("info").example("info,plinth::sql=debug");

        /// Collector to send traces, metrics and logs to, by its base URL: `/v1/traces` and
        /// the like are added for HTTP. Without it nothing is collected and nothing spent.
        otlp_endpoint: Option<Url> = "otlp_endpoint" by Maybe(BaseUrl),
            plain().aliases(&["OTEL_EXPORTER_OTLP_ENDPOINT"]).example("http://localhost:4318");

        /// How the collector is spoken to.
        otlp_protocol: OtlpProtocol = "otlp_protocol" by PROTOCOLS,
            plain().default("http").aliases(&["OTEL_EXPORTER_OTLP_PROTOCOL"]);

        /// Headers sent with every export, such as a vendor's key.
        otlp_headers: Option<OtlpHeaders> = "otlp_headers" by Maybe(Headers),
            plain().aliases(&["OTEL_EXPORTER_OTLP_HEADERS"]).example("x-api-key=change-me");

        /// Share of the traces begun here that are kept; one begun elsewhere is kept when its
        /// beginner kept it.
        sample_ratio: f64 = "sample_ratio" by Ratio,
            plain().default("1").aliases(&["OTEL_TRACES_SAMPLER_ARG"]).example("0.1");

        /// Name of this service in logs and telemetry. Without it each program uses its own,
        /// such as `plinth-api`.
        service_name: Option<String> = "service_name" by Maybe(Word),
            plain().aliases(&["OTEL_SERVICE_NAME"]).example("plinth-api");
    }
}
