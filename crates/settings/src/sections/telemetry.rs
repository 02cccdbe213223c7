use std::net::SocketAddr;

use url::Url;

use crate::{
    LogFilter, OtlpHeaders, OtlpProtocol,
    declaration::section,
    readers::{BaseUrl, Choice, Flag, Headers, Levels, Maybe, Ratio, Socket, Word},
    setting::plain,
};

/// The format of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Human,
    /// One JSON object per line, for log collectors.
    Json,
}

const FORMATS: Choice<LogFormat> =
    Choice(&[("human", LogFormat::Human), ("json", LogFormat::Json)]);

const PROTOCOLS: Choice<OtlpProtocol> = Choice(&[
    ("http", OtlpProtocol::Http),
    ("grpc", OtlpProtocol::Grpc),
    // OpenTelemetry's name for it in OTEL_EXPORTER_OTLP_PROTOCOL.
    ("http/protobuf", OtlpProtocol::Http),
]);

section! {
    "telemetry"
    /// Logs; traces, metrics and logs over OTLP.
    pub struct Telemetry {
        /// Format of log lines: `human` on standard error, `json` on standard output.
        log_format: LogFormat = "log_format" by FORMATS, plain().defaults("human", "json");

        /// Filter of log lines: a level, optionally followed by levels for single targets.
        log_filter: LogFilter = "log_filter" by Levels,
            plain().default("info").example("info,plinth::sql=debug");

        /// Base URL of the OpenTelemetry collector for traces, metrics and logs; for HTTP `/v1/traces`
        /// and so on are appended. If unset, nothing is sent, and there are no traces.
        otlp_endpoint: Option<Url> = "otlp_endpoint" by Maybe(BaseUrl),
            plain().aliases(&["OTEL_EXPORTER_OTLP_ENDPOINT"]).example("http://localhost:4318");

        /// Protocol of the collector.
        otlp_protocol: OtlpProtocol = "otlp_protocol" by PROTOCOLS,
            plain().default("http").aliases(&["OTEL_EXPORTER_OTLP_PROTOCOL"]);

        /// Headers of every export, such as an API key of the vendor.
        otlp_headers: Option<OtlpHeaders> = "otlp_headers" by Maybe(Headers),
            plain().aliases(&["OTEL_EXPORTER_OTLP_HEADERS"]).example("x-api-key=change-me");

        /// Address on which `GET /metrics` answers Prometheus, beside OTLP or without it. It needs no
        /// credential, so that it belongs into a private network. If unset, nothing listens.
        prometheus_address: Option<SocketAddr> = "prometheus_address" by Maybe(Socket),
            plain().example("127.0.0.1:9464");

        /// Share of the traces started here that are sampled. For a trace started elsewhere, the
        /// caller's decision applies. A collector that keeps all traces with errors needs 1.
        sample_ratio: f64 = "sample_ratio" by Ratio,
            plain().default("1").aliases(&["OTEL_TRACES_SAMPLER_ARG"]).example("0.1");

        /// Service name in logs and telemetry. Defaults to the name of the program, such as
        /// `plinth-api`.
        service_name: Option<String> = "service_name" by Maybe(Word),
            plain().aliases(&["OTEL_SERVICE_NAME"]).example("plinth-api");

        /// Whether the spans of calls of models have what was asked and answered, 16 KiB of each:
        /// personal data of all organizations, for everyone who reads the traces.
        model_content: bool = "model_content" by Flag, plain().default("false");
    }
}

impl Telemetry {
    /// Whether anything reads metrics.
    #[must_use]
    pub const fn has_metrics(&self) -> bool {
        self.otlp_endpoint.is_some() || self.prometheus_address.is_some()
    }
}
