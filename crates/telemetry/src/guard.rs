use crate::{otlp::Otlp, output::Output, prometheus::Endpoint};

/// Keeps telemetry running. Dropping it exports and writes all pending data.
#[must_use = "telemetry ends when this is dropped"]
pub struct Guard {
    otlp: Option<Otlp>,
    output: Option<Output>,
    _prometheus: Option<Endpoint>,
}

impl Guard {
    pub(crate) const fn new(
        otlp: Option<Otlp>,
        prometheus: Option<Endpoint>,
        output: Option<Output>,
    ) -> Self {
        Self { otlp, output, _prometheus: prometheus }
    }

    /// Exports and writes all pending data. Blocks for at most 5 seconds when the collector does
    /// not respond.
    ///
    /// It may be called inside a runtime, even a single-threaded one: the exporters need no thread
    /// of the caller. Dropping does the same. Later lines are still written, without batching.
    pub fn shutdown(self) {
        drop(self);
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // The exporters are shut down first, because they may log warnings.
        drop(self.otlp.take());
        drop(self.output.take());
    }
}
