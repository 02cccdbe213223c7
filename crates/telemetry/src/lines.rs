//! One JSON object a line for each event.

mod carried;
mod fields;
mod json;
#[cfg(test)]
mod tests;

use std::{cell::RefCell, fmt::Write as _};

use opentelemetry::trace::TraceContextExt;
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

use carried::Carried;
use fields::Fields;

/// Position of the trace id among [`crate::CONTEXT_FIELDS`].
const TRACE_ID: usize = 1;

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Buffers that are kept between events.
#[derive(Default)]
struct Scratch {
    line: String,
    fields: Fields,
}

/// The layer that writes lines.
pub(crate) struct Lines {
    /// The part that is the same in every line.
    program: String,
    output: Handle,
}

impl Lines {
    pub(crate) fn new(service: &str, version: &str, output: Handle) -> Self {
        let mut program = String::new();
        json::text(&mut program, "service", service);
        json::text(&mut program, "version", version);
        Self { program, output }
    }
}

impl<S> Layer<S> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &span::Attributes<'_>, id: &span::Id, ctx: Context<'_, S>) {
        let mut carried = Carried::default();
        attributes.record(&mut carried);
        if let (false, Some(span)) = (carried.is_empty(), ctx.span(id)) {
            span.extensions_mut().insert(carried);
        }
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, ctx: Context<'_, S>) {
        let mut recorded = Carried::default();
        values.record(&mut recorded);
        if let (false, Some(span)) = (recorded.is_empty(), ctx.span(id)) {
            let mut extensions = span.extensions_mut();
            match extensions.get_mut::<Carried>() {
                Some(carried) => carried.replace(recorded),
                None => extensions.insert(recorded),
            }
        }
    }

    fn on_event(&self, event: &Event<'_>, ctx: Context<'_, S>) {
        SCRATCH.with(|scratch| match scratch.try_borrow_mut() {
            Ok(mut scratch) => self.write(&mut scratch, event, &ctx),
            // A value's own formatting logs.
            Err(_) => self.write(&mut Scratch::default(), event, &ctx),
        });
    }
}

impl Lines {
    fn write<S>(&self, scratch: &mut Scratch, event: &Event<'_>, ctx: &Context<'_, S>)
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let Scratch { line, fields } = scratch;
        line.clear();
        fields.clear();
        event.record(fields);

        line.push_str("{\"timestamp\":\"");
        let _ = SystemTime.format_time(&mut Writer::new(line));
        line.push_str("\",");
        json::text(line, "level", event.metadata().level().as_str());
        fields.message(line);
        json::text(line, "target", fields.target().unwrap_or(event.metadata().target()));
        line.push_str(&self.program);
        context(line, fields, event, ctx);
        fields.others(line);
        // Every part ends with a comma.
        line.pop();
        line.push_str("}\n");
        self.output.write(line.as_bytes(), *event.metadata().level() == Level::ERROR);
    }
}

/// What the event and the spans around it carry, from the inside out.
fn context<S>(line: &mut String, fields: &Fields, event: &Event<'_>, ctx: &Context<'_, S>)
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let mut written = carried::Written::default();
    fields.carried().write(line, &mut written);
    for span in ctx.event_scope(event).into_iter().flatten() {
        if let Some(carried) = span.extensions().get::<Carried>() {
            carried.write(line, &mut written);
        }
    }
    if !written.has(TRACE_ID) {
        opentelemetry::Context::map_current(|current| {
            let span = current.span();
            if span.span_context().is_valid() {
                let _ = write!(line, "\"trace_id\":\"{}\",", span.span_context().trace_id());
            }
        });
    }
}
