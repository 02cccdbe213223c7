//! The span of an attempt: it belongs to the trace of the request that caused
//! the job.

use opentelemetry::trace::TraceContextExt;
use plinth_application::continue_trace;
use plinth_domain::Job;
use tracing::{Span, field::Empty};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use crate::{JobFailure, outcome::Ending};

/// Opens the span.
pub(crate) fn span(job: &Job) -> Span {
    let span = tracing::info_span!(
        "job",
        otel.kind = "consumer",
        otel.name = %job.kind,
        otel.status_code = Empty,
        job_id = %job.id,
        job_kind = %job.kind,
        attempt = job.attempt,
        organization_id = %job.organization,
        request_id = job.request_id,
        trace_id = job.trace_parent.as_deref().and_then(|parent| parent.get(3..35)),
    );
    if let Some(cause) = &job.trace_parent {
        continue_trace(&span, cause);
    }
    span
}

/// The `traceparent` (W3C Trace Context) of the current span.
pub(crate) fn current() -> Option<String> {
    let context = Span::current().context();
    let span = context.span();
    let context = span.span_context();
    context.is_valid().then(|| {
        let flags = context.trace_flags().to_u8();
        format!("00-{}-{}-{flags:02x}", context.trace_id(), context.span_id())
    })
}

/// Records in the span how the attempt ended.
pub(crate) fn ended(span: &Span, ending: &Ending) {
    let _open = span.enter();
    match ending {
        Ending::Returned(Ok(())) => tracing::debug!("job succeeded"),
        Ending::Halted => tracing::info!("job stopped"),
        Ending::Returned(Err(JobFailure::Busy(_))) => tracing::debug!("job waits for a place"),
        Ending::Returned(Err(failure)) => {
            span.record("otel.status_code", "ERROR");
            tracing::warn!(error = failure.source(), outcome = ending.name(), "job failed");
        }
        Ending::Panicked | Ending::TimedOut(_) => {
            span.record("otel.status_code", "ERROR");
            tracing::warn!(outcome = ending.name(), "job failed");
        }
    }
}
