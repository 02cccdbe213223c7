//! Traces of work that may go on after what has caused it.

use opentelemetry::{global, propagation::Extractor};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// Makes a new span a child of the one with this `traceparent` (W3C Trace Context). The parent may
/// end earlier.
pub fn continue_trace(span: &Span, trace_parent: &str) {
    let parent = global::get_text_map_propagator(|p| p.extract(&TraceParent(trace_parent)));
    // Fails only for a span that is not recorded.
    let _ = span.set_parent(parent);
}

struct TraceParent<'a>(&'a str);

impl Extractor for TraceParent<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        (key == "traceparent").then_some(self.0)
    }
    fn keys(&self) -> Vec<&str> {
        vec!["traceparent"]
    }
}
