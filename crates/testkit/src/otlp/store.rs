//! The received telemetry, in memory.

use std::sync::{Mutex, MutexGuard, PoisonError};

use hyper::body::Bytes;
use opentelemetry_proto::tonic::collector::{
    logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest,
    trace::v1::ExportTraceServiceRequest,
};

use super::record::{Attributes, Log, Metric, Span, resource_attributes};

#[derive(Default)]
pub(crate) struct Store(Mutex<Received>);

#[derive(Default)]
pub(crate) struct Received {
    pub(crate) spans: Vec<Span>,
    pub(crate) metrics: Vec<Metric>,
    pub(crate) logs: Vec<Log>,
    pub(crate) headers: Vec<Attributes>,
    pub(crate) bodies: Vec<Bytes>,
}

impl Store {
    pub(crate) fn received(&self) -> MutexGuard<'_, Received> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn traces(&self, request: ExportTraceServiceRequest) {
        for sent in request.resource_spans {
            let resource = resource_attributes(sent.resource);
            let spans = sent.scope_spans.into_iter().flat_map(|scope| scope.spans);
            self.received().spans.extend(spans.map(|span| Span::of(span, &resource)));
        }
    }

    pub(crate) fn metrics(&self, request: ExportMetricsServiceRequest) {
        for sent in request.resource_metrics {
            let resource = resource_attributes(sent.resource);
            let metrics = sent.scope_metrics.into_iter().flat_map(|scope| scope.metrics);
            self.received().metrics.extend(metrics.map(|metric| Metric::of(metric, &resource)));
        }
    }

    pub(crate) fn logs(&self, request: ExportLogsServiceRequest) {
        for sent in request.resource_logs {
            let resource = resource_attributes(sent.resource);
            let logs = sent.scope_logs.into_iter().flat_map(|scope| scope.log_records);
            self.received().logs.extend(logs.map(|log| Log::of(log, &resource)));
        }
    }
}
