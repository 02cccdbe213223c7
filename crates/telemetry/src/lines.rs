//! Writes each event as one line with a JSON object.
//!
//! `tracing-subscriber`'s own JSON format nests the fields of spans, has no service and no version,
//! and omits the sources of an error. So this layer serializes the line itself.

mod context;
mod entries;
#[cfg(test)]
mod tests;

use std::{
    cell::RefCell,
    fmt::{self, Display},
};

use opentelemetry::trace::TraceContextExt;
use serde::ser::{SerializeMap, Serializer as _};
use tracing::{Event, Level, Subscriber, span};
use tracing_subscriber::{
    Layer,
    fmt::{
        format::Writer,
        time::{FormatTime, SystemTime},
    },
    layer::Context,
    registry::LookupSpan,
};

use crate::output::Handle;

use context::{SpanContext, Written};
use entries::Entries;

/// Position of the trace id among [`crate::CONTEXT_FIELDS`].
const TRACE_ID: usize = 1;

thread_local! {
    /// The buffer of a line, reused by the next one.
    static LINE: RefCell<Vec<u8>> = RefCell::default();
}

/// The layer that writes lines.
pub(crate) struct Lines {
    service: String,
    version: String,
    output: Handle,
}

impl Lines {
    pub(crate) fn new(service: &str, version: &str, output: Handle) -> Self {
        Self { service: service.to_owned(), version: version.to_owned(), output }
    }
}

impl<S> Layer<S> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &span::Attributes<'_>, id: &span::Id, ctx: Context<'_, S>) {
        let mut context = SpanContext::default();
        attributes.record(&mut context);
        if let (false, Some(span)) = (context.is_empty(), ctx.span(id)) {
            span.extensions_mut().insert(context);
        }
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, ctx: Context<'_, S>) {
        let mut recorded = SpanContext::default();
        values.record(&mut recorded);
        if let (false, Some(span)) = (recorded.is_empty(), ctx.span(id)) {
            let mut extensions = span.extensions_mut();
            match extensions.get_mut::<SpanContext>() {
                Some(context) => context.update(recorded),
                None => extensions.insert(recorded),
            }
        }
    }

    fn on_event(&self, event: &Event<'_>, ctx: Context<'_, S>) {
        LINE.with(|line| match line.try_borrow_mut() {
            Ok(mut line) => self.write(&mut line, event, &ctx),
            // Formatting a value has logged another event.
            Err(_) => self.write(&mut Vec::new(), event, &ctx),
        });
    }
}

impl Lines {
    fn write<S>(&self, line: &mut Vec<u8>, event: &Event<'_>, ctx: &Context<'_, S>)
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        line.clear();
        // Writing to memory cannot fail.
        if self.serialize(line, event, ctx).is_ok() {
            line.push(b'\n');
            self.output.write(line, *event.metadata().level() == Level::ERROR);
        }
    }

    fn serialize<S>(
        &self,
        line: &mut Vec<u8>,
        event: &Event<'_>,
        ctx: &Context<'_, S>,
    ) -> serde_json::Result<()>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let mut serializer = serde_json::Serializer::new(line);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("timestamp", &format_args!("{Now}"))?;
        map.serialize_entry("level", event.metadata().level().as_str())?;
        let mut entries = Entries::new(&mut map);
        event.record(&mut entries);
        let (mut written, log_target) = entries.finish()?;
        let target = log_target.as_deref().unwrap_or(event.metadata().target());
        map.serialize_entry("target", target)?;
        map.serialize_entry("service", &self.service)?;
        map.serialize_entry("version", &self.version)?;
        for span in ctx.event_scope(event).into_iter().flatten() {
            if let Some(context) = span.extensions().get::<SpanContext>() {
                context.serialize(&mut map, &mut written)?;
            }
        }
        trace_id(&mut map, &written)?;
        map.end()
    }
}

/// The id of OpenTelemetry's current trace, when no field carries one.
fn trace_id<M: SerializeMap>(map: &mut M, written: &Written) -> Result<(), M::Error> {
    if written.contains(TRACE_ID) {
        return Ok(());
    }
    opentelemetry::Context::map_current(|current| {
        let span = current.span();
        match span.span_context() {
            context if context.is_valid() => {
                map.serialize_entry("trace_id", &format_args!("{}", context.trace_id()))
            }
            _ => Ok(()),
        }
    })
}

/// The current time (RFC 3339, UTC, microseconds).
struct Now;

impl Display for Now {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        SystemTime.format_time(&mut Writer::new(f))
    }
}
